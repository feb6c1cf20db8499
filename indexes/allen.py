"""Allen's interval algebra: the thirteen ways in which two intervals can lie to each other.

J. F. Allen, "Maintaining knowledge about temporal intervals", CACM 26 (1983). Exactly one relation
holds between any two intervals of some length; here an instant has the length of its millisecond.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from itertools import combinations, product
from typing import Final

from trikal.indexes.intervals import Interval


class Allen(StrEnum):
    """How one interval lies to another; the words read "this … that"."""

    BEFORE = "before"
    MEETS = "meets"
    OVERLAPS = "overlaps"
    STARTS = "starts"
    DURING = "during"
    FINISHES = "finishes"
    EQUALS = "equals"
    FINISHED_BY = "finished by"
    CONTAINS = "contains"
    STARTED_BY = "started by"
    OVERLAPPED_BY = "overlapped by"
    MET_BY = "met by"
    AFTER = "after"

    @property
    def inverse(self) -> "Allen":
        """The relation of that to this."""
        return _INVERSES[self]


_INVERSES: Final = dict(zip(Allen, reversed(Allen), strict=True))

# By how the starts compare and how the ends compare, where the two share some time.
_SHARING: Final = {
    (-1, -1): Allen.OVERLAPS, (0, -1): Allen.STARTS, (1, -1): Allen.DURING,
    (1, 0): Allen.FINISHES, (0, 0): Allen.EQUALS, (-1, 0): Allen.FINISHED_BY,
    (-1, 1): Allen.CONTAINS, (0, 1): Allen.STARTED_BY, (1, 1): Allen.OVERLAPPED_BY,
}

SHARING_TIME: Final = frozenset(_SHARING.values())
"""The nine relations in which two intervals have at least a millisecond in common."""


def relation(this: Interval, that: Interval) -> Allen:
    """Return the one relation that holds between two intervals."""
    if this.until_ms <= that.start_ms:
        return Allen.MEETS if this.until_ms == that.start_ms else Allen.BEFORE
    if that.until_ms <= this.start_ms:
        return Allen.MET_BY if that.until_ms == this.start_ms else Allen.AFTER
    return _SHARING[_compared(this.start_ms, that.start_ms),
                    _compared(this.until_ms, that.until_ms)]


def compose(first: Allen, second: Allen) -> frozenset[Allen]:
    """Return what may hold between A and C when A ``first`` B and B ``second`` C."""
    return _compositions()[first, second]


def compose_all(first: Iterable[Allen], second: Iterable[Allen]) -> frozenset[Allen]:
    """Compose two disjunctions of relations: the union over all their pairs."""
    return frozenset().union(*(compose(a, b) for a, b in product(tuple(first), tuple(second))))


def _compared(one: int, other: int) -> int:
    return (one > other) - (one < other)


@cache
def _compositions() -> dict[tuple[Allen, Allen], frozenset[Allen]]:
    """Compute the composition table from every order in which six end points can stand."""
    intervals = [Interval(start, end) for start, end in combinations(range(6), 2)]
    between = {(a, b): relation(a, b) for a, b in product(intervals, repeat=2)}
    table: dict[tuple[Allen, Allen], set[Allen]] = {
        (first, second): set() for first, second in product(Allen, repeat=2)
    }
    for a, b, c in product(intervals, repeat=3):
        table[between[a, b], between[b, c]].add(between[a, c])
    return {pair: frozenset(relations) for pair, relations in table.items()}
