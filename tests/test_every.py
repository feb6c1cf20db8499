"""Cases tried in one test: none is left out, and each that fails is named with the reason."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.every import every
from tests.sampling import one_of_each, sampled


def tried(test: Callable[..., None], group: str = "usual", **others: Any) -> str:
    """Run a test over one group of its cases; return what it fails with."""
    (mark,) = (each for each in test.pytestmark if each.args[0] == "cases")  # type: ignore[attr-defined]
    (cases,) = (each.values[0] for each in mark.args[1] if each.id == group)
    try:
        test(cases=cases, **others)
    except pytest.fail.Exception as failure:
        return str(failure)
    return ""


def test_every_case_is_tried() -> None:
    seen = []

    @every(("one", "other"), [(1, "a"), (2, "b"), pytest.param(3, "c")])
    def case(one: int, other: str) -> None:
        seen.append((one, other))

    assert not tried(case)
    assert seen == [(1, "a"), (2, "b"), (3, "c")]


def test_each_case_that_fails_is_named_with_the_reason() -> None:
    @every("text", ["fine", "wrong", "none", "fine", "loud"])
    def case(text: str) -> None:
        if text == "none":
            raise KeyError("nothing there")
        if text == "loud":
            with pytest.raises(ValueError, match="quiet"):
                len(text)
        assert text == "fine"

    said = tried(case)
    assert said.startswith("3 of 5 cases fail")
    for each in ("text='wrong'", "assert 'wrong' == 'fine'", "text='none'", "nothing there",
                 "text='loud'", "DID NOT RAISE"):
        assert each in said
    assert "text='fine'" not in said


def test_what_is_thorough_is_a_test_of_its_own() -> None:
    seen = []

    @every("n", sampled(range(10), 2))
    def case(n: int) -> None:
        seen.append(n)

    tried(case)
    assert len(seen) == 2
    tried(case, "usual, the rest")
    assert sorted(seen) == [*range(10)]


def test_too_many_for_one_test_are_tried_in_several() -> None:
    seen = []

    @every("n", range(6), of=lambda n: "odd" if n % 2 else "even")
    def case(n: int) -> None:
        seen.append(n)

    tried(case, "odd")
    assert seen == [1, 3, 5]
    tried(case, "even")
    assert sorted(seen) == [*range(6)]


def test_of_each_kind_another_way_stays_in_the_default_run_and_none_is_left_out() -> None:
    cases = [(kind, way) for kind in "abcd" for way in range(3)]
    chosen = one_of_each(cases, of=lambda case: case[0])
    assert [case for case in chosen if isinstance(case, tuple) and not hasattr(case, "marks")] == [
        ("a", 0), ("b", 1), ("c", 2), ("d", 0)]
    assert [getattr(case, "values", case) for case in chosen] == cases


@pytest.mark.parametrize("way", ["here", "there"])
@every("n", [1, 2])
def test_cases_go_with_what_a_test_is_given_otherwise(n: int, way: str) -> None:
    assert way in ("here", "there")
    assert n in (1, 2)
