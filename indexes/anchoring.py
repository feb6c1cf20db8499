"""Anchors: the events that a question hangs on, found by search, and the places that they leave.

An event that could be several keeps several candidates, each of which leaves a window of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from trikal.indexes.found import Doubt, Taken
from trikal.indexes.intervals import Interval
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.occurrences import Event
from trikal.indexes.placing import MOST_PLACES, Place, Placement, placements, places
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.scoping import OutOfScope
from trikal.indexes.temporal import Anchored, Ask, Relation, TemporalQuery
from trikal.indexes.trace import Trace, place_words, span_words

ANCHORS: Final = 5
"""How many candidates an anchor keeps that is named by words it says, or by its number."""

TOLD_ANCHORS: Final = 8
"""How many candidates an event keeps that is told in somebody's own words."""

TOLD_BESIDE_TARGET: Final = 24
"""The same where a target is looked for beside it, which tells the right one from the others."""

MOST_ANCHORS: Final = 100
"""How many candidates the second event of a pair keeps, and one that is meant every time."""

_LIKELY = 0.35  # what fits an anchor a third as well as the best is not meant
_LIKELY_TOLD = 0.15  # of what is told the right one is often far behind what shares its words
_PLACES_BESIDE_TARGET = 24
_PLACES_TOLD = 3
_STEEPNESS = 2.0  # of so many candidates the later ones are hardly ever meant

Find = Callable[[TemporalQuery, MomentFilter, int], list[Event]]
Prepare = Callable[[Sequence[TemporalQuery], MomentFilter], None]


