"""Relations and clock times become windows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.temporal import PAIRED, Absolute, Anchored, Part, Relation, TemporalQuery
from trikal.indexes.windows import (
    BACKWARD,
    intersection,
    nearness,
    window_of,
    window_of_part,
    window_on_clock,
)

_TIMES = st.integers(-(10**9), 10**9)
_ANCHORS = st.builds(lambda start, length: Interval(start, start + length), _TIMES,
                     st.integers(0, 10**7))
_EVENT = TemporalQuery(target="event")
_LONE = [relation for relation in Relation if relation not in PAIRED]


def hung(relation: Relation, **distances: Any) -> Anchored:
    other = _EVENT if relation in PAIRED else None
    return Anchored(relation=relation, anchor=_EVENT, other=other, **distances)


def left(relation: Relation, anchor: Interval, **distances: Any) -> Interval:
    window = window_of(hung(relation, **distances), anchor)
    assert window is not None
    return window


@given(_ANCHORS)
def test_before_during_and_after_leave_out_no_millisecond_and_share_none(anchor: Interval) -> None:
    before, during, after = (left(relation, anchor) for relation in
                             (Relation.BEFORE, Relation.DURING, Relation.AFTER))
    assert before.start_ms == EARLIEST_MS
    assert before.end_ms == during.start_ms
    assert during.until_ms == after.start_ms
    assert after.end_ms == LATEST_MS
    assert not before.overlaps(during)
    assert not during.overlaps(after)


@given(_ANCHORS, st.sampled_from(_LONE))
def test_only_some_relations_share_time_with_their_anchor(
    anchor: Interval, relation: Relation
) -> None:
    sharing = {Relation.DURING, Relation.OVERLAPPING, Relation.NEAR, Relation.FROM}
    assert left(relation, anchor).overlaps(anchor) is (relation in sharing)


def test_what_straddles_the_anchors_end_also_lies_after_it() -> None:
    straddling = Interval(5_000, 15_000)
    assert left(Relation.AFTER, Interval(0, 10_000)).overlaps(straddling)
    assert left(Relation.BEFORE, Interval(10_000, 20_000)).overlaps(straddling)


def test_an_instant_is_not_after_itself() -> None:
    assert not left(Relation.AFTER, Interval.at(7)).overlaps(Interval.at(7))
    assert left(Relation.AFTER, Interval.at(7)).overlaps(Interval.at(8))


@every(("relation", "distances", "expected"), [
    (Relation.AFTER, {"at_most_ms": 500}, Interval(200, 700)),
    (Relation.AFTER, {"at_least_ms": 300, "at_most_ms": 500}, Interval(500, 700)),
    (Relation.AFTER, {"at_least_ms": 300}, Interval(500, LATEST_MS)),
    (Relation.BEFORE, {"at_most_ms": 50}, Interval(50, 100)),
    (Relation.BEFORE, {"at_least_ms": 30, "at_most_ms": 50}, Interval(50, 70)),
    (Relation.NEAR, {"at_most_ms": 50}, Interval(50, 250)),
    (Relation.FROM, {}, Interval(100, LATEST_MS)),
])
def test_distances_are_measured_from_the_nearer_end(
    relation: Relation, distances: dict[str, int], expected: Interval
) -> None:
    assert left(relation, Interval(100, 200), **distances) == expected


@given(_ANCHORS, _ANCHORS)
def test_between_is_what_is_after_the_first_and_before_the_second(
    one: Interval, other: Interval
) -> None:
    first, second = sorted((one, other))
    window = window_of(hung(Relation.BETWEEN), one, other)
    after, before = left(Relation.AFTER, first), left(Relation.BEFORE, second)
    assert window == after.intersection(before)


@given(_ANCHORS, _ANCHORS)
def test_until_the_next_begins_with_the_anchor_and_never_looks_back(
    anchor: Interval, other: Interval
) -> None:
    window = window_of(hung(Relation.UNTIL_NEXT), anchor, other)
    assert (window is None) is (other.start_ms < anchor.until_ms)
    if window is not None:
        assert (window.start_ms, window.end_ms) == (anchor.start_ms, other.start_ms)


@pytest.mark.parametrize(("part", "expected"), [
    (Part(end=0.2), Interval(EARLIEST_MS, 12_000)),
    (Part(start=0.4, end=0.6), Interval(24_000, 36_000)),
    (Part(start=0.8), Interval(48_000, LATEST_MS)),
])
def test_parts_are_shares_of_the_length(part: Part, expected: Interval) -> None:
    assert window_of_part(part, 60_000) == expected


@every(("absolute", "expected"), [
    (Absolute(end_ms=2_000), Interval(EARLIEST_MS, 2_000)),
    (Absolute(start_ms=2_000), Interval(2_000, LATEST_MS)),
    (Absolute(start_ms=2_000, end_ms=3_000), Interval(2_000, 3_000)),
    (Absolute(start_ms=2_000, end_ms=2_000), Interval.at(2_000)),
    (Absolute(), Interval(EARLIEST_MS, LATEST_MS)),
    (Absolute(start_ms=2_000, from_end=True), Interval(58_000, LATEST_MS)),
    (Absolute(end_ms=2_000, from_end=True), Interval(EARLIEST_MS, 58_000)),
    (Absolute(start_ms=3_000, end_ms=2_000, from_end=True), Interval(57_000, 58_000)),
    (Absolute(start_ms=90_000, from_end=True), Interval(-30_000, LATEST_MS)),
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


@given(_ANCHORS, _ANCHORS, st.sampled_from(_LONE))
def test_nearness_is_a_weight(anchor: Interval, target: Interval, relation: Relation) -> None:
    assert 0.0 < nearness(hung(relation), anchor, target) <= 1.0


def test_right_after_prefers_the_near_far_more_than_after() -> None:
    anchor, target = Interval(0, 1_000), Interval(21_000, 22_000)
    assert nearness(hung(Relation.RIGHT_AFTER), anchor, target) == pytest.approx(0.51)
    assert nearness(hung(Relation.AFTER), anchor, target) > 0.97


def test_however_far_a_target_lies_after_its_anchor_it_keeps_most_of_its_weight() -> None:
    assert nearness(hung(Relation.AFTER), Interval(0, 1), Interval(10**9, 10**9)) >= 0.8


def test_where_a_distance_is_named_the_middle_of_its_window_is_nearest() -> None:
    constraint = hung(Relation.AFTER, at_least_ms=50_000, at_most_ms=70_000)
    weights = [nearness(constraint, Interval(0, 1_000), Interval(at, at + 100))
               for at in (51_000, 61_000, 70_000)]
    assert max(weights) == weights[1]


def test_within_the_hour_does_not_mean_right_after() -> None:
    hour = hung(Relation.AFTER, at_most_ms=3_600_000)
    minute = hung(Relation.AFTER, at_most_ms=60_000)
    at_half_an_hour = Interval(1_800_000, 1_801_000)
    assert nearness(hour, Interval(0, 1_000), at_half_an_hour) > 0.3
    assert nearness(minute, Interval(0, 1_000), Interval(21_000, 22_000)) == pytest.approx(0.51)


def test_nearness_is_the_same_in_both_directions() -> None:
    one, other = Interval(0, 1_000), Interval(31_000, 32_000)
    assert nearness(hung(Relation.AFTER), one, other) == nearness(
        hung(Relation.BEFORE), other, one)


def test_relations_that_look_back_are_not_those_that_look_on() -> None:
    assert BACKWARD.isdisjoint({Relation.AFTER, Relation.RIGHT_AFTER, Relation.FROM})
