"""Exports, each read back with a library that knows the format."""

import re
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import av
import opentimelineio
import pysubs2
import pytest

from tests.factories import make_tone, make_video, make_wav
from tests.tools.conftest import WordEmbedder, moment
from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput
from trikal.indexes.protocol import MomentIndex
from trikal.ingest.identify import identify
from trikal.media.timedtext import read_timed_text
from trikal.moments import Moment, Track
from trikal.tools.export import SUFFIXES, Format, format_of
from trikal.tools.results import Chapter, Cited, cited
from trikal.tools.timed_text import srt, vtt
from trikal.tools.toolbox import Toolbox

NASTY = "{\\an8} 1 < 2 & <b>bold</b>\n\n00:00 --> 00:01\nend"


def held(catalogue: Catalogue, medium: Medium, *moments: Moment) -> list[Moment]:
    own = [each.model_copy(update={"media_id": medium.id}) for each in moments]
    catalogue.finish_stage(medium.id, "listen", source="test", moments=own)
    return own


@pytest.fixture
def said(catalogue: Catalogue, talk: Medium) -> list[Moment]:
    return held(catalogue, talk,
                moment(100, "The harbour was built.", end_ms=1_200, speaker="Ana Ruiz"),
                moment(1_500, "हिन्दी में भी।", end_ms=2_040),
                moment(3_000, "Bread rose.\nTwice.", end_ms=3_900))


def of(*moments: Moment) -> list[Cited]:
    return [cited(n, each, "talk.mp4") for n, each in enumerate(moments, start=1)]


@pytest.mark.parametrize("format_", [Format.SRT, Format.VTT])
def test_subtitles_read_back_as_they_were(
    toolbox: Toolbox, said: list[Moment], format_: Format
) -> None:
    made = toolbox.export(format_, medium="talk", file=f"a{SUFFIXES[format_]}")
    assert (made.entries, made.format, [s.start_ms for s in made.spans]) == (
        3, str(format_), [100, 1_500, 3_000])
    cues = read_timed_text(made.path)
    assert [(c.start_ms, c.end_ms) for c in cues] == [(100, 1_200), (1_500, 2_040), (3_000, 3_900)]
    assert [c.text for c in cues] == ["The harbour was built.", "हिन्दी में भी।",
                                      "Bread rose. Twice."]
    assert cues[0].speaker in {"Ana Ruiz", "ANA RUIZ"}
    library = pysubs2.load(str(made.path), encoding="utf-8")
    assert [(e.start, e.end) for e in library] == [(c.start_ms, c.end_ms) for c in cues]
    assert library[2].plaintext == "Bread rose.\nTwice."


def test_text_that_looks_like_markup_stays_text_and_ends_no_cue(tmp_path: Path) -> None:
    moments = of(moment(0, NASTY, end_ms=900), moment(1_000, "next", end_ms=2_000))
    for suffix, text in ((".srt", srt(moments)), (".vtt", vtt(moments))):
        path = tmp_path / f"a{suffix}"
        path.write_text(text, encoding="utf-8")
        assert [(c.start_ms, c.end_ms) for c in read_timed_text(path)] == [(0, 900),
                                                                           (1_000, 2_000)]
    assert "1 &lt; 2 &amp; &lt;b&gt;bold" in vtt(moments)
    assert "{\\an8} 1 < 2" in srt(moments)


def test_times_behind_a_hundred_hours_and_before_zero(tmp_path: Path) -> None:
    moments = of(moment(-2_000, "gone", end_ms=-1_000), moment(-500, "cut", end_ms=700),
                 moment(514_516_200, "late", end_ms=514_517_000))
    (tmp_path / "a.srt").write_text(srt(moments))
    assert [(c.start_ms, c.end_ms, c.text) for c in read_timed_text(tmp_path / "a.srt")] == [
        (0, 700, "cut"), (514_516_200, 514_517_000, "late")]
    assert "142:55:16,200" in srt(moments)


