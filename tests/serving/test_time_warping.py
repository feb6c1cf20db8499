"""The cheapest way through a table of distances, against all ways there are."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trikal.serving.mel import RATE
from trikal.serving.time_warping import (
    _DETOUR,
    FRAME_MS,
    Frames,
    _distances,
    _totals,
    _way,
    frame_count,
    warped,
)

tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.floats(0, 4, width=16)))


def ways(rows: int, columns: int) -> Iterator[list[tuple[int, int]]]:
    """Every way from the first corner to the last that goes forward in both or in one."""
    here = (rows - 1, columns - 1)
    if here == (0, 0):
        yield [here]
        return
    for back in ((1, 1), (1, 0), (0, 1)):
        if rows - back[0] > 0 and columns - back[1] > 0:
            for way in ways(rows - back[0], columns - back[1]):
                yield [*way, here]


def cost(way: list[tuple[int, int]], distance: Frames) -> float:
    detours = sum(0 in (later[0] - one[0], later[1] - one[1])
                  for one, later in zip(way, way[1:], strict=False))
    return float(sum(distance[at] for at in way)) + _DETOUR * detours


@given(tables)
def test_no_way_is_cheaper_than_the_one_that_is_taken(distance: Frames) -> None:
    taken = [(int(row), int(column)) for row, column in _way(distance)]
    cheapest = min(cost(way, distance) for way in ways(*distance.shape))
    assert taken in list(ways(*distance.shape))
    assert cost(taken, distance) == pytest.approx(cheapest)


@given(tables)
def test_what_ways_cost_is_counted_a_row_at_a_time(distance: Frames) -> None:
    # The step into the table counts as a detour, the same one for all.
    expected = [[min(cost(way, distance) for way in ways(row + 1, column + 1))
                 for column in range(distance.shape[1])] for row in range(distance.shape[0])]
    total = _totals(distance)
    assert np.allclose(total - total[0, 0], np.array(expected) - expected[0][0])


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_distances_are_root_mean_squares(own: int, other: int, seed: int) -> None:
    draws = np.random.default_rng(seed)
    first, second = draws.normal(size=(own, 26)), draws.normal(size=(other, 26))
    expected = [[np.sqrt(np.mean((a - b) ** 2)) for b in second] for a in first]
    assert np.allclose(_distances(first, second), expected)


@given(st.integers(0, 5 * RATE))
def test_frames_are_ten_milliseconds_each_and_never_none(count: int) -> None:
    frames = frame_count(np.zeros(count, np.float32))
    assert frames >= 1
    assert 0 <= count * 1000 / RATE - (frames - 1) * FRAME_MS < FRAME_MS


@pytest.mark.parametrize("late_ms", [0, 200, 600])
@pytest.mark.parametrize("off_ms", [-80, 0, 80])
def test_a_sound_is_found_beside_where_it_is_expected(late_ms: int, off_ms: int) -> None:
    draws = np.random.default_rng(4)
    tune = np.concatenate([np.sin(2 * np.pi * hz * np.arange(RATE // 5) / RATE) + draws.normal(
        size=RATE // 5) * 0.01 for hz in (300, 1_200, 500, 2_500)]).astype(np.float32)
    quiet = (draws.normal(size=late_ms * RATE // 1000) * 0.01).astype(np.float32)
    count = frame_count(tune)
    truth = np.arange(count) * FRAME_MS + late_ms
    places = warped(tune, np.concatenate([quiet, tune]), (truth + off_ms).astype(float))
    edges = np.arange(1, 4) * 200 // FRAME_MS  # inside a tone every frame is like every other
    assert np.abs(places - truth)[edges].max() <= 30
