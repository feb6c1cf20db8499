"""From a relation to the window that it leaves open: pure functions over intervals."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.temporal import Absolute, Anchored, Part, Relation

AROUND_MS: Final = 30_000
"""How far "around" an event reaches where the question names no distance, in milliseconds."""

BACKWARD: Final = frozenset({Relation.BEFORE, Relation.RIGHT_BEFORE})
"""Relations whose target is nearest at the window's end."""

RIGHT: Final = frozenset({Relation.RIGHT_BEFORE, Relation.RIGHT_AFTER})
"""Relations that want the very neighbour."""


def window_of(
    constraint: Anchored, anchor: Interval, other: Interval | None = None
) -> Interval | None:
    """Return where the target may lie, given where its anchor lies.

    Args:
        constraint: The relation and its distances.
        anchor: Where the anchor lies.
        other: Where the second event lies, for the relations that have one.

    Returns:
        The window, or ``None`` when nothing can lie there: no time passes between the two events,
        or the second comes first where an order is asked for.
    """
    if other is not None:
        return _SPANNING[constraint.relation](anchor, other)
    return _WINDOWS[constraint.relation](constraint, anchor)


def window_on_clock(absolute: Absolute, duration_ms: int) -> Interval:
    """Return the window that an absolute constraint means on a medium of this length.

    Args:
        absolute: The constraint, on the media clock.
        duration_ms: Length of the medium: what "the last two minutes" counts back from.
    """
    start, end = absolute.start_ms, absolute.end_ms
    if absolute.from_end:
        start = None if start is None else duration_ms - start
        end = None if end is None else duration_ms - end
    return Interval(EARLIEST_MS if start is None else start, LATEST_MS if end is None else end)


def window_of_part(part: Part, duration_ms: int) -> Interval:
    """Return a part of a medium of this length; the outer parts have no outer bound."""
    start = round(part.start * duration_ms) if part.start > 0 else EARLIEST_MS
    end = round(part.end * duration_ms) if part.end < 1 else LATEST_MS
    return Interval(start, end)


def intersection(windows: Iterable[Interval]) -> Interval | None:
    """Return what all windows share: all of time when there are none, ``None`` when nothing."""
    shared: Interval | None = Interval(EARLIEST_MS, LATEST_MS)
    for window in windows:
        shared = shared.intersection(window) if shared else None
    return shared


def nearness(constraint: Anchored, anchor: Interval, target: Interval) -> float:
    """Weigh how near a target lies to where its anchor wants it, in ``(0, 1]``.

    The weight falls by half of what can fall with every half-life of distance: of 20 seconds where
    the question says "right" or names a distance (of a third of the stretch that the distance
    leaves, where that is longer: "within the hour" is not "right after"), and it falls to almost
    nothing; of ten minutes where it does neither, and it falls by no more than a fifth, so that a
    plain "after" prefers the near only among equals. Where a distance is named, what lies in the
    middle of its window is nearest. Inside "between" and "during" everything is equally near.
    """
    if constraint.relation in _INSIDE:
        return 1.0
    if constraint.at_least_ms and constraint.at_most_ms is not None:
        window = window_of(constraint, anchor)
        distance_ms = _to_middle_ms(window, target) if window else 0
    else:
        distance_ms = anchor.gap_ms(target)
    named = constraint.relation in RIGHT or constraint.at_most_ms is not None
    width_ms = (constraint.at_most_ms or 0) - constraint.at_least_ms
    least, half_life_ms = (0.02, max(20_000, width_ms // 3)) if named else (0.8, 600_000)
    return float(least + (1 - least) * 0.5 ** (distance_ms / half_life_ms))


_INSIDE = frozenset({Relation.DURING, Relation.OVERLAPPING, Relation.BETWEEN,
                     Relation.UNTIL_NEXT})


def _before(constraint: Anchored, anchor: Interval) -> Interval | None:
    most = constraint.at_most_ms
    start = EARLIEST_MS if most is None else anchor.start_ms - most
    return _ordered(start, anchor.start_ms - constraint.at_least_ms)


def _after(constraint: Anchored, anchor: Interval) -> Interval | None:
    most = constraint.at_most_ms
    end = LATEST_MS if most is None else anchor.until_ms + most
    return _ordered(anchor.until_ms + constraint.at_least_ms, end)


def _around(constraint: Anchored, anchor: Interval) -> Interval | None:
    reach = AROUND_MS if constraint.at_most_ms is None else constraint.at_most_ms
    return _ordered(anchor.start_ms - reach, anchor.until_ms + reach)


def _from(constraint: Anchored, anchor: Interval) -> Interval | None:
    most = constraint.at_most_ms
    return _ordered(anchor.start_ms, LATEST_MS if most is None else anchor.until_ms + most)


def _between(anchor: Interval, other: Interval) -> Interval | None:
    first, second = sorted((anchor, other))
    return _ordered(first.until_ms, second.start_ms)


def _until_next(anchor: Interval, other: Interval) -> Interval | None:
    return _ordered(anchor.start_ms, other.start_ms) if other.start_ms >= anchor.until_ms else None


def _lasting(first: Interval, last: Interval) -> Interval | None:
    """Return all of what begins with one and ends with the other, both with it."""
    return _ordered(first.start_ms, last.until_ms) if first <= last else None


def _ordered(start_ms: int, end_ms: int) -> Interval | None:
    start, end = max(EARLIEST_MS, start_ms), min(end_ms, LATEST_MS)
    return Interval(start, end) if start < end else None


def _to_middle_ms(window: Interval, target: Interval) -> int:
    return Interval.at((window.start_ms + window.end_ms) // 2).gap_ms(target)


_Window = Callable[[Anchored, Interval], Interval | None]

_WINDOWS: Final[Mapping[Relation, _Window]] = {
    Relation.BEFORE: _before,
    Relation.RIGHT_BEFORE: _before,
    Relation.AFTER: _after,
    Relation.RIGHT_AFTER: _after,
    Relation.DURING: lambda _, anchor: anchor,
    Relation.OVERLAPPING: lambda _, anchor: anchor,
    Relation.NEAR: _around,
    Relation.FROM: _from,
}

_SPANNING: Final[Mapping[Relation, Callable[[Interval, Interval], Interval | None]]] = {
    Relation.BETWEEN: _between,
    Relation.DURING: _lasting,
    Relation.UNTIL_NEXT: _until_next,
}
