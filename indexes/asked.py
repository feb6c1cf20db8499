"""One query of :class:`trikal.indexes.moment_search.MomentSearch` while it is being answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import Hit, MomentFilter, MomentQuery
from trikal.indexes.scoring import Weights, best_first, pairs_in, scored
from trikal.indexes.speakers import Spoke
from trikal.moments import Moment, Track, Unit

_PASSAGES_OPENED = 5

_Placed = tuple[int, int, int, float]


@dataclass(frozen=True, kw_only=True)
class TextQuery:
    """What to search for, and where; several scopes are searched as one.

    Attributes:
        text: What to search for.
        scopes: Where: moments that pass any of these filters.
    """

    text: str
    scopes: tuple[MomentFilter, ...]


class Asked:
    """What is asked of an index for one query, and what is made of the answers.

    Args:
        query: What to search for, and where.
        vector: The embedding of its text, float32 of shape ``(dimensions,)``.
        candidates: How many hits to ask for, by unit.
        weights: How the terms of a score are weighed.
        spoke: Tells whether a moment is spoken by whom the query names, if it names anybody.
    """

    def __init__(self, query: TextQuery, vector: NDArray[np.float32],
                 candidates: Mapping[Unit, int], weights: Weights, *,
                 spoke: Spoke | None = None) -> None:
        self._query = query
        self._vector = vector
        self._candidates = candidates
        self._weights = weights
        self._pairs_shared = pairs_in(query.text)
        self._spoke = spoke
        self._asks = weights.question > 0 and _asks(query.text)
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

    def in_context(self) -> list[tuple[Hit, float]]:
        """Return the observations with the scores that their passages help, best first."""
        passages: dict[tuple[str, Track], list[_Placed]] = defaultdict(list)
        for hit, own in self.scored(Unit.PASSAGE):
            moment = hit.moment
            passages[moment.media_id, moment.track].append(
                (moment.start_ms, moment.end_ms, Interval.of(moment).until_ms, own))
        found = [
            (hit, own + self._weights.context * _best_around(
                hit.moment, passages.get((hit.moment.media_id, hit.moment.track), ())))
            for hit, own in self.scored(Unit.OBSERVATION)
        ]
        return best_first(found)

    def scored(self, unit: Unit) -> list[tuple[Hit, float]]:
        """Return the moments of one unit with the scores of their own, best first."""
        if unit not in self._scored:
            self._scored[unit] = scored(
                list(self._hits[unit].values()), self._weights, self._pairs_shared,
                asks=self._asks, spoke=self._spoke)
        return self._scored[unit]

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


def _asks(text: str) -> bool:
    # Imported here because commands that search for no told event need no rules.
    from trikal.indexes.rules import asks_in_report

    return asks_in_report(text)


def _inside(scope: MomentFilter, passages: Sequence[Moment]) -> list[MomentFilter]:
    """Narrow a scope to what starts inside passages, one filter for all of a medium's track."""
    starts: dict[tuple[str, Track], list[Interval]] = defaultdict(list)
    for passage in passages:
        if not scope.media_ids or passage.media_id in scope.media_ids:
            starts[passage.media_id, passage.track].append(Interval.of(passage))
    return [replace(scope, media_ids=(media_id,), tracks=(track,), starts=tuple(inside))
            for (media_id, track), inside in starts.items()]


def _best_around(moment: Moment, passages: Sequence[_Placed]) -> float:
    """Return the score of the first, and so the best, passage that holds the moment.

    Written out what :meth:`Interval.contains` says: it is asked for thousands of pairs a question.
    """
    start_ms, end_ms = moment.start_ms, moment.end_ms
    for since_ms, till_ms, until_ms, score in passages:
        if since_ms <= start_ms < until_ms and end_ms <= till_ms:
            return score
    return 0.0
