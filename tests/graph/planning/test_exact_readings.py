"""Where the rules read a question exactly, the plan's query is theirs."""

from collections.abc import Callable

import pytest

from trikal.graph.context import Context
from trikal.graph.planning.understanding import understood
from trikal.indexes.rules import read_question
from trikal.indexes.temporal import TemporalQuery

_ONE, _OTHER = "“we need to power down the tower”", "“it took them eleven months”"


@pytest.mark.parametrize("question", [
    "What do they discuss in the time from 0:02 until 0:09?",
    "In the time between 0:02 and 0:09, what is said?",
    f"How long is it between {_ONE} and {_OTHER}?",
    f"How long did it take from {_ONE} to {_OTHER}?",
    f"What was said about the mirror around the point where they said {_ONE}, within two minutes?",
    f"At the moment when they said {_ONE}, what was said about the mirror?",
])
def test_the_plan_searches_once_and_for_what_the_rules_read(
    question: str, context: Callable[..., Context]
) -> None:
    resources = context().resources
    assert resources
    plan = understood(question, [], resources).plan
    searches = [each for each in plan["steps"] if each["do"] == "find"]
    assert len(searches) == 1
    assert TemporalQuery.model_validate(plan["query"]) == read_question(
        question, resources.vocabulary).query
    assert not plan["problem"]


@pytest.mark.parametrize("question", [
    "What was said at that moment?", "And what happened in the time after that?",
])
def test_what_points_at_something_shown_is_still_asked_back(
    question: str, context: Callable[..., Context]
) -> None:
    resources = context().resources
    assert resources
    assert "Nothing was shown yet" in understood(question, [], resources).plan["problem"]
