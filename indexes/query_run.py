"""Answering a temporal query: anchors by search, windows by algebra, targets inside them.

Nothing here asks a language model. How what is found is scored, and why so, stands in
:mod:`trikal.indexes.targets`.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from trikal.indexes.anchoring import Anchoring
from trikal.indexes.found import Found, Part
from trikal.indexes.intervals import Interval, hull, union
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.moment_search import Embed, Evidence, MomentSearch
from trikal.indexes.occurrences import Event, occurrences
from trikal.indexes.parts import Parts
from trikal.indexes.placing import Place
from trikal.indexes.protocol import MomentFilter, MomentIndex
from trikal.indexes.scoping import OutOfScope, Scoping
from trikal.indexes.scoring import TOLD
from trikal.indexes.speakers import Speakers
from trikal.indexes.targets import Targets
from trikal.indexes.temporal import Ask, TemporalQuery
from trikal.indexes.trace import Trace, span_words

EVERY: Final = 100
"""How many moments "every time" lists at most."""

_MEASURED = 50


class QueryRun:
    """Answers one query.

    Args:
        index: The moments.
        embed: Gives the embeddings of query texts.
        media: What is known of every medium, by id.
        told: Gives the embeddings of the events that it hangs on; `embed` does when not given.
        speakers: Finds out who is named in those events.
    """

    def __init__(
        self, index: MomentIndex, embed: Embed, media: Mapping[str, MediumFacts], *,
        told: Embed | None = None, speakers: Speakers | None = None,
    ) -> None:
        self._index = index
        self._texts = MomentSearch(index, embed)
        self._trace = Trace()
        self._scoping = Scoping(media, self._trace)
        self._targets = Targets(index, self._texts, self._trace, mixed=True)
        events = MomentSearch(index, told or embed, TOLD, speakers=speakers)
        self._anchors = Targets(index, events, self._trace)
        self._parts = Parts(index, self._texts, self._trace)
        self._anchoring = Anchoring(
            partial(self._found_events, targets=self._anchors), self._look_ahead, media,
            self._trace)
        self._value: int | None = None
        self._found_parts: list[Part] = []

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
            evidence=tuple(evidence), steps=self._trace.steps,
            taken=tuple(self._anchoring.taken), value=self._value, absent=absent,
            doubts=tuple(self._anchoring.doubts), parts=tuple(self._found_parts),
        )

    def _wanted(self, query: TemporalQuery, scope: MomentFilter, limit: int) -> list[Evidence]:
        if query.ask is Ask.DURATION:
            return self._measured(query, scope)
        if query.ask is Ask.SPANS and query.target:
            self._found_parts = self._found_in_parts(query, scope, limit)
            return list(self._found_parts[0].evidence) if self._found_parts else []
        events = self._found_events(query, scope, limit, self._targets)
        if query.ask in (Ask.EVERY, Ask.COUNT):
            self._value = len(events) if query.ask is Ask.COUNT else None
            return [each.evidence for each in events[:max(limit, EVERY)]]
        return _each_once(events)[:limit]

    def _found_events(
        self, query: TemporalQuery, base: MomentFilter, limit: int, targets: Targets
    ) -> list[Event]:
        """Find what a query asks for, best first; every occurrence in time order."""
        if query.ask is Ask.SPANS and query.target:
            return [Event(evidence=each.best, interval=each.interval)
                    for each in self._found_in_parts(query, base, limit)]
        scopes, spots = self._narrowed(query, base)
        if query.ask in (Ask.EVERY, Ask.COUNT):
            return targets.every(query, scopes, spots)
        return targets.find(query, scopes, spots, limit)

    def _look_ahead(self, events: Sequence[TemporalQuery], base: MomentFilter) -> None:
        """Search for those events together that are texts and hang on nothing."""
        plain = [each for each in events if _is_plain(each)]
        if len(plain) > 1:
            self._anchors.look_ahead(
                [(each.target, self._scoping.filters(each, base)) for each in plain])

    def _found_in_parts(
        self, query: TemporalQuery, base: MomentFilter, limit: int
    ) -> list[Part]:
        scopes, spots = self._narrowed(query, base)
        return self._parts.find(query.target, scopes, spots, limit)

    def _narrowed(
        self, query: TemporalQuery, base: MomentFilter
    ) -> tuple[list[MomentFilter], list[Place]]:
        base = self._scoping.narrowed(base, query.scope)
        return self._scoping.filters(query, base), self._anchoring.places(query, base)

    def _measured(self, query: TemporalQuery, scope: MomentFilter) -> list[Evidence]:
        """Measure the time between two events, from an anchor to its target, or of one event."""
        constraint = query.anchored
        if constraint and constraint.other and not query.target:
            narrowed = self._scoping.narrowed(scope, query.scope)
            placed = self._anchoring.placed(constraint, narrowed)[0]
            self._value = placed.window.duration_ms
            return _each_once(placed.events)
        if query.scope.speakers and not query.target and constraint is None:
            return self._spoken(query, scope)
        events = self._found_events(query, scope, _MEASURED, self._targets)
        if not events:
            return []
        best = events[0]
        if best.evidence.anchor is not None:
            self._value = Interval.of(best.evidence.anchor).gap_ms(best.interval)
            anchor = Evidence(moment=best.evidence.anchor, score=best.score, why="the anchor")
            return [anchor, best.evidence]
        return self._lasting(query, best, scope)

    def _spoken(self, query: TemporalQuery, scope: MomentFilter) -> list[Evidence]:
        """Add up how long somebody speaks."""
        every = query.model_copy(update={"ask": Ask.EVERY})
        events = self._found_events(every, scope, EVERY, self._targets)
        by_medium: dict[str, list[Interval]] = {}
        for each in events:
            by_medium.setdefault(each.moment.media_id, []).append(each.interval)
        if events:
            self._value = sum(part.duration_ms for parts in by_medium.values()
                              for part in union(parts))
        return _each_once(events)[:EVERY]

    def _lasting(self, query: TemporalQuery, best: Event, scope: MomentFilter) -> list[Evidence]:
        """Measure an event with all that adjoins and is like it."""
        alike = occurrences(self._index, self._texts, query.target,
                            self._scoping.filters(query, scope), verbatim=False)
        same = [event.interval for event in alike.events if event.interval.overlaps(best.interval)]
        whole = hull([best.interval, *same]) or best.interval
        self._value = whole.duration_ms
        self._trace.note(f"it lasts from {span_words(whole)}")
        return [best.evidence]


def _is_plain(query: TemporalQuery) -> bool:
    """Whether a query is found by one search for its text, in whatever medium."""
    scope = query.scope
    return bool(query.target) and query.ask is Ask.MOMENTS and not (
        query.verbatim or query.ordinal or query.constraints
        or scope.media or scope.series or scope.dates)


def _each_once(events: Sequence[Event]) -> list[Evidence]:
    """Keep each moment once, at its best place."""
    best: dict[str, Evidence] = {}
    for each in events:
        best.setdefault(each.moment.id, each.evidence)
    return list(best.values())
