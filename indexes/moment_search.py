"""Search for moments by text: by meaning, by words, and by what is said around them.

An utterance alone is often too short to be found ("It's a gas of some sort"), and a passage is too
long to be cited. Both are searched; utterances are returned, and each is helped by the best passage
that it stands in.

How what is found is scored stands in :mod:`trikal.indexes.scoring`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.asked import Asked, TextQuery
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval, union
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex, MomentQuery
from trikal.indexes.scoring import ASKED, Weights
from trikal.indexes.spans import Scored
from trikal.indexes.speakers import Speakers, Spoke
from trikal.moments import Moment, Unit

__all__ = ["Embed", "Evidence", "MomentSearch", "TextQuery"]

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

_CANDIDATES = {Unit.OBSERVATION: 40, Unit.PASSAGE: 50}
_SPAN_CANDIDATES = {Unit.OBSERVATION: 100, Unit.PASSAGE: 50}
_ALWAYS = Interval(EARLIEST_MS, LATEST_MS)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A moment that answers a query.

    Attributes:
        moment: The moment.
        score: What evidence is ordered by, best first; comparable within one answer only.
        dense: Cosine to the target's text, where there was one.
        bm25: BM25 score of the target's words, where they matched.
        anchor: The moment that it was placed against, if any.
        why: In words: how it was found.
        original: What was said where the moment is a translation; ``None`` where it is none.
        rerank: What a reranker gave it in ``[0, 1]``, where one put the answer in order.
    """

    moment: Moment
    score: float
    dense: float | None = None
    bm25: float | None = None
    anchor: Moment | None = None
    why: str = ""
    original: str | None = None
    rerank: float | None = None


class MomentSearch:
    """Searches one index for texts.

    Args:
        index: The moments.
        embed: Gives the embeddings of query texts, float32 of shape ``(n, dimensions)``.
        weights: How the terms of a score are weighed.
        speakers: Finds out who the texts name as speaking, where they may.
    """

    def __init__(
        self, index: MomentIndex, embed: Embed, weights: Weights = ASKED, *,
        speakers: Speakers | None = None,
    ) -> None:
        self._index = index
        self._embed = embed
        self._weights = weights
        self._speakers = speakers

    def search(self, queries: Sequence[TextQuery], limit: int) -> list[list[Evidence]]:
        """Answer several queries in two batches.

        Args:
            queries: What to search for.
            limit: How much evidence for each.

        Returns:
            For each query observations, best first, each once.
        """
        if not queries:
            return []
        vectors = self._embed([query.text for query in queries])
        candidates = {unit: max(least, limit) for unit, least in _CANDIDATES.items()}
        asked = [Asked(query, vector, candidates, self._weights, spoke=self._named(query))
                 for query, vector in zip(queries, vectors, strict=True)]
        self._answer([asked_query.first_round() for asked_query in asked], asked)
        self._answer([asked_query.second_round() for asked_query in asked], asked)
        return [_evidence(each, limit) for each in asked]

    def scored(
        self, text: str, scopes: Sequence[MomentFilter] = (EVERYTHING,)
    ) -> list[Scored]:
        """Return observations and passages with their scores: what spans are chosen from.

        Args:
            text: What to search for.
            scopes: Where; no span will reach out of one scope's windows.
        """
        (vector,) = self._embed([text])
        asked = Asked(TextQuery(text=text, scopes=tuple(scopes)), vector, _SPAN_CANDIDATES,
                       self._weights)
        self._answer([asked.first_round()], [asked])
        found = [(hit.moment, score, hit.dense) for hit, score in asked.in_context()]
        found += [(hit.moment, own, hit.dense) for hit, own in asked.scored(Unit.PASSAGE)]
        stretches = [(scope.media_ids, window) for scope in scopes
                     for window in union(scope.windows) or [_ALWAYS]]
        return [piece for moment, score, dense in found
                for piece in _pieces(moment, score, dense, stretches)]

    def _named(self, query: TextQuery) -> Spoke | None:
        return self._speakers.named(query.text, query.scopes) if self._speakers else None

    def _answer(self, rounds: list[list[MomentQuery]], asked: list[Asked]) -> None:
        answers = iter(self._index.search([query for each in rounds for query in each]))
        for queries, each in zip(rounds, asked, strict=True):
            for query in queries:
                each.take(query, next(answers))


def _evidence(asked: Asked, limit: int) -> list[Evidence]:
    """Return the best observations, best first."""
    return [Evidence(moment=hit.moment, dense=hit.dense, bm25=hit.bm25, why="search", score=score)
            for hit, score in asked.in_context()[:limit]]


def _pieces(
    moment: Moment, score: float, dense: float | None,
    stretches: Sequence[tuple[tuple[str, ...], Interval]],
) -> list[Scored]:
    """Cut a moment to the stretches of its medium that may be chosen from."""
    place = Interval.of(moment)
    return [
        Scored(moment=moment, interval=inside, score=score, dense=dense, stretch=number)
        for number, (media_ids, window) in enumerate(stretches)
        if not media_ids or moment.media_id in media_ids
        if (inside := window.intersection(place))
    ]
