"""The toolbox: every tool by the name of its medium, over one archive."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.fakes import FakeModels, FakeTranscriber, FakeVoice, utterance
from tests.serving.avatars import program
from tests.serving.portraits import portrait
from tests.tools.conftest import WordEmbedder, moment
from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput, ModelUnavailable, UnknownMedium
from trikal.indexes.protocol import MomentIndex
from trikal.indexes.temporal import Anchored, Ask, Relation, TemporalQuery
from trikal.ingest.identify import identify
from trikal.moments import Track
from trikal.serving.backends.avatar_command import CommandAvatar
from trikal.tools.show import Portrayed, Presenter
from trikal.tools.toolbox import Toolbox


@pytest.fixture
def harbour(index: MomentIndex, embedder: WordEmbedder, talk: Medium) -> None:
    moments = [moment(0, "the harbour was built in stone", media_id=talk.id, end_ms=900),
               moment(1_000, "the price of bread rose", media_id=talk.id, end_ms=1_900),
               moment(2_000, "children play at the wall", media_id=talk.id, end_ms=2_900)]
    index.upsert(moments, embedder.embed_passages([each.text for each in moments]))


@pytest.mark.usefixtures("harbour")
def test_a_text_is_found_with_its_medium_and_place(toolbox: Toolbox) -> None:
    best, *_ = toolbox.search("price of bread").moments
    assert (best.n, best.name, best.start_ms, best.end_ms) == (1, "talk.mp4", 1_000, 1_900)
    assert toolbox.search("bread", tracks=[Track.SCREEN]).absent == "nothing is like it"


@pytest.mark.usefixtures("harbour")
def test_a_temporal_query_is_answered_by_the_time_algebra(toolbox: Toolbox) -> None:
    query = TemporalQuery(target="children", constraints=(
        Anchored(relation=Relation.AFTER, anchor=TemporalQuery(target="price of bread")),))
    found = toolbox.find(query, limit=1)
    assert [each.text for each in found.moments] == ["children play at the wall"]
    assert "after" in found.words
    assert toolbox.find(TemporalQuery(target="bread", ask=Ask.COUNT)).value == 1


@pytest.mark.usefixtures("harbour")
def test_neighbours_are_numbered_in_time_order(toolbox: Toolbox) -> None:
    middle = toolbox.search("price of bread").moments[0]
    beside = toolbox.neighbours(middle.moment_id)
    assert [each.n for each in (*beside.before, beside.moment, *beside.after)] == [1, 2, 3]
    assert beside.moment.text == "the price of bread rose"
    assert beside.after[0].text == "children play at the wall"
    assert toolbox.neighbours(middle.moment_id, before=0, after=0).before == ()


def test_a_moment_that_is_not_there_is_told(toolbox: Toolbox) -> None:
    with pytest.raises(BadInput, match="no moment 0{8}"):
        toolbox.neighbours("00000000-0000-0000-0000-000000000000")


def test_frames_are_saved_at_times_or_spread_over_a_span(toolbox: Toolbox, talk: Medium) -> None:
    assert [f.time_ms for f in toolbox.frames("talk", [1_500]).frames] == [1_500]
    spread = toolbox.frames(talk.id[:8], start_ms=2_000, count=2, file="s.png")
    assert [f.time_ms for f in spread.frames] == [2_500, 3_500]


def test_the_screen_and_the_sound_are_observed_again(toolbox: Toolbox, talk: Medium) -> None:
    assert toolbox.read("talk.mp4", start_ms=1_000).moments[0].text == "READ ME"
    assert toolbox.listen("talk.mp4", start_ms=1_000).moments[0].text == "Hello there."


def test_a_span_is_heard_again_by_the_better_model_that_is_ready(
    toolbox: Toolbox, talk: Medium
) -> None:
    keener = FakeTranscriber([utterance(0, 1_000, "Hello, dear.")])
    listening = replace(toolbox, models=FakeModels(transcriber=FakeTranscriber(), keener=keener))
    assert listening.listen(talk.id).moments[0].text == "Hello, dear."
    assert listening.listen(talk.id, model="whisper-base").moments[0].text == "Hello there."
    assert toolbox.listen(talk.id).words.endswith("; no model that is ready here hears better")


def test_a_long_span_is_left_to_the_usual_model(
    toolbox: Toolbox, talk: Medium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trikal.tools.box.observing.LONGEST_CLOSELY_MS", 1_000)
    listening = replace(toolbox, models=FakeModels(
        transcriber=FakeTranscriber(), keener=FakeTranscriber([utterance(0, 9, "Never")])))
    heard = listening.listen(talk.id)
    assert heard.moments[0].text == "Hello there."
    assert heard.words.endswith("fake-whisper/1")


def test_what_cannot_be_is_refused_before_a_model_is_loaded(
    toolbox: Toolbox, talk: Medium, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise ModelUnavailable("loaded")

    monkeypatch.setattr(toolbox.models, "transcriber", none)
    with pytest.raises(BadInput, match="runs from"):
        toolbox.listen("talk", start_ms=9_000)
    with pytest.raises(BadInput, match="no BCP-47 tag"):
        toolbox.listen("talk", language="??")
    with pytest.raises(ModelUnavailable, match="loaded"):
        toolbox.listen("talk")


def test_a_name_must_mean_one_medium(
    toolbox: Toolbox, talk: Medium, tmp_path: Path, catalogue: Catalogue
) -> None:
    with pytest.raises(UnknownMedium, match=r"talk\.mp4"):
        toolbox.medium("lecture")
    (tmp_path / "other").mkdir()
    copy = Path(shutil.copy(talk.path, tmp_path / "other" / "talk.mp4"))
    with copy.open("ab") as file:
        file.write(b"\0")
    other = identify(copy, catalogue)
    with pytest.raises(BadInput, match=f"2 media are called.*{other.id[:12]}"):
        toolbox.medium("talk")


def test_nobody_is_shown_saying_something_where_no_portrait_is_set(toolbox: Toolbox) -> None:
    with pytest.raises(ModelUnavailable, match="TRIKAL_PORTRAIT"):
        toolbox.show("Hello")


def test_the_portrait_of_the_settings_is_shown_saying_it(
    toolbox: Toolbox, tmp_path: Path
) -> None:
    command = CommandAvatar(program(tmp_path), timeout_s=60)
    path = tmp_path / "face.png"
    Image.fromarray(portrait(160, 160)).save(path)
    showing = replace(
        toolbox, models=FakeModels(voice=FakeVoice(), avatar=command),
        presenter=Presenter(path, Portrayed.DRAWN))
    shown = showing.show("Hello there. Good day.", file="talk.mp4")
    assert shown.path.is_file()
    assert shown.duration_ms > 0
    unasked = replace(showing, presenter=Presenter(path, None))
    with pytest.raises(BadInput, match="--consent"):
        unasked.show("Hello", file="more.mp4")
