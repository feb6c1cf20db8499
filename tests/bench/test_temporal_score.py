from types import SimpleNamespace

import pytest

from bench.temporal.generate import Question
from bench.temporal.main import sampled
from bench.temporal.score import report, scored
from bench.temporal.systems import beside, on_clock
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval

SPANS = [(0, 1000), (1000, 2000), (5000, 6000), (8000, 9000)]


def _question(relation: str = "after", *, gold: list[tuple[int, int]], name: str = "q",
              value: int | None = None) -> Question:
    return Question(id=name, relation=relation, half="test", anchors="quoted", question="?",
                    media="m", gold=gold, value=value)


@pytest.mark.parametrize(("gold", "rank"), [
    ([(500, 600)], 1), ([(1000, 1001)], 2), ([(5999, 7000)], 3), ([(6000, 8000)], None),
    ([(8500, 8600), (1500, 1600)], 2),
])
def test_a_moment_is_right_when_it_overlaps_gold(
    gold: list[tuple[int, int]], rank: int | None
) -> None:
    result = scored(_question(gold=gold), "s", SPANS)
    assert result.rank == rank
    assert result.is_right == (rank == 1)
    assert result.is_within(5) == (rank is not None)
    assert result.is_within(1) == (rank == 1)


def test_a_set_is_scored_by_what_it_misses_and_what_it_adds() -> None:
    result = scored(_question(gold=[(0, 10), (5000, 5010), (7000, 7010), (9500, 9600)]), "s", SPANS)
    assert (result.recall, result.precision) == (0.5, 0.5)


def test_no_answer_is_wrong() -> None:
    result = scored(_question(gold=[(0, 10)]), "s", [])
    assert (result.rank, result.recall, result.precision, result.is_right) == (None, 0, 0, False)


def test_a_number_must_be_exact() -> None:
    question = _question("count", gold=[(0, 10)], value=3)
    assert [scored(question, "s", SPANS, value).exact for value in (3, 4, None)] == [
        True, False, False]
    assert scored(_question(gold=[(0, 10)]), "s", SPANS, 3).exact is None


def test_the_report_counts_each_relation_and_all() -> None:
    asked = [_question(gold=[(0, 10)], name="a"), _question(gold=[(1500, 1600)], name="b"),
             _question("before", gold=[(9000, 9100)], name="c"),
             _question("count", gold=[(0, 10)], name="d", value=2),
             _question("every mention", gold=[(0, 10), (9000, 9100)], name="e")]
    results = [scored(question, system, spans, value) for system, spans, value in
               (("good", SPANS, 2), ("silent", [], None)) for question in asked]
    lines = report(results).splitlines()
    assert "### test half, quoted anchors: R@1 / R@5 in %" in lines
    assert "| relation | n | good | silent |" in lines
    assert "| after | 2 | 50 / 100 | 0 / 0 |" in lines
    assert "| before | 1 | 0 / 0 | 0 / 0 |" in lines
    assert "| **all** | 4 | 50 / 75 | 0 / 0 |" in lines
    assert "| **mean of the relations** | | 50 / 67 | 0 / 0 |" in lines
    assert "| count | 1 | 100 | 0 |" in lines
    assert "| every mention | 1 | 50 / 25 | 0 / 0 |" in lines


def test_a_sample_takes_some_of_every_relation() -> None:
    asked = [_question(relation, gold=[(0, 1)], name=f"{relation}{n}")
             for relation in ("after", "before") for n in range(9)]
    drawn = sampled(asked, 3, seed=1)
    assert [question.relation for question in drawn] == ["after"] * 3 + ["before"] * 3
    assert drawn == sampled(asked, 3, seed=1)


@pytest.mark.parametrize(("relation", "places", "window"), [
    ("before", [(5, 9)], (EARLIEST_MS, 5)), ("right after", [(5, 9)], (9, LATEST_MS)),
    ("during", [(5, 9)], (5, 9)), ("from", [(5, 9)], (5, LATEST_MS)),
    ("between", [(20, 25), (5, 9)], (9, 20)), ("during", [(20, 25), (5, 9)], (5, 25)),
])
def test_the_baselines_know_the_plain_windows(
    relation: str, places: list[tuple[int, int]], window: tuple[int, int]
) -> None:
    constraint = SimpleNamespace(relation=relation)
    assert beside(constraint, [Interval(*place) for place in places]) == Interval(*window)


def test_the_baselines_have_no_window_between_what_overlaps() -> None:
    constraint = SimpleNamespace(relation="between")
    assert beside(constraint, [Interval(0, 9), Interval(5, 12)]) is None


def test_the_baselines_read_distances_and_the_clock() -> None:
    near = SimpleNamespace(relation="after", at_least_ms=2, at_most_ms=10)
    assert beside(near, [Interval(5, 9)]) == Interval(11, 19)
    last = SimpleNamespace(start_ms=100, end_ms=None, from_end=True)
    assert on_clock(last, 1000) == Interval(900, LATEST_MS)
    middle = SimpleNamespace(start=0.4, end=0.6)
    assert on_clock(middle, 1000) == Interval(400, 600)
