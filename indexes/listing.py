"""What stands at a place in time, when nothing particular is looked for there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.placing import Place, Placement
from trikal.indexes.protocol import MomentFilter, MomentIndex, worded
from trikal.indexes.temporal import Relation
from trikal.indexes.trace import Trace
from trikal.indexes.windows import BACKWARD
from trikal.moments import Moment, Track, Unit

SILENCE_MS: Final = 5_000
"""How far to each side of a silence is looked, in milliseconds."""

_NEIGHBOURS = 3
_LOOKED_AT = 50
_SLIVER = 0.25
_STEPPED = BACKWARD | {Relation.AFTER, Relation.RIGHT_AFTER}


def is_stretch(placement: Placement | None) -> bool:
    """Whether a place is a stretch of time, and not what comes next to an event."""
    return placement is not None and not (
        placement.constraint.relation in _STEPPED and not placement.constraint.at_least_ms)


class Listing:
    """Lists the observations of a window, those that the question means first.

    Args:
        index: The moments.
        trace: Told when nothing stands where it was looked for.
    """

    def __init__(self, index: MomentIndex, trace: Trace) -> None:
        self._index = index
        self._trace = trace

    def on_the_clock(self, scope: MomentFilter, limit: int) -> list[Moment]:
        """List what stands in the scope's windows, or, in a silence, right beside it."""
        observations = replace(scope, units=(Unit.OBSERVATION,), phrase="")
        listed = self._index.in_window(worded(observations), limit)
        wider = tuple(Interval(window.start_ms - SILENCE_MS, window.end_ms + SILENCE_MS)
                      for window in scope.windows if _bounded(window))
        if listed or not wider:
            return listed
        beside = self._index.in_window(
            worded(replace(observations, windows=wider)), limit)
        self._trace.note("nothing there; looked up to five seconds to each side")
        middle = Interval.at((scope.windows[0].start_ms + scope.windows[0].end_ms) // 2)
        return sorted(beside, key=lambda m: Interval.of(m).gap_ms(middle))

    def at(self, place: Place, scope: MomentFilter, limit: int) -> list[Moment]:
        """List what stands at a place, nearest to where its anchor wants it first.

        Where the question names no track, the anchor's own is meant: what was said after
        something that was said.
        """
        placement = place.main
        if placement is None:
            return self.on_the_clock(scope, limit)
        scope = replace(scope, units=(Unit.OBSERVATION,))
        constraint = placement.constraint
        if not is_stretch(placement):
            return self._neighbours(placement, scope)
        if constraint.at_least_ms and (middle := _about_middle(scope)):
            listed = self._index.in_window(worded(middle), max(limit, _LOOKED_AT))
            if listed:
                return sorted(listed, key=lambda m: -place.nearness(Interval.of(m)))[:limit]
        listed = self.on_the_clock(scope, max(limit, _LOOKED_AT))
        if not listed and constraint.at_least_ms:
            listed = self._nearest(placement, scope)
        if constraint.at_least_ms or constraint.relation is Relation.NEAR:
            listed.sort(key=lambda m: -place.nearness(Interval.of(m)))
        if constraint.relation is Relation.DURING:
            listed = _mainly(listed, placement.window)
        return listed[:limit]

    def _nearest(self, placement: Placement, scope: MomentFilter) -> list[Moment]:
        """List what is nearest to a distance at which there is nothing.

        "A minute before that" in a silence means what was said last or next; no nearer to the
        anchor than that itself, and no farther off than as far again.
        """
        window, near = placement.window, placement.near
        if scope.windows != (window,) or not _bounded(window):
            return []
        middle = Interval.at((window.start_ms + window.end_ms) // 2)
        side = (Interval.until(near.start_ms) if window < near
                else Interval.since(near.until_ms))
        probe = placement.anchor.moment.model_copy(update={
            "media_id": placement.media_id, "start_ms": middle.start_ms, "end_ms": middle.start_ms})
        beside = worded(replace(scope, windows=(side,)))
        found = [moment for track in _tracks(scope, placement.anchor.moment)
                 for step in (self._index.previous, self._index.following)
                 for moment in step(probe.model_copy(update={"track": track}), 1, filter=beside)
                 if Interval.of(moment).gap_ms(middle) <= middle.gap_ms(near)]
        if found:
            self._trace.note("nothing there; took what is nearest to it")
        return sorted(found, key=lambda m: Interval.of(m).gap_ms(middle))

    def step(self, place: Place, scope: MomentFilter, count: int) -> Moment | None:
        """Return the observation that lies so many from an event; ``None`` beyond the last one.

        Args:
            place: A place beside the event, which is no stretch of time.
            scope: Where to look.
            count: How many observations away, at least 1, on the side that the place lies on.
        """
        assert place.main is not None
        found = self._beside(place.main, replace(scope, units=(Unit.OBSERVATION,)), count)
        return found[count - 1] if len(found) >= count else None

    def _neighbours(self, placement: Placement, scope: MomentFilter) -> list[Moment]:
        return self._beside(placement, scope, _NEIGHBOURS)

    def _beside(
        self, placement: Placement, scope: MomentFilter, most: int
    ) -> list[Moment]:
        """List what stands beside an event, the nearest first."""
        event = placement.constraint.anchor
        # After somebody spoke, somebody else does.
        same = () if event.target else event.scope.speakers
        backward = placement.constraint.relation in BACKWARD
        step = self._index.previous if backward else self._index.following
        near = placement.near
        found = [
            moment for track in _tracks(scope, placement.anchor.moment)
            for moment in step(
                placement.anchor.moment.model_copy(update={
                    "track": track, "media_id": placement.media_id,
                    "start_ms": near.start_ms if backward else near.until_ms - 1,
                    "end_ms": near.start_ms if backward else near.until_ms,
                }), _LOOKED_AT if same else most, filter=scope)
            if moment.speaker not in same
        ]
        return sorted(found, key=lambda m: near.gap_ms(Interval.of(m)))[:most]


def _mainly(moments: list[Moment], window: Interval) -> list[Moment]:
    """Leave out what only touches a window while something else fills it.

    The slide that goes as a sentence begins is not the one that it was said with.
    """
    filling = [each for each in moments if _share(Interval.of(each), window) >= _SLIVER]
    return filling or moments


def _share(one: Interval, other: Interval) -> float:
    """Return the part of the shorter of two intervals that they have in common."""
    common = one.intersection(other)
    shorter = min(one.duration_ms, other.duration_ms)
    return common.duration_ms / shorter if common and shorter else 1.0


def _about_middle(scope: MomentFilter) -> MomentFilter | None:
    """Narrow a filter to a minute about the middle of its window, where it has just one."""
    if len(scope.windows) != 1 or not _bounded(scope.windows[0]):
        return None
    middle = (scope.windows[0].start_ms + scope.windows[0].end_ms) // 2
    narrow = Interval(middle - 30_000, middle + 30_000).intersection(scope.windows[0])
    return replace(scope, windows=(narrow,)) if narrow else None


def _tracks(scope: MomentFilter, anchor: Moment) -> Sequence[str]:
    # What follows something is what is said next, in whatever language.
    own = Track.SPEECH if anchor.track is Track.TRANSLATION else anchor.track
    return scope.tracks or (own,)


def _bounded(window: Interval) -> bool:
    return window.start_ms > EARLIEST_MS and window.end_ms < LATEST_MS
