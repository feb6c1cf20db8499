"""Moments and vectors for the tests of the indexes."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from trikal.indexes.protocol import Vectors
from trikal.moments import Moment, Track

DIMENSIONS = 8


def moment(start_ms: int = 0, end_ms: int | None = None, **fields: Any) -> Moment:
    given = {
        "media_id": "medium-a", "track": Track.SPEECH, "text": f"at {start_ms}", "source": "test",
        "start_ms": start_ms, "end_ms": start_ms + 1_000 if end_ms is None else end_ms, **fields,
    }
    return Moment(**given)


def vector_of(text: str) -> Vectors:
    """The same direction for the same text, another one for another, shape ``(8,)``."""
    vector = _drawn(text, DIMENSIONS).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def embed(texts: Sequence[str], dimensions: int = DIMENSIONS) -> Vectors:
    """Texts that share words lie near each other, shape ``(n, dimensions)``."""
    rows = [sum((_drawn(word, dimensions) for word in re.findall(r"\w+", text.lower())),
                np.full(dimensions, 1e-6)) for text in texts]
    return np.array([row / np.linalg.norm(row) for row in rows], np.float32).reshape(-1, dimensions)


@cache
def _drawn(text: str, dimensions: int) -> np.ndarray[Any, Any]:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=dimensions)


def vectors_of(moments: list[Moment]) -> Vectors:
    return np.array([vector_of(each.text) for each in moments], np.float32).reshape(-1, DIMENSIONS)
