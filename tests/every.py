"""Many small cases of one kind, tried in one test that names each of them that fails."""

import functools
import inspect
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

_Case = type(pytest.param())


def every(
    names: str | Sequence[str], cases: Iterable[Any], *, of: Callable[..., str] = lambda *_: "usual"
) -> Callable[[Any], Any]:
    """Try many cases in one test: a test for each costs more than to read a short question.

    Used as ``pytest.mark.parametrize`` is, next to the function, where neither the order of the
    cases nor what one of them leaves behind can matter to another. Cases that are ``thorough`` are
    tests of their own.

    Args:
        names: What the test calls the values of a case.
        cases: Values, tuples of values, or ``pytest.param``.
        of: Tells from a case's values in which test it is tried, where they are too many for one.
    """
    named = (names,) if isinstance(names, str) else tuple(names)
    groups = defaultdict(list)
    for each in cases:
        case = each if isinstance(each, _Case) else pytest.param(
            *(each if len(named) > 1 else (each,)))
        marks = frozenset(mark.name for mark in case.marks)
        assert marks <= {"thorough"}, f"{marks} would not count"
        groups[of(*case.values), bool(marks)].append(case)

    def tried(test: Callable[..., None]) -> Any:
        own = [each for name, each in inspect.signature(test).parameters.items()
               if name not in named]
        both = inspect.Parameter("cases", inspect.Parameter.KEYWORD_ONLY)

        @functools.wraps(test)
        def one_by_one(*, cases: Sequence[Any], **others: Any) -> None:
            failed = [told for case in cases if (told := _failure(test, named, case, others))]
            if failed:
                pytest.fail(f"{len(failed)} of {len(cases)} cases fail\n\n" + "\n".join(failed),
                            pytrace=False)

        vars(one_by_one)["__signature__"] = inspect.Signature([*own, both])
        return pytest.mark.parametrize("cases", [
            pytest.param(held, id=f"{kind}, the rest" if thorough else kind,
                         marks=pytest.mark.thorough if thorough else ())
            for (kind, thorough), held in groups.items()])(one_by_one)

    return tried


def _failure(
    test: Callable[..., None], names: Sequence[str], case: Any, others: dict[str, Any]
) -> str:
    """Return what a test says of a case that fails; nothing for one that passes."""
    values = dict(zip(names, case.values, strict=True))
    try:
        test(**values, **others)
    except (Exception, pytest.fail.Exception) as error:
        given = ", ".join(f"{name}={value!r}" for name, value in values.items())
        return f"{given}\n{''.join(traceback.format_exception(error))}"
    return ""
