"""Relations and clock times become windows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.temporal import Absolute, Relation
from trikal.indexes.windows import (
    BACKWARD,
    intersection,
    nearness,
    window_of,
    window_on_clock,
)

_TIMES = st.integers(-(10**9), 10**9)
_ANCHORS = st.builds(lambda start, length: Interval(start, start + length), _TIMES,
                     st.integers(0, 10**7))
_FORWARD = (Relation.AFTER, Relation.RIGHT_AFTER)


@given(_ANCHORS)
def test_before_during_and_after_leave_out_no_millisecond_and_share_none(anchor: Interval) -> None:
    before, during, after = (window_of(relation, anchor) for relation in
                             (Relation.BEFORE, Relation.DURING, Relation.AFTER))
    assert before.start_ms == EARLIEST_MS
    assert before.end_ms == during.start_ms
    assert during.until_ms == after.start_ms
    assert after.end_ms == LATEST_MS
    assert not before.overlaps(during)
    assert not during.overlaps(after)


@given(_ANCHORS, st.sampled_from(Relation))
def test_only_during_shares_time_with_its_anchor(anchor: Interval, relation: Relation) -> None:
    assert window_of(relation, anchor).overlaps(anchor) is (relation is Relation.DURING)


def test_what_straddles_the_anchors_end_also_lies_after_it() -> None:
    straddling = Interval(5_000, 15_000)
    assert window_of(Relation.AFTER, Interval(0, 10_000)).overlaps(straddling)
    assert window_of(Relation.BEFORE, Interval(10_000, 20_000)).overlaps(straddling)


def test_an_instant_is_not_after_itself() -> None:
    assert not window_of(Relation.AFTER, Interval.at(7)).overlaps(Interval.at(7))
    assert window_of(Relation.AFTER, Interval.at(7)).overlaps(Interval.at(8))


@pytest.mark.parametrize(("absolute", "expected"), [
    (Absolute(end_ms=2_000), Interval(EARLIEST_MS, 2_000)),
    (Absolute(start_ms=2_000), Interval(2_000, LATEST_MS)),
    (Absolute(start_ms=2_000, end_ms=3_000), Interval(2_000, 3_000)),
    (Absolute(start_ms=2_000, end_ms=2_000), Interval.at(2_000)),
    (Absolute(), Interval(EARLIEST_MS, LATEST_MS)),
    (Absolute(start_ms=2_000, from_end=True), Interval(58_000, LATEST_MS)),
    (Absolute(end_ms=2_000, from_end=True), Interval(EARLIEST_MS, 58_000)),
    (Absolute(start_ms=3_000, end_ms=2_000, from_end=True), Interval(57_000, 58_000)),
    (Absolute(start_ms=90_000, from_end=True), Interval(-30_000, LATEST_MS)),
    (Absolute(start_ms=10**30), Interval(LATEST_MS - 1, LATEST_MS)),
    (Absolute(start_ms=-(10**30), end_ms=0), Interval(EARLIEST_MS, 0)),
])
def test_clock_times_of_a_minutes_medium(absolute: Absolute, expected: Interval) -> None:
    assert window_on_clock(absolute, 60_000) == expected


@given(st.lists(_ANCHORS, max_size=4), _TIMES)
def test_the_intersection_holds_what_every_window_holds(
    windows: list[Interval], time_ms: int
) -> None:
    shared = intersection(windows)
    inside = all(window.overlaps(Interval.at(time_ms)) for window in windows)
    assert (shared is not None and shared.overlaps(Interval.at(time_ms))) is inside


def test_windows_that_only_touch_share_nothing() -> None:
    assert intersection([Interval(0, 10), Interval(10, 20)]) is None


@given(_ANCHORS, _ANCHORS, st.sampled_from(Relation))
def test_nearness_is_a_weight(anchor: Interval, target: Interval, relation: Relation) -> None:
    assert 0.0 <= nearness(relation, anchor, target) <= 1.0


def test_right_after_prefers_the_near_far_more_than_after() -> None:
    anchor, target = Interval(0, 1_000), Interval(21_000, 22_000)
    assert nearness(Relation.RIGHT_AFTER, anchor, target) == pytest.approx(0.5)
    assert nearness(Relation.AFTER, anchor, target) > 0.97


def test_nearness_is_the_same_in_both_directions() -> None:
    one, other = Interval(0, 1_000), Interval(31_000, 32_000)
    assert nearness(Relation.AFTER, one, other) == nearness(Relation.BEFORE, other, one)


def test_relations_that_look_back_are_not_those_that_look_on() -> None:
    assert BACKWARD.isdisjoint(_FORWARD)
    assert {*BACKWARD, *_FORWARD, Relation.DURING} == set(Relation)
