"""The adapter for hub models: what reaches the library, and what is said without it."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable
from trikal.serving.backends.sentence_transformers import SentenceTransformers


class _Library(ModuleType):
    """Stands in for the library of the extra ``torch``, which the base install lacks."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__("sentence_transformers")
        self.__spec__ = ModuleSpec("sentence_transformers", None)
        self.loaded: list[str] = []
        self.encoded: list[str] = []
        self._error = error

    def SentenceTransformer(self, source: str) -> "_Library":  # noqa: N802
        self.loaded.append(source)
        if self._error:
            raise self._error
        return self

    def encode(self, texts: Sequence[str], **options: Any) -> NDArray[np.float64]:
        assert options["normalize_embeddings"] is True
        self.encoded += texts
        return np.full((len(texts), 4), 0.5)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> _Library:
    stand_in = _Library()
    monkeypatch.setitem(sys.modules, "sentence_transformers", stand_in)
    return stand_in


def embedder(**options: Any) -> SentenceTransformers:
    return SentenceTransformers("minilm", "hub/minilm", dimensions=4, **options)


def test_its_space_is_named_by_model_and_library_and_loads_nothing(library: _Library) -> None:
    assert embedder().fingerprint == "minilm/sentence-transformers"
    assert embedder().dimensions == 4
    assert embedder().embed_passages([]).shape == (0, 4)
    assert library.loaded == []


def test_questions_and_passages_are_given_the_prefixes_of_their_training(
    library: _Library
) -> None:
    asked = embedder(query_prefix="query: ", passage_prefix="passage: ")
    asked.embed_queries(["who?"])
    asked.embed_passages(["she", "he"])
    assert library.encoded == ["query: who?", "passage: she", "passage: he"]
    assert library.loaded == ["hub/minilm"]


def test_vectors_are_single_precision(library: _Library) -> None:
    vectors = embedder().embed_passages(["a", "b"])
    assert (vectors.shape, vectors.dtype) == ((2, 4), np.float32)


def test_what_the_tokenizer_cannot_take_is_taken_out(library: _Library) -> None:
    embedder().embed_queries(["a\x00b", "\ud800", "x" * 9_000])
    assert library.encoded[:2] == ["a b", "?"]
    assert len(library.encoded[2]) == 4_000


def test_weights_may_lie_in_a_folder(library: _Library, tmp_path: Path) -> None:
    SentenceTransformers("m", tmp_path, dimensions=4).embed_queries(["a"])
    assert library.loaded == [str(tmp_path)]


@pytest.mark.parametrize("error", [
    OSError("cannot reach the hub\nand then some"), ValueError("no such model"),
    RuntimeError("out of memory"),
])
def test_weights_that_cannot_be_had_are_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", _Library(error))
    with pytest.raises(ModelUnavailable, match="minilm cannot be loaded from hub/minilm") as told:
        embedder().embed_queries(["a"])
    assert "\n" not in str(told.value)
    assert str(error).splitlines()[0] in str(told.value)
    assert "trikal.toml" in str(told.value)
