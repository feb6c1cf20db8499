"""A reranker in the agent: it puts evidence in order, and changes neither belief nor time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.fakes import FakeReranker
from tests.graph.makers import item
from trikal.errors import BackendFailed
from trikal.graph.build import build_graph
from trikal.graph.context import Context
from trikal.graph.weighing.by_model import by_model

MakeContext = Callable[..., Context]

QUESTION = "Which lighthouse did the storm close?"
KEEPER = "The keeper of the lighthouse is called Anita Rao."
STORM = "A storm closed the lighthouse for three weeks."
TIMED = (
    "What was said right after the storm closed the lighthouse?",
    "What was said right before the storm closed the lighthouse?",
    "What is on the screen at 0:12?",
    "What was on the slide when he mentioned the storm?",
    "How long is the slide about the lighthouse shown?",
    "How many times is the word 'lighthouse' said?",
    "When was the word 'lighthouse' said for the second time?",
    "On which slide is the storm that the narrator says closed the lighthouse?",
)
ABSENT = ("Who won the tennis match?", "What was said right after the dragon burned the castle?",
          "Which song was sung at the wedding?")
OF_TIME = ("timings_ms", "acts", "budget", "spent")  # how long it took differs from run to run


def with_reranker(context: Context, reranker: Any) -> Context:
    assert context.resources is not None
    return replace(context, resources=replace(
        context.resources, reranker=lambda language=None: reranker))


def ask(context: Context, question: str, **more: Any) -> dict[str, Any]:
    return build_graph().invoke({"question": question, **more}, context=context)


def told(reply: dict[str, Any]) -> dict[str, Any]:
    acts = [{key: value for key, value in each.items() if key != "ms"} for each in reply["acts"]]
    return {**{key: value for key, value in reply.items() if key not in OF_TIME}, "acts": acts}


def evidence_of(reply: dict[str, Any]) -> list[Any]:
    """Return what the search of a question found, best first."""
    (find,) = [each for each in reply["acts"] if each["do"] == "find"]
    return list(find["evidence"])


def texts(reply: dict[str, Any]) -> list[str]:
    return [each["text"] for each in evidence_of(reply)]


def test_what_it_puts_first_is_the_first_evidence_and_is_cited(context: MakeContext) -> None:
    before = ask(context("no answer"), QUESTION)
    assert texts(before)[0] == STORM
    reranker = FakeReranker({KEEPER: 0.9, STORM: 0.2})
    reply = ask(with_reranker(context("no answer"), reranker), QUESTION)
    assert texts(reply)[0] == KEEPER
    assert KEEPER in [each["text"] for each in reply["citations"]]
    assert STORM in texts(reply)
    (asked,) = reranker.calls
    assert asked[0] == QUESTION
    assert {STORM, KEEPER} <= set(asked[1])


def test_its_scores_stand_beside_those_that_later_steps_go_by(context: MakeContext) -> None:
    before = evidence_of(ask(context("no answer"), QUESTION))
    reranker = FakeReranker({KEEPER: 0.9, STORM: 0.2})
    after = evidence_of(ask(with_reranker(context("no answer"), reranker), QUESTION))
    assert [each["score"] for each in after] == [each["score"] for each in before]
    assert [each["rerank"] for each in after] == sorted(
        (each["rerank"] for each in after), reverse=True)
    assert not any("rerank" in each for each in before)


def test_the_trace_tells_that_it_was_used_and_how_long_it_took(context: MakeContext) -> None:
    reply = ask(with_reranker(context("no answer"), FakeReranker({KEEPER: 0.9})), QUESTION)
    (find,) = [each for each in reply["acts"] if each["do"] == "find"]
    done = find["found"]["reranked"]
    assert done["by"] == "fake-reranker/1"
    assert done["moments"] == len(evidence_of(reply)) > 1
    assert [each["text"] for each in done["before"]] == texts(ask(context("no answer"), QUESTION))
    assert any("put in order by fake-reranker/1" in each["words"] for each in reply["steps"])
    assert reply["timings_ms"]["rerank"] == done["ms"]
    assert reply["timings_ms"]["retrieve"] >= 0


def test_without_one_nothing_is_told_of_it(context: MakeContext) -> None:
    reply = ask(context("no answer"), QUESTION)
    assert "rerank" not in reply["timings_ms"]
    assert all("reranked" not in each["found"] for each in reply["acts"])
    assert not any("put in order" in each["words"] for each in reply["steps"])


@pytest.mark.parametrize("question", TIMED)
def test_where_time_is_asked_for_it_changes_nothing(
    context: MakeContext, question: str
) -> None:
    contrary = FakeReranker({KEEPER: 0.9, "Harbour bridge": 0.8})
    reply = ask(with_reranker(context("no answer"), contrary), question)
    assert told(reply) == told(ask(context("no answer"), question))
    assert contrary.calls == []


@pytest.mark.parametrize("question", ABSENT)
def test_what_is_not_there_is_not_made_to_be_there(context: MakeContext, question: str) -> None:
    certain = FakeReranker({text: 1.0 for text in (STORM, KEEPER)})
    reply = ask(with_reranker(context(), certain), question)
    assert reply["found"] is False
    assert told(reply) == told(ask(context(), question))
    assert certain.calls == []


def test_what_is_there_is_not_disbelieved(context: MakeContext) -> None:
    nothing = FakeReranker({})
    reply = ask(with_reranker(context("no answer"), nothing), QUESTION)
    assert reply["found"] is True
    assert texts(reply) == texts(ask(context("no answer"), QUESTION))
    assert nothing.calls


def test_one_that_fails_is_told_of_and_the_answer_comes_as_without(context: MakeContext) -> None:
    broken = FakeReranker(BackendFailed("The reranker is down."))
    reply = ask(with_reranker(context("no answer"), broken), QUESTION)
    without = ask(context("no answer"), QUESTION)
    assert reply["notices"] == ["The reranker is down. Until then what is found stays in the "
                                "order of the search."]
    assert told({**reply, "notices": []}) == told({**without, "notices": []})


def item_of(n: int) -> Any:
    return item(n * 5_000, f"moment {n}", score=1.0 - n / 100)


def given(reranker: Any) -> Any:
    return lambda language=None: reranker


def test_what_was_believed_stays_among_what_may_be_cited() -> None:
    evidence = [item_of(n) for n in range(20)]
    against = FakeReranker({f"moment {n}": n / 20 for n in range(20)})
    ordered, order = by_model("which moment?", evidence, given(against), limit=8)
    assert order is not None
    assert [each["text"] for each in ordered] == [
        *(f"moment {n}" for n in range(19, 12, -1)), "moment 0"]
    scores = [each["score"] for each in ordered]
    assert scores == sorted(scores, reverse=True)
    assert ordered[0]["score"] == 1.0


def test_without_a_reranker_evidence_is_the_very_same() -> None:
    evidence = [item_of(n) for n in range(20)]
    assert by_model("q", evidence, given(None), limit=8) == (evidence[:8], None)
    assert by_model("q", [], given(FakeReranker()), limit=8) == ([], None)
