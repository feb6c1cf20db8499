"""What is asked of events in time: lengths, stretches between two, doubts, and what was taken."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.indexes.archives import Archive
from tests.indexes.makers import moment
from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.temporal import (
    Absolute,
    Ambiguous,
    Anchored,
    Ask,
    Part,
    Relation,
    Scope,
    TemporalQuery,
)
from trikal.indexes.trace import StepKind
from trikal.moments import Track, Unit

LINES = ((0, 4_000, "the ferry leaves the harbour"), (10_000, 14_000, "a bell rings"),
         (20_000, 26_000, "captain speaks of the weather"), (30_000, 34_000, "a bell rings"),
         (40_000, 44_000, "the island is near"), (50_000, 53_000, "passengers go ashore"))


def event(target: str, **fields: Any) -> TemporalQuery:
    return TemporalQuery(target=target, verbatim=True, **fields)


def hung(relation: Relation, anchor: str, other: str | None = None, **fields: Any) -> Anchored:
    return Anchored(relation=relation, anchor=event(anchor),
                    other=event(other) if other else None, **fields)


@pytest.fixture
def voyage(archive: Archive) -> Archive:
    archive.hold(*(moment(start, end, text=text) for start, end, text in LINES))
    archive.durations["medium-a"] = 60_000
    return archive


def measured(archive: Archive, *constraints: Anchored, target: str = "") -> int | None:
    return archive.run(TemporalQuery(target=target, verbatim=bool(target), ask=Ask.DURATION,
                                     constraints=constraints)).value


@pytest.mark.parametrize(("one", "other", "ms"), [
    ("the ferry leaves", "the island is near", 36_000),
    ("the island is near", "the ferry leaves", 36_000),
    ("captain speaks", "passengers go ashore", 24_000),
])
def test_the_time_between_two_events_is_from_the_first_s_end_to_the_second_s_start(
    voyage: Archive, one: str, other: str, ms: int
) -> None:
    assert measured(voyage, hung(Relation.BETWEEN, one, other)) == ms


@pytest.mark.parametrize(("relation", "anchor", "target", "ms"), [
    (Relation.AFTER, "the ferry leaves", "captain speaks", 16_000),
    (Relation.BEFORE, "passengers go ashore", "captain speaks", 24_000),
])
def test_the_time_from_an_event_to_a_target_is_measured_between_them(
    voyage: Archive, relation: Relation, anchor: str, target: str, ms: int
) -> None:
    assert measured(voyage, hung(relation, anchor), target=target) == ms


def test_the_length_of_an_event_is_its_own(voyage: Archive) -> None:
    found = voyage.run(TemporalQuery(target="captain speaks", verbatim=True, ask=Ask.DURATION))
    assert found.value == 6_000
    assert "it lasts from 0:20 to 0:26" in found.trace


def test_what_is_nowhere_lasts_for_no_time(archive: Archive) -> None:
    archive.hold(moment(0, 1_000, text="rain", track=Track.SCREEN))
    found = archive.run(TemporalQuery(target="penguins", ask=Ask.DURATION,
                                      tracks=(Track.SPEECH,)))
    assert (found.value, found.evidence) == (None, ())
    assert found.absent == "there is nothing at that place"


@pytest.mark.parametrize(("one", "other", "texts"), [
    ("the ferry leaves", "captain speaks", ["a bell rings"]),
    ("captain speaks", "the ferry leaves", ["a bell rings"]),
    ("captain speaks", "passengers go ashore", ["a bell rings", "the island is near"]),
])
def test_between_two_events_only_what_lies_there_is_listed(
    voyage: Archive, one: str, other: str, texts: list[str]
) -> None:
    query = TemporalQuery(constraints=(hung(Relation.BETWEEN, one, other),))
    assert voyage.texts(query) == texts


def test_until_the_next_is_the_next_after_the_event_and_no_other(voyage: Archive) -> None:
    query = TemporalQuery(constraints=(
        hung(Relation.UNTIL_NEXT, "captain speaks", "a bell rings"),))
    found = voyage.run(query)
    assert [each.moment.text for each in found.evidence] == ["captain speaks of the weather"]
    assert any("leaves 0:20 to 0:30" in each for each in found.trace)


def test_where_no_next_follows_there_is_no_such_time(voyage: Archive) -> None:
    query = TemporalQuery(constraints=(
        hung(Relation.UNTIL_NEXT, "passengers go ashore", "a bell rings"),))
    found = voyage.run(query)
    assert found.evidence == ()
    assert found.absent.startswith("there is no time from (“passengers go ashore”) until the next")


@pytest.mark.parametrize(("least", "most", "texts"), [
    (0, 10_000, ["a bell rings"]), (30_000, None, ["the island is near", "passengers go ashore"]),
    (15_000, 23_000, ["captain speaks of the weather"]),
])
def test_a_distance_is_kept_to(
    voyage: Archive, least: int, most: int | None, texts: list[str]
) -> None:
    constraint = hung(Relation.AFTER, "the ferry leaves", at_least_ms=least, at_most_ms=most)
    assert voyage.texts(TemporalQuery(constraints=(constraint,)))[:len(texts)] == texts


def test_two_conditions_hold_at_once(voyage: Archive) -> None:
    query = TemporalQuery(constraints=(
        hung(Relation.AFTER, "captain speaks"), hung(Relation.BEFORE, "the island is near")))
    assert voyage.texts(query)[0] == "a bell rings"
    assert voyage.starts(query)[0] == ("medium-a", 30_000)


def test_conditions_that_leave_nothing_are_told(voyage: Archive) -> None:
    query = TemporalQuery(constraints=(
        hung(Relation.AFTER, "the island is near"), hung(Relation.BEFORE, "the ferry leaves")))
    found = voyage.run(query)
    assert found.evidence == ()
    assert "the events lie so that nothing is" in found.absent or "no time" in found.absent


def test_an_event_that_is_there_twice_is_doubted_and_can_be_settled(voyage: Archive) -> None:
    query = TemporalQuery(constraints=(hung(Relation.RIGHT_AFTER, "a bell rings"),))
    (doubt,) = voyage.run(query).doubts
    assert doubt.words == "“a bell rings” is there 2 times. Which one is meant?"
    assert [each.endswith(time) for each, time in zip(doubt.choices, ("0:10", "0:30"),
                                                      strict=True)] == [True, True]
    settled = [voyage.texts(query.replacing(doubt.part, each))[0] for each in doubt.narrowed]
    assert settled == ["captain speaks of the weather", "the island is near"]
    for each in doubt.narrowed:
        assert voyage.run(query.replacing(doubt.part, each)).doubts == ()


@pytest.mark.parametrize("anchor", [
    event("a bell rings", ordinal=2), event("the island is near"),
    event("a bell rings", ask=Ask.EVERY), TemporalQuery(target="bell"),
])
def test_what_is_clear_is_not_doubted(voyage: Archive, anchor: TemporalQuery) -> None:
    query = TemporalQuery(constraints=(Anchored(relation=Relation.AFTER, anchor=anchor),))
    assert voyage.run(query).doubts == ()


def test_an_ordinal_event_is_that_one(voyage: Archive) -> None:
    for ordinal, text in ((1, "captain speaks of the weather"), (-1, "the island is near")):
        anchor = event("a bell rings", ordinal=ordinal)
        query = TemporalQuery(constraints=(
            Anchored(relation=Relation.RIGHT_AFTER, anchor=anchor),))
        assert voyage.texts(query)[0] == text


def test_an_event_meant_every_time_is_followed_every_time(voyage: Archive) -> None:
    anchor = event("a bell rings", ask=Ask.EVERY)
    query = TemporalQuery(constraints=(Anchored(relation=Relation.RIGHT_AFTER, anchor=anchor),))
    assert set(voyage.texts(query)) >= {"captain speaks of the weather", "the island is near"}


def test_events_may_hang_on_events(voyage: Archive) -> None:
    inner = Anchored(relation=Relation.AFTER, anchor=event("captain speaks"))
    bell = event("a bell rings", constraints=(inner,))
    query = TemporalQuery(constraints=(Anchored(relation=Relation.RIGHT_AFTER, anchor=bell),))
    found = voyage.run(query)
    assert found.evidence[0].moment.text == "the island is near"
    assert [each.text for each in found.taken] == ["captain speaks", "a bell rings"]
    assert [step.kind for step in found.steps].count(StepKind.ANCHOR) == 2


def test_a_time_of_two_readings_is_followed_in_both_and_asked_about(archive: Archive) -> None:
    archive.durations["medium-a"] = 2 * 3_600_000
    archive.hold(moment(65_000, 66_000, text="after a minute"),
                 moment(3_900_000, 3_901_000, text="after an hour"))
    readings = tuple(Absolute(start_ms=at, end_ms=at) for at in (65_000, 3_900_000))
    query = TemporalQuery(constraints=(Ambiguous(text="1:05", readings=readings),))
    found = archive.run(query)
    assert [each.moment.text for each in found.evidence] == ["after a minute", "after an hour"]
    (doubt,) = found.doubts
    assert doubt.words == "What does “1:05” mean?"
    assert doubt.choices == ("at 1:05", "at 1:05:00")
    for narrowed, text in zip(doubt.narrowed, ("after a minute", "after an hour"), strict=True):
        assert archive.texts(query.replacing(doubt.part, narrowed)) == [text]


def test_where_only_one_reading_finds_anything_nothing_is_asked(archive: Archive) -> None:
    archive.hold(moment(65_000, 66_000, text="after a minute"))
    readings = (Absolute(start_ms=9_000_000, end_ms=9_000_000), Absolute(start_ms=65_000,
                                                                         end_ms=65_000))
    found = archive.run(TemporalQuery(constraints=(Ambiguous(text="x", readings=readings),)))
    assert [each.moment.text for each in found.evidence] == ["after a minute"]
    assert found.doubts == ()


def test_another_camera_s_view_of_the_time_is_found(archive: Archive) -> None:
    began = datetime(2026, 1, 1, 9, tzinfo=UTC)
    archive.durations = {"medium-a": 60_000, "medium-b": 60_000}
    archive.recorded = {"medium-a": began, "medium-b": began - timedelta(seconds=20)}
    archive.hold(moment(10_000, 12_000, text="the goal"),
                 moment(33_000, 35_000, text="fans cheer", media_id="medium-b"))
    query = TemporalQuery(target="fans cheer", scope=Scope(media=("medium-b.mp4",)),
                          constraints=(hung(Relation.AFTER, "the goal"),))
    assert archive.run(query).evidence == ()  # the event itself is outside that scope
    found = archive.run(query.model_copy(update={"scope": Scope()}))
    assert [each.moment.media_id for each in found.evidence] == ["medium-b"]


@pytest.mark.parametrize(("part", "texts"), [
    (Part(start=0.0, end=0.0), []), (Part(start=1.0, end=1.0), []),
    (Part(start=0.0, end=0.1), ["the ferry leaves the harbour"]),
    (Part(start=0.3, end=0.4), ["captain speaks of the weather"]),
    (Part(start=0.8, end=1.0), ["passengers go ashore"]),
])
def test_a_part_of_the_whole_is_looked_at(voyage: Archive, part: Part, texts: list[str]) -> None:
    assert voyage.texts(TemporalQuery(constraints=(part,))) == texts


def test_a_stretch_as_an_event_is_followed_by_what_comes_after_all_of_it(archive: Archive) -> None:
    archive.hold(*(moment(n * 5_000, n * 5_000 + 4_000, text=f"storm and rain {n}")
                   for n in range(4)), moment(30_000, 34_000, text="the sun is out"))
    inner = TemporalQuery(target="storm and rain", ask=Ask.SPANS)
    query = TemporalQuery(constraints=(Anchored(relation=Relation.RIGHT_AFTER, anchor=inner),))
    assert archive.texts(query)[0] == "the sun is out"


def test_only_what_may_be_seen_is_found(voyage: Archive) -> None:
    query = TemporalQuery(target="a bell rings", verbatim=True, ask=Ask.COUNT)
    assert voyage.run(query, scope=MomentFilter(windows=(Interval(0, 15_000),))).value == 1
    assert voyage.run(query, scope=MomentFilter(media_ids=("other",))).value == 0
    assert voyage.run(query, scope=MomentFilter(units=(Unit.OBSERVATION,))).value == 2
