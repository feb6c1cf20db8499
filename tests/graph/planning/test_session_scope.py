"""A follow-up is searched for where the session is, and elsewhere only if it is not told there."""

from typing import Any

import pytest

from tests.graph.makers import FILM, found, item, plan, state
from trikal.graph.planning.session_scope import ELSEWHERE, HERE, elsewhere, in_session
from trikal.indexes.temporal import Anchored, Relation, Scope, TemporalQuery

SHOWN = item()
STORM = TemporalQuery(target="the storm")
THERE = STORM.model_copy(update={"scope": Scope(media=(FILM.id,))})


@pytest.mark.parametrize("question", [
    "And what did the storm do?", "So what did the storm do?", "What did it do to the storm?",
    "What can one drink there?", "But what did the storm do?",
])
def test_a_follow_up_is_searched_for_where_the_session_is(question: str) -> None:
    (only,) = in_session(question, STORM, SHOWN)
    assert (only.id, only.query, only.naming) == (HERE, THERE, "the storm")


@pytest.mark.parametrize(("question", "query", "shown"), [
    ("What did the storm do?", STORM, SHOWN),  # nothing makes it a follow-up
    ("And what did the storm do?", STORM, None),  # there is nothing to follow
    ("And what did the storm do?", TemporalQuery(target="the storm", scope=Scope(media=("x",))),
     SHOWN),
    ("And what did the storm do?", TemporalQuery(target="the storm", constraints=(
        Anchored(relation=Relation.AFTER, anchor=STORM),)), SHOWN),
    ("और तूफ़ान ने क्या किया?", STORM, SHOWN),
])
def test_other_questions_are_searched_for_anywhere(
    question: str, query: TemporalQuery, shown: Any
) -> None:
    assert in_session(question, query, shown) == []


def judged(lacking: str = "nothing near", step: str = HERE, *more: dict[str, Any]) -> Any:
    act = found(step, item(), lacking=lacking, found={"query": THERE.model_dump(mode="json")})
    steps = [{"id": step, "do": "find"}, {"id": "text", "do": "answer", "after": [step]}, *more]
    return state(acts=[act], plan=plan(*steps))


def test_what_the_session_s_medium_does_not_tell_is_searched_for_elsewhere() -> None:
    again = elsewhere(judged())
    assert again is not None
    assert (again.id, again.query, again.naming) == (ELSEWHERE, STORM, "")


@pytest.mark.parametrize("asked", [
    judged(""), judged(step="s1"), judged("nothing near", HERE, {"id": ELSEWHERE, "do": "find"}),
    judged("nothing near", HERE, {"id": "reel", "do": "clip"}),
])
def test_it_is_searched_for_elsewhere_once_and_only_where_it_was_not_found(asked: Any) -> None:
    assert elsewhere(asked) is None
