"""Times on the wall clock: past midnight, at its very edge, on the days of a recording."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.indexes.intervals import Interval
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.rules import read_question
from trikal.indexes.temporal import Absolute, Clock

HOUR, DAY = 3_600_000, 86_400_000
MIDNIGHT = datetime(2026, 3, 10).astimezone()


def recorded(at_hour: float, hours: float) -> MediumFacts:
    return MediumFacts(duration_ms=round(hours * HOUR),
                       recorded_at=MIDNIGHT + timedelta(hours=at_hour))


def wall(question: str) -> tuple[int | None, int | None]:
    (window,) = read_question(question).query.constraints
    assert isinstance(window, Absolute)
    assert window.clock is Clock.WALL
    return window.start_ms, window.end_ms


@every(("question", "window"), [
    ("What was said between 11 pm and 1 am?", (23 * HOUR, 25 * HOUR)),
    ("What was said from 10 pm to 6 am?", (22 * HOUR, 30 * HOUR)),
    ("What was said between 9 am and 5 pm?", (9 * HOUR, 17 * HOUR)),
    ("What was said between 4 pm and 3 pm?", (15 * HOUR, 16 * HOUR)),
    ("What was said between 12 am and 1 am?", (0, HOUR)),
    ("What was said between 12 pm and 1 pm?", (12 * HOUR, 13 * HOUR)),
    ("What was said after 13:00 hours?", (13 * HOUR, None)),
    ("What was said before 9:30 am?", (None, 9 * HOUR + HOUR // 2)),
    ("What was said at 12 am?", (0, 0)),
    ("What was said at 12 pm?", (12 * HOUR, 12 * HOUR)),
    ("What was said after 24:00 hours?", (24 * HOUR, None)),
])
def test_a_window_of_the_day_is_read(question: str, window: tuple[Any, Any]) -> None:
    assert wall(question) == window


@pytest.mark.parametrize("question", [
    "What was said at 25:00 pm?", "What was said at 13 pm?", "What was said at 0 pm?",
    "What was said at 31:00 hours?",
])
def test_what_no_clock_shows_is_no_time_of_day(question: str) -> None:
    read = read_question(question).query.constraints
    assert not any(isinstance(each, Absolute) and each.clock is Clock.WALL for each in read)


def test_a_night_is_found_whichever_side_of_midnight_the_recording_began() -> None:
    evening, morning = recorded(22, 4), recorded(0.5, 4)
    assert Interval(HOUR, 3 * HOUR) in evening.on_wall_clock(23 * HOUR, 25 * HOUR)
    assert Interval(-3 * HOUR // 2, HOUR // 2) in morning.on_wall_clock(23 * HOUR, 25 * HOUR)


def test_each_day_of_a_long_recording_has_its_window() -> None:
    found = recorded(12, 50).on_wall_clock(13 * HOUR, 14 * HOUR)
    assert found == [Interval(day * DAY + HOUR, day * DAY + 2 * HOUR) for day in range(3)]


@pytest.mark.parametrize(("start", "end", "expected"), [
    (None, None, Interval(-12 * HOUR, 12 * HOUR)),
    (None, 13 * HOUR, Interval(-12 * HOUR, HOUR)),
    (13 * HOUR, None, Interval(HOUR, 12 * HOUR)),
    (13 * HOUR, 13 * HOUR, Interval(HOUR, HOUR)),
])
def test_a_time_of_day_is_put_on_the_medium_s_clock(
    start: int | None, end: int | None, expected: Interval
) -> None:
    assert recorded(12, 1).on_wall_clock(start, end) == [expected]


@pytest.mark.parametrize(("start", "end"), [
    (24 * HOUR + HOUR // 2, None), (24 * HOUR, None), (90 * HOUR, None), (24 * HOUR, 24 * HOUR),
])
def test_a_time_behind_the_day_s_end_is_one_of_the_next(start: int, end: int | None) -> None:
    found = recorded(23, 3).on_wall_clock(start, end)
    same = recorded(23, 3).on_wall_clock(start % DAY, end and end % DAY)
    extent = Interval(0, 3 * HOUR)
    assert [each for each in found if each.overlaps(extent)] == [
        each for each in same if each.overlaps(extent)]


def test_a_medium_of_unknown_day_has_no_wall_clock() -> None:
    assert MediumFacts(duration_ms=HOUR).on_wall_clock(0, HOUR) == []
    assert not MediumFacts(duration_ms=HOUR).was_recorded_on(MIDNIGHT.date())


@given(began=st.integers(0, 23), length=st.integers(1, 60),
       start=st.integers(0, 24 * 60), minutes=st.integers(0, 24 * 60))
def test_a_millisecond_is_in_a_window_exactly_when_its_clock_is(
    began: int, length: int, start: int, minutes: int
) -> None:
    facts = recorded(began, length)
    first, last = start * 60_000, (start + minutes) * 60_000
    windows = facts.on_wall_clock(first, last)
    for at_ms in range(0, facts.duration_ms, facts.duration_ms // 7 + 1):
        of_day = (began * HOUR + at_ms) % DAY
        shown = any(first <= of_day + day < max(last, first + 1) for day in (0, DAY, 2 * DAY))
        assert any(each.overlaps(Interval.at(at_ms)) for each in windows) == shown


@given(began=st.integers(0, 47), length=st.integers(1, 80), day=st.integers(-1, 6))
def test_a_medium_was_recorded_on_every_day_that_it_touches(
    began: int, length: int, day: int
) -> None:
    facts = recorded(began, length)
    touched = {(MIDNIGHT + timedelta(hours=began + hour)).date() for hour in range(length + 1)}
    asked = (MIDNIGHT + timedelta(days=day)).date()
    assert facts.was_recorded_on(asked) == (asked in touched)


def test_two_recordings_of_one_time_are_put_on_each_other_s_clocks_in_any_zone() -> None:
    from trikal.indexes.media_facts import parallel

    here = datetime(2026, 3, 10, 9, tzinfo=UTC)
    media = {
        "a": MediumFacts(duration_ms=HOUR, recorded_at=here),
        "b": MediumFacts(duration_ms=HOUR, recorded_at=(here + timedelta(minutes=10)).astimezone()),
        "c": MediumFacts(duration_ms=HOUR, recorded_at=here + timedelta(hours=1)),
        "d": MediumFacts(duration_ms=HOUR), "e": MediumFacts(recorded_at=here),
    }
    assert parallel(media, "a") == {"b": -600_000}
    assert parallel(media, "b") == {"a": 600_000, "c": -50 * 60_000}
    assert parallel(media, "d") == parallel(media, "e") == parallel(media, "missing") == {}
