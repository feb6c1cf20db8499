"""An embedder that remembers what was asked of it last."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.roles import Embedder

MOST: Final = 256
"""So many texts are remembered: 400 kB of vectors."""


class Remembering:
    """An :class:`trikal.serving.roles.Embedder` that embeds a question once.

    A question is searched for, then held against unrelated sentences, and often asked again in
    parts; each would embed the same words anew.

    Args:
        embedder: What embeds.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    @property
    def fingerprint(self) -> str:
        """Names the vector space."""
        return self._embedder.fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._embedder.dimensions

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is to be found; nothing is remembered of that."""
        return self._embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is asked, or recall it: float32 of shape ``(n, dimensions)``."""
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, self._embedder.embed_queries(new), strict=True))
        with self._lock:
            for text in known:
                self._known[text] = known[text]
                self._known.move_to_end(text)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return (np.stack([known[text] for text in texts]) if texts
                else self._embedder.embed_queries(texts))