class Anchoring:
    """Finds the events that a query hangs on.

    Args:
        find: Finds an event, which may hang on another one, within a filter; best first.
        prepare: Told which events will be looked for within one filter, so that they can be
            searched for together.
        media: What is known of every medium, by id.
        trace: Told which events were taken, and which windows they leave.
    """

    def __init__(
        self, find: Find, prepare: Prepare, media: Mapping[str, MediumFacts], trace: Trace
    ) -> None:
        self._find = find
        self._prepare = prepare
        self._media = media
        self._trace = trace
        self.taken: list[Taken] = []
        self.doubts: list[Doubt] = []

    def places(self, query: TemporalQuery, base: MomentFilter) -> list[Place]:
        """Return where the query's anchors leave its target, best first.

        Raises:
            OutOfScope: They leave it nowhere.
        """
        anchored = [each for each in query.constraints if isinstance(each, Anchored)]
        self._prepare([event for each in anchored for event in _at_once(each)],
                      _anywhere_in(base))
        is_beside = (bool(query.target) and query.ordinal is None and query.ask is Ask.MOMENTS
                     and (len(anchored) > 1 or any(map(_is_bounded, anchored))))
        told = TOLD_BESIDE_TARGET if is_beside else TOLD_ANCHORS
        found = places([self.placed(each, base, told=told) for each in anchored],
                       _PLACES_BESIDE_TARGET if is_beside else MOST_PLACES)
        if not found:
            raise OutOfScope("the events lie so that nothing is "
                             + " and ".join(each.words() for each in anchored))
        for place in found[:_PLACES_TOLD]:
            self._tell(place)
        return found

    def placed(
        self, constraint: Anchored, base: MomentFilter, *, told: int = TOLD_ANCHORS
    ) -> list[Placement]:
        """Place one constraint against every candidate for its events, best first.

        Args:
            constraint: The relation and its events.
            base: Where to look for them.
            told: How many candidates an event keeps that is told in somebody's own words.

        Raises:
            OutOfScope: An event is nowhere, or leaves no time.
        """
        if constraint.relation is Relation.UNTIL_NEXT:
            anchors = self._candidates(constraint.anchor, base)
            found = [placed for anchor in anchors for placed in placements(
                constraint, [anchor], self._next(constraint, anchor, base), self._media)]
        else:
            anchors = self._candidates(constraint.anchor, base, told=told)
            others = (self._candidates(constraint.other, base, most=MOST_ANCHORS)
                      if constraint.other else None)
            found = placements(constraint, anchors, others, self._media)
        if not found:
            raise OutOfScope(f"there is no time {constraint.words()}")
        return sorted(found, key=lambda placed: -placed.weight)[:MOST_ANCHORS]

    def _candidates(
        self, query: TemporalQuery, base: MomentFilter, *, most: int | None = None,
        told: int = TOLD_ANCHORS,
    ) -> list[Event]:
        """Find the candidates for an event, best first, scores relative to the best."""
        base = _anywhere_in(base)
        is_told = _is_told(query)
        most = most or (told if is_told else ANCHORS)
        found = self._find(query, base, most)
        if not found:
            raise OutOfScope(f"found nothing like {query.event_words()}")
        best = found[0]
        self._trace.anchor(f"took {query.event_words()} to be {place_words(best.moment)}",
                           best.moment.media_id, best.interval)
        self.taken.append(Taken(text=query.target, evidence=tuple(
            each.evidence for each in found[:ANCHORS])))
        if query.verbatim and query.ordinal is None and query.ask is not Ask.EVERY:
            self._doubt_which(query, found)
        kept = found if query.ask is Ask.EVERY else found[:most]
        least = (_LIKELY_TOLD if is_told else _LIKELY) * best.score
        power = _STEEPNESS if is_told and told > TOLD_ANCHORS else 1.0
        return [replace(each, evidence=replace(
            each.evidence, score=(each.score / best.score) ** power))
            for each in kept if each.score >= least]

    def _doubt_which(self, query: TemporalQuery, found: Sequence[Event]) -> None:
        alike = list({each.moment.id: each for each in found
                      if each.score >= found[0].score}.values())
        if len(alike) < 2:
            return
        count = len(alike)
        self._trace.note(f"“{query.target}” is there {count} times; the best of the first ones "
                         "was taken")
        self.doubts.append(Doubt(
            words=f"“{query.target}” is there {count} times. Which one is meant?",
            choices=tuple(place_words(each.moment) for each in alike[:ANCHORS]), part=query,
            narrowed=tuple(query.at(each.moment) for each in alike[:ANCHORS]),
        ))

    def _next(self, constraint: Anchored, anchor: Event, base: MomentFilter) -> list[Event]:
        """Find the first such event after an anchor."""
        assert constraint.other is not None
        wanted = constraint.other.model_copy(update={"ordinal": constraint.other.ordinal or 1})
        later = replace(base, media_ids=(anchor.moment.media_id,),
                        windows=(Interval.since(anchor.interval.until_ms),))
        try:
            return self._candidates(wanted, later)
        except OutOfScope:
            return []

    def _tell(self, place: Place) -> None:
        for placed in place.placements:
            events = " and ".join(place_words(event.moment) for event in placed.events)
            self._trace.window(
                f"{placed.constraint.relation} {events} leaves {span_words(placed.window)}",
                placed.media_id, [placed.window])


def _anywhere_in(base: MomentFilter) -> MomentFilter:
    """Leave only media and windows: an event may be on another track than what hangs on it."""
    return MomentFilter(media_ids=base.media_ids, windows=base.windows)


def _is_told(query: TemporalQuery) -> bool:
    """Whether an event is named by what happens in it, not by its words, number or neighbours."""
    return not query.verbatim and query.ordinal is None and query.ask is Ask.MOMENTS


def _is_bounded(constraint: Anchored) -> bool:
    """Whether a window has two ends, so that what is in it tells which event was meant."""
    return constraint.at_most_ms is not None or constraint.other is not None


def _at_once(constraint: Anchored) -> tuple[TemporalQuery, ...]:
    """Return the events that are looked for without knowing where another one lies."""
    later = constraint.relation is Relation.UNTIL_NEXT
    return (constraint.anchor,) if later else constraint.events
