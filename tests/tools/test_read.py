from pathlib import Path

import pytest

from tests.factories import make_video, plain, slide
from tests.fakes import FakeScreenReader
from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput
from trikal.ingest.identify import identify
from trikal.tools.footage import footage
from trikal.tools.read import MOST_READINGS, read


@pytest.fixture
def lecture(tmp_path: Path, catalogue: Catalogue) -> Medium:
    """A slide from 2 s to 4 s of six, and nothing before and after."""
    path = make_video(tmp_path / "lecture.mp4", duration=6, fps=5, size=(640, 360),
                      pictures=lambda n: slide("Words") if 10 <= n < 20 else plain((0, 0, 0),
                                                                                  (640, 360)))
    return identify(path, catalogue)


def test_the_screen_is_read_at_a_time(lecture: Medium) -> None:
    reader = FakeScreenReader(["READ ME"])
    found = read(footage(lecture), reader, start_ms=2_400)
    (moment,) = found.moments
    assert (moment.start_ms, moment.end_ms, moment.text) == (2_400, 2_401, "READ ME")
    assert (moment.source, len(reader.seen)) == ("fake-ocr/1", 1)
    assert "lecture.mp4 at 0:02" in found.words


def test_over_a_span_a_text_has_the_time_for_which_it_stands(lecture: Medium) -> None:
    (moment,) = read(footage(lecture), FakeScreenReader(["READ ME"]), start_ms=0,
                     end_ms=6_000).moments
    assert (moment.start_ms, moment.end_ms) == (2_000, 4_000)


def test_an_empty_screen_is_told(lecture: Medium) -> None:
    found = read(footage(lecture), FakeScreenReader(), start_ms=500)
    assert found.moments == ()
    assert found.absent == "nothing is written on the screen of lecture.mp4 at 0:00"


def test_long_spans_are_read_more_thinly(tmp_path: Path, catalogue: Catalogue) -> None:
    path = make_video(tmp_path / "long.mp4", fps=1, duration=200)
    reader = FakeScreenReader()
    read(footage(identify(path, catalogue)), reader, start_ms=0, end_ms=200_000)
    assert MOST_READINGS // 2 < len(reader.seen) <= MOST_READINGS


def test_times_outside_are_refused(lecture: Medium) -> None:
    with pytest.raises(BadInput, match="runs from"):
        read(footage(lecture), FakeScreenReader(), start_ms=6_000)
