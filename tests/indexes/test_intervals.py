import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.indexes.intervals import (
    EARLIEST_MS,
    LATEST_MS,
    Interval,
    complement,
    hull,
    intersect,
    subtract,
    union,
)
from trikal.moments import Moment, Track

times = st.integers(-60, 60)
intervals = st.builds(lambda a, b: Interval(min(a, b), max(a, b)), times, times)


def occupied(*given: Interval) -> set[int]:
    return {ms for each in given for ms in range(each.start_ms, each.until_ms)}


@pytest.mark.parametrize(("start", "end"), [(5, 4), (EARLIEST_MS - 1, 0), (0, LATEST_MS + 1)])
def test_impossible_interval_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=str(start)):
        Interval(start, end)


def test_interval_of_a_moment() -> None:
    moment = Moment(media_id="m", track=Track.SPEECH, start_ms=-5, end_ms=7, text="", source="s")
    assert Interval.of(moment) == Interval(-5, 7)


@pytest.mark.parametrize(("time", "expected"), [(4, False), (5, True), (9, True), (10, False)])
def test_instant_overlaps_what_contains_it(time: int, expected: bool) -> None:
    assert Interval(5, 10).overlaps(Interval.at(time)) is expected
    assert Interval(5, 10).contains(Interval.at(time)) is expected


def test_touching_intervals_do_not_overlap() -> None:
    assert not Interval(0, 5).overlaps(Interval(5, 9))
    assert Interval(0, 5).gap_ms(Interval(5, 9)) == 0


def test_open_ended_intervals_reach_any_time() -> None:
    assert Interval.since(7).contains(Interval(7, 10**12))
    assert Interval.until(7).contains(Interval(-(10**12), 7))
    assert not Interval.until(7).overlaps(Interval.at(7))


@given(intervals, intervals)
def test_overlap_is_sharing_a_millisecond(a: Interval, b: Interval) -> None:
    assert a.overlaps(b) == b.overlaps(a) == bool(occupied(a) & occupied(b))


@given(intervals, intervals)
def test_intersection_holds_what_both_hold(a: Interval, b: Interval) -> None:
    shared = a.intersection(b)
    assert shared == b.intersection(a)
    assert occupied(*([shared] if shared else [])) == occupied(a) & occupied(b)


@given(intervals, intervals)
def test_contained_intervals_hold_nothing_else(a: Interval, b: Interval) -> None:
    if a.contains(b):
        assert occupied(b) <= occupied(a)
        assert a.intersection(b) == b


@given(intervals, intervals)
def test_gap_counts_the_milliseconds_between(a: Interval, b: Interval) -> None:
    between = occupied(*filter(None, [hull([a, b])])) - occupied(a, b)
    assert a.gap_ms(b) == b.gap_ms(a) == len(between)


@given(st.lists(intervals, max_size=8))
def test_union_covers_the_same_milliseconds_once(given_intervals: list[Interval]) -> None:
    joined = union(given_intervals)
    assert occupied(*joined) == occupied(*given_intervals)
    assert all(a.gap_ms(b) > 0 and a < b for a, b in zip(joined, joined[1:], strict=False))
    assert union(joined) == joined


@given(st.lists(intervals, max_size=8), st.integers(0, 20))
def test_union_bridges_gaps_up_to_the_given_length(
    given_intervals: list[Interval], bridging: int
) -> None:
    joined = union(given_intervals, bridging_ms=bridging)
    assert occupied(*given_intervals) <= occupied(*joined)
    assert all(a.gap_ms(b) > bridging for a, b in zip(joined, joined[1:], strict=False))


def test_lone_instant_stays_an_instant() -> None:
    assert union([Interval.at(3), Interval(9, 12), Interval.at(3)]) == [
        Interval.at(3), Interval(9, 12)
    ]
    assert hull([Interval.at(3)]) == Interval.at(3)
    assert hull([]) is None


@given(st.lists(intervals, max_size=5), st.lists(intervals, max_size=5))
def test_lists_of_intervals_are_sets_of_milliseconds(
    left: list[Interval], right: list[Interval]
) -> None:
    both, only = intersect(left, right), subtract(left, right)
    assert occupied(*both) == occupied(*left) & occupied(*right)
    assert occupied(*only) == occupied(*left) - occupied(*right)
    for listed in (both, only):
        assert listed == sorted(listed)
        assert sum(len(occupied(each)) for each in listed) == len(occupied(*listed))


@given(st.lists(intervals, max_size=5))
def test_the_complement_is_all_the_rest(given_: list[Interval]) -> None:
    rest = complement(given_)
    assert intersect(rest, given_) == []
    assert union([*rest, *given_]) == [Interval(EARLIEST_MS, LATEST_MS)]
