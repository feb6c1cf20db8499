"""All the times at which something occurs: what ordinals and counts are computed from.

A search ranks, and its tail has no end; "the third time" needs every time and no other. Where the
words that are asked for are said at all, their occurrences are the moments that say them: all of
them, by an exact filter. Only where nobody says them are the most similar moments taken, and then
those that adjoin count as one event.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from trikal.indexes.intervals import Interval
from trikal.indexes.moment_search import Evidence, MomentSearch, TextQuery
from trikal.indexes.protocol import MomentFilter, MomentIndex, worded
from trikal.moments import Moment, Track, Unit

MOST: Final = 10_000
"""So many occurrences are looked at; more are not distinguished from this many."""

ADJOINING_MS: Final = 10_000
"""Similar moments no further apart than this, in milliseconds, belong to one event."""

_ALIKE: Final = 0.75
_SEARCHED: Final = 50


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happens, as a search sees it.

    Attributes:
        evidence: The moment that shows it best; its score is relative to the best event's.
        interval: When it happens: the moment's time, or longer when several moments show it.
    """

    evidence: Evidence
    interval: Interval

    @classmethod
    def of(cls, evidence: Evidence) -> "Event":
        """Return the event that one moment shows."""
        return cls(evidence=evidence, interval=Interval.of(evidence.moment))

    @property
    def moment(self) -> Moment:
        """The moment that shows it best."""
        return self.evidence.moment

    @property
    def score(self) -> float:
        """How well it fits, relative to the best."""
        return self.evidence.score


@dataclass(frozen=True, kw_only=True)
class Occurrences:
    """Every occurrence of something.

    Attributes:
        events: In the order of media, and in time order in each.
        literal: Whether the very words occur, so that none is missed and none is a guess.
    """

    events: tuple[Event, ...]
    literal: bool


def occurrences(
    index: MomentIndex, texts: MomentSearch, target: str, scopes: Sequence[MomentFilter], *,
    verbatim: bool,
) -> Occurrences:
    """Find every occurrence of a target.

    Args:
        index: The moments.
        texts: Searches them.
        target: What to look for; any moment when empty.
        scopes: Where: moments that pass any of these filters.
        verbatim: Only the very words will do.
    """
    spoken = saying(index, target, scopes)
    if spoken or verbatim or not target:
        return Occurrences(events=tuple(map(_plain, spoken)), literal=True)
    (found,) = texts.search([TextQuery(text=target, scopes=tuple(scopes))], _SEARCHED)
    alike = [each for each in found if each.score >= _ALIKE * found[0].score]
    return Occurrences(events=tuple(joined(alike)), literal=False)


def saying(index: MomentIndex, phrase: str, scopes: Sequence[MomentFilter]) -> list[Moment]:
    """Return the observations that say a phrase, by medium and in time order; all when empty."""
    wanted = worded(
        MomentFilter(units=(Unit.OBSERVATION,), phrase=phrase, any_of=tuple(scopes)))
    found = index.in_window(wanted, MOST) if scopes else []
    return sorted(found, key=lambda m: (m.media_id, m.start_ms, m.end_ms, m.id))


def joined(evidence: Iterable[Evidence]) -> list[Event]:
    """Join evidence that adjoins in one track of one medium into events, in time order.

    Speech and its translation are one track here: they tell of the same events.
    """
    ordered = sorted(evidence, key=lambda each: (*_line(each), each.moment.start_ms))
    events: list[Event] = []
    for _, group in groupby(ordered, _line):
        run: list[Event] = []
        for each in group:
            event = Event.of(each)
            if run and run[-1].interval.gap_ms(event.interval) <= ADJOINING_MS:
                run[-1] = _merged(run[-1], event)
            else:
                run.append(event)
        events += run
    return sorted(events, key=lambda each: (each.moment.media_id, each.interval))


def _line(evidence: Evidence) -> tuple[str, Track]:
    track = evidence.moment.track
    return evidence.moment.media_id, Track.SPEECH if track is Track.TRANSLATION else track


def _plain(moment: Moment) -> Event:
    return Event.of(Evidence(moment=moment, score=1.0, why="says it"))


def _merged(one: Event, other: Event) -> Event:
    best = max(one, other, key=lambda event: event.score)
    return Event(evidence=best.evidence, interval=Interval(
        min(one.interval.start_ms, other.interval.start_ms),
        max(one.interval.until_ms, other.interval.until_ms)))