@pytest.fixture
def titled(monkeypatch: pytest.MonkeyPatch, talk: Medium) -> list[Chapter]:
    names = ["Start = now; #1 \\ yes", "Second", "तीसरा <&>"]
    found = [Chapter(media_id=talk.id, name=talk.name, start_ms=n * 1_000, end_ms=n * 1_000 + 1_000,
                     title=name) for n, name in enumerate(names)]
    monkeypatch.setattr(Toolbox, "chapters", lambda self, medium: tuple(found))
    return found


def test_ffmpeg_reads_the_chapters(toolbox: Toolbox, titled: list[Chapter]) -> None:
    made = toolbox.export(Format.FFMETADATA, medium="talk")
    with av.open(str(made.path), format="ffmetadata") as container:
        read = container.chapters()
    assert [(c["start"], c["end"], c["metadata"]["title"]) for c in read] == [
        (each.start_ms, each.end_ms, each.title) for each in titled]
    assert {str(c["time_base"]) for c in read} == {"1/1000"}


def test_podlove_chapters_are_xml_of_its_namespace(
    toolbox: Toolbox, titled: list[Chapter]
) -> None:
    root = ElementTree.parse(toolbox.export(Format.PODLOVE, medium="talk").path).getroot()
    assert root.tag == "{http://podlove.org/simple-chapters}chapters"
    assert [(each.get("start"), each.get("title")) for each in root] == [
        ("00:00:00.000", titled[0].title), ("00:00:01.000", "Second"),
        ("00:00:02.000", titled[2].title)]


def test_youtube_s_lines_begin_at_zero(toolbox: Toolbox, titled: list[Chapter]) -> None:
    lines = toolbox.export(Format.YOUTUBE, medium="talk").path.read_text("utf-8").splitlines()
    assert lines == [f"0:00 {titled[0].title}", "0:01 Second", f"0:02 {titled[2].title}"]


def test_a_timeline_holds_every_moment_to_the_frame(
    toolbox: Toolbox, said: list[Moment], talk: Medium
) -> None:
    made = toolbox.export(Format.OTIO, medium="talk")
    timeline = opentimelineio.adapters.read_from_file(str(made.path))
    clips = list(timeline.find_clips())
    assert len(clips) == 3
    for clip, each in zip(clips, said, strict=True):
        span = clip.source_range
        assert span.start_time.rate == 25
        start, end = span.start_time.to_seconds(), span.end_time_exclusive().to_seconds()
        assert start <= each.start_ms / 1000 < start + 0.04
        assert end - 0.04 < each.end_ms / 1000 <= end
        assert clip.metadata["trikal"]["start_ms"] == each.start_ms
        assert Path(unquote(urlparse(clip.media_reference.target_url).path)) == Path(talk.path)


def test_an_edit_list_has_an_event_a_moment(toolbox: Toolbox, said: list[Moment]) -> None:
    made = toolbox.export(Format.EDL, medium="talk")
    timeline = opentimelineio.adapters.read_from_file(str(made.path), rate=25)
    clips = list(timeline.find_clips())
    assert [round(c.source_range.start_time.to_seconds() * 1000) for c in clips] == [
        80, 1_480, 3_000]
    assert [c.name for c in clips] == ["talk.mp4"] * 3
    assert timeline.duration().to_seconds() == pytest.approx(1.12 + 0.56 + 0.92, abs=0.05)


@pytest.mark.parametrize("fps", ["24000/1001", "30000/1001", "24", "60"])
def test_edit_lists_of_other_rates_read_back(
    toolbox: Toolbox, tmp_path: Path, catalogue: Catalogue, fps: str
) -> None:
    from fractions import Fraction

    film = identify(make_video(tmp_path / "f.mp4", fps=Fraction(fps), duration=2), catalogue)
    held(catalogue, film, moment(500, "one", end_ms=1_400))
    for format_ in (Format.EDL, Format.OTIO):
        made = toolbox.export(format_, medium="f.mp4")
        extra = {"rate": float(Fraction(fps))} if format_ is Format.EDL else {}
        (clip,) = opentimelineio.adapters.read_from_file(str(made.path), **extra).find_clips()
        assert clip.source_range.start_time.to_seconds() == pytest.approx(0.5, abs=0.05)
        assert clip.source_range.duration.to_seconds() == pytest.approx(0.9, abs=0.1)


