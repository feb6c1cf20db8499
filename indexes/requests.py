"""What a Qdrant engine is asked and what it answers, before it is moments again."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from trikal.indexes.bm25 import Words
from trikal.indexes.payload import MEDIUM, START

RRF_K: Final = 60
# Up to this many vectors a scan of all of them takes about 5 ms on one core and misses nothing, so
# that a graph is not worth building; the same bound holds for what a filter leaves over.
SCANNED_VECTORS: Final = 50_000

PointId = int | str | uuid.UUID
Key = int | str
Scores = Mapping[Key, float]

_LEAST_PREFETCH = 50
_SPARE = 8  # moments of one fused score are two, one by each ranking, or few more


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One point to store."""

    id: str
    payload: dict[str, Any]
    vector: list[float] | None = None
    words: Words | None = None
    image: list[float] | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """One search: by vector, by words, by both, fused, or by image alone.

    Attributes:
        scores_only: Whether payloads may be left out.
        whole: Whether all that passes is scored, instead of the best of two rankings fused.
        passages: Whether it is among all passages, and nothing else narrows it.
    """

    vector: list[float] | None
    words: Words | None
    conditions: Any
    limit: int
    image: list[float] | None = None
    scores_only: bool = False
    whole: bool = False
    passages: bool = False

    @property
    def is_scored_twice(self) -> bool:
        """Whether its hits have a cosine and a BM25 score of their own."""
        return self.vector is not None and self.words is not None

    @property
    def is_fused(self) -> bool:
        """Whether two rankings are to be joined."""
        return self.is_scored_twice and not self.whole

    @property
    def is_hopeless(self) -> bool:
        """Whether it is by words alone and has no usable one: stop words, punctuation."""
        return self.vector is None and self.image is None and not self.words

    @property
    def fetched(self) -> int:
        """How many hits are fetched: some more of a fusion, which cuts among equals by chance."""
        return self.limit + _SPARE if self.is_fused else self.limit

    @property
    def prefetch(self) -> int:
        """How many candidates each ranking sends into the fusion."""
        return max(_LEAST_PREFETCH, 2 * self.limit)


class Found(NamedTuple):
    """One point of an answer. A tuple, for a question makes hundreds of them.

    Attributes:
        key: Its id as what hashes fast: hundreds of UUIDs as keys cost a question a millisecond.
        id: Its id as the engine takes it.
        score: What the answer is ordered by.
        payload: What is stored with it.
    """

    key: Key
    id: PointId
    score: float
    payload: Mapping[str, Any]


def cut(points: list[Found], limit: int) -> list[Found]:
    """Leave the best of an answer, and of those that are equal at the cut the first in time.

    The same question must have the same answer; an engine that fuses two rankings returns equals in
    another order each time.
    """
    if len(points) <= limit or points[limit - 1].score != points[limit].score:
        return points[:limit]
    score = points[limit].score
    equal = sorted((each for each in points if each.score == score), key=_in_order)
    return [*(each for each in points if each.score > score), *equal][:limit]


def _in_order(point: Found) -> tuple[str, int, str]:
    return point.payload[MEDIUM], point.payload[START], str(point.id)
