"""Role rerank: one contract for the fake that other tests trust and every real adapter."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.serving.contract.opening import at_once, client, reranked, saved, torch
from trikal.serving.backends.cross_encoder import CrossEncoderReranker
from trikal.serving.backends.openai_rerank import OpenAICompatibleReranker
from trikal.serving.roles import Closes, Reranker

UNTRAINED = frozenset({"bert", "xlm_roberta"})  # tiny random models: no passage answers better
QUESTION = "When does the ferry to the island leave?"
PASSAGES = ["The ferry to the island leaves at noon.", "Cats.", "A long sentence about the budget "
            "that the city council approved after the storm, with all its items."]


def cross_encoder(kind: str) -> CrossEncoderReranker:
    return CrossEncoderReranker("tiny", saved(kind), threads=1)


@pytest.fixture
def remote() -> Iterator[Reranker]:
    with client("/v1/rerank", reranked, "TRIKAL_RERANK") as opened:
        yield OpenAICompatibleReranker(opened)


@pytest.fixture(params=["fake", "openai-compatible", torch("bert"), torch("xlm_roberta")])
def reranker(request: pytest.FixtureRequest) -> Reranker:
    makers: dict[str, Callable[[], Any]] = {
        "fake": fakes.FakeReranker,
        "openai-compatible": lambda: request.getfixturevalue("remote"),
        "bert": lambda: cross_encoder("bert"),
        "xlm_roberta": lambda: cross_encoder("xlm_roberta"),
    }
    return makers[request.param]()


def test_each_passage_has_a_score_between_0_and_1(reranker: Reranker) -> None:
    scores = reranker.score(QUESTION, PASSAGES)
    assert scores.shape == (3,)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()
    assert len(set(scores.tolist())) == 3


def test_no_passages_have_no_scores(reranker: Reranker) -> None:
    scores = reranker.score(QUESTION, [])
    assert scores.shape == (0,)
    assert scores.dtype == np.float32


def test_a_score_is_that_of_its_own_passage_whatever_stands_beside_it(reranker: Reranker) -> None:
    together = reranker.score(QUESTION, PASSAGES)
    alone = np.concatenate([reranker.score(QUESTION, [each]) for each in PASSAGES])
    assert together == pytest.approx(alone, abs=1e-4)
    assert reranker.score(QUESTION, PASSAGES[::-1]) == pytest.approx(together[::-1], abs=1e-4)


@pytest.mark.parametrize("count", [1, 33, 70])
def test_any_number_of_passages_has_as_many_scores(reranker: Reranker, count: int) -> None:
    scores = reranker.score(QUESTION, [f"the ferry {'leaves ' * (n % 5)}" for n in range(count)])
    assert scores.shape == (count,)
    for n in range(5, count):
        assert scores[n] == pytest.approx(scores[n % 5], abs=1e-4)


@pytest.mark.parametrize("text", ["", " ", "a\x00b", "\ud800 lone", "😀" * 40, "word " * 9_000,
                                  "तूफ़ान के बाद नाव बारह बजे चली।"])
def test_any_string_can_be_asked_and_scored(reranker: Reranker, text: str) -> None:
    assert np.isfinite(reranker.score(QUESTION, [text, "ok"])).all()
    assert np.isfinite(reranker.score(text, ["ok"])).all()


def test_what_answers_comes_before_what_does_not(
    reranker: Reranker, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["reranker"] in UNTRAINED:
        pytest.skip("random weights know no answer")
    near, far = reranker.score(QUESTION, PASSAGES[:2])
    assert near > far


def test_many_threads_get_the_same_scores(reranker: Reranker) -> None:
    wanted = reranker.score(QUESTION, PASSAGES)
    found = at_once(lambda: reranker.score(QUESTION, PASSAGES))
    assert all(each == pytest.approx(wanted, abs=1e-5) for each in found)


def test_one_that_was_closed_loads_again(reranker: Reranker) -> None:
    before = reranker.score(QUESTION, PASSAGES)
    if isinstance(reranker, Closes):
        reranker.close()
        reranker.close()
    assert reranker.score(QUESTION, PASSAGES) == pytest.approx(before, abs=1e-5)


def test_it_has_a_name_and_languages_or_none(reranker: Reranker) -> None:
    assert reranker.name.strip()
    assert "\n" not in reranker.name
    assert reranker.languages is None or reranker.languages
