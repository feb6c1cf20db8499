"""Temporal queries against the real embedded engine."""

from typing import Any

import pytest

from tests.indexes.archives import Archive
from tests.indexes.makers import moment
from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.temporal import Absolute, Anchored, Relation, TemporalQuery
from trikal.moments import Track, Unit


@pytest.fixture
def match(archive: Archive) -> Archive:
    """A match in five utterances, ten seconds apart, with a silence after each."""
    archive.hold(*(
        moment(start, start + 8_000, text=text) for start, text in (
            (0, "the whistle blows and the match begins"),
            (10_000, "a long pass over the midfield"),
            (20_000, "what a goal by the striker"),
            (30_000, "the crowd is singing and dancing"),
            (40_000, "the referee shows a yellow card"),
        )
    ))
    return archive


def _anchored(relation: Relation, anchor: str, target: str = "", **fields: Any) -> TemporalQuery:
    constraint = Anchored(relation=relation, anchor=TemporalQuery(target=anchor))
    return TemporalQuery(target=target, constraints=(constraint,), **fields)


def test_what_came_after_an_event_comes_nearest_first(match: Archive) -> None:
    assert match.texts("What happened after the goal by the striker?")[:2] == [
        "the crowd is singing and dancing", "the referee shows a yellow card"]


def test_what_came_before_an_event_comes_nearest_first(match: Archive) -> None:
    assert match.texts("What happened before the goal by the striker?")[:2] == [
        "a long pass over the midfield", "the whistle blows and the match begins"]


@pytest.mark.parametrize(("question", "first"), [
    ("What happened right after the goal by the striker?", "the crowd is singing and dancing"),
    ("What happened right before the goal by the striker?", "a long pass over the midfield"),
    ("What a goal by the striker; what came next?", "the crowd is singing and dancing"),
    ("What happened during the goal by the striker?", "what a goal by the striker"),
])
def test_the_neighbour_on_the_asked_side_leads(
    match: Archive, question: str, first: str
) -> None:
    found = match.run(question)
    assert found.evidence[0].moment.text == first
    assert found.evidence[0].anchor is not None
    assert found.evidence[0].anchor.text == "what a goal by the striker"
    assert found.taken[0].evidence[0].moment.text == "what a goal by the striker"


def test_a_target_is_searched_only_on_the_asked_side_of_its_anchor(archive: Archive) -> None:
    archive.hold(
        moment(0, text="applause for the speaker one"),
        moment(10_000, text="the budget is read"),
        moment(20_000, text="applause for the speaker two"),
    )
    after = archive.run("Is there applause after the budget is read?")
    before = archive.run("Is there applause before the budget is read?")
    assert after.evidence[0].moment.text == "applause for the speaker two"
    assert before.evidence[0].moment.text == "applause for the speaker one"


def test_right_after_prefers_the_near_to_the_slightly_better(archive: Archive) -> None:
    archive.hold(
        moment(0, text="the bell rings"),
        moment(5_000, text="great applause"),
        moment(600_000, text="great applause"),
    )
    found = archive.run(_anchored(Relation.RIGHT_AFTER, "the bell rings", "great applause"))
    assert [each.moment.start_ms for each in found.evidence][:2] == [5_000, 600_000]
    assert found.evidence[0].score > found.evidence[1].score


def test_a_moment_that_straddles_the_anchors_end_is_found_from_both_sides(
    archive: Archive
) -> None:
    archive.hold(
        moment(10_000, 20_000, text="the bell rings"),
        moment(5_000, 25_000, text="a map of the river", track=Track.SCREEN),
    )
    for relation in (Relation.BEFORE, Relation.DURING, Relation.AFTER):
        query = _anchored(relation, "the bell rings", "map of the river", tracks=(Track.SCREEN,))
        assert archive.texts(query) == ["a map of the river"], relation


def test_a_moment_wholly_on_the_other_side_is_never_found(archive: Archive) -> None:
    archive.hold(
        moment(10_000, 20_000, text="the bell rings"),
        moment(0, 10_000, text="a map of the river"),
    )
    query = _anchored(Relation.AFTER, "the bell rings", "map of the river")
    assert "a map of the river" not in archive.texts(query)


def test_without_a_track_the_nearest_neighbour_is_one_on_the_anchors_track(
    match: Archive
) -> None:
    match.hold(moment(28_500, 29_000, text="GOAL 1:0", track=Track.SCREEN))
    assert match.texts("What happened after the goal by the striker?")[0] == (
        "the crowd is singing and dancing")


