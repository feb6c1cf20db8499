from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.fakes import FakeEmbedder
from trikal.tools import remembering
from trikal.tools.relevance import Relevance
from trikal.tools.remembering import Remembering


def test_a_text_is_embedded_once_and_answers_keep_their_order() -> None:
    inner = FakeEmbedder()
    embedder = Remembering(inner)
    first = embedder.embed_queries(["dome", "vote"])
    again = embedder.embed_queries(["vote", "tea", "dome", "vote"])
    assert inner.calls == [["dome", "vote"], ["tea"]]
    np.testing.assert_array_equal(again[[2, 0, 3]], first[[0, 1, 1]])
    np.testing.assert_array_equal(again, FakeEmbedder().embed_queries(
        ["vote", "tea", "dome", "vote"]))


def test_a_question_that_was_searched_for_is_not_embedded_again_to_weigh_it() -> None:
    inner = FakeEmbedder()
    embedder = Remembering(inner)
    relevance = Relevance(embedder)
    relevance.prepare()
    embedder.embed_queries(["Where is the dome?"])
    asked = len(inner.calls)
    assert relevance.margin("Where is the dome?", 0.5) == pytest.approx(
        Relevance(FakeEmbedder()).margin("Where is the dome?", 0.5))
    assert len(inner.calls) == asked


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST", 2)
    inner = FakeEmbedder()
    embedder = Remembering(inner)
    for text in ("a", "b", "a", "c", "a", "b"):
        embedder.embed_queries([text])
    assert inner.calls == [["a"], ["b"], ["c"], ["b"]]
    assert embedder.embed_queries(["a", "b", "c", "d"]).shape == (4, embedder.dimensions)


def test_nothing_asked_and_passages_go_straight_through() -> None:
    inner = FakeEmbedder()
    embedder = Remembering(inner)
    assert embedder.embed_queries([]).shape == (0, inner.dimensions)
    assert embedder.embed_passages(["a"]).shape == embedder.embed_passages(["a"]).shape
    assert (embedder.fingerprint, embedder.dimensions) == (inner.fingerprint, inner.dimensions)
    assert inner.calls == [[], ["a"], ["a"]]


def test_several_threads_get_the_vectors_of_their_own_texts() -> None:
    embedder, plain = Remembering(FakeEmbedder()), FakeEmbedder()
    texts = [f"word {number % 7}" for number in range(64)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: embedder.embed_queries([text])[0], texts))
    np.testing.assert_array_equal(np.stack(found), plain.embed_queries(texts))
