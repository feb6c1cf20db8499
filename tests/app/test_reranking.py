"""A reranker behind a URL, as the command line uses it: what comes first, and what is told."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from tests.app.conftest import Trikal
from tests.serving.servers import MODELS, Served, free_port, serving

Preferring = Callable[[str], AbstractContextManager[Served]]

ABOUT = "When was the bridge painted?"
TIMED = "what was said after the bridge was painted green"


@pytest.fixture
def preferring(monkeypatch: pytest.MonkeyPatch) -> Preferring:
    """Give what serves a reranker that likes whatever has a word best."""
    @contextmanager
    def served(word: str) -> Iterator[Served]:
        def answer(body: dict[str, Any]) -> dict[str, Any]:
            results = [{"index": n, "relevance_score": 0.9 if word in text.lower() else 0.1}
                       for n, text in enumerate(body["documents"])]
            return {"results": sorted(results, key=lambda each: -each["relevance_score"])}

        with serving({"/v1/models": MODELS, "/v1/rerank": answer}) as running:
            monkeypatch.setenv("TRIKAL_RERANK_URL", running.url)
            yield running
            monkeypatch.delenv("TRIKAL_RERANK_URL")

    return served


def lines(trikal: Trikal, *arguments: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = trikal("search", *arguments, "--json").json
    return found


def test_a_search_is_put_in_order_and_says_so(filled: Trikal, preferring: Preferring) -> None:
    before = lines(filled, ABOUT)
    last = before[-1]["text"]
    assert all("rerank" not in each for each in before)
    word = max(last.lower().split(), key=len)
    with preferring(word) as served:
        after = lines(filled, ABOUT)
        explained = filled("search", ABOUT, "--explain").out
    assert word in after[0]["text"].lower()
    assert after[0]["text"] != before[0]["text"]
    assert after[0]["rerank"] == 0.9
    assert [each["n"] for each in after] == list(range(1, len(after) + 1))
    assert [each["score"] for each in after] == [each["score"] for each in before]
    assert {each["text"] for each in after} == {each["text"] for each in before}
    assert "put in order by first/openai-compatible" in explained
    assert served.bodies[-1]["query"] == ABOUT
    assert lines(filled, ABOUT) == before


def test_more_is_ordered_than_is_shown(filled: Trikal, preferring: Preferring) -> None:
    last = lines(filled, ABOUT)[-1]["text"]
    with preferring(last.lower()):
        assert [each["text"] for each in lines(filled, ABOUT, "--limit", 1)] == [last]


def test_a_window_of_time_stays_what_it_is(filled: Trikal, preferring: Preferring) -> None:
    before = lines(filled, "the bridge", "--from", "0:05", "--to", "0:20")
    with preferring("zzz"):
        after = lines(filled, "the bridge", "--from", "0:05", "--to", "0:20")
    assert {each["text"] for each in after} == {each["text"] for each in before}
    assert all(each["start_ms"] < 20_000 and each["end_ms"] > 5_000 for each in after)


@pytest.mark.parametrize("query", [TIMED, "the second time she mentions the ferry",
                                   "every time the bridge is mentioned", "at 0:05"])
def test_what_is_asked_in_time_is_asked_of_no_reranker(
    filled: Trikal, preferring: Preferring, query: str
) -> None:
    before = lines(filled, query)
    with preferring("keeper") as served:
        assert lines(filled, query) == before
    assert served.paths == []


def test_a_reranker_that_is_down_is_told_of_and_the_search_goes_on(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lines(filled, ABOUT)
    monkeypatch.setenv("TRIKAL_RERANK_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("TRIKAL_RERANK_MODEL", "m")
    outcome = filled("search", ABOUT, "--json")
    assert outcome.code == 0
    assert outcome.json == before
    assert "cannot be reached" in outcome.err
    assert "TRIKAL_RERANK_URL" in outcome.err


def test_an_answer_rests_on_what_it_puts_first_and_tells_its_time(
    filled: Trikal, preferring: Preferring
) -> None:
    before = filled("ask", ABOUT, "--json").json
    (find,) = [each for each in before["acts"] if each["do"] == "find"]
    other = find["evidence"][-1]["text"]
    assert "reranked" not in find["found"]
    with preferring(other.lower()):
        reply = filled("ask", ABOUT, "--json").json
        explained = filled("ask", ABOUT, "--explain")
    (find,) = [each for each in reply["acts"] if each["do"] == "find"]
    assert find["evidence"][0]["text"] == other
    assert other in [each["text"] for each in reply["citations"]]
    assert find["found"]["reranked"]["by"] == "first/openai-compatible"
    assert reply["timings_ms"]["rerank"] == find["found"]["reranked"]["ms"]
    assert "rerank" in explained.out
    assert "put in order by first/openai-compatible" in explained.out


def test_models_and_doctor_tell_what_reranks_or_how_it_would(
    trikal: Trikal, preferring: Preferring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with preferring("x") as served:
        rows = {row["role"]: row for row in trikal("models", "--json").json}
        found = {row["what"]: row for row in trikal("doctor", "--json").json}
    assert (rows["rerank"]["device"], rows["rerank"]["why"]) == (
        "server", "TRIKAL_RERANK_URL is set")
    assert found["rerank"]["state"] == "ok"
    assert served.paths == []
    monkeypatch.setenv("TRIKAL_RERANK", "0")
    found = {row["what"]: row for row in trikal("doctor", "--json").json}
    assert found["rerank"]["state"] == "missing"
    assert "TRIKAL_RERANK is off" in found["rerank"]["detail"]
