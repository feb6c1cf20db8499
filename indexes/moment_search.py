"""Search for moments by text: by meaning, by words, and by what is said around them.

An utterance alone is often too short to be found ("It's a gas of some sort"), and a passage is too
long to be cited. Both are searched; utterances are returned, and each is helped by the best passage
that it stands in.

The score of an observation is ``own + context * passage``, where ``own`` and ``passage`` are

* ``exp((cosine - best cosine) / 0.03)``: meaning. Cosines of small embedding models differ little;
  0.03 behind the best is far and loses two thirds;
* ``words * bm25 / best bm25``: words, weighted by how rare they are;
* the share of the query's neighbouring word pairs that the text has too: a quotation beats a text
  that has the same words in other places.

Ranks fused by reciprocals (which pick the candidates) tell the order but not the distance: the
second of two equals and the second far behind score alike, and no score could be multiplied with
another. Terms and weights were chosen on apollo13; ``bench/RESULTS.md`` has the figures.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval, union
from trikal.indexes.protocol import EVERYTHING, Hit, MomentFilter, MomentIndex, MomentQuery
from trikal.indexes.spans import Scored, Selection, Span, surprising
from trikal.moments import Moment, Track, Unit

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

@dataclass(frozen=True, kw_only=True)
class Weights:
    """How the terms of a score are weighed against meaning.

    Attributes:
        words: How much the words count.
        context: How much the passage around an observation counts, against the observation itself.
    """

    words: float = 1.0
    context: float = 0.7


ASKED = Weights()
"""For what is asked for: often one or two words, which then are the thing itself."""

TOLD = Weights(words=0.5, context=0.5)
"""For an event told in somebody's own words: few of them were said, and it is one utterance, not
what stands around it."""

_CANDIDATES = {Unit.OBSERVATION: 40, Unit.PASSAGE: 50}
_SPAN_CANDIDATES = {Unit.OBSERVATION: 100, Unit.PASSAGE: 50}
_PASSAGES_OPENED = 5
_ALWAYS = Interval(EARLIEST_MS, LATEST_MS)
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
        original: What was said where the moment is a translation; ``None`` where it is none.
    """

    moment: Moment
    score: float
    dense: float | None = None
    bm25: float | None = None
    anchor: Moment | None = None
    why: str = ""
    original: str | None = None


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
        weights: How the terms of a score are weighed.
    """

    def __init__(
        self, index: MomentIndex, embed: Embed, weights: Weights = ASKED
    ) -> None:
        self._index = index
        self._embed = embed
        self._weights = weights

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
        asked = [_Asked(query, vector, candidates, self._weights)
                 for query, vector in zip(queries, vectors, strict=True)]
        self._answer([asked_query.first_round() for asked_query in asked], asked)
        self._answer([asked_query.second_round() for asked_query in asked], asked)
        return [each.ranked(limit) for each in asked]

    def spans(
        self, text: str, scope: MomentFilter = EVERYTHING, limit: int = 5, *,
        selection: Selection = surprising,
    ) -> list[Span]:
        """Find the parts of media that are about a text, each with a start and an end.

        Args:
            text: What to search for.
            scope: Where; no span reaches out of its windows, or from one into the next.
            limit: How many at most.
            selection: Chooses spans from scored moments.

        Returns:
            Spans that do not overlap, best first.
        """
        return selection(self.scored(text, (scope,)), limit)

    def scored(
        self, text: str, scopes: Sequence[MomentFilter] = (EVERYTHING,)
    ) -> list[Scored]:
        """Return observations and passages with their scores: what spans are chosen from.

        Args:
            text: What to search for.
            scopes: Where; no span will reach out of one scope's windows.
        """
        (vector,) = self._embed([text])
        asked = _Asked(TextQuery(text=text, scopes=tuple(scopes)), vector, _SPAN_CANDIDATES,
                       self._weights)
        self._answer([asked.first_round()], [asked])
        found = [(hit.moment, score, hit.dense) for hit, score in asked.in_context()]
        found += [(hit.moment, own, hit.dense) for hit, own in asked.scored(Unit.PASSAGE)]
        stretches = [(scope.media_ids, window) for scope in scopes
                     for window in union(scope.windows) or [_ALWAYS]]
        return [piece for moment, score, dense in found
                for piece in _pieces(moment, score, dense, stretches)]

    def _answer(self, rounds: list[list[MomentQuery]], asked: list["_Asked"]) -> None:
        answers = iter(self._index.search([query for each in rounds for query in each]))
        for queries, each in zip(rounds, asked, strict=True):
            for query in queries:
                each.take(query, next(answers))


class _Asked:
    """One query while it is being answered."""

    def __init__(self, query: TextQuery, vector: NDArray[np.float32],
                 candidates: Mapping[Unit, int], weights: Weights) -> None:
        self._query = query
        self._vector = vector
        self._candidates = candidates
        self._weights = weights
        self._pairs_shared = cache(partial(_share_of, _pairs(query.text)))
        self._hits: dict[Unit, dict[Moment, Hit]] = {unit: {} for unit in Unit}
        self._scored: dict[Unit, list[tuple[Hit, float]]] = {}
        self._is_exhausted = False

    def first_round(self) -> list[MomentQuery]:
        """Ask for observations and for passages, in all scopes at once."""
        return [self._narrowed(scopes, unit) for unit in Unit if (scopes := self._of(unit))]

    def second_round(self) -> list[MomentQuery]:
        """Ask for the observations inside the best passages, which may be too short to be found.

        A search by vector finds everything where there is less than it was asked for.
        """
        if self._is_exhausted:
            return []
        best = [hit.moment for hit, _ in self.scored(Unit.PASSAGE)[:_PASSAGES_OPENED]]
        inside = [each for scope in self._of(Unit.OBSERVATION) for each in _inside(scope, best)]
        if not inside:
            return []
        wanted = self._narrowed(inside, Unit.OBSERVATION, times=len(best))
        return [replace(wanted, whole=True)]

    def take(self, query: MomentQuery, hits: Sequence[Hit]) -> None:
        """Take the hits of one query in, each moment once."""
        (unit,) = query.filter.units
        known = self._hits[unit]
        self._scored.pop(unit, None)
        for hit in hits:
            known.setdefault(hit.moment, hit)
        if unit is Unit.OBSERVATION and len(hits) < query.limit:
            self._is_exhausted = True

    def ranked(self, limit: int) -> list[Evidence]:
        """Return the best observations, best first."""
        return [Evidence(moment=hit.moment, dense=hit.dense, bm25=hit.bm25, why="search",
                         score=score) for hit, score in self.in_context()[:limit]]

    def in_context(self) -> list[tuple[Hit, float]]:
        """Return the observations with the scores that their passages help, best first."""
        passages: dict[tuple[str, Track], list[tuple[Interval, float]]] = defaultdict(list)
        for hit, own in self.scored(Unit.PASSAGE):
            place = hit.moment.media_id, hit.moment.track
            passages[place].append((Interval.of(hit.moment), own))
        found = [
            (hit, own + self._weights.context * _best_around(
                hit.moment, passages.get((hit.moment.media_id, hit.moment.track), ())))
            for hit, own in self.scored(Unit.OBSERVATION)
        ]
        return sorted(found, key=_falling)

    def scored(self, unit: Unit) -> list[tuple[Hit, float]]:
        """Return the moments of one unit with the scores of their own, best first."""
        if unit not in self._scored:
            self._scored[unit] = self._score(list(self._hits[unit].values()))
        return self._scored[unit]

    def _score(self, hits: Sequence[Hit]) -> list[tuple[Hit, float]]:
        cosine = max((hit.dense or 0.0 for hit in hits), default=0.0)
        words = max((hit.bm25 or 0.0 for hit in hits), default=0.0) or 1.0
        scored = [
            (hit, math.exp(((hit.dense or 0.0) - cosine) / _COSINE_SCALE)
             + self._weights.words * (hit.bm25 or 0.0) / words
             + self._pairs_shared(hit.moment.text))
            for hit in hits
        ]
        return sorted(scored, key=_falling)

    def _of(self, unit: Unit) -> list[MomentFilter]:
        """Return the scopes that let a unit in."""
        return [each for each in self._query.scopes if not each.units or unit in each.units]

    def _narrowed(
        self, scopes: Sequence[MomentFilter], unit: Unit, *, times: int = 1
    ) -> MomentQuery:
        alternatives = tuple(dict.fromkeys(replace(each, units=()) for each in scopes))
        scope = (replace(alternatives[0], units=(unit,)) if len(alternatives) == 1
                 else MomentFilter(units=(unit,), any_of=alternatives))
        return MomentQuery(vector=self._vector, text=self._query.text,
                           limit=self._candidates[unit] * times, filter=scope)


def _falling(pair: tuple[Hit, float]) -> float:
    return -pair[1]


def _inside(scope: MomentFilter, passages: Sequence[Moment]) -> list[MomentFilter]:
    """Narrow a scope to what starts inside passages, one filter for all of a medium's track."""
    starts: dict[tuple[str, Track], list[Interval]] = defaultdict(list)
    for passage in passages:
        if not scope.media_ids or passage.media_id in scope.media_ids:
            starts[passage.media_id, passage.track].append(Interval.of(passage))
    return [replace(scope, media_ids=(media_id,), tracks=(track,), starts=tuple(inside))
            for (media_id, track), inside in starts.items()]


def pairs_shared(query: str, text: str) -> float:
    """Return the share of a query's neighbouring word pairs that a text has, in ``[0, 1]``."""
    return _share_of(_pairs(query), text)


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


def _pairs(text: str) -> list[tuple[str, str]]:
    words = _WORD.findall(text.casefold())
    return list(zip(words, words[1:], strict=False))


def _share_of(wanted: Sequence[tuple[str, str]], text: str) -> float:
    # Most texts lack the words altogether, which is seen far sooner than their pairs are made.
    folded = text.casefold()
    for first, second in wanted:
        if first in folded and second in folded:
            break
    else:
        return 0.0
    present = set(_pairs(text))
    return sum(pair in present for pair in wanted) / len(wanted)


def _best_around(moment: Moment, passages: Sequence[tuple[Interval, float]]) -> float:
    """Return the score of the first, and so the best, passage that holds the moment."""
    place = Interval.of(moment)
    return next((score for passage, score in passages
                 if passage.start_ms <= place.start_ms <= passage.end_ms  # cheap, and for most no
                 and passage.contains(place)), 0.0)
