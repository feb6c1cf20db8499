"""Targets: what is looked for, at the places in time that constraints leave open.

The score of what is found is the product of three terms in ``(0, 1]``:

* the anchor's score relative to the best candidate for it, and so on inwards for what the anchor
  itself hangs on: a doubtful anchor makes all that hangs on it doubtful;
* the target's score relative to the best target in any window, so that the right anchor can be told
  from a wrong one by what lies beside it;
* nearness (:func:`trikal.indexes.windows.nearness`): of equal targets the one beside the anchor is
  meant. It never falls to nothing, lest a wrong anchor with a near target beat the right one.

A product, because each term alone can refuse a candidate, and no sum of the others should save it.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from trikal.indexes.intervals import Interval, union
from trikal.indexes.listing import Listing, is_stretch
from trikal.indexes.moment_search import Evidence, MomentSearch, TextQuery
from trikal.indexes.occurrences import Event, Occurrences, occurrences, saying
from trikal.indexes.phrases import plain_words
from trikal.indexes.placing import Place
from trikal.indexes.protocol import MomentFilter, MomentIndex
from trikal.indexes.scoping import OutOfScope
from trikal.indexes.temporal import TemporalQuery, ordinal_word
from trikal.indexes.trace import Trace, place_words
from trikal.indexes.windows import BACKWARD
from trikal.moments import Moment

_TARGETS = 40
_PARTLY = 0.9
_LIKELY = 0.15
_FALLING = _LIKELY  # so the second at the best place comes behind the first at the least likely
_UNSAID = 0.1
_NOMINATED = 3


class Targets:
    """Finds targets.

    Args:
        index: The moments.
        texts: Searches them.
        trace: Told what was done.
        mixed: Whether what hangs on the likeliest event leaves room among the first for what hangs
            on others.
    """

    def __init__(
        self, index: MomentIndex, texts: MomentSearch, trace: Trace, *, mixed: bool = False
    ) -> None:
        self._index = index
        self._texts = texts
        self._trace = trace
        self._mixed = mixed
        self._listing = Listing(index, trace)
        self._ahead: dict[TextQuery, list[Evidence]] = {}

    def look_ahead(self, texts: Sequence[tuple[str, Sequence[MomentFilter]]]) -> None:
        """Search for several targets that hang on nothing in one batch.

        One batch passes once over what one by one would be passed over again and again; the
        searches that :meth:`find` then makes for the same targets in the same scopes are done.

        Args:
            texts: The targets, each with its scopes.
        """
        queries = [TextQuery(text=text, scopes=tuple(within(scopes, [Place()])))
                   for text, scopes in texts]
        self._ahead.update(zip(queries, self._texts.search(queries, _TARGETS), strict=True))

    def find(
        self, query: TemporalQuery, scopes: Sequence[MomentFilter], spots: Sequence[Place],
        limit: int,
    ) -> list[Event]:
        """Find a query's target at some places, best first.

        Args:
            query: What is asked; its constraints are in the scopes and the places already.
            scopes: Where to look, as far as scope and clock say.
            spots: Where to look, as far as anchors say.
            limit: How many at most, where a search ranks them.

        Raises:
            OutOfScope: There are fewer occurrences than the ordinal asks for.
        """
        if query.ordinal is not None:
            return self._nth(query, query.ordinal, scopes, spots)
        if not query.target:
            return self._listed(scopes, spots, limit)
        if query.verbatim and (said := self._said(query.target, scopes, spots)):
            return said
        return self._searched(query.target, scopes, spots, limit)

    def every(
        self, query: TemporalQuery, scopes: Sequence[MomentFilter], spots: Sequence[Place]
    ) -> list[Event]:
        """Find every occurrence at the best place that has any."""
        for spot in spots:
            by_medium = self._by_medium(query, within(scopes, [spot]))
            if by_medium:
                return [_hung(event, spot, spot.weight)
                        for events in by_medium.values() for event in events]
        return []

    def _said(
        self, phrase: str, scopes: Sequence[MomentFilter], spots: Sequence[Place]
    ) -> list[Event]:
        """Find who says the very words, whole utterances and near ones first."""
        wanted = plain_words(phrase)
        said = [
            Evidence(moment=moment, why="says it",
                     score=1.0 if plain_words(moment.text) == wanted else _PARTLY)
            for moment in saying(self._index, phrase, within(scopes, spots))
        ]
        if not said:
            self._trace.note(f"nobody says exactly “{phrase}”; looked for its meaning")
        return self._best_first([(each, each.score) for each in said], spots, len(said))

    def _searched(
        self, text: str, scopes: Sequence[MomentFilter], spots: Sequence[Place], limit: int
    ) -> list[Event]:
        inside = within(scopes, spots)
        if not inside:
            return []
        query = TextQuery(text=text, scopes=tuple(inside))
        found = self._ahead.pop(query, None)
        if found is None:
            (found,) = self._texts.search([query], _TARGETS)
        literal = dict.fromkeys(saying(self._index, text, inside))
        best = max((each.score for each in found), default=1.0)
        # Where the very words are said, what only resembles them comes behind, however near.
        unsaid = (_UNSAID if literal else 1.0) / best
        scored = [(each, 1.0 if literal and each.moment in literal else each.score * unsaid)
                  for each in found]
        known = {each.moment for each in found} if literal else set()
        scored += [(Evidence(moment=moment, score=1.0, why="says it"), 1.0)
                   for moment in literal if moment not in known]
        return self._best_first(scored, spots, limit)

    def _best_first(
        self, targets: Sequence[tuple[Evidence, float]], spots: Sequence[Place], limit: int
    ) -> list[Event]:
        """Hang each target on the place that suits it best, and keep the best of them."""
        choices = sorted((_choice(each, score, spots) for each, score in targets),
                         key=lambda each: each.order)
        if self._mixed:
            choices = _in_turns(choices, _nominated(targets, spots))
        return [_hung(Event.of(replace(each.target, score=each.score)), each.spot, each.weight)
                for each in choices[:limit]]

    def _listed(
        self, scopes: Sequence[MomentFilter], spots: Sequence[Place], limit: int
    ) -> list[Event]:
        """List what stands at each place; the first at every place before the second at any.

        What stands in several stretches belongs to the likeliest one's, so that what is listed of
        that is whole.
        """
        found: dict[str, Event] = {}
        home = _at_home(spots, scopes)
        for spot in [each for each in home if each.weight >= _LIKELY * home[0].weight]:
            for scope in within(scopes, [spot]):
                for rank, moment in enumerate(self._listing.at(spot, scope, limit)):
                    event = _placed_at(spot, moment, rank)
                    known = found.get(moment.id, event)
                    better, other = (known, event) if is_stretch(spot.main) else sorted(
                        (known, event), key=lambda each: -each.score)
                    found[moment.id] = replace(better, evidence=replace(
                        better.evidence, score=max(better.score, other.score)))
        return sorted(found.values(), key=lambda event: -event.score)

    def _nth(
        self, query: TemporalQuery, ordinal: int, scopes: Sequence[MomentFilter],
        spots: Sequence[Place],
    ) -> list[Event]:
        """Pick the n-th occurrence at each place, in each medium."""
        if not query.target and _is_beside(ordinal, spots):
            return self._stepped(abs(ordinal), scopes, spots)
        picked: list[Event] = []
        most = 0
        for spot in spots:
            for events in self._by_medium(query, within(scopes, [spot])).values():
                most = max(most, len(events))
                place = ordinal - 1 if ordinal > 0 else len(events) + ordinal
                if 0 <= place < len(events):
                    picked.append(_hung(events[place], spot, spot.weight))
        if not picked:
            raise OutOfScope(f"there is no {ordinal_word(ordinal)} “{query.target}” there, "
                             f"only {most}")
        return sorted(picked, key=lambda event: -event.score)

    def _stepped(
        self, count: int, scopes: Sequence[MomentFilter], spots: Sequence[Place]
    ) -> list[Event]:
        """Step from each event as many observations as a question counts."""
        found = [_hung(Event.of(Evidence(moment=moment, score=1.0)), spot, spot.weight)
                 for spot in _at_home(spots, scopes) for scope in within(scopes, [spot])
                 if (moment := self._listing.step(spot, scope, count)) is not None]
        if not found:
            raise OutOfScope(f"there are no {count} utterances on that side")
        return sorted(found, key=lambda event: -event.score)

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

    def _tell_count(self, query: TemporalQuery, found: Occurrences) -> None:
        if query.target:
            how = "in these very words" if found.literal else "in similar words, as far as seen"
            self._trace.note(f"“{query.target}” is there {len(found.events)} times {how}")


def _is_beside(ordinal: int, spots: Sequence[Place]) -> bool:
    """Whether a number counts from an event outwards: "two sentences before"."""
    main = spots[0].main if spots else None
    return main is not None and not is_stretch(main) and (
        (ordinal < 0) is (main.constraint.relation in BACKWARD))


def within(scopes: Sequence[MomentFilter], spots: Sequence[Place]) -> list[MomentFilter]:
    """Return the filters of all places, those of one medium joined."""
    windows: dict[MomentFilter, list[Interval] | None] = {}
    for scope in (each for spot in spots for scope in scopes if (each := spot.within(scope))):
        place, known = replace(scope, windows=()), windows.get(replace(scope, windows=()), [])
        windows[place] = None if known is None or not scope.windows else [*known, *scope.windows]
    return [replace(place, windows=tuple(union(inside or ())))
            for place, inside in windows.items()]


class _Choice(NamedTuple):
    """A target and its score with the place that suits it best."""

    target: Evidence
    score: float
    spot: Place
    weight: float
    distance_ms: int

    @property
    def order(self) -> tuple[float, int]:
        """Sort key: the best first, and of equals the nearest."""
        return -round(self.score * self.weight, 9), self.distance_ms


def _choice(target: Evidence, score: float, spots: Sequence[Place]) -> _Choice:
    if spots and not spots[0].placements:  # nothing is anchored: there is one place, everywhere
        return _Choice(target=target, score=score, spot=spots[0], weight=1.0, distance_ms=0)
    interval = Interval.of(target.moment)
    medium = target.moment.media_id
    admitting = [spot for spot in spots if spot.admits(medium, interval)] or spots[:1]
    weights = [spot.weight * spot.nearness(interval) for spot in admitting]
    spot = admitting[weights.index(max(weights))]
    return _Choice(target=target, score=score, spot=spot, weight=max(weights),
                   distance_ms=spot.distance_ms(interval))


def _nominated(
    targets: Sequence[tuple[Evidence, float]], spots: Sequence[Place]
) -> list[_Choice]:
    """Return the best target beside each of the likeliest events for the anchor but the first."""
    others: dict[Moment, Place] = {}
    for spot in spots:
        if spot.main is not None:
            others.setdefault(spot.main.anchor.moment, spot)
    found = (min((_choice(each, score, [spot]) for each, score in targets
                  if spot.admits(each.moment.media_id, Interval.of(each.moment))),
                 key=lambda each: each.order, default=None)
             for spot in list(others.values())[1:1 + _NOMINATED])
    return [each for each in found if each is not None]


def _in_turns(choices: Sequence[_Choice], nominees: Sequence[_Choice]) -> list[_Choice]:
    """Put nominees in turns with choices, the best choice first, each target once."""
    turns = (each for pair in zip_longest(choices, nominees) for each in pair if each)
    kept: dict[Moment, _Choice] = {}
    for each in turns:
        kept.setdefault(each.target.moment, each)
    return list(kept.values())


def _placed_at(spot: Place, moment: Moment, rank: int) -> Event:
    if spot.main is None:
        return Event.of(Evidence(moment=moment, score=1 / (1 + rank), why="in the window"))
    return _hung(Event.of(Evidence(moment=moment, score=_FALLING ** rank)), spot, spot.weight)


def _hung(event: Event, spot: Place, weight: float) -> Event:
    """Say what an event hangs on, and weigh it; without an anchor it stays as it is."""
    if spot.main is None:
        return event
    anchor = spot.main.anchor.moment
    return replace(event, evidence=replace(
        event.evidence, score=event.score * weight, anchor=anchor,
        why=f"{spot.main.constraint.relation} {place_words(anchor)}"))


def _at_home(spots: Sequence[Place], scopes: Sequence[MomentFilter]) -> list[Place]:
    """Stay in the anchor's own medium, unless the question looks elsewhere."""
    own = [spot for spot in spots
           if spot.main is None or spot.main.media_id == spot.main.anchor.moment.media_id]
    return own if within(scopes, own) else list(spots)
