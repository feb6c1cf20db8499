"""What was read as order in time and found nothing is searched for as it stands."""

from typing import Any

import pytest

from tests.graph.planning.test_second_look import state
from tests.graph.test_agent import MakeContext, ask
from trikal.graph.planning.asking_plainly import PLAINLY, asked_plainly
from trikal.indexes.temporal import Absolute, Anchored, Ask, Relation, TemporalQuery

STORM = TemporalQuery(target="the storm")
THERE = TemporalQuery(constraints=(Absolute(start_ms=0, end_ms=9),))


def hung(target: str, anchor: TemporalQuery = STORM, **more: Any) -> TemporalQuery:
    constraint = Anchored(relation=Relation.BEFORE, anchor=anchor)
    return TemporalQuery(target=target, constraints=(constraint,), **more)


def test_the_whole_question_is_searched_for_where_order_found_nothing() -> None:
    step = asked_plainly(state(hung("shopping days left"), "nothing is near"))
    assert step is not None
    assert (step.id, step.naming) == (PLAINLY, "shopping days left")
    assert step.query == TemporalQuery(target="What is on the screen at 0:12?")


@pytest.mark.parametrize(("query", "lacking"), [
    (hung("days left"), ""),  # it was found
    (TemporalQuery(target="days left"), "nothing"),  # it was searched for as it stands
    (hung(""), "nothing"),  # whatever lies there is wanted
    (hung("days", ask=Ask.COUNT), "nothing"),
    (hung("days left", THERE), "nothing"),  # it leans on what was shown last
])
def test_other_questions_are_not_asked_twice(query: TemporalQuery, lacking: str) -> None:
    assert asked_plainly(state(query, lacking)) is None


def test_a_question_is_asked_plainly_once_and_not_for_a_file() -> None:
    asked = state(hung("days left"), "nothing")
    asked["plan"]["steps"].append({"id": PLAINLY, "do": "find"})
    assert asked_plainly(asked) is None
    asked["plan"]["steps"][-1] = {"id": "reel", "do": "clip"}
    assert asked_plainly(asked) is None


def test_a_sentence_with_a_word_of_order_is_found_after_all(context: MakeContext) -> None:
    reply = ask(context("{}", "The keeper is called Anita Rao. [1]"),
                "What is the keeper of the lighthouse called until Venice?")
    assert reply["found"], reply["answer"]
    assert [each["start_ms"] for each in reply["citations"]] == [15_000]
    assert reply["judgement"]["verdict"] == "enough"


def test_the_event_alone_is_no_answer(context: MakeContext) -> None:
    reply = ask(context("{}"), "What did they say about penguins before the ferry to the island "
                               "leaves every hour?")
    assert not reply["found"]
