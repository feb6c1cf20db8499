from pathlib import Path

import pytest

from tests.factories import make_tone, make_wav
from tests.tools.conftest import moment
from tests.tools.test_export import held
from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput
from trikal.ingest.identify import identify
from trikal.media.probe import probe
from trikal.media.timedtext import read_embedded_subtitles
from trikal.tools.arguments import ClipSpan
from trikal.tools.results import ReelPiece
from trikal.tools.toolbox import Toolbox


def spans(*given: tuple[str, int, int]) -> list[ClipSpan]:
    return [ClipSpan(medium=medium, start_ms=start, end_ms=end) for medium, start, end in given]


@pytest.fixture(autouse=True)
def said(catalogue: Catalogue, talk: Medium) -> None:
    held(catalogue, talk, moment(0, "Before and in.", end_ms=1_500, speaker="Ana"),
         moment(1_400, "Overlapping.", end_ms=1_900), moment(3_000, "Later.", end_ms=3_500))


def test_moments_become_a_reel_with_captions(
    toolbox: Toolbox, talk: Medium, tmp_path: Path
) -> None:
    reel = toolbox.clip(spans(("talk", 3_000, 4_000), ("talk", 1_000, 2_000)), file="reel.mp4")
    assert reel.path == tmp_path / "outputs" / "reel.mp4"
    assert (reel.duration_ms, reel.captions) == (2_000, 3)
    assert reel.pieces == (
        ReelPiece(media_id=talk.id, name="talk.mp4", start_ms=3_000, end_ms=4_000, at_ms=0),
        ReelPiece(media_id=talk.id, name="talk.mp4", start_ms=1_000, end_ms=2_000, at_ms=1_000))
    assert probe(reel.path).video[0].duration_ms == 2_000
    (stream,) = probe(reel.path).subtitles
    cues = read_embedded_subtitles(reel.path, stream.index)
    assert [(c.start_ms, c.end_ms, c.text) for c in cues] == [
        (0, 500, "Later."), (1_000, 1_400, "Ana: Before and in."), (1_400, 1_900, "Overlapping.")]


@pytest.mark.parametrize(("second", "shown"), [
    ((0, 2_000), [(0, 2_000, "Bo: Two. Ana: One.")]),
    ((0, 1_000), [(0, 1_000, "Bo: Two. Ana: One."), (1_000, 2_000, "Ana: One.")]),
    ((500, 1_500), [(0, 500, "Ana: One."), (500, 1_500, "Ana: One. Bo: Two."),
                    (1_500, 2_000, "Ana: One.")]),
    ((1_000, 3_000), [(0, 1_000, "Ana: One."), (1_000, 2_000, "Ana: One. Bo: Two."),
                      (2_000, 3_000, "Bo: Two.")]),
    ((1_900, 3_000), [(0, 1_900, "Ana: One."), (1_900, 3_000, "Bo: Two.")]),
    ((2_000, 3_000), [(0, 2_000, "Ana: One."), (2_000, 3_000, "Bo: Two.")]),
])
def test_captions_show_everybody_who_speaks(
    toolbox: Toolbox, catalogue: Catalogue, talk: Medium, second: tuple[int, int],
    shown: list[tuple[int, int, str]],
) -> None:
    held(catalogue, talk, moment(0, "One.", end_ms=2_000, speaker="Ana"),
         moment(second[0], "Two.", end_ms=second[1], speaker="Bo"))
    reel = toolbox.clip(spans(("talk", 0, 4_000)))
    (stream,) = probe(reel.path).subtitles
    cues = read_embedded_subtitles(reel.path, stream.index)
    assert [(each.start_ms, each.end_ms, each.text) for each in cues] == shown
    assert reel.captions == len(shown)


def test_without_captions_there_is_no_subtitle_track(toolbox: Toolbox) -> None:
    reel = toolbox.clip(spans(("talk", 0, 500)), captions=False)
    assert reel.path.name == "mp4-001.mp4"
    assert probe(reel.path).subtitles == ()


def test_sound_alone_becomes_a_sound_file(
    toolbox: Toolbox, tmp_path: Path, catalogue: Catalogue
) -> None:
    identify(make_wav(tmp_path / "a.wav", make_tone(2)), catalogue)
    assert toolbox.clip(spans(("a.wav", 500, 900))).path.name == "m4a-001.m4a"


@pytest.mark.parametrize(("asked", "file", "says"), [
    ([], None, "1 to 50 pieces"), ([("talk", 0, 500)] * 51, None, "51 pieces"),
    ([("talk", 0, 500), ("talk", 5_000, 6_000)], None, "runs from"),
    ([("talk", 900, 500)], None, "later than the start"),
    ([("talk", 0, 500)], "reel.avi", "must end in"), ([("talk", 0, 500)], "../reel.mp4", "Nothing"),
])
def test_what_cannot_be_cut_is_refused_and_leaves_nothing(
    toolbox: Toolbox, tmp_path: Path, asked: list[tuple[str, int, int]], file: str | None, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        toolbox.clip(spans(*asked), file=file)
    assert not list((tmp_path / "outputs").glob("**/*.*"))
