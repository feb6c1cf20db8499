"""Every occurrence: counted, listed and numbered, held to a count by hand."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.indexes.archives import Archive
from tests.indexes.makers import moment
from trikal.indexes.intervals import Interval
from trikal.indexes.moment_search import Evidence
from trikal.indexes.occurrences import ADJOINING_MS, Event, joined
from trikal.indexes.phrases import says
from trikal.indexes.temporal import Absolute, Anchored, Ask, Relation, TemporalQuery
from trikal.moments import Moment, Track, Unit

SAID = st.sampled_from(("the budget is tight", "a budget", "budgets rise", "rain again",
                        "The Budget!", "no", "budget, budget"))


def told(*starts_and_texts: tuple[int, str], **fields: Any) -> list[Moment]:
    return [moment(start, start + 2_000, text=text, **fields) for start, text in starts_and_texts]


def query(ask: Ask = Ask.MOMENTS, *, target: str = "budget", **fields: Any) -> TemporalQuery:
    return TemporalQuery(target=target, verbatim=True, ask=ask, **fields)


@pytest.fixture
def talk(archive: Archive) -> Archive:
    archive.hold(*told((0, "the budget is tight"), (10_000, "rain again"), (20_000, "a budget"),
                       (30_000, "the vote"), (40_000, "The Budget!"), (50_000, "rain again")))
    return archive


@settings(max_examples=20, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 50), SAID), min_size=1, max_size=12,
                unique_by=lambda one: one[0]),
       st.integers(0, 100_000), st.integers(0, 100_000), st.integers(-4, 4).filter(bool))
def test_counts_lists_and_ordinals_agree_with_a_count_by_hand(
    archive: Archive, said: list[tuple[int, str]], one: int, other: int, ordinal: int
) -> None:
    archive.index.delete_media("medium-a")
    moments = told(*((2_000 * n, text) for n, text in said))
    archive.hold(*moments)
    window = Absolute(start_ms=min(one, other), end_ms=max(one, other))
    inside = Interval(min(one, other), max(one, other))
    by_hand = sorted((each for each in moments if says(each.text, "budget")
                      and Interval.of(each).overlaps(inside)), key=lambda each: each.start_ms)
    assert archive.run(query(Ask.COUNT, constraints=(window,))).value == len(by_hand)
    found = archive.run(query(Ask.EVERY, constraints=(window,)))
    assert [each.moment for each in found.evidence] == by_hand
    nth = archive.run(query(ordinal=ordinal, constraints=(window,))).evidence
    place = ordinal - 1 if ordinal > 0 else len(by_hand) + ordinal
    assert [each.moment for each in nth] == (
        [by_hand[place]] if 0 <= place < len(by_hand) else [])


@pytest.mark.parametrize(("ordinal", "start"), [(1, 0), (2, 20_000), (3, 40_000), (-1, 40_000),
                                                (-3, 0)])
def test_an_ordinal_counts_from_either_end(talk: Archive, ordinal: int, start: int) -> None:
    assert talk.starts(query(ordinal=ordinal)) == [("medium-a", start)]


@pytest.mark.parametrize(("ordinal", "words"), [
    (4, "no 4th “budget” there, only 3"), (-4, "no last but 3 “budget” there, only 3"),
])
def test_an_ordinal_beyond_the_last_says_how_many_there_are(
    talk: Archive, ordinal: int, words: str
) -> None:
    found = talk.run(query(ordinal=ordinal))
    assert found.evidence == ()
    assert words in found.absent


@pytest.mark.parametrize(("relation", "starts"), [
    (Relation.BEFORE, [0, 20_000]), (Relation.AFTER, [40_000]),
])
def test_occurrences_beside_an_event_are_counted_there_only(
    talk: Archive, relation: Relation, starts: list[int]
) -> None:
    hung = Anchored(relation=relation, anchor=TemporalQuery(target="the vote", verbatim=True))
    found = talk.run(query(Ask.EVERY, constraints=(hung,)))
    assert [each.moment.start_ms for each in found.evidence] == starts
    assert talk.run(query(Ask.COUNT, constraints=(hung,))).value == len(starts)


def test_what_nobody_says_is_counted_as_never(talk: Archive) -> None:
    found = talk.run(query(Ask.COUNT, target="penguins"))
    assert (found.value, found.evidence, found.absent) == (0, (), "")
    assert "“penguins” is there 0 times in these very words" in found.trace


def test_each_medium_counts_for_itself(archive: Archive) -> None:
    archive.durations["medium-b"] = 60_000
    archive.hold(*told((0, "budget"), (9_000, "budget")),
                 *told((5_000, "budget"), (7_000, "budget"), media_id="medium-b"))
    assert archive.run(query(Ask.COUNT)).value == 4
    assert sorted(archive.starts(query(ordinal=2))) == [("medium-a", 9_000), ("medium-b", 7_000)]


def test_passages_and_frames_are_no_occurrences(archive: Archive) -> None:
    archive.hold(*told((0, "budget")), *told((0, "budget and more"), unit=Unit.PASSAGE),
                 *told((5_000, "budget"), track=Track.SCREEN))
    assert archive.run(query(Ask.COUNT)).value == 2
    assert archive.run(query(Ask.COUNT, tracks=(Track.SCREEN,))).value == 1


@pytest.mark.parametrize("question", [
    "How many times is the word 'budget' said?", "How often is \"budget\" mentioned?",
    "Count every mention of \"budget\"", "how many times does anyone say “budget”?",
])
def test_a_count_is_asked_for_in_many_words(talk: Archive, question: str) -> None:
    assert talk.run(question).value == 3


def evidence(start: int, end: int, score: float = 1.0, **fields: Any) -> Evidence:
    return Evidence(moment=moment(start, end, **fields), score=score)


def test_similar_moments_that_adjoin_are_one_event_shown_by_the_best() -> None:
    one, two = evidence(0, 1_000, 0.5), evidence(1_000 + ADJOINING_MS, 20_000, 0.9)
    (event,) = joined([two, one])
    assert event == Event(evidence=two, interval=Interval(0, 20_000))


def test_a_little_more_apart_they_are_two() -> None:
    found = joined([evidence(0, 1_000), evidence(1_001 + ADJOINING_MS, 20_000)])
    assert [each.interval for each in found] == [
        Interval(0, 1_000), Interval(1_001 + ADJOINING_MS, 20_000)]


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 9), st.sampled_from("ab"),
                          st.sampled_from((Track.SPEECH, Track.SCREEN))), max_size=12))
def test_events_cover_all_evidence_and_keep_media_and_tracks_apart(told_: list[Any]) -> None:
    given_ = [evidence(start * 1_000, (start + length) * 1_000, media_id=medium, track=track)
              for start, length, medium, track in told_]
    found = joined(given_)
    for each in given_:
        assert any(event.moment.media_id == each.moment.media_id
                   and event.moment.track is each.moment.track
                   and event.interval.contains(Interval.of(each.moment)) for event in found)
    for n, one in enumerate(found):
        for other in found[n + 1:]:
            if (one.moment.media_id, one.moment.track) == (other.moment.media_id,
                                                           other.moment.track):
                assert one.interval.gap_ms(other.interval) > ADJOINING_MS
