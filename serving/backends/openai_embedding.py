"""Role text-embedding on an OpenAI-compatible server: vLLM, a hosted one."""

import base64
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed
from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.backends.readable import LONGEST_TEXT, readable

_BATCH = 64


class OpenAICompatibleEmbedder:
    """Embedder on an OpenAI-compatible server.

    Args:
        client: The server.
        prefixes: Gives, for a model's name, what it was trained to read before a question and
            before a passage.
    """

    def __init__(
        self,
        client: OpenAIClient,
        *,
        prefixes: Callable[[str], tuple[str, str]] = lambda _: ("", ""),
    ) -> None:
        self._client = client
        self._prefixes = prefixes
        self._dimensions: int | None = None

    @property
    def fingerprint(self) -> str:
        """Names the vector space, by the model that the server says it has."""
        return f"{self._client.model()}/openai-compatible"

    @property
    def dimensions(self) -> int:
        """Length of a vector; the first time, one word is embedded to learn it."""
        if self._dimensions is None:
            self._request(["a"])
        return self._dimensions or 0

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is to be found.

        Args:
            texts: Any strings; each is read up to ``LONGEST_TEXT`` characters.

        Returns:
            float32 vectors, L2-normalised, of shape ``(len(texts), dimensions)``.

        Raises:
            BackendFailed: The server failed, or answered with something else than vectors.
        """
        return self._embed(texts, 1)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is asked; otherwise as :meth:`embed_passages`."""
        return self._embed(texts, 0)

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self._client.close()

    def _embed(self, texts: Sequence[str], purpose: int) -> NDArray[np.float32]:
        prefix = self._prefixes(self._client.model())[purpose] if texts else ""
        # A server may refuse a text without words.
        plain = [prefix + (readable(text, LONGEST_TEXT).strip() or ".") for text in texts]
        batches = [
            self._request(plain[first : first + _BATCH])
            for first in range(0, len(plain), _BATCH)
        ]
        if not batches:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.concatenate(batches)

    def _request(self, texts: list[str]) -> NDArray[np.float32]:
        model = self._client.model()
        with self._client.mapped():
            answer = self._client.api().embeddings.create(
                model=model, input=texts, encoding_format="base64"
            )
            found = sorted(answer.data, key=lambda each: each.index)
            vectors = np.array([_numbers(each.embedding) for each in found], dtype=np.float32)
        return self._checked(vectors, len(texts))

    def _checked(self, vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        known = self._dimensions or vectors.shape[-1]
        if vectors.shape != (count, known) or not (np.isfinite(lengths) & (lengths > 0)).all():
            raise BackendFailed(
                f"{self._client.name} gave vectors of shape {vectors.shape} for {count} texts, "
                "some of them without a direction. Set TRIKAL_TEXT_EMBEDDING_MODEL to an "
                "embedding model."
            )
        self._dimensions = known
        vectors /= lengths
        return vectors


def _numbers(embedding: Any) -> Any:
    """Read numbers as servers send them: base64 of float32 as asked for, or a plain list."""
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding), dtype="<f4")
    return embedding
