"""Search for moments by text: by meaning, by words, and by what is said around them.

An utterance alone is often too short to be found ("It's a gas of some sort"), and a passage is too
long to be cited. Both are searched; utterances are returned, and each is helped by the best passage
that it stands in.

The score of an observation is ``own + CONTEXT * passage``, where ``own`` and ``passage`` are

* ``exp((cosine - best cosine) / 0.03)``: meaning. Cosines of small embedding models differ little;
  0.03 behind the best is far and loses two thirds;
* ``bm25 / best bm25``: words, weighted by how rare they are;
* the share of the query's neighbouring word pairs that the text has too: a quotation beats a text
  that has the same words in other places.

Ranks fused by reciprocals (which pick the candidates) tell the order but not the distance: the
second of two equals and the second far behind score alike, and no score could be multiplied with
another. Terms and weights were chosen on apollo13; ``bench/RESULTS.md`` has the figures.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import Hit, MomentFilter, MomentIndex, MomentQuery
from trikal.moments import Moment, Unit

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

CONTEXT = 0.7
"""How much the passage around an observation counts, against the observation itself."""

_CANDIDATES = 50
_PASSAGES_OPENED = 5
_COSINE_SCALE = 0.03
_WORD = re.compile(r"\w+(?:['’]\w+)*")


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
    """

    moment: Moment
    score: float
    dense: float | None = None
    bm25: float | None = None
    anchor: Moment | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class TextQuery:
    """What to search for, and where; several scopes are searched as one.

    Attributes:
        text: What to search for.
        scopes: Where: moments that pass any of these filters.
    """

    text: str
    scopes: tuple[MomentFilter, ...]


class MomentSearch:
    """Searches one index for texts.

    Args:
        index: The moments.
        embed: Gives the embeddings of query texts, float32 of shape ``(n, dimensions)``.
    """

    def __init__(self, index: MomentIndex, embed: Embed) -> None:
        self._index = index
        self._embed = embed

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
        asked = [_Asked(query, vector, max(_CANDIDATES, 4 * limit))
                 for query, vector in zip(queries, vectors, strict=True)]
        self._answer([asked_query.first_round() for asked_query in asked], asked)
        self._answer([asked_query.second_round() for asked_query in asked], asked)
        return [each.ranked()[:limit] for each in asked]

    def _answer(self, rounds: list[list[MomentQuery]], asked: list["_Asked"]) -> None:
        answers = iter(self._index.search([query for each in rounds for query in each]))
        for queries, each in zip(rounds, asked, strict=True):
            for _ in queries:
                each.take(next(answers))


class _Asked:
    """One query while it is being answered."""

    def __init__(self, query: TextQuery, vector: NDArray[np.float32], candidates: int) -> None:
        self._query = query
        self._vector = vector
        self._candidates = candidates
        self._hits: dict[str, Hit] = {}

    def first_round(self) -> list[MomentQuery]:
        """Ask for observations and for passages, in every scope."""
        return [self._narrowed(scope, unit) for scope in self._query.scopes for unit in Unit
                if not scope.units or unit in scope.units]

    def second_round(self) -> list[MomentQuery]:
        """Ask for the observations inside the best passages, which may be too short to be found."""
        best = [hit.moment for hit, _ in self._scored(Unit.PASSAGE)[:_PASSAGES_OPENED]]
        opened = [
            replace(scope, media_ids=(passage.media_id,), tracks=(passage.track,), windows=windows)
            for scope in self._query.scopes for passage in best
            if (not scope.media_ids or passage.media_id in scope.media_ids)
            and (windows := shared(scope.windows, Interval.of(passage)))
        ]
        return [self._narrowed(scope, Unit.OBSERVATION) for scope in opened]

    def take(self, hits: Sequence[Hit]) -> None:
        """Take hits in, each moment once."""
        self._hits.update({hit.moment.id: hit for hit in hits})

    def ranked(self) -> list[Evidence]:
        """Return the observations, best first."""
        passages = self._scored(Unit.PASSAGE)
        found = [
            Evidence(moment=hit.moment, score=own + CONTEXT * _context(hit.moment, passages),
                     dense=hit.dense, bm25=hit.bm25, why="search")
            for hit, own in self._scored(Unit.OBSERVATION)
        ]
        return sorted(found, key=lambda evidence: -evidence.score)

    def _narrowed(self, scope: MomentFilter, unit: Unit) -> MomentQuery:
        return MomentQuery(vector=self._vector, text=self._query.text, limit=self._candidates,
                           filter=replace(scope, units=(unit,)))

    def _scored(self, unit: Unit) -> list[tuple[Hit, float]]:
        hits = [hit for hit in self._hits.values() if hit.moment.unit is unit]
        cosine = max((hit.dense or 0.0 for hit in hits), default=0.0)
        words = max((hit.bm25 or 0.0 for hit in hits), default=0.0) or 1.0
        scored = [
            (hit, math.exp(((hit.dense or 0.0) - cosine) / _COSINE_SCALE)
             + (hit.bm25 or 0.0) / words + pairs_shared(self._query.text, hit.moment.text))
            for hit in hits
        ]
        return sorted(scored, key=lambda pair: -pair[1])


def pairs_shared(query: str, text: str) -> float:
    """Return the share of a query's neighbouring word pairs that a text has, in ``[0, 1]``."""
    wanted, present = _pairs(query), set(_pairs(text))
    return sum(pair in present for pair in wanted) / len(wanted) if wanted else 0.0


def shared(windows: Sequence[Interval], window: Interval) -> tuple[Interval, ...]:
    """Return what is open in both; no windows at all stand for all of time."""
    return tuple(w for each in windows or (window,) if (w := each.intersection(window)))


def _pairs(text: str) -> list[tuple[str, str]]:
    words = _WORD.findall(text.casefold())
    return list(zip(words, words[1:], strict=False))


def _context(moment: Moment, passages: Sequence[tuple[Hit, float]]) -> float:
    place = Interval.of(moment)
    return max(
        (score for hit, score in passages
         if (hit.moment.media_id, hit.moment.track) == (moment.media_id, moment.track)
         and Interval.of(hit.moment).contains(place)),
        default=0.0,
    )
