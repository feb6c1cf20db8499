"""Turns of a session: kept small for ever, with every proof as long as its turn."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.graph.makers import item
from trikal.graph.conversation.followups import Fact, lost, understand
from trikal.graph.conversation.turns import (
    KEPT,
    KEPT_SHORT,
    KEPT_WHOLE,
    Turn,
    joined_turns,
    last_shown,
    shown_last,
    with_turn,
)
from trikal.indexes.rules import NO_NAMES
from trikal.indexes.temporal import Anchored, Relation, TemporalQuery

LONG = "word " * 100


def turn(n: int = 0, *, proven: bool = True, answer: str = LONG) -> Turn:
    query = TemporalQuery(target=f"the ferry {n}").model_dump(mode="json")
    return Turn(question=f"question {n} {LONG}", answer=answer, query=query,
                shown=[item(n * 1_000, LONG)] if proven else [])


def session(count: int) -> list[Turn]:
    turns: list[Turn] = []
    for n in range(count):
        turns = with_turn(turns, turn(n))
    return turns


@pytest.fixture(scope="module")
def long() -> list[Turn]:
    return session(KEPT + 5)


def test_a_session_of_any_length_keeps_the_last_turns(long: list[Turn]) -> None:
    assert len(long) == KEPT
    assert long[-1]["question"].startswith(f"question {KEPT + 4} ")


def test_new_turns_are_whole_and_old_ones_are_outlines(long: list[Turn]) -> None:
    assert all(each["query"] for each in long[-KEPT_WHOLE:])
    assert not any(each["query"] for each in long[:-KEPT_WHOLE])
    assert all(len(each["answer"]) == len(LONG) for each in long[-KEPT_WHOLE:])
    assert all(len(each["answer"]) <= 162 for each in long[:-KEPT_WHOLE])
    assert all(len(each["shown"][0]["text"]) == len(LONG) for each in long[-KEPT_SHORT:])
    assert all(len(each["shown"][0]["text"]) <= 62 for each in long[:-KEPT_SHORT])


def test_where_something_was_shown_is_kept_as_long_as_its_turn(long: list[Turn]) -> None:
    assert [each["shown"][0]["start_ms"] for each in long] == [
        n * 1_000 for n in range(5, KEPT + 5)]
    assert all(each["shown"][0]["path"] for each in long)


def test_shortening_again_changes_nothing(long: list[Turn]) -> None:
    again = with_turn(long, turn(9_999))
    assert again[:KEPT - KEPT_SHORT - 1] == long[1:KEPT - KEPT_SHORT]


@given(st.lists(st.integers(0, 2), max_size=12), st.integers(0, 12))
def test_turns_may_be_joined_in_any_batches(sizes: list[int], cut: int) -> None:
    updates = [[turn(10 * n + each) for each in range(size)] for n, size in enumerate(sizes)]
    at_once = joined_turns(session(3), updates)
    assert joined_turns(joined_turns(session(3), updates[:cut]), updates[cut:]) == at_once
    assert len(at_once) == 3 + sum(sizes)


@given(st.lists(st.booleans(), max_size=12))
def test_that_is_what_was_proven_last(proven: list[bool]) -> None:
    turns: list[Turn] = []
    for n, each in enumerate(proven):
        turns = with_turn(turns, turn(n, proven=each))
    last = max((n for n, each in enumerate(proven) if each), default=None)
    shown = last_shown(turns)
    assert (shown and shown["start_ms"]) == (None if last is None else last * 1_000)
    assert len(shown_last(turns)) == (last is not None)


@pytest.mark.parametrize(("question", "fact"), [
    ("Who said that?", Fact.SPEAKER), ("When was that?", Fact.TIME),
    ("In which recording was that?", Fact.MEDIUM), ("who said it?", Fact.SPEAKER),
])
def test_a_fact_about_it_leans_on_the_last_moment(question: str, fact: Fact) -> None:
    follow = understand(question, NO_NAMES, [turn(5)])
    assert follow.fact is fact
    assert follow.leans_on is not None
    assert follow.words(TemporalQuery()).startswith(f"tell the {fact} of “word word")


@pytest.mark.parametrize("question", [
    "And after that?", "What was on the screen then?", "What was said before that?",
])
def test_a_reference_finds_the_moment_by_its_place_and_not_by_its_words(question: str) -> None:
    query = understand(question, NO_NAMES, [turn(5)]).reading.query
    assert isinstance(query.anchored, Anchored)
    anchor = query.anchored.anchor
    assert anchor.target == ""
    assert (anchor.absolutes[0].start_ms, anchor.absolutes[0].end_ms) == (5_000, 9_000)


@pytest.mark.parametrize("question", [
    "Who said it?", "When was that?", "Where was that said?", "In which file was it?",
])
def test_with_nothing_shown_no_moment_is_meant_by_it(question: str) -> None:
    for turns in ([], [turn(1, proven=False)]):
        assert understand(question, NO_NAMES, turns).reading.problem == lost()


@every("question", [
    "Why?", "But why?", "How?", "Why is that?", "How did it happen?", "Tell me more",
    "More details", "क्यों?", "kyon?", "और बताओ", "का बरं?", "કેમ?", "কেন?", "ஏன்?", "ఎందుకు?", "ಯಾಕೆ?",
    "എന്തുകൊണ്ട്?", "ਕਿਉਂ?",
])
def test_a_bare_why_is_answered_by_what_stands_around_the_moment(question: str) -> None:
    query = understand(question, NO_NAMES, [turn(5)]).reading.query
    assert isinstance(query.anchored, Anchored)
    assert query.anchored.relation is Relation.NEAR
    assert (query.anchored.at_most_ms, query.target) == (10_000, "")
    assert query.anchored.anchor.absolutes[0].start_ms == 5_000
    assert understand(question, NO_NAMES, []).reading.problem == lost()


@every(("question", "fact"), [
    ("Who?", Fact.SPEAKER), ("And who?", Fact.SPEAKER), ("When?", Fact.TIME),
    ("Where?", Fact.MEDIUM),
])
def test_a_bare_question_word_asks_about_the_moment(question: str, fact: Fact) -> None:
    assert understand(question, NO_NAMES, [turn(5)]).fact is fact


@pytest.mark.parametrize("question", [
    "And after that?", "What was said before that?", "who said it?", "What about the bridge?",
])
def test_with_nothing_shown_no_question_fails(question: str) -> None:
    for turns in ([], [turn(1, proven=False)]):
        follow = understand(question, NO_NAMES, turns)
        assert follow.leans_on is None
        assert follow.reading.problem in ("", lost())


@given(st.text(max_size=60))
def test_any_question_is_understood_after_another(question: str) -> None:
    follow: Any = understand(question, NO_NAMES, [turn(5)])
    assert follow.words(follow.reading.query)
