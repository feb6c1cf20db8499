"""Clocks of media: the wall clock, days of recording, and media recorded side by side."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.media_facts import MediumFacts, parallel, shifted

DAY_MS = 86_400_000
# No zone changes its clocks in the middle of January.
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC).astimezone()

began = st.integers(-5_000, 5_000).map(lambda minutes: NOON + timedelta(minutes=minutes))
facts = st.builds(MediumFacts, duration_ms=st.integers(0, 3 * DAY_MS),
                  recorded_at=st.one_of(st.none(), began))
known = st.builds(MediumFacts, duration_ms=st.integers(1, 3 * DAY_MS), recorded_at=began)
times_of_day = st.integers(0, DAY_MS - 1)


def time_of_day(medium: MediumFacts, at_ms: int) -> int:
    assert medium.recorded_at is not None
    then = (medium.recorded_at + timedelta(milliseconds=at_ms)).astimezone(NOON.tzinfo)
    return (then - then.replace(hour=0, minute=0, second=0, microsecond=0)) // timedelta(
        milliseconds=1)


@given(known, times_of_day, st.integers(1, DAY_MS), st.floats(0, 1, exclude_max=True))
def test_a_time_is_in_a_window_exactly_when_the_clock_on_the_wall_says_so(
    medium: MediumFacts, start: int, length: int, share: float
) -> None:
    at = int(share * medium.duration_ms)
    windows = medium.on_wall_clock(start, start + length)
    shown = any(each.overlaps(Interval.at(at)) for each in windows)
    assert shown is ((time_of_day(medium, at) - start) % DAY_MS < length)


@given(known, times_of_day)
def test_windows_come_in_time_order_one_a_day(medium: MediumFacts, start: int) -> None:
    windows = medium.on_wall_clock(start, start + 1_000)
    assert windows == sorted(windows)
    assert {after.start_ms - before.start_ms
            for before, after in zip(windows, windows[1:], strict=False)} <= {DAY_MS}
    assert all(time_of_day(medium, each.start_ms) == start for each in windows)


@given(known, times_of_day)
def test_an_open_window_ends_or_begins_at_midnight(medium: MediumFacts, time: int) -> None:
    assert all(time_of_day(medium, each.end_ms) == 0 for each in medium.on_wall_clock(time, None))
    assert all(time_of_day(medium, each.start_ms) == 0 for each in medium.on_wall_clock(None, time))


@given(facts, st.integers(-6, 8))
def test_a_medium_was_recorded_on_each_day_that_it_touches(medium: MediumFacts, days: int) -> None:
    day = NOON.date() + timedelta(days=days)
    if medium.recorded_at is None:
        assert not medium.was_recorded_on(day)
        return
    first = medium.recorded_at.astimezone(NOON.tzinfo).date()
    last = (medium.recorded_at + timedelta(milliseconds=medium.duration_ms)).astimezone(
        NOON.tzinfo).date()
    assert medium.was_recorded_on(day) is (day in {
        first + timedelta(days=n) for n in range((last - first).days + 1)})


@given(st.dictionaries(st.sampled_from("abc"), facts), st.sampled_from("abcd"))
def test_what_ran_at_the_same_time_is_found_from_either_side(
    media: dict[str, MediumFacts], own: str
) -> None:
    for other, shift in parallel(media, own).items():
        assert other != own
        assert parallel(media, other)[own] == -shift
        theirs, mine = media[other].extent(), media[own].extent()
        assert theirs is not None
        assert mine is not None
        assert shifted(mine, shift).overlaps(theirs)


@given(known, st.integers(0, DAY_MS))
def test_a_second_camera_shows_the_same_moment_at_its_own_time(
    medium: MediumFacts, late_ms: int
) -> None:
    assert medium.recorded_at is not None
    later = MediumFacts(duration_ms=DAY_MS, recorded_at=medium.recorded_at + timedelta(
        milliseconds=late_ms))
    found = parallel({"a": medium, "b": later}, "a")
    assert found == ({"b": -late_ms} if late_ms < medium.duration_ms else {})


@given(st.integers(-DAY_MS, DAY_MS), st.integers(0, DAY_MS), st.integers(-DAY_MS, DAY_MS))
def test_a_shift_and_its_way_back_change_nothing(start: int, length: int, by_ms: int) -> None:
    for each in (Interval(start, start + length), Interval.since(start), Interval.until(start),
                 Interval(EARLIEST_MS, LATEST_MS)):
        moved = shifted(each, by_ms)
        assert shifted(moved, -by_ms) == each
        assert (moved.start_ms == EARLIEST_MS) is (each.start_ms == EARLIEST_MS)
        assert (moved.end_ms == LATEST_MS) is (each.end_ms == LATEST_MS)


@pytest.mark.parametrize("duration_ms", [0, -5])
def test_a_medium_of_unknown_length_has_no_extent(duration_ms: int) -> None:
    unknown = MediumFacts(duration_ms=duration_ms, recorded_at=NOON)
    assert unknown.extent() is None
    assert parallel({"a": unknown, "b": MediumFacts(duration_ms=9, recorded_at=NOON)}, "a") == {}
    assert not MediumFacts().was_recorded_on(date(2026, 3, 10))
