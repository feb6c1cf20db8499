"""Rerankers behind a URL: every form of the request that servers take, and what goes wrong."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from tests.serving.contract.opening import at_once
from tests.serving.servers import MODELS, Served, free_port, serving
from trikal.errors import BackendFailed
from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.backends.openai_rerank import BATCH, LONGEST, OpenAICompatibleReranker
from trikal.serving.remote_builders import known_languages, remote_reranker
from trikal.settings import Settings

PATH = "/v1/rerank"
KEY = "sk-very-secret"


def by_length(body: dict[str, Any]) -> dict[str, Any]:
    """Answer as vLLM and Jina do, best first; a longer passage answers better."""
    results = [{"index": index, "document": {"text": text}, "relevance_score": len(text) / 1_000}
               for index, text in enumerate(body["documents"])]
    return {"id": "rerank-1", "model": body["model"], "usage": {"total_tokens": 1},
            "results": sorted(results, key=lambda each: -each["relevance_score"])}


def texts_by_length(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer as text-embeddings-inference does."""
    scored = [{"index": index, "score": len(text) / 1_000}
              for index, text in enumerate(body["texts"])]
    return sorted(scored, key=lambda each: -each["score"])


def pairs_by_length(body: dict[str, Any]) -> dict[str, Any]:
    """Answer as vLLM's score API does, in the order of the request."""
    return {"object": "list", "model": body["model"], "data": [
        {"index": index, "object": "score", "score": len(text) / 1_000}
        for index, text in enumerate(body["text_2"])]}


def giving(*scores: Any) -> Any:
    return lambda body: {"results": [{"index": index, "relevance_score": score}
                                     for index, score in enumerate(scores)]}


@contextmanager
def reranking(
    answer: object = by_length, *, model: str | None = "m", timeout_s: float = 5.0, **options: Any
) -> Iterator[tuple[OpenAICompatibleReranker, Served]]:
    with serving({"/v1/models": MODELS, PATH: answer}, **options) as served:
        client = OpenAIClient(f"{served.url}/v1", key=KEY, model=model, timeout_s=timeout_s,
                              prefix="TRIKAL_RERANK", max_retries=0)
        made = OpenAICompatibleReranker(client, languages=known_languages)
        yield made, served
        made.close()


@contextmanager
def made_for(url: str, **settings: Any) -> Iterator[OpenAICompatibleReranker]:
    made = remote_reranker(url, KEY, settings.pop("model", "m"),
                           Settings(request_timeout_s=5, **settings))
    yield made
    made.close()


def test_scores_come_in_the_order_of_the_passages() -> None:
    with reranking() as (reranker, served):
        scores = reranker.score("How long?", ["abc", "a" * 500, "ab"])
    assert scores.dtype == np.float32
    assert scores == pytest.approx([0.003, 0.5, 0.002])
    assert served.paths == [PATH]
    assert served.bodies == [{"query": "How long?", "documents": ["abc", "a" * 500, "ab"],
                              "top_n": 3, "model": "m"}]
    assert served.keys == [f"Bearer {KEY}"]


def test_many_passages_travel_in_several_requests() -> None:
    passages = ["a" * (1 + index % 7) for index in range(2 * BATCH + 5)]
    with reranking() as (reranker, served):
        scores = reranker.score("q", passages)
    assert [len(body["documents"]) for body in served.bodies] == [BATCH, BATCH, 5]
    assert scores == pytest.approx([len(each) / 1_000 for each in passages])


def test_no_passages_ask_nothing() -> None:
    with reranking() as (reranker, served):
        assert reranker.score("q", []).shape == (0,)
    assert served.paths == []


def test_a_long_text_is_cut_and_an_empty_one_is_a_dot() -> None:
    with reranking() as (reranker, served):
        reranker.score("q" * 2 * LONGEST, ["", " \n", "a\x00b", "x" * 2 * LONGEST])
    assert served.bodies[0]["query"] == "q" * LONGEST
    assert served.bodies[0]["documents"] == [".", ".", "a b", "x" * LONGEST]


def too_long_for(characters: int) -> Any:
    """Refuse as vLLM does what is longer than a model's context, of a token a character."""
    def answer(body: dict[str, Any]) -> Any:
        longest = len(body["query"]) + max(map(len, body["documents"]))
        said = f"This model's maximum context length is {characters} tokens."
        return by_length(body) if longest <= characters else (400, {"error": {"message": said}})

    return answer


def test_what_is_too_long_for_a_model_is_sent_again_shorter() -> None:
    with reranking(too_long_for(512)) as (reranker, served):
        assert reranker.score("q" * 20, ["a" * 3_000, "abc"]) == pytest.approx([0.25, 0.003])
        asked = len(served.paths)
        assert reranker.score("q" * 20, ["a" * 3_000]) == pytest.approx([0.25])
    assert (asked, len(served.paths)) == (3, 4)


def test_a_context_that_holds_hardly_anything_is_told() -> None:
    with reranking(too_long_for(50)) as (reranker, served), pytest.raises(
            BackendFailed, match="too small a context") as told:
        reranker.score("q" * 60, ["abc"])
    assert told.value.of_request
    assert len(served.paths) == 4


