"""Role text-embedding on sentence-transformers (extra ``torch``): hub models, GPUs."""

import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable
from trikal.serving.backends.readable import LONGEST_TEXT, readable

_BATCH = 32


class SentenceTransformers:
    """Embedder on sentence-transformers.

    Args:
        name: The model's name in the catalogue.
        source: A folder of weights, or a hub id.
        dimensions: Length of a vector.
        query_prefix: What the model was trained to read before a question.
        passage_prefix: What it was trained to read before a passage.
    """

    def __init__(
        self,
        name: str,
        source: Path | str,
        *,
        dimensions: int,
        query_prefix: str = "",
        passage_prefix: str = "",
    ) -> None:
        self._name = name
        self._source = source
        self._dimensions = dimensions
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._lock = threading.Lock()
        self._model: Any = None

    @property
    def fingerprint(self) -> str:
        """Names the vector space."""
        return f"{self._name}/sentence-transformers"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is to be found.

        Returns:
            float32 vectors, L2-normalised, of shape ``(len(texts), dimensions)``.

        Raises:
            ModelUnavailable: The extra is missing, or the weights cannot be had.
        """
        return self._embed([self._passage_prefix + readable(text, LONGEST_TEXT) for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is asked; otherwise as :meth:`embed_passages`."""
        return self._embed([self._query_prefix + readable(text, LONGEST_TEXT) for text in texts])

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        with self._lock:
            self._model = None

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self._dimensions), dtype=np.float32)
        with self._lock:
            if self._model is None:
                self._model = self._load()
            vectors = self._model.encode(
                texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def _load(self) -> Any:
        if find_spec("sentence_transformers") is None:
            raise ModelUnavailable(
                f"{self._name} needs sentence-transformers, which is not installed. Install it "
                'with: pip install "trikal[torch]"'
            )
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(str(self._source))
        except (OSError, RuntimeError, ValueError) as exc:
            raise ModelUnavailable(
                f"{self._name} cannot be loaded from {self._source} "
                f"({str(exc).splitlines()[0][:200]}). Check the network, or pin another model: "
                "text-embedding under [models] in trikal.toml."
            ) from exc
