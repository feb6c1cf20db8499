"""When a new picture stands still: told from thumbnails, without any video."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.media.changes import ChangeFinder, Thumbnail, differ

GREY = np.full((90, 160), 128, np.uint8)


def with_word(column: int, row: int = 40, grey: int = 20) -> Thumbnail:
    """A grey picture on which a word stands."""
    picture = GREY.copy()
    picture[row: row + 8, column: column + 16] = grey
    return picture


def noisy(picture: Thumbnail, seed: int, strength: float = 4) -> Thumbnail:
    noise = np.random.default_rng(seed).normal(0, strength, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def moving(seed: int) -> Thumbnail:
    return np.random.default_rng(seed).integers(0, 255, (90, 160), np.uint8)


def changes(shown: Iterable[tuple[int, Thumbnail]], until_ms: int | None = None) -> list[int]:
    finder, last = ChangeFinder(), 0
    for last, picture in shown:
        finder.feed(last, picture)
    finder.hold(last + 1 if until_ms is None else until_ms)
    return finder.changes


def frames(*spells: tuple[int, Thumbnail], every: int = 40) -> list[tuple[int, Thumbnail]]:
    """Each picture for so many frames, 25 a second."""
    pictures = [picture for count, picture in spells for _ in range(count)]
    return [(number * every, picture) for number, picture in enumerate(pictures)]


def test_the_first_picture_is_a_change() -> None:
    assert changes(frames((50, GREY))) == [0]


def test_a_clock_may_begin_anywhere() -> None:
    assert changes([(time - 3_000, picture) for time, picture in frames((50, GREY))]) == [-3_000]


def test_a_word_that_appears_is_a_change_on_its_frame() -> None:
    assert changes(frames((50, GREY), (50, with_word(32)))) == [0, 2_000]


def test_a_word_that_goes_is_a_change_too() -> None:
    assert changes(frames((50, with_word(32)), (50, GREY))) == [0, 2_000]


def test_noise_and_recompression_are_no_change() -> None:
    shown = [(number * 40, noisy(with_word(32), number)) for number in range(150)]
    assert changes(shown) == [0]


def test_a_picture_that_stays_for_minutes_is_one_change() -> None:
    assert changes([(0, GREY), (600_000, GREY), (1_200_000, with_word(0))], 1_300_000) == [
        0, 1_200_000]


def test_pictures_that_are_shown_once_and_long_are_all_noted() -> None:
    shown = [(number * 10_000, with_word(16 * number)) for number in range(6)]
    assert changes(shown, 60_000) == [number * 10_000 for number in range(6)]


def test_a_flash_that_is_gone_again_is_none() -> None:
    assert changes(frames((50, GREY), (3, with_word(32)), (50, GREY))) == [0]


def test_what_moves_all_the_time_is_noted_now_and_then() -> None:
    found = changes([(number * 40, moving(number)) for number in range(500)])
    gaps = np.diff(found)
    assert 8 <= len(found) <= 12
    assert gaps.min() >= 1_900


def test_what_comes_to_rest_is_noted_where_it_came_to_rest() -> None:
    shown = [(number * 40, moving(number)) for number in range(100)]
    shown += [(4_000 + number * 40, with_word(32)) for number in range(100)]
    assert changes(shown)[-1] == pytest.approx(4_000, abs=300)


def test_nothing_shown_is_nothing_noted() -> None:
    finder = ChangeFinder()
    finder.hold(10_000)
    assert finder.changes == []


@given(st.lists(st.tuples(st.integers(8, 60), st.integers(0, 9)), min_size=1, max_size=6))
def test_times_ascend_and_each_is_the_time_of_a_picture_or_of_its_end(
    spells: list[tuple[int, int]]
) -> None:
    shown = frames(*((count, with_word(16 * word)) for count, word in spells))
    found = changes(shown)
    assert found[0] == 0
    assert found == sorted(set(found))
    assert set(found) <= {time for time, _ in shown} | {shown[-1][0]}


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_every_slide_that_stands_for_two_seconds_is_noted_as_it_begins(words: list[int]) -> None:
    shown = frames(*((50, with_word(16 * word)) for word in words))
    starts = [number * 2_000 for number, word in enumerate(words)
              if number == 0 or word != words[number - 1]]
    found = changes(shown)
    assert len(found) == len(starts)
    assert all(start <= change < start + 300
               for start, change in zip(starts, found, strict=True))


@given(st.integers(0, 9), st.integers(0, 9))
def test_whether_two_pictures_differ_does_not_depend_on_their_order(one: int, other: int) -> None:
    first, second = with_word(16 * one), with_word(16 * other)
    assert differ(first, second) == differ(second, first) == (one != other)


@every("shape", [(90, 160), (8, 16), (5, 9), (1, 1), (2, 200), (200, 2)])
def test_pictures_of_any_size_can_be_compared(shape: tuple[int, int]) -> None:
    dark, light = np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)
    assert differ(dark, light)
    assert differ(light, dark)
    assert not differ(dark, dark)


@pytest.mark.parametrize(("by", "expected"), [(9, False), (10, True), (60, True)])
def test_a_block_must_change_by_ten_greys(by: int, expected: bool) -> None:
    assert differ(GREY, with_word(32, grey=128 + by)) is expected