def test_the_asked_track_is_listed_even_if_the_anchor_is_on_another(match: Archive) -> None:
    match.hold(moment(32_000, 33_000, text="GOAL 1:0", track=Track.SCREEN),
               moment(1_000, 2_000, text="WELCOME", track=Track.SCREEN))
    question = "What was on the screen after the goal by the striker?"
    assert match.texts(question) == ["GOAL 1:0"]


def test_an_anchor_that_is_nowhere_gives_no_evidence_and_says_so(archive: Archive) -> None:
    found = archive.run("What happened after the goal?")
    assert found.evidence == found.taken == ()
    assert "found nothing like “the goal”" in found.trace


def test_an_anchor_outside_the_scope_is_nowhere(match: Archive) -> None:
    found = match.run("What happened after the goal?", scope=MomentFilter(media_ids=("other",)))
    assert found.evidence == ()
    assert "found nothing like “the goal”" in found.trace


def test_an_anchor_reaches_only_into_its_own_medium(match: Archive) -> None:
    match.hold(moment(30_000, text="the crowd is singing elsewhere", media_id="medium-b"))
    found = match.run("What did the crowd sing after the goal by the striker?")
    placed = [each for each in found.evidence if each.anchor is not None
              and each.anchor.text == "what a goal by the striker"]
    assert placed
    assert {each.moment.media_id for each in placed} == {"medium-a"}


def test_scope_by_media_holds_for_anchors_and_targets(archive: Archive) -> None:
    for media_id in ("medium-a", "medium-b"):
        archive.hold(moment(0, text="the bell rings", media_id=media_id),
                     moment(5_000, text=f"doors open in {media_id}", media_id=media_id))
    found = archive.run("What happened after the bell rings?",
                        scope=MomentFilter(media_ids=("medium-b",)))
    assert [each.moment.text for each in found.evidence] == ["doors open in medium-b"]
    (taken,) = found.taken
    assert {each.moment.media_id for each in taken.evidence} == {"medium-b"}


def test_media_with_equal_texts_each_answer_for_themselves(archive: Archive) -> None:
    for media_id in ("medium-a", "medium-b"):
        archive.hold(moment(0, text="the bell rings", media_id=media_id),
                     moment(5_000, text="the doors open", media_id=media_id))
    found = archive.run("What happened right after the bell rings?")
    assert sorted(each.moment.media_id for each in found.evidence) == ["medium-a", "medium-b"]
    for each in found.evidence:
        assert each.anchor is not None
        assert each.anchor.media_id == each.moment.media_id


def test_the_last_minute_is_each_mediums_own(archive: Archive) -> None:
    archive.durations = {"short": 120_000, "long": 600_000}
    for media_id, start_ms in (("short", 90_000), ("short", 30_000), ("long", 90_000),
                               ("long", 570_000)):
        archive.hold(moment(start_ms, text="thanks to all", media_id=media_id))
    found = archive.run("What is said in the last minute?")
    assert {(each.moment.media_id, each.moment.start_ms) for each in found.evidence} == {
        ("short", 90_000), ("long", 570_000)}


def test_among_the_last_minutes_of_many_media_the_best_match_leads(archive: Archive) -> None:
    archive.durations = {f"m{number}": 60_000 for number in range(5)}
    for number in range(5):
        text = "the taxes will rise" if number == 3 else f"taxes of day {number}"
        archive.hold(moment(30_000, text=text, media_id=f"m{number}"))
    assert archive.texts("In the last minute, who spoke of taxes that will rise?")[0] == (
        "the taxes will rise")


@pytest.mark.parametrize(("question", "expected"), [
    ("What happens in the first 15 seconds?", [0, 10_000]),
    ("What happens after 0:35?", [30_000, 40_000]),
    ("What happens between 0:05 and 0:20?", [0, 10_000]),
    ("What happens at 0:25?", [20_000]),
    ("What happens at 0:28?", [20_000, 30_000]),
])
def test_a_window_lists_whatever_overlaps_it_in_time_order(
    match: Archive, question: str, expected: list[int]
) -> None:
    found = match.run(question)
    assert [each.moment.start_ms for each in found.evidence] == expected


def test_an_instant_in_a_silence_falls_back_to_five_seconds_around_and_says_so(
    archive: Archive
) -> None:
    archive.hold(moment(0, 5_000, text="one"), moment(12_000, text="two"),
                 moment(30_000, text="far"))
    found = archive.run("What is said at 0:08?")
    assert [each.moment.text for each in found.evidence] == ["one", "two"]
    assert any("five seconds" in step for step in found.trace)


