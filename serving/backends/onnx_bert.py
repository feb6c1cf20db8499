"""Role text-embedding in eight bits on a CPU: BERT sentence encoders as ONNX graphs.

The graph is made from the model's own weights on first use, which takes some seconds, and kept in
the cache. Texts run in small groups of like length: a group whose arrays stay in the processor's
cache is half again as fast as one of 32 texts.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable
from trikal.serving.backends.bert_engines import Run, open_engine
from trikal.serving.backends.bert_reading import (
    EncoderSource,
    Inputs,
    Reader,
    groups,
    inputs,
    windows,
)
from trikal.serving.backends.made_files import fingerprint

GRAPH_VERSION = 2  # made anew when the graph's maker changes


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    run: Run
    reader: Reader


class OnnxBert:
    """Embedder on onnxruntime, or on OpenVINO where that is installed and quicker here.

    Its vectors lie in the space of the model that it was made from (cosine above 0.99 to it,
    tested), so it bears that space's fingerprint.

    Args:
        name: The model's name in the catalogue.
        source: Where it comes from.
        cache_dir: Graphs are kept under ``cache_dir/onnx``.
        fingerprint: Names the vector space.
        dimensions: Length of a vector.
        query_prefix: What the model was trained to read before a question.
        passage_prefix: What it was trained to read before a passage.
        threads: CPU threads; all cores when not given.
    """

    def __init__(
        self,
        name: str,
        source: EncoderSource,
        cache_dir: Path,
        *,
        fingerprint: str,
        dimensions: int,
        query_prefix: str = "",
        passage_prefix: str = "",
        threads: int | None = None,
    ) -> None:
        self._name = name
        self._source = source
        self._cache = cache_dir / "onnx"
        self._fingerprint = fingerprint
        self._dimensions = dimensions
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    @property
    def fingerprint(self) -> str:
        """Names the vector space."""
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    @property
    def is_loaded(self) -> bool:
        """Whether the next call loads nothing."""
        return self._loaded is not None

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is to be found.

        Args:
            texts: Any strings; each is read up to ``LONGEST_TEXT`` characters, in windows of
                ``LONGEST_WINDOW`` tokens whose vectors are averaged by their length.

        Returns:
            float32 vectors, L2-normalised, of shape ``(len(texts), dimensions)``.

        Raises:
            ModelUnavailable: The graph cannot be made or loaded.
        """
        return self._embed(texts, self._passage_prefix)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is asked; otherwise as :meth:`embed_passages`."""
        return self._embed(texts, self._query_prefix)

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        with self._lock:
            self._loaded = None

    def _embed(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        if not texts:
            return vectors
        with self._lock:
            loaded = self._loaded = self._loaded or self._load()
        for group in groups(windows(loaded.reader, [prefix + text for text in texts])):
            # Callers at once would only make the engine's threads wait for each other.
            with self._lock:
                found = loaded.run(inputs(group))
            for window, vector in zip(group, found, strict=True):
                vectors[window.text] += vector * len(window.tokens)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _load(self) -> _Loaded:
        try:
            reader = Reader(tokenizer=self._source.tokenizer(), read_as=self._source.read_as())
            run = open_engine(
                self._graphs(), self._source.weights, lambda text: self._read(reader, text),
                threads=self._threads,
            )
            return _Loaded(run=run, reader=reader)
        except (ImportError, OSError, RuntimeError, ValueError, KeyError) as exc:
            raise ModelUnavailable(
                f"{self._name} cannot be made ready for onnxruntime in {self._cache} "
                f"({str(exc)[:200]}). Make room there or choose another folder with "
                "TRIKAL_CACHE_DIR; install it again with: pip install --force-reinstall trikal"
            ) from exc

    def _read(self, reader: Reader, text: str) -> Iterator[Inputs]:
        for prefix in dict.fromkeys((self._query_prefix, self._passage_prefix)):
            yield from map(inputs, groups(windows(reader, [prefix + text])))

    def _graphs(self) -> Path:
        """Return what the names of this encoder's graphs begin with; other weights, other names."""
        return self._cache / f"{self._name}-{fingerprint(self._source.file, GRAPH_VERSION)}"
