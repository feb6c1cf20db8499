from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.factories import make_video, read_number
from trikal.serving.roles import TextBox
from trikal.tools.read_screen import ScreenText, merged, read_screen


def boxes(text: str, confidence: float = 0.5) -> list[TextBox]:
    return [TextBox(text=line, confidence=confidence, left=0, top=0, right=1, bottom=1)
            for line in text.split("\n") if line]


def joined(*texts: str, until_ms: int = 10_000) -> list[tuple[int, int, str]]:
    """What is merged from readings a second apart."""
    readings = [(position * 1_000, boxes(text)) for position, text in enumerate(texts)]
    return [(each.start_ms, each.end_ms, each.text)
            for each in merged(readings, until_ms=until_ms)]


def test_the_same_text_read_again_and_again_is_one_text() -> None:
    assert joined("Budget", "Budget", "Budget") == [(0, 10_000, "Budget")]


def test_a_readers_slip_does_not_split_a_text() -> None:
    assert joined("The Union Budget", "The Unlon Budget", "The Union Budgef") == [
        (0, 10_000, "The Union Budget")]


def test_slow_change_by_slips_ends_the_text_all_the_same() -> None:
    starts = [each[0] for each in joined("abcdefgh", "abcdefgx", "abcdefyx", "abcdzyxw")]
    assert starts != [0]


@pytest.mark.parametrize(("one", "other"), [
    ("Score 1:0 after extra time", "Score 1:1 after extra time"),
    ("Page 12 of the report", "Page 13 of the report"),
    ("Budget 2024 speech", "Budget 204 speech"),
])
def test_one_other_digit_splits_a_text(one: str, other: str) -> None:
    assert joined(one, other) == [(0, 1_000, one), (1_000, 10_000, other)]


def test_a_line_that_is_added_splits_a_text() -> None:
    assert joined("Agenda\nBread", "Agenda\nBread\nWine") == [
        (0, 1_000, "Agenda\nBread"), (1_000, 10_000, "Agenda\nBread\nWine")]


def test_another_text_of_as_many_lines_splits() -> None:
    assert len(joined("Agenda\nBread", "Agenda\nCheese")) == 2


def test_an_empty_screen_ends_a_text_and_is_none_itself() -> None:
    assert joined("", "Budget", "", "", "Budget", "") == [
        (1_000, 2_000, "Budget"), (4_000, 5_000, "Budget")]


def test_nothing_read_is_no_text() -> None:
    assert joined() == joined("", "") == []


def test_the_last_text_ends_where_the_picture_does_and_never_before_it_starts() -> None:
    assert joined("A title", "Another", until_ms=1_700)[-1] == (1_000, 1_700, "Another")
    assert joined("A title", "Another", until_ms=500)[-1] == (1_000, 1_000, "Another")


def test_confidence_is_the_mean_of_the_lines() -> None:
    readings = [(0, [*boxes("Agenda", 0.5), *boxes("Bread", 1.0)])]
    assert list(merged(readings, until_ms=1)) == [
        ScreenText(start_ms=0, end_ms=1, text="Agenda\nBread", confidence=0.75)]


@given(st.lists(st.sampled_from(["", "Budget", "Budget 1", "Budget 2", "Bread\nWine", "Weather"])))
def test_texts_follow_each_other_without_overlap_and_cover_every_reading(
    texts: list[str]
) -> None:
    found = joined(*texts, until_ms=len(texts) * 1_000)
    assert all(one[1] <= other[0] for one, other in zip(found, found[1:], strict=False))
    for position, text in enumerate(texts):
        standing = [each for each in found if each[0] <= position * 1_000 < each[1]]
        assert [each[2] for each in standing] == ([text] if text else [])


class NumberReader:
    """Reads the number that the factory painted."""

    name = "numbers"

    def read(self, picture: NDArray[np.uint8]) -> list[TextBox]:
        return boxes(f"frame {read_number(picture)}")


def test_a_real_video_is_read_at_the_times_asked(tmp_path: Path) -> None:
    path = make_video(tmp_path / "film.mp4", fps=10, duration=1)
    told: list[int] = []
    found = read_screen(path, [0, 400, 800], NumberReader(), until_ms=1_000,
                        on_progress=told.append)
    assert [(each.start_ms, each.end_ms, each.text) for each in found] == [
        (0, 400, "frame 0"), (400, 800, "frame 4"), (800, 1_000, "frame 8")]
    assert told == [0, 400, 800]
