"""Edit lists: whole frames that hold each stretch, and a clock that never begins anew unsaid."""

from fractions import Fraction
from pathlib import Path

import opentimelineio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import make_video
from trikal.catalogue import Catalogue
from trikal.errors import BadInput
from trikal.ingest.identify import identify
from trikal.tools.edit_list import edl, otio
from trikal.tools.footage import Footage, footage
from trikal.tools.results import Span

HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Two seconds of film at 25 pictures a second."""
    folder = tmp_path_factory.mktemp("shot")
    catalogue = Catalogue.open(folder / "catalogue.db")
    try:
        return footage(identify(make_video(folder / "shot.mp4"), catalogue))
    finally:
        catalogue.close()


def span(start_ms: int, end_ms: int) -> Span:
    return Span(media_id="m", name="shot.mp4", start_ms=start_ms, end_ms=end_ms)


@given(st.lists(st.tuples(st.integers(0, 5_000_000), st.integers(1, 600_000)), min_size=1,
                max_size=5))
def test_each_piece_is_the_whole_frames_that_hold_its_stretch(
    shot: Footage, stretches: list[tuple[int, int]]
) -> None:
    spans = [span(start, start + length) for start, length in stretches]
    read = opentimelineio.adapters.read_from_string(
        otio([(shot, each, "x") for each in spans], "t"), "otio_json")
    (track,) = read.tracks
    for clip, each in zip(track, spans, strict=True):
        source = clip.source_range
        first = Fraction(source.start_time.value) / 25 * 1000
        last = first + Fraction(source.duration.value) / 25 * 1000
        assert first <= each.start_ms < first + 40
        assert last - 40 < each.end_ms <= last
        assert clip.metadata["trikal"]["start_ms"] == each.start_ms


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 600)), min_size=1, max_size=5))
def test_the_pieces_of_an_edl_follow_each_other_without_a_gap(
    shot: Footage, stretches: list[tuple[int, int]]
) -> None:
    pieces = [(shot, span(start * 1_000, (start + length) * 1_000), "x")
              for start, length in stretches]
    read = opentimelineio.adapters.read_from_string(edl(pieces, "t"), "cmx_3600", rate=25)
    (track,) = read.tracks
    assert [clip.source_range.duration.to_seconds() for clip in track] == [
        length for _, length in stretches]
    assert [clip.source_range.start_time.to_seconds() for clip in track] == [
        start for start, _ in stretches]


@pytest.mark.parametrize(("lengths_h", "says"), [
    ([24], "shot.mp4 is longer"), ([13, 13], "these 2 pieces are longer together"),
    ([8, 8, 8], "these 3 pieces are longer together"),
])
def test_what_an_edl_s_clock_cannot_tell_is_refused(
    shot: Footage, lengths_h: list[int], says: str
) -> None:
    pieces = [(shot, span(0, hours * HOUR_MS), "x") for hours in lengths_h]
    with pytest.raises(BadInput, match=says):
        edl(pieces, "t")
    assert otio(pieces, "t")


def test_just_under_a_day_is_told(shot: Footage) -> None:
    pieces = [(shot, span(0, 12 * HOUR_MS), "x"), (shot, span(0, 12 * HOUR_MS - 1_000), "x")]
    assert "23:59:59:00" in edl(pieces, "t")


@pytest.mark.parametrize("text", ["a\nb", "a\r\n* FROM CLIP: /etc/passwd", "\x00\x1b[31m", "  "])
def test_no_text_begins_a_line_of_its_own(shot: Footage, text: str) -> None:
    plain = edl([(shot, span(0, 1_000), "x")], "t").count("\n")
    assert edl([(shot, span(0, 1_000), text)], f"t{text}").count("\n") == plain


def test_what_is_in_the_list_lies_where_its_file_is(shot: Footage) -> None:
    read = opentimelineio.adapters.read_from_string(
        otio([(shot, span(0, 1_000), "x")], "t"), "otio_json")
    (clip,) = read.tracks[0]
    assert clip.media_reference.target_url == Path(shot.path).absolute().as_uri()
    assert clip.media_reference.available_range.duration.to_seconds() == 2.0