@pytest.mark.parametrize(("path", "answer"), [
    ("/v1/rerank", by_length), ("/rerank", by_length), ("/v1/score", pairs_by_length),
    ("/rerank", texts_by_length),
])
@pytest.mark.parametrize("given", ["", "/v1", "/v1/", "/rerank", "/v1/rerank", "/v1/score"])
def test_whatever_form_a_server_takes_is_found_out_once(
    path: str, answer: Any, given: str
) -> None:
    fields = "texts" if answer is texts_by_length else ""

    def answered(body: dict[str, Any]) -> Any:
        return answer(body) if not fields or fields in body else (422, {"error": "missing texts"})

    with serving({"/v1/models": MODELS, path: answered}) as served, made_for(
            f"{served.url}{given}") as reranker:
        assert reranker.score("q", ["abc", "a"]) == pytest.approx([0.003, 0.001])
        asked = len(served.paths)
        assert reranker.score("q", ["a", "abcd"]) == pytest.approx([0.001, 0.004])
    assert served.paths[asked:] == [path]


def test_threads_that_find_out_the_form_at_once_all_get_their_scores() -> None:
    with serving({"/v1/models": MODELS, "/v1/score": pairs_by_length}) as served, made_for(
            served.url) as reranker:
        found = at_once(lambda: reranker.score("q", ["abc", "a"]), 8)
    assert all(each == pytest.approx([0.003, 0.001]) for each in found)


def test_a_server_that_lists_no_model_is_asked_without_a_name() -> None:
    def answer(body: dict[str, Any]) -> Any:
        assert "model" not in body
        return by_length({**body, "model": "?"})

    with serving({PATH: answer}) as served, made_for(served.url, model=None) as reranker:
        reranker.score("q", ["a", "b"])
        reranker.score("q", ["a", "b"])
    assert served.paths == ["/v1/models", PATH, PATH]


def test_the_first_model_is_asked_where_none_is_named() -> None:
    with reranking(model=None) as (reranker, served):
        assert reranker.name == "its first model/openai-compatible"
        assert served.paths == []
        reranker.score("q", ["a"])
        assert reranker.name == "first/openai-compatible"
    assert served.bodies[-1]["model"] == "first"


@pytest.mark.parametrize(("model", "languages"), [
    ("cross-encoder/ms-marco-MiniLM-L6-v2", frozenset({"en"})),
    ("BAAI/bge-reranker-v2-m3", None), ("somebody/unknown", None), (None, None),
])
def test_what_it_reads_is_known_by_its_name(
    model: str | None, languages: frozenset[str] | None
) -> None:
    with reranking(model=model) as (reranker, served):
        assert reranker.languages == languages
    assert served.paths == []


def test_scores_that_are_no_shares_are_brought_between_0_and_1_in_their_order() -> None:
    with reranking(giving(-11.5, 3.0, 0.5, 12.25)) as (reranker, _):
        scores = reranker.score("q", ["a", "b", "c", "d"])
    assert ((scores >= 0) & (scores <= 1)).all()
    assert list(np.argsort(scores)) == [0, 2, 1, 3]
    assert scores[2] == pytest.approx(1 / (1 + math.exp(-0.5)), abs=1e-6)


@pytest.mark.parametrize("answer", [
    giving(0.5), giving(0.5, 0.25, 0.125), giving(0.5, math.nan), giving(0.5, math.inf),
    {"results": [{"index": 0, "relevance_score": 0.5}, {"index": 0, "relevance_score": 0.4}]},
    {"results": [{"index": 1, "relevance_score": 0.5}, {"index": 2, "relevance_score": 0.4}]},
    {"results": []}, {"results": [{"index": 0}, {"index": 1}]}, {"error": "no"}, [], "[1, 2]",
    "<html>Welcome to nginx</html>", {"data": "none"},
    {"results": [{"index": 0, "relevance_score": "high"}, {"index": 1, "relevance_score": 1}]},
])
def test_an_answer_without_a_number_for_each_is_a_failure_that_names_a_setting(
    answer: object
) -> None:
    with reranking(answer) as (reranker, _), pytest.raises(
            BackendFailed, match="TRIKAL_RERANK_") as told:
        reranker.score("q", ["a", "b"])
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(("status", "says", "may_pass"), [
    (401, "refused the key", False), (403, "TRIKAL_RERANK_KEY", False),
    (404, "TRIKAL_RERANK_MODEL", False), (422, "TRIKAL_RERANK_MODEL", False),
    (400, "refused the request", False), (429, "429", True), (500, "HTTP 500", True),
    (503, "HTTP 503", True),
])
def test_a_refusal_is_told_without_the_key(status: int, says: str, may_pass: bool) -> None:
    with (
        reranking({"error": {"message": f"bad {KEY}"}}, status=status) as (reranker, served),
        pytest.raises(BackendFailed, match=says) as caught,
    ):
        reranker.score("q", ["a"])
    assert KEY not in str(caught.value)
    assert caught.value.may_pass is may_pass
    assert "structured output" not in str(caught.value)
    tried = 1 if status not in (404, 422) else 4
    assert len(served.paths) == tried


def test_a_server_that_hangs_is_left() -> None:
    with (
        reranking(delay_s=1.0, timeout_s=0.1) as (reranker, _),
        pytest.raises(BackendFailed, match="in time"),
    ):
        reranker.score("q", ["a"])


def test_a_server_that_is_not_there_is_told() -> None:
    with (
        made_for(f"http://127.0.0.1:{free_port()}") as reranker,
        pytest.raises(BackendFailed, match=r"cannot be reached.*TRIKAL_RERANK_URL") as told,
    ):
        reranker.score("q", ["a"])
    assert told.value.may_pass


def test_threads_share_one_client() -> None:
    found: list[Any] = []
    with reranking() as (reranker, served):
        threads = [threading.Thread(target=lambda: found.append(reranker.score("q", ["abc"])))
                   for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == len(served.paths) == 6
    assert all(each == pytest.approx([0.003]) for each in found)