def test_an_instant_that_is_spoken_over_does_not_look_aside(match: Archive) -> None:
    found = match.run("What is said at 0:25?")
    assert not any("five seconds" in step for step in found.trace)


def test_an_open_window_with_nothing_in_it_claims_no_second_look(match: Archive) -> None:
    found = match.run("What happens after 50:00?")
    assert found.evidence == ()
    assert not any("five seconds" in step for step in found.trace)


@pytest.mark.parametrize("question", [
    "What is said before 0:10 and after 0:30?",
    "What is said about the goal before 0:10 and after 0:30?",
    "What is said after the goal before 0:10 and after 0:30?",
])
def test_contradictory_windows_give_nothing_and_the_trace_explains(
    match: Archive, question: str
) -> None:
    found = match.run(question)
    assert found.evidence == ()
    assert found.absent.startswith("the times contradict each other")
    assert found.absent in found.trace


def test_a_window_given_by_the_caller_holds_beside_the_questions_own(match: Archive) -> None:
    query = TemporalQuery(constraints=(Absolute(start_ms=15_000),))
    scope = MomentFilter(windows=(Interval.until(29_000),))
    assert [each.moment.start_ms for each in match.run(query, scope=scope).evidence] == [
        10_000, 20_000]


def test_a_window_and_an_anchor_are_both_kept(match: Archive) -> None:
    found = match.run("What happened after the goal by the striker before 0:38?")
    assert [each.moment.start_ms for each in found.evidence] == [30_000]


def test_a_passage_and_its_utterances_are_one_piece_of_evidence(archive: Archive) -> None:
    archive.hold(
        moment(0, 5_000, text="the harbour of Trieste"),
        moment(5_000, 10_000, text="was built by the empire"),
        moment(0, 10_000, text="the harbour of Trieste was built by the empire",
               unit=Unit.PASSAGE),
        moment(60_000, text="the harbour of Trieste again"),
    )
    evidence = archive.run("Who built the harbour of Trieste?").evidence
    assert len({each.moment.id for each in evidence}) == len(evidence)
    assert {each.moment.unit for each in evidence} == {Unit.OBSERVATION}
    assert {each.moment.start_ms for each in evidence} == {0, 5_000, 60_000}


def test_a_passage_across_the_window_does_not_let_in_what_lies_outside(archive: Archive) -> None:
    archive.hold(
        moment(0, 5_000, text="rain falls on the river"),
        moment(5_000, 10_000, text="the bell rings"),
        moment(10_000, 15_000, text="it stops"),
        moment(0, 15_000, text="rain falls on the river the bell rings it stops",
               unit=Unit.PASSAGE),
    )
    query = _anchored(Relation.AFTER, "the bell rings", "rain on the river")
    observed = [each.moment for each in archive.run(query).evidence
                if each.anchor is not None and each.anchor.text == "the bell rings"]
    assert observed
    assert all(each.end_ms > 10_000 for each in observed)
    on_clock = TemporalQuery(target="rain on the river", constraints=(Absolute(start_ms=10_000),))
    assert all(each.moment.end_ms > 10_000 for each in archive.run(on_clock).evidence)


def test_evidence_is_never_more_than_asked_and_best_first(match: Archive) -> None:
    for question in ("the crowd is singing", "What happened after the goal?", "Tell me all"):
        found = match.run(question, limit=2)
        scores = [each.score for each in found.evidence]
        assert len(scores) <= 2
        assert scores == sorted(scores, reverse=True)


def test_every_anchor_candidate_is_told_in_the_trace(match: Archive) -> None:
    found = match.run("What happened after the goal by the striker?")
    assert any(step.startswith("took “the goal by the striker” to be “what a goal")
               for step in found.trace)
    assert any("0:28 to the end" in step for step in found.trace)


def test_a_tracks_anchor_is_looked_for_on_that_track_only(archive: Archive) -> None:
    archive.hold(
        moment(0, text="inflation on the slide", track=Track.SCREEN),
        moment(20_000, text="inflation in her words"),
        moment(30_000, text="next words"),
    )
    constraint = Anchored(relation=Relation.AFTER,
                          anchor=TemporalQuery(target="inflation", tracks=(Track.SPEECH,)))
    found = archive.run(TemporalQuery(constraints=(constraint,)))
    assert {each.moment.track for taken in found.taken for each in taken.evidence} == {Track.SPEECH}
