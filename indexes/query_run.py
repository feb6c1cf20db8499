"""Answering a temporal query: anchors by search, windows by algebra, targets inside them.

Nothing here asks a language model. An event that could be several keeps several candidates; each
leaves a window of its own, and all windows are searched in one batch.

The score of what is found is the product of three terms in ``(0, 1]``:

* the anchor's score relative to the best candidate for it, and so on inwards for what the anchor
  itself hangs on: a doubtful anchor makes all that hangs on it doubtful;
* the target's score relative to the best target in any window, so that the right anchor can be told
  from a wrong one by what lies beside it;
* nearness (:func:`trikal.indexes.windows.nearness`): of equal targets the one beside the anchor is
  meant. It never falls to nothing, lest a wrong anchor with a near target beat the right one.

A product, because each term alone can refuse a candidate, and no sum of the others should save it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from trikal.indexes.found import Doubt, Found, Taken
from trikal.indexes.intervals import Interval, hull
from trikal.indexes.listing import Listing
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.moment_search import Embed, Evidence, MomentSearch, TextQuery
from trikal.indexes.occurrences import Event, Occurrences, occurrences, saying
from trikal.indexes.phrases import plain_words
from trikal.indexes.placing import Place, Placement, placements, places
from trikal.indexes.protocol import MomentFilter, MomentIndex
from trikal.indexes.scoping import OutOfScope, Scoping
from trikal.indexes.temporal import (
    PAIRED,
    Anchored,
    Ask,
    Relation,
    TemporalQuery,
    ordinal_word,
)
from trikal.indexes.trace import Trace, place_words, span_words
from trikal.moments import Moment

ANCHORS: Final = 5
"""How many candidates an anchor keeps."""

EVERY: Final = 100
"""How many moments "every time" lists at most."""

_TARGETS = 50
_PARTLY = 0.9
_FALLING = 0.5
_LIKELY = 0.5


class QueryRun:
    """Answers one query.

    Args:
        index: The moments.
        embed: Gives the embeddings of query texts.
        media: What is known of every medium, by id.
    """

    def __init__(
        self, index: MomentIndex, embed: Embed, media: Mapping[str, MediumFacts]
    ) -> None:
        self._index = index
        self._texts = MomentSearch(index, embed)
        self._media = media
        self._trace = Trace()
        self._scoping = Scoping(media, self._trace)
        self._listing = Listing(index, self._trace)
        self._taken: list[Taken] = []
        self._doubts: list[Doubt] = []
        self._value: int | None = None

    def found(self, query: TemporalQuery, scope: MomentFilter, limit: int) -> Found:
        """Find the evidence, or say why there is none."""
        evidence: list[Evidence] = []
        absent = ""
        try:
            evidence = self._wanted(query, scope, limit)
            absent = "" if evidence or self._value is not None else "there is nothing at that place"
        except OutOfScope as reason:
            absent = str(reason)
        if absent:
            self._trace.note(absent)
        return Found(
            evidence=tuple(evidence), steps=self._trace.steps, taken=tuple(self._taken),
            value=self._value, absent=absent, doubts=tuple(self._doubts),
        )

    def _wanted(self, query: TemporalQuery, scope: MomentFilter, limit: int) -> list[Evidence]:
        if query.ask is Ask.DURATION:
            return self._measured(query, scope)
        if query.ask in (Ask.EVERY, Ask.COUNT):
            every = self._every(query, scope)
            self._value = len(every) if query.ask is Ask.COUNT else None
            return [each.evidence for each in every[:max(limit, EVERY)]]
        return _each_once(self._events(query, scope, limit))[:limit]

    def _events(self, query: TemporalQuery, base: MomentFilter, limit: int) -> list[Event]:
        """Find what a query asks for, best first."""
        base, scopes, spots = self._narrowed(query, base)
        if query.ordinal is not None:
            return self._nth(query, query.ordinal, scopes, spots)
        if not query.target:
            return self._listed(scopes, spots, limit)
        if query.verbatim and (said := self._said(query.target, scopes, spots)):
            return said
        return self._searched(query.target, scopes, spots)[:limit]

    def _narrowed(
        self, query: TemporalQuery, base: MomentFilter
    ) -> tuple[MomentFilter, list[MomentFilter], list[Place]]:
        base = self._scoping.narrowed(base, query.scope)
        scopes = self._scoping.filters(query, base)
        choices = [self._placed(c, base) for c in query.constraints if isinstance(c, Anchored)]
        spots = places(choices)
        if not spots:
            raise OutOfScope("the events lie so that nothing is " + " and ".join(
                c.words() for c in query.constraints if isinstance(c, Anchored)))
        for spot in spots[:3]:
            self._tell(spot)
        return base, scopes, spots

    def _placed(self, constraint: Anchored, base: MomentFilter) -> list[Placement]:
        anchors = self._anchors(constraint.anchor, base)
        if constraint.relation is Relation.UNTIL_NEXT:
            found = [placed for anchor in anchors for placed in placements(
                constraint, [anchor], self._next(constraint, anchor, base), self._media)]
        else:
            others = self._anchors(constraint.other, base, most=EVERY) if constraint.other else None
            found = placements(constraint, anchors, others, self._media)
        if not found:
            raise OutOfScope(f"there is no time {constraint.words()}")
        return sorted(found, key=lambda placed: -placed.weight)[:EVERY]

    def _anchors(
        self, query: TemporalQuery, base: MomentFilter, *, most: int = ANCHORS
    ) -> list[Event]:
        """Find the candidates for an event, best first, scores relative to the best."""
        base = MomentFilter(media_ids=base.media_ids, windows=base.windows)
        if query.ask is Ask.EVERY:
            found = self._every(query, base)
        else:
            found = self._events(query, base, most)
        if not found:
            raise OutOfScope(f"found nothing like {query.event_words()}")
        best = found[0]
        self._trace.anchor(f"took {query.event_words()} to be {place_words(best.moment)}",
                           best.moment.media_id, best.interval)
        self._taken.append(Taken(text=query.target, evidence=tuple(
            each.evidence for each in found[:ANCHORS])))
        alike = list({each.moment.id: each for each in found
                      if each.score >= best.score}.values())
        is_one = query.ordinal is None and query.ask is not Ask.EVERY
        if query.verbatim and is_one and len(alike) > 1:
            self._doubt_which(query, alike)
        kept = found if query.ask is Ask.EVERY else found[:most]
        return [replace(each, evidence=replace(each.evidence, score=each.score / best.score))
                for each in kept]

    def _doubt_which(self, query: TemporalQuery, alike: Sequence[Event]) -> None:
        count = len(alike)
        self._trace.note(f"“{query.target}” is there {count} times; the best of the first ones "
                         "was taken")
        self._doubts.append(Doubt(
            words=f"“{query.target}” is there {count} times. Which one is meant?",
            choices=tuple(place_words(each.moment) for each in alike[:ANCHORS]),
        ))

    def _next(self, constraint: Anchored, anchor: Event, base: MomentFilter) -> list[Event]:
        """Find the first such event after an anchor."""
        assert constraint.other is not None
        wanted = constraint.other.model_copy(update={"ordinal": constraint.other.ordinal or 1})
        later = replace(base, media_ids=(anchor.moment.media_id,),
                        windows=(Interval.since(anchor.interval.until_ms),))
        try:
            return self._anchors(wanted, later)
        except OutOfScope:
            return []

    def _said(
        self, phrase: str, scopes: Sequence[MomentFilter], spots: Sequence[Place]
    ) -> list[Event]:
        """Find who says the very words, whole utterances and near ones first."""
        wanted = plain_words(phrase)
        scored = [
            self._placed_event(Evidence(
                moment=moment, why="says it",
                score=1.0 if plain_words(moment.text) == wanted else _PARTLY,
            ), spots)
            for moment in saying(self._index, phrase, _within(scopes, spots))
        ]
        if not scored:
            self._trace.note(f"nobody says exactly “{phrase}”; looked for its meaning")
        return [event for event, _ in sorted(scored, key=_best_then_near)]

    def _searched(
        self, text: str, scopes: Sequence[MomentFilter], spots: Sequence[Place]
    ) -> list[Event]:
        inside = _within(scopes, spots)
        if not inside:
            return []
        (found,) = self._texts.search([TextQuery(text=text, scopes=tuple(inside))], _TARGETS)
        best = max((each.score for each in found), default=1.0)
        literal = {moment.id: moment for moment in saying(self._index, text, inside)}
        scored = [self._placed_event(replace(
            each, score=max(each.score / best, float(each.moment.id in literal))), spots)
            for each in found]
        known = {each.moment.id for each in found}
        scored += [self._placed_event(Evidence(moment=moment, score=1.0, why="says it"), spots)
                   for moment in literal.values() if moment.id not in known]
        return [event for event, _ in sorted(scored, key=_best_then_near)]

    def _placed_event(self, target: Evidence, spots: Sequence[Place]) -> tuple[Event, int]:
        """Hang a target on the place that suits it best; also return how far away it is."""
        interval = Interval.of(target.moment)
        admitting = [spot for spot in spots if _admits(spot, target, interval)] or spots[:1]
        spot = max(admitting, key=lambda each: each.weight * each.nearness(interval))
        placement = spot.main
        if placement is None:
            return Event.of(target), 0
        placed = replace(
            target, score=target.score * spot.weight * spot.nearness(interval),
            anchor=placement.anchor.moment,
            why=f"{placement.constraint.relation} {place_words(placement.anchor.moment)}",
        )
        return Event.of(placed), spot.distance_ms(interval)

    def _listed(
        self, scopes: Sequence[MomentFilter], spots: Sequence[Place], limit: int
    ) -> list[Event]:
        """List what stands at each place; the first at every place before the second at any."""
        found = []
        home = self._at_home(spots, scopes)
        for spot in [each for each in home if each.weight >= _LIKELY * home[0].weight]:
            for scope in _within(scopes, [spot]):
                moments = self._listing.at(spot, scope, limit)
                found += [self._placed_at(spot, moment, rank)
                          for rank, moment in enumerate(moments)]
        return sorted(found, key=lambda event: -event.score)

    def _at_home(self, spots: Sequence[Place], scopes: Sequence[MomentFilter]) -> list[Place]:
        """Stay in the anchor's own medium, unless the question looks elsewhere."""
        own = [spot for spot in spots
               if spot.main is None or spot.main.media_id == spot.main.anchor.moment.media_id]
        return own if _within(scopes, own) else list(spots)

    def _placed_at(self, spot: Place, moment: Moment, rank: int) -> Event:
        placement = spot.main
        if placement is None:
            return Event.of(Evidence(moment=moment, score=1 / (1 + rank), why="in the window"))
        return Event.of(Evidence(
            moment=moment, score=spot.weight * _FALLING ** rank, anchor=placement.anchor.moment,
            why=f"{placement.constraint.relation} {place_words(placement.anchor.moment)}",
        ))

    def _nth(
        self, query: TemporalQuery, ordinal: int, scopes: Sequence[MomentFilter],
        spots: Sequence[Place],
    ) -> list[Event]:
        """Pick the n-th occurrence at each place, in each medium."""
        picked: list[Event] = []
        most = 0
        for spot in spots:
            for events in self._by_medium(query, _within(scopes, [spot])).values():
                most = max(most, len(events))
                if 0 <= (place := ordinal - 1 if ordinal > 0 else len(events) + ordinal) < len(
                        events):
                    picked.append(self._hung(events[place], spot))
        if not picked:
            raise OutOfScope(f"there is no {ordinal_word(ordinal)} “{query.target}” there, "
                             f"only {most}")
        return sorted(picked, key=lambda event: -event.score)

    def _every(self, query: TemporalQuery, base: MomentFilter) -> list[Event]:
        """Find every occurrence at the best place that has any."""
        _, scopes, spots = self._narrowed(query, base)
        for spot in spots:
            by_medium = self._by_medium(query, _within(scopes, [spot]))
            if by_medium:
                return [self._hung(event, spot) for events in by_medium.values()
                        for event in events]
        return []

    def _by_medium(
        self, query: TemporalQuery, scopes: Sequence[MomentFilter]
    ) -> dict[str, list[Event]]:
        if not scopes:
            return {}
        found = occurrences(self._index, self._texts, query.target, scopes,
                            verbatim=query.verbatim)
        self._tell_count(query, found)
        by_medium: dict[str, list[Event]] = {}
        for event in found.events:
            by_medium.setdefault(event.moment.media_id, []).append(event)
        return by_medium

    def _hung(self, event: Event, spot: Place) -> Event:
        placement = spot.main
        if placement is None:
            return event
        return replace(event, evidence=replace(
            event.evidence, score=event.score * spot.weight, anchor=placement.anchor.moment,
            why=f"{placement.constraint.relation} {place_words(placement.anchor.moment)}"))

    def _measured(self, query: TemporalQuery, scope: MomentFilter) -> list[Evidence]:
        """Measure the time between two events, from an anchor to its target, or of one event."""
        constraint = query.anchored
        if constraint and constraint.relation in PAIRED and not query.target:
            placed = self._placed(constraint, self._scoping.narrowed(scope, query.scope))[0]
            self._value = placed.window.duration_ms
            return _each_once(placed.events)
        events = self._events(query, scope, _TARGETS)
        if not events:
            return []
        best = events[0]
        anchor = best.evidence.anchor
        if anchor is not None and constraint is not None:
            self._value = Interval.of(anchor).gap_ms(best.interval)
            return [Evidence(moment=anchor, score=best.score, why="the anchor"), best.evidence]
        alike = occurrences(self._index, self._texts, query.target,
                            self._scoping.filters(query, scope), verbatim=False)
        same = [event.interval for event in alike.events if event.interval.overlaps(best.interval)]
        whole = hull([best.interval, *same]) or best.interval
        self._value = whole.duration_ms
        self._trace.note(f"it lasts from {span_words(whole)}")
        return [best.evidence]

    def _tell(self, spot: Place) -> None:
        for placed in spot.placements:
            events = " and ".join(place_words(event.moment) for event in placed.events)
            self._trace.window(
                f"{placed.constraint.relation} {events} leaves {span_words(placed.window)}",
                placed.media_id, [placed.window])

    def _tell_count(self, query: TemporalQuery, found: Occurrences) -> None:
        if query.target:
            how = "in these very words" if found.literal else "in similar words, as far as seen"
            self._trace.note(f"“{query.target}” is there {len(found.events)} times {how}")


def _within(scopes: Sequence[MomentFilter], spots: Sequence[Place]) -> list[MomentFilter]:
    """Return the filters of all places, each once."""
    narrowed = [spot.within(scope) for spot in spots for scope in scopes]
    return list(dict.fromkeys(each for each in narrowed if each is not None))


def _admits(spot: Place, target: Evidence, interval: Interval) -> bool:
    if spot.main is None or spot.window is None:
        return True
    return spot.main.media_id == target.moment.media_id and spot.window.overlaps(interval)


def _best_then_near(scored: tuple[Event, int]) -> tuple[float, int]:
    event, distance_ms = scored
    return -round(event.score, 9), distance_ms


def _each_once(events: Sequence[Event]) -> list[Evidence]:
    """Keep each moment once, at its best place."""
    best: dict[str, Evidence] = {}
    for each in events:
        best.setdefault(each.moment.id, each.evidence)
    return list(best.values())
