"""Intervals on a medium's clock: half-open ``[start_ms, end_ms)``, in integer milliseconds.

Time is discrete here, so an *instant* (start equal to end) stands for the one millisecond at which
it stands: ``[5, 10)`` overlaps the instants 5 and 9, and not the instant 10. An interval that is
open towards the past or the future ends at :data:`EARLIEST_MS` or :data:`LATEST_MS`, plain numbers
beyond every medium, so that no function has to treat "no end" as a case of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from trikal.moments import Moment

# The widest span in which every integer is also exact as a 64-bit float, as which Qdrant compares.
EARLIEST_MS: Final = -(2**53)
LATEST_MS: Final = 2**53


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """The half-open interval ``[start_ms, end_ms)``; ordered by its start, then by its end.

    Attributes:
        start_ms: First millisecond, or :data:`EARLIEST_MS` for "from the beginning".
        end_ms: The millisecond after the last, or :data:`LATEST_MS` for "until the end"; equal to
            the start for an instant.

    Raises:
        ValueError: The end lies before the start, or a time lies outside the representable span.
    """

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        """Refuse what could not mean anything."""
        if self.end_ms < self.start_ms:
            raise ValueError(
                f"an interval cannot end ({self.end_ms}) before it starts ({self.start_ms})"
            )
        if not EARLIEST_MS <= self.start_ms < LATEST_MS or self.end_ms > LATEST_MS:
            raise ValueError(f"[{self.start_ms}, {self.end_ms}) is beyond any medium's clock")

    @classmethod
    def of(cls, moment: Moment) -> Self:
        """Return the interval of a moment."""
        return cls(moment.start_ms, moment.end_ms)

    @classmethod
    def at(cls, time_ms: int) -> Self:
        """Return the instant at ``time_ms``."""
        return cls(time_ms, time_ms)

    @classmethod
    def since(cls, start_ms: int) -> Self:
        """Return everything from ``start_ms`` on."""
        return cls(start_ms, LATEST_MS)

    @classmethod
    def until(cls, end_ms: int) -> Self:
        """Return everything up to, and without, ``end_ms``."""
        return cls(EARLIEST_MS, end_ms)

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds; 0 for an instant."""
        return self.end_ms - self.start_ms

    @property
    def is_instant(self) -> bool:
        """Whether it stands for a single point in time."""
        return self.start_ms == self.end_ms

    @property
    def until_ms(self) -> int:
        """The first millisecond that is free again: an instant occupies the one it stands at."""
        # Not max(): this is asked hundreds of times a question.
        return self.end_ms if self.end_ms > self.start_ms else self.start_ms + 1

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share at least one millisecond; intervals that only touch do not."""
        return self.start_ms < other.until_ms and other.start_ms < self.until_ms

    def contains(self, other: "Interval") -> bool:
        """Whether ``other`` lies wholly inside, that is, equals its intersection with this."""
        return (self.start_ms <= other.start_ms and other.end_ms <= self.end_ms
                and self.overlaps(other))

    def intersection(self, other: "Interval") -> "Interval | None":
        """Return what the two share, or ``None`` when that is nothing."""
        if not self.overlaps(other):
            return None
        return Interval(max(self.start_ms, other.start_ms), min(self.end_ms, other.end_ms))

    def gap_ms(self, other: "Interval") -> int:
        """Return the milliseconds that lie between the two; 0 when they touch or overlap."""
        return max(0, other.start_ms - self.until_ms, self.start_ms - other.until_ms)


def union(intervals: Iterable[Interval], *, bridging_ms: int = 0) -> list[Interval]:
    """Join intervals that overlap or touch.

    Args:
        intervals: Intervals in any order.
        bridging_ms: Also join across gaps of up to this many milliseconds.

    Returns:
        Disjoint intervals in time order that cover the same milliseconds (and the bridged gaps). A
        joined instant counts as its millisecond; one that stands alone stays an instant.
    """
    joined: list[Interval] = []
    for interval in sorted(set(intervals)):
        if joined and joined[-1].gap_ms(interval) <= bridging_ms:
            joined[-1] = _joined(joined[-1], interval)
        else:
            joined.append(interval)
    return joined


def intersect(left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    """Return what both lists cover, as disjoint intervals in time order."""
    rights = union(right)
    return [shared for each in union(left) for other in rights
            if (shared := each.intersection(other))]


def subtract(left: Iterable[Interval], right: Iterable[Interval]) -> list[Interval]:
    """Return what ``left`` covers and ``right`` does not, as disjoint intervals in time order."""
    return intersect(left, complement(right))


def complement(intervals: Iterable[Interval]) -> list[Interval]:
    """Return all the time that the intervals leave uncovered, in time order."""
    free, since = [], EARLIEST_MS
    for interval in union(intervals):
        if interval.start_ms > since:
            free.append(Interval(since, interval.start_ms))
        since = interval.until_ms
    return [*free, Interval(since, LATEST_MS)] if since < LATEST_MS else free


def hull(intervals: Iterable[Interval]) -> Interval | None:
    """Return the smallest interval that holds all of them, or ``None`` when there are none."""
    ordered = sorted(set(intervals))
    if len(ordered) < 2:
        return ordered[0] if ordered else None
    return Interval(ordered[0].start_ms, max(each.until_ms for each in ordered))


def _joined(earlier: Interval, later: Interval) -> Interval:
    return Interval(earlier.start_ms, max(earlier.until_ms, later.until_ms))
