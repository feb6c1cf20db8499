"""Of what a search found, the chat model is shown what is about as good as the best."""

from typing import Any

import pytest

from tests.graph.weighing.test_support import item
from trikal.graph.weighing.promising import hardly_told_apart, nearest_to, promising

QUESTION = "Which colour was the harbour bridge painted?"


def found(n: int, text: str, dense: float | None, score: float = 1.0, step: str = "s1") -> Any:
    return {**item(text, dense), "n": n, "score": score, "step": step}


BEST = found(1, "The harbour bridge was painted green.", 0.90)


@pytest.mark.parametrize(("other", "kept"), [
    (found(2, "The harbour bridge was painted in May.", 0.89, 0.9), True),
    (found(2, "The harbour bridge was painted in May.", 0.89, 0.4), False),  # ranked far behind
    (found(2, "We have a minor comment on step two.", 0.82, 0.9), False),  # about something else
    (found(2, "Green, it says on the sign.", None, 0.1), True),  # cannot be compared
    (found(2, "A ferry left.", 0.70, 0.2, step="s2"), True),  # the other side of a comparison
])
def test_what_is_far_behind_the_best_is_not_shown(other: Any, kept: bool) -> None:
    assert promising(QUESTION, [BEST, other]) == [BEST, other][:1 + kept]


def test_the_first_stays_though_another_is_nearer() -> None:
    first = found(1, "It was done in spring.", 0.80)
    nearer = found(2, "The harbour bridge was painted green.", 0.92, 0.8)
    assert promising(QUESTION, [first, nearer]) == [first, nearer]
    assert nearest_to(QUESTION, [first, nearer]) == nearer


def test_the_nearest_stays_though_it_is_ranked_far_behind() -> None:
    first, beside = found(1, "It was done in spring.", 0.80), found(3, "It was spring.", 0.80, 0.74)
    nearest = found(2, "The harbour bridge was painted green.", 0.92, 0.5)
    assert promising(QUESTION, [first, beside, nearest]) == [first, nearest]


def test_nothing_is_kept_of_nothing() -> None:
    assert promising(QUESTION, []) == []


@pytest.mark.parametrize(("score", "why", "kept"), [
    (0.3, "between 0:03 and 0:17", False), (0.6, "between 0:03 and 0:17", True),
    (0.1, "between 0:09 and 0:17", True),  # further down at the same place
    (0.0, "read on the screen", True),  # observed now, and never ranked
])
def test_what_stands_beside_a_far_less_likely_anchor_is_not_shown(
    score: float, why: str, kept: bool
) -> None:
    first = {**found(1, "Four people polished it.", None), "why": "between 0:09 and 0:17"}
    other = {**found(2, "The budget is small.", None, score), "why": why}
    assert promising(QUESTION, [first, other]) == [first, other][:1 + kept]


@pytest.mark.parametrize(("second", "kept"), [
    ({"score": 0.95, "share": 0.5}, 2), ({"score": 0.8, "share": 0.5}, 1),
    ({"score": 0.95}, 1),  # not put in order by words
    ({"score": 0.95, "share": 0.5, "step": "s2"}, 1),
])
def test_the_second_stays_beside_the_first_where_it_ranks_as_high(
    second: dict[str, Any], kept: int
) -> None:
    evidence = [{**BEST, "share": 1.0}, {**found(2, "It was green.", 0.8), **second}]
    assert hardly_told_apart(evidence) == evidence[:kept]  # type: ignore[arg-type]
    assert hardly_told_apart([]) == []
