"""From a relation to the window that it leaves open: pure functions over intervals."""

from collections.abc import Callable, Iterable, Mapping

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.temporal import Absolute, Relation

_WINDOWS: Mapping[Relation, Callable[[Interval], Interval]] = {
    Relation.BEFORE: lambda anchor: Interval.until(anchor.start_ms),
    Relation.RIGHT_BEFORE: lambda anchor: Interval.until(anchor.start_ms),
    Relation.AFTER: lambda anchor: Interval.since(anchor.until_ms),
    Relation.RIGHT_AFTER: lambda anchor: Interval.since(anchor.until_ms),
    Relation.DURING: lambda anchor: anchor,
}

BACKWARD = frozenset({Relation.BEFORE, Relation.RIGHT_BEFORE})
"""Relations whose target is nearest at the window's end."""


def window_of(relation: Relation, anchor: Interval) -> Interval:
    """Return where the target may lie, given where the anchor lies."""
    return _WINDOWS[relation](anchor)


def window_on_clock(absolute: Absolute, duration_ms: int) -> Interval:
    """Return the window that an absolute constraint means on a medium of this length.

    Args:
        absolute: The constraint.
        duration_ms: Length of the medium: what "the last two minutes" counts back from.
    """
    start, end = absolute.start_ms, absolute.end_ms
    if absolute.from_end:
        start = None if start is None else duration_ms - start
        end = None if end is None else duration_ms - end
    return Interval(_clamped(start, EARLIEST_MS), _clamped(end, LATEST_MS))


def _clamped(time_ms: int | None, otherwise: int) -> int:
    """Keep what a person may write, "999999999999 hours in", within what an interval can hold."""
    return otherwise if time_ms is None else max(EARLIEST_MS, min(time_ms, LATEST_MS - 1))


def intersection(windows: Iterable[Interval]) -> Interval | None:
    """Return what all windows share: all of time when there are none, ``None`` when nothing."""
    shared: Interval | None = Interval(EARLIEST_MS, LATEST_MS)
    for window in windows:
        shared = shared.intersection(window) if shared else None
    return shared


def nearness(relation: Relation, anchor: Interval, target: Interval) -> float:
    """Weigh how near a target lies to its anchor, in ``(0, 1]``.

    The weight halves with every half-life of distance: 20 seconds where the question says
    "right", ten minutes where it does not, so that a plain "after" hardly prefers the near.
    """
    half_life_ms = 20_000 if relation in _RIGHT else 600_000
    return float(0.5 ** (anchor.gap_ms(target) / half_life_ms))


_RIGHT = frozenset({Relation.RIGHT_BEFORE, Relation.RIGHT_AFTER})
