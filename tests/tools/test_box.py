"""The toolbox's parts: what each refuses, what it chooses, and in which order it gives things."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_tone, make_wav
from tests.fakes import FakeChat, FakeModels, FakeVoice
from tests.tools.conftest import WordEmbedder, moment
from tests.tools.test_export import held
from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput, ModelUnavailable, UnknownMedium
from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import MomentIndex
from trikal.ingest.identify import identify
from trikal.moments import Moment, Track, Unit
from trikal.tools.arguments import ClipSpan
from trikal.tools.compose import MOST_EVIDENCE
from trikal.tools.composition import Kind
from trikal.tools.export import Format
from trikal.tools.results import cited
from trikal.tools.toolbox import Toolbox


@pytest.fixture
def said(catalogue: Catalogue, talk: Medium) -> list[Moment]:
    return held(catalogue, talk,
                moment(0, "The harbour was built in stone.", end_ms=900),
                moment(1_000, "The price of bread rose in May.", end_ms=1_900),
                moment(1_000, "BREAD 4.00", end_ms=3_900, track=Track.SCREEN),
                moment(0, "All of it.", end_ms=3_900, unit=Unit.PASSAGE),
                moment(3_000, "Children play at the wall.", end_ms=3_900))


@pytest.fixture
def song(tmp_path: Path, catalogue: Catalogue) -> Medium:
    return identify(make_wav(tmp_path / "song.wav", make_tone(2)), catalogue)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 5_000))
def test_the_moment_at_a_time_is_the_nearest_observation(
    toolbox: Toolbox, said: list[Moment], time_ms: int
) -> None:
    found = toolbox.moment_at("talk", time_ms)
    gaps = {each.id: Interval.of(each).gap_ms(Interval.at(time_ms)) for each in said
            if each.track is Track.SPEECH and each.unit is Unit.OBSERVATION}
    assert gaps[found.id] == min(gaps.values())
    assert toolbox.moment_at("talk", time_ms, Track.SCREEN).text == "BREAD 4.00"


@pytest.mark.usefixtures("said")
def test_a_track_without_moments_is_told_by_name(toolbox: Toolbox) -> None:
    with pytest.raises(BadInput, match="talk.mp4 has no moments on the track caption"):
        toolbox.moment_at("talk", 0, Track.CAPTION)


def test_a_medium_that_the_archive_lost_is_called_by_its_id(
    toolbox: Toolbox, talk: Medium
) -> None:
    assert toolbox.name_of(talk.id) == "talk.mp4"
    assert toolbox.name_of("0123456789abcdef") == "0123456789ab"
    assert toolbox.medium(talk.id[:12]) == toolbox.medium("TALK.mp4") == talk


def test_moments_are_numbered_in_the_order_in_which_they_are_asked_for(
    toolbox: Toolbox, said: list[Moment], index: MomentIndex, embedder: WordEmbedder
) -> None:
    index.upsert(said, embedder.embed_passages([each.text for each in said]))
    found = toolbox.by_id([said[4].id, said[0].id, said[4].id])
    assert [(each.n, each.text[:8]) for each in found] == [
        (1, "Children"), (2, "The harb"), (3, "Children")]
    assert toolbox.by_id([]) == ()
    with pytest.raises(BadInput, match="nobody"):
        toolbox.by_id([said[0].id, "nobody"])


def test_a_voice_alone_cannot_be_seen_and_a_picture_alone_cannot_be_heard(
    toolbox: Toolbox, song: Medium, tmp_path: Path, catalogue: Catalogue
) -> None:
    for look in (toolbox.look, toolbox.read):
        with pytest.raises(BadInput, match="song.wav has no picture"):
            look("song", start_ms=0)
    with pytest.raises(BadInput, match="song.wav has no picture"):
        toolbox.frames("song", [0])


def test_a_summary_is_of_what_was_said_or_else_of_what_was_shown(
    toolbox: Toolbox, said: list[Moment], catalogue: Catalogue, song: Medium
) -> None:
    spoken = toolbox.compose(Kind.SUMMARY, medium="talk", by_model=False)
    assert {each.track for each in spoken.citations} == {Track.SPEECH}
    shown = toolbox.compose(Kind.SUMMARY, medium="talk", start_ms=1_900, end_ms=3_000,
                            by_model=False)
    assert {each.text for each in shown.citations} == {"BREAD 4.00"}
    with pytest.raises(BadInput, match="Nothing was said or shown in song.wav there"):
        toolbox.compose(Kind.SUMMARY, medium="song", by_model=False)


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize("span", [(4_000, 9_000), (5_000, None)])
def test_a_span_in_which_nothing_is_said_is_told(
    toolbox: Toolbox, span: tuple[int, int | None]
) -> None:
    with pytest.raises(BadInput, match="Choose another span"):
        toolbox.compose(Kind.BRIEF, medium="talk", start_ms=span[0], end_ms=span[1])


def test_more_evidence_than_can_be_written_from_is_thinned(
    toolbox: Toolbox, catalogue: Catalogue, talk: Medium
) -> None:
    held(catalogue, talk, *(moment(n, f"Sentence number {n} is about the harbour.", end_ms=n + 1)
                            for n in range(3 * MOST_EVIDENCE)))
    made = toolbox.compose(Kind.BRIEF, medium="talk", by_model=False)
    assert made.lines
    assert all(1 <= n <= MOST_EVIDENCE for line in made.lines for n in line.cited)


def test_without_a_medium_there_is_nothing_to_write_from(toolbox: Toolbox) -> None:
    with pytest.raises(BadInput, match="Name a medium, or give the evidence"):
        toolbox.compose(Kind.SUMMARY)


def test_chapters_of_evidence_are_those_of_its_one_medium(
    toolbox: Toolbox, said: list[Moment], talk: Medium
) -> None:
    evidence = [cited(1, said[0], "talk.mp4"), cited(2, said[1], "talk.mp4")]
    made = toolbox.compose(Kind.CHAPTERS, evidence=evidence)
    assert made.chapters == toolbox.chapters("talk")
    assert made.chapters[0].start_ms == 0
    other = evidence[1].model_copy(update={"media_id": "elsewhere"})
    for unclear in ([evidence[0], other], []):
        with pytest.raises(BadInput, match="Chapters are one medium's"):
            toolbox.compose(Kind.CHAPTERS, evidence=unclear)


@pytest.mark.usefixtures("said")
def test_a_model_that_may_not_write_is_not_asked(toolbox: Toolbox) -> None:
    nobody = replace(toolbox, models=FakeModels())
    assert nobody.compose(Kind.SUMMARY, medium="talk", by_model=False).lines
    chat = FakeChat(replies=["Bread rose. [2]"] * 9)
    asked = replace(toolbox, models=FakeModels(chat=chat))
    assert not asked.compose(Kind.SUMMARY, medium="talk", by_model=False).by_model


@pytest.mark.usefixtures("said")
def test_a_composition_is_written_beside_its_proof_and_nothing_is_overwritten(
    toolbox: Toolbox
) -> None:
    made = toolbox.compose(Kind.BRIEF, medium="talk", by_model=False, file="brief.md")
    assert made.path is not None
    text = made.path.read_text("utf-8")
    assert made.text() in text
    assert all(f"[{each.n}] talk.mp4 " in text for each in made.citations)
    with pytest.raises(BadInput, match="brief.md"):
        toolbox.compose(Kind.BRIEF, medium="talk", by_model=False, file="brief.md")
    assert made.path.read_text("utf-8") == text


def test_subtitles_are_one_medium_s(
    toolbox: Toolbox, said: list[Moment], song: Medium, index: MomentIndex, embedder: WordEmbedder
) -> None:
    sung = moment(0, "la la", media_id=song.id, end_ms=900)
    both = [said[0], sung]
    index.upsert(both, embedder.embed_passages([each.text for each in both]))
    with pytest.raises(BadInput, match=r"Subtitles \(srt\) are one medium's"):
        toolbox.export(Format.SRT, moment_ids=[each.id for each in both])
    listed = toolbox.export(Format.MARKDOWN, moment_ids=[each.id for each in both])
    assert "# talk.mp4 \\+ song.wav\n" in listed.path.read_text("utf-8")


def test_an_export_of_other_tracks_has_those_only(toolbox: Toolbox, said: list[Moment]) -> None:
    made = toolbox.export(Format.SRT, medium="talk", tracks=[Track.SCREEN, Track.CAPTION])
    assert made.entries == 1
    assert "BREAD 4.00" in made.path.read_text("utf-8")


@pytest.mark.parametrize(("text", "language", "says"), [
    ("", "en", "(?i)text"), ("   \n", "en", "(?i)text"), ("Hello", "??", "no BCP-47 tag"),
])
def test_what_cannot_be_said_is_refused_before_a_voice_is_loaded(
    toolbox: Toolbox, text: str, language: str, says: str
) -> None:
    mute = replace(toolbox, models=FakeModels())
    for say in (mute.say, mute.show):
        with pytest.raises(BadInput, match=says):
            say(text, language=language)


def test_what_is_said_is_timed_word_by_word_beside_it(toolbox: Toolbox) -> None:
    made = toolbox.say("Hello there. Good day.", file="a.wav", timings="a.vtt")
    assert made.path.name == "a.wav"
    assert made.timings is not None
    assert made.timings.read_text("utf-8").startswith("WEBVTT")
    assert made.duration_ms > 0
    with pytest.raises(BadInput, match=r"a\.wav"):
        toolbox.say("Hello again.", file="a.wav")


def test_without_a_voice_nothing_is_left_behind(toolbox: Toolbox, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        replace(toolbox, models=FakeModels()).say("Hello there.", file="never.wav")
    assert not list(tmp_path.rglob("never*"))


def test_no_portrait_has_no_mark(toolbox: Toolbox) -> None:
    assert toolbox.portrait_mark() == ""
    with pytest.raises(ModelUnavailable, match="TRIKAL_PORTRAIT"):
        replace(toolbox, models=FakeModels(voice=FakeVoice())).show("Hello")


def test_a_reel_of_a_medium_that_is_not_there_is_told(toolbox: Toolbox, talk: Medium) -> None:
    with pytest.raises(UnknownMedium):
        toolbox.clip([ClipSpan(medium="gone", start_ms=0, end_ms=900)])
    Path(talk.path).unlink()
    with pytest.raises(BadInput, match="talk.mp4"):
        toolbox.clip([ClipSpan(medium="talk", start_ms=0, end_ms=900)])
