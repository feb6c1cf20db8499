import pytest

from tests.every import every
from tests.indexes.makers import moment
from trikal.indexes.intervals import Interval
from trikal.indexes.payload import PLACE, from_payload, places, to_payload


@every("start", [-60_001, -1, 0, 59_999, 60_000, 90_000_000])
def test_a_moment_lies_at_one_of_the_places_of_its_start(start: int) -> None:
    stored = to_payload(moment(start))
    assert stored[PLACE] in places([stored["media_id"]], [Interval(start - 5, start + 1)])
    assert stored[PLACE] in places([stored["media_id"]], [Interval.at(start)])


def test_places_are_of_each_medium_and_minute() -> None:
    assert places(["a", "b"], [Interval(59_000, 60_001), Interval(60_000, 60_500)]) == (
        "a/0", "a/1", "b/0", "b/1")
    assert places(["a"], [Interval(0, 60_000)]) == ("a/0",)


@pytest.mark.parametrize("starts", [[Interval.since(0)], [Interval.until(0)],
                                    [Interval(0, 3_900_001)]])
def test_too_many_places_are_not_named(starts: list[Interval]) -> None:
    assert places(["a"], starts) == ()
    assert places([], [Interval(0, 1)]) == ()


def test_a_payload_is_the_moment_again() -> None:
    stored = moment(5, 7, speaker="A. Rao", recorded_at="2026-01-02T03:04:05+05:30")
    assert from_payload(to_payload(stored)) == stored
