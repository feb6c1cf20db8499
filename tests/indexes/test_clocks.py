"""Windows that cut moments in two, media that say the same, and clocks of every length."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.indexes.archives import Archive
from tests.indexes.makers import moment
from trikal.indexes.temporal import Absolute, Anchored, Relation, TemporalQuery
from trikal.moments import Track

HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def long_speech(archive: Archive) -> Archive:
    """An utterance across the minute, one inside it, one that only touches it."""
    archive.hold(moment(50_000, 70_000, text="the budget crosses the minute"),
                 moment(80_000, 90_000, text="the budget is inside"),
                 moment(120_000, 130_000, text="the budget only touches"))
    return archive


@pytest.mark.parametrize(("question", "expected"), [
    ("What is said in the first minute?", [50_000]),
    ("What is said after 1:00?", [50_000, 80_000, 120_000]),
    ("What is said between 1:00 and 2:00?", [50_000, 80_000]),
    ("What is said before 2:00?", [50_000, 80_000]),
    ("What is said at 1:00?", [50_000]),
    ("What is said between 1:09 and 1:20?", [50_000]),
    ("What is said between 1:10 and 1:20?", []),
])
def test_what_straddles_a_boundary_is_there_on_both_sides(
    long_speech: Archive, question: str, expected: list[int]
) -> None:
    found = [start for _, start in long_speech.starts(question)]
    assert [start for start in found if start in expected] == expected
    # In a silence its neighbours are shown, and the trace says so.
    assert expected or "nothing there" in " ".join(long_speech.run(question).trace)


@pytest.mark.parametrize("question", [
    "Who spoke about the budget in the first minute?",
    "Who spoke about the budget between 1:00 and 1:05?",
])
def test_a_search_finds_what_straddles_its_window_too(
    long_speech: Archive, question: str
) -> None:
    assert long_speech.starts(question) == [("medium-a", 50_000)]


def test_what_straddles_the_anchor_is_both_before_and_after_it(archive: Archive) -> None:
    archive.hold(moment(10_000, 20_000, text="the bell rings"),
                 moment(15_000, 25_000, text="a slide on taxes", track=Track.SCREEN),
                 moment(5_000, 11_000, text="a slide on roads", track=Track.SCREEN))
    for relation, expected in ((Relation.AFTER, {15_000}), (Relation.BEFORE, {5_000}),
                               (Relation.DURING, {5_000, 15_000})):
        query = TemporalQuery(target="a slide", tracks=(Track.SCREEN,), constraints=(
            Anchored(relation=relation, anchor=TemporalQuery(target="the bell rings")),))
        assert {start for _, start in archive.starts(query)} == expected, relation


@pytest.fixture
def twins(archive: Archive) -> Archive:
    """Three media with the very same words, at different times."""
    archive.durations = {name: HOUR for name in ("north", "south", "west")}
    for number, name in enumerate(archive.durations):
        start = number * 600_000
        archive.hold(moment(start, text="the bell rings", media_id=name),
                     moment(start + 5_000, text="the doors open", media_id=name),
                     moment(start + 60_000, text="the choir sings", media_id=name))
    return archive


def test_of_media_with_equal_texts_all_answer(twins: Archive) -> None:
    assert sorted(twins.starts("What was said right after the bell rings?")[:3]) == [
        ("north", 5_000), ("south", 605_000), ("west", 1_205_000)]
    assert sorted(twins.starts("When did the choir sing after the bell rings?")[:3]) == [
        ("north", 60_000), ("south", 660_000), ("west", 1_260_000)]


@pytest.mark.parametrize(("name", "start"), [("north", 0), ("south", 600_000),
                                              ("west", 1_200_000)])
def test_of_media_with_equal_texts_the_named_one_alone_answers(
    twins: Archive, name: str, start: int
) -> None:
    found = twins.run(f"In {name}.mp4, what was said right after the bell rings?")
    assert found.evidence[0].moment.start_ms == start + 5_000
    assert {each.moment.media_id for each in found.evidence} == {name}
    assert found.evidence[0].anchor is not None
    assert found.evidence[0].anchor.media_id == name


def test_equal_texts_are_all_counted_and_the_third_of_each_is_its_own(twins: Archive) -> None:
    assert twins.run("How many times is “the bell rings” said?").value == 3
    assert len(twins.starts("Every time “the choir sings” is said")) == 3


def test_times_before_zero_can_be_asked_for(archive: Archive) -> None:
    archive.hold(moment(-90_000, text="the countdown begins"),
                 moment(-30_000, text="go for launch"),
                 moment(10_000, text="the tower is cleared"))
    query = TemporalQuery(constraints=(Absolute(start_ms=-120_000, end_ms=0),))
    assert [start for _, start in archive.starts(query)] == [-90_000, -30_000]
    after = archive.run("What was said right after the countdown begins?")
    assert after.evidence[0].moment.start_ms == -30_000


def test_times_of_many_days_are_exact(archive: Archive) -> None:
    archive.durations = {"medium-a": 6 * DAY}
    archive.hold(*(moment(day * DAY + HOUR, text=f"good morning of day {day}")
                   for day in range(6)),
                 moment(5 * DAY + 2 * HOUR, text="the parachutes open"))
    assert archive.starts("What was said at 25:00:00?") == [("medium-a", DAY + HOUR)]
    assert [start for _, start in archive.starts("What was said between 48:30:00 and 96:00:00?")
            ] == [2 * DAY + HOUR, 3 * DAY + HOUR]
    found = archive.run("What was said right before the parachutes open?")
    assert found.evidence[0].moment.start_ms == 5 * DAY + HOUR


@pytest.fixture
def cameras(archive: Archive) -> Archive:
    """Two cameras of one event, the second ninety seconds later; a third of another day."""
    began = datetime(2026, 5, 3, 10, 0, tzinfo=UTC)
    archive.durations = {"left": HOUR, "right": HOUR, "other": HOUR}
    archive.recorded = {"left": began, "right": began + timedelta(seconds=90),
                        "other": began + timedelta(days=1)}
    archive.hold(moment(600_000, 604_000, text="the striker scores a goal", media_id="left"),
                 moment(500_000, 503_000, text="a flag goes up", media_id="right"),
                 moment(515_000, 518_000, text="the crowd jumps up", media_id="right"),
                 moment(610_000, 613_000, text="nobody is here", media_id="other"))
    return archive


def test_an_event_on_one_camera_places_what_another_one_saw(cameras: Archive) -> None:
    found = cameras.run("Did the crowd jump up right after the striker scores a goal?")
    best = found.evidence[0]
    assert (best.moment.media_id, best.moment.start_ms) == ("right", 515_000)
    assert best.anchor is not None
    assert best.anchor.media_id == "left"


def test_what_another_camera_saw_before_is_not_after(cameras: Archive) -> None:
    found = cameras.run("Did a flag go up after the striker scores a goal?")
    assert ("right", 500_000) not in [
        (each.moment.media_id, each.moment.start_ms) for each in found.evidence]
    before = cameras.starts("Did a flag go up before the striker scores a goal?")
    assert before[0] == ("right", 500_000)


def test_another_days_camera_is_no_other_view_of_the_event(cameras: Archive) -> None:
    found = cameras.starts("Was nobody here right after the striker scores a goal?")
    assert "other" not in {media_id for media_id, _ in found}
