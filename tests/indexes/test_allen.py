"""Allen's relations hold one at a time, and compose as brute force says."""

from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.indexes.allen import SHARING_TIME, Allen, compose, compose_all, relation
from trikal.indexes.intervals import Interval

_TIMES = st.integers(-20, 20)
_INTERVALS = st.builds(lambda a, b: Interval(min(a, b), max(a, b)), _TIMES, _TIMES)


@every(("start", "end", "expected"), [
    (0, 3, Allen.BEFORE), (0, 10, Allen.MEETS), (5, 15, Allen.OVERLAPS), (10, 15, Allen.STARTS),
    (12, 15, Allen.DURING), (12, 20, Allen.FINISHES), (10, 20, Allen.EQUALS),
    (5, 20, Allen.FINISHED_BY), (5, 25, Allen.CONTAINS), (10, 25, Allen.STARTED_BY),
    (15, 25, Allen.OVERLAPPED_BY), (20, 25, Allen.MET_BY), (21, 25, Allen.AFTER),
])
def test_each_of_the_thirteen(start: int, end: int, expected: Allen) -> None:
    assert relation(Interval(start, end), Interval(10, 20)) is expected


@given(_INTERVALS, _INTERVALS)
def test_the_other_way_round_holds_the_inverse(a: Interval, b: Interval) -> None:
    assert relation(b, a) is relation(a, b).inverse


@given(_INTERVALS, _INTERVALS)
def test_sharing_time_is_overlap(a: Interval, b: Interval) -> None:
    assert (relation(a, b) in SHARING_TIME) is a.overlaps(b)


@given(_INTERVALS, _INTERVALS)
def test_equal_means_the_same_milliseconds(a: Interval, b: Interval) -> None:
    same = (a.start_ms, a.until_ms) == (b.start_ms, b.until_ms)
    assert (relation(a, b) is Allen.EQUALS) is same


@given(_INTERVALS, _INTERVALS, _INTERVALS)
def test_composition_never_excludes_what_happens(a: Interval, b: Interval, c: Interval) -> None:
    assert relation(a, c) in compose(relation(a, b), relation(b, c))


@given(st.sampled_from(Allen), st.sampled_from(Allen))
def test_composition_turns_round(first: Allen, second: Allen) -> None:
    turned = {each.inverse for each in compose(second.inverse, first.inverse)}
    assert compose(first, second) == turned


def test_known_compositions() -> None:
    assert compose(Allen.BEFORE, Allen.BEFORE) == {Allen.BEFORE}
    assert compose(Allen.DURING, Allen.BEFORE) == {Allen.BEFORE}
    assert compose(Allen.OVERLAPS, Allen.OVERLAPS) == {Allen.BEFORE, Allen.MEETS, Allen.OVERLAPS}
    assert compose(Allen.BEFORE, Allen.AFTER) == set(Allen)
    assert sum(len(compose(a, b)) for a in Allen for b in Allen) == 409


def test_disjunctions_compose_pair_by_pair() -> None:
    assert compose_all([Allen.BEFORE, Allen.MEETS], [Allen.MEETS]) == {Allen.BEFORE}
    assert compose_all([], list(Allen)) == frozenset()