def test_an_edit_list_ends_after_a_day(toolbox: Toolbox, catalogue: Catalogue,
                                       tmp_path: Path) -> None:
    sound = identify(make_wav(tmp_path / "a.wav", make_tone(1)), catalogue)
    held(catalogue, sound, moment(86_400_000, "late", end_ms=86_401_000))
    with pytest.raises(BadInput, match="24 hours"):
        toolbox.export(Format.EDL, medium="a.wav")
    assert not list((tmp_path / "outputs").glob("*"))


def test_a_file_s_name_begins_no_line_of_an_edit_list(
    toolbox: Toolbox, catalogue: Catalogue, tmp_path: Path
) -> None:
    evil = make_video(tmp_path / "a\n002  AX V C 00:00.mp4", duration=1)
    held(catalogue, identify(evil, catalogue), moment(0, "x", end_ms=400))
    made = toolbox.export(Format.EDL, medium=str(evil))
    assert len(re.findall(r"^\d{3}  ", made.path.read_text(), re.M)) == 1


def test_markdown_links_open_the_moment(
    toolbox: Toolbox, said: list[Moment], talk: Medium
) -> None:
    text = toolbox.export(Format.MARKDOWN, medium="talk").path.read_text("utf-8")
    links = re.findall(r"\]\((file://[^)]*)\)", text)
    assert [urlparse(each).fragment for each in links] == ["t=0.1,1.2", "t=1.5,2.04", "t=3,3.9"]
    assert {unquote(urlparse(each).path) for each in links} == {talk.path}
    assert "**Ana Ruiz:** The harbour was built." in text


def test_markup_in_what_was_said_is_escaped(
    toolbox: Toolbox, catalogue: Catalogue, talk: Medium
) -> None:
    held(catalogue, talk, moment(0, "[click](http://evil) <script>x</script>", end_ms=900))
    text = toolbox.export(Format.MARKDOWN, medium="talk").path.read_text("utf-8")
    assert "\\[click\\]\\(http://evil\\) \\<script\\>x" in text


def test_chosen_moments_keep_their_order(
    toolbox: Toolbox, said: list[Moment], index: MomentIndex, embedder: WordEmbedder
) -> None:
    index.upsert(said, embedder.embed_passages([each.text or "x" for each in said]))
    made = toolbox.export(Format.MARKDOWN, moment_ids=[said[2].id, said[0].id])
    assert [span.start_ms for span in made.spans] == [3_000, 100]


@pytest.mark.parametrize(("format_", "given", "says"), [
    (Format.SRT, {}, "Name a medium"), (Format.YOUTUBE, {}, "Name one"),
    (Format.SRT, {"medium": "talk", "file": "a.txt"}, r"\.srt"),
    (Format.SRT, {"medium": "talk", "tracks": [Track.SCREEN]},
     "nothing to write: talk.mp4 has no moments on the track screen"),
])
def test_what_cannot_be_exported_is_told(
    toolbox: Toolbox, said: list[Moment], format_: Format, given: dict[str, object], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        toolbox.export(format_, **given)  # type: ignore[arg-type]


def test_a_medium_in_which_nothing_is_known_has_no_chapters(
    toolbox: Toolbox, talk: Medium
) -> None:
    with pytest.raises(BadInput, match="has no chapters"):
        toolbox.export(Format.YOUTUBE, medium="talk")


def test_the_format_is_told_by_the_suffix() -> None:
    assert format_of("a/B.SRT") is Format.SRT
    assert format_of("a.psc") is Format.PODLOVE
    with pytest.raises(BadInput, match=r"\.otio \(otio\)"):
        format_of("a.xyz")
