"""A few of many cases that are alike, for the default run; the rest are ``thorough``."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import pytest


def sampled(
    cases: Sequence[Any], few: int, *, of: Callable[[Any], Hashable] = lambda _: None
) -> list[Any]:
    """Mark all cases but a few of every kind as ``thorough``; none is left out.

    Args:
        cases: What a test is parametrised with: values, tuples of values, or ``pytest.param``.
        few: How many of each kind stay in the default run, spread evenly over the kind's.
        of: Tells a case's kind.
    """
    total = Counter(map(of, cases))
    seen: defaultdict[Hashable, int] = defaultdict(int)
    marked = []
    for case in cases:
        kind = of(case)
        n, seen[kind] = seen[kind], seen[kind] + 1
        stays = n * few // total[kind] != (n - 1) * few // total[kind]
        marked.append(case if stays else _thorough(case))
    return marked


def one_of_each(cases: Iterable[Any], *, of: Callable[[Any], Hashable]) -> list[Any]:
    """Mark all cases but one of every kind as ``thorough``; none is left out.

    Of the first kind its first case stays in the default run, of the next one its second, and so
    on, so that all ways in which the cases of a kind differ stay in it.

    Args:
        cases: What a test is parametrised with: values or tuples of values.
        of: Tells a case's kind.
    """
    kinds = defaultdict(list)
    for case in cases:
        kinds[of(case)].append(case)
    return [case if n == k % len(alike) else _thorough(case)
            for k, alike in enumerate(kinds.values()) for n, case in enumerate(alike)]


def _thorough(case: Any) -> Any:
    if isinstance(case, type(pytest.param())):
        return case._replace(marks=[*case.marks, pytest.mark.thorough])
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=pytest.mark.thorough)
