"""Scores: is the moment that answers among the first, is the number right, and tables of both."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.temporal.generate import Question
from trikal.indexes.intervals import Interval

VALUED = frozenset({"count", "count window", "how long"})
"""Relations whose answer is a number, not a moment."""

LISTED = frozenset({"every mention"})
"""Relations whose answer is a set of moments."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """One system's answer to one question, with its score.

    Attributes:
        question: The question.
        system: Who answered.
        rank: Rank of the first moment that overlaps gold, from 1; ``None`` when none does.
        recall: Share of the gold spans that some moment overlaps.
        precision: Share of the moments that overlap gold; 0 when there are none.
        exact: Whether the number is right; ``None`` where no number is asked for.
    """

    question: Question
    system: str
    rank: int | None
    recall: float
    precision: float
    exact: bool | None

    @property
    def is_right(self) -> bool:
        """Whether the first thing answered is right."""
        return self.rank == 1 if self.exact is None else self.exact

    def is_within(self, k: int) -> bool:
        """Whether gold is among the first ``k``."""
        return self.rank is not None and self.rank <= k


def scored(
    question: Question, system: str, spans: Sequence[tuple[int, int]], value: int | None = None
) -> Result:
    """Score one answer.

    Args:
        question: What was asked.
        system: Who answered.
        spans: Where the moments lie that were answered, best first.
        value: The number that was answered, if any.
    """
    gold = [Interval(*span) for span in question.gold]
    found = [Interval(*span) for span in spans]
    hits = [any(each.overlaps(one) for one in gold) for each in found]
    return Result(
        question=question, system=system, rank=hits.index(True) + 1 if any(hits) else None,
        recall=sum(any(one.overlaps(each) for each in found) for one in gold) / len(gold),
        precision=sum(hits) / len(hits) if hits else 0.0,
        exact=None if question.value is None else value == question.value,
    )


def report(results: Sequence[Result]) -> str:
    """Return all tables, as Markdown."""
    groups = dict.fromkeys((r.question.half, r.question.anchors) for r in results)
    return "\n".join(line for half, anchors in groups for line in _group(
        [r for r in results if (r.question.half, r.question.anchors) == (half, anchors)],
        f"{half} half, {anchors} anchors"))


def _group(results: Sequence[Result], title: str) -> Iterator[str]:
    systems = list(dict.fromkeys(result.system for result in results))
    moments = [result for result in results if result.question.relation not in VALUED]
    yield from _table(f"{title}: R@1 / R@5 in %", moments, systems, _at_one_and_five)
    values = [result for result in results if result.question.relation in VALUED]
    if values:
        yield from _table(f"{title}: numbers exactly right, in %", values, systems, _exact)
    listed = [result for result in results if result.question.relation in LISTED]
    if listed:
        yield from _table(f"{title}: set recall / precision in %", listed, systems, _as_sets,
                          overall=False)


def _table(
    title: str, results: Sequence[Result], systems: Sequence[str],
    cell: Callable[[Sequence[Result]], str], *, overall: bool = True,
) -> Iterator[str]:
    yield from (f"### {title}", "", f"| relation | n | {' | '.join(systems)} |",
                f"| --- | --- |{' --- |' * len(systems)}")
    relations = list(dict.fromkeys(result.question.relation for result in results))
    rows = [(name, [r for r in results if r.question.relation == name]) for name in relations]
    for name, row in [*rows, *([("**all**", list(results))] if overall else [])]:
        cells = (cell([r for r in row if r.system == system]) for system in systems)
        yield f"| {name} | {_asked(row)} | {' | '.join(cells)} |"
    if cell is _at_one_and_five and len({_asked(row) for _, row in rows}) > 1:
        means = (_mean([r for r in row if r.system == system] for _, row in rows)
                 for system in systems)
        yield f"| **mean of the relations** | | {' | '.join(means)} |"
    yield ""


def _asked(results: Sequence[Result]) -> int:
    return len({result.question.id for result in results})


def _percent(shares: Iterable[float]) -> str:
    each = list(shares)
    return f"{100 * sum(each) / len(each):.0f}" if each else "–"


def _at_one_and_five(results: Sequence[Result]) -> str:
    return " / ".join(_percent(r.is_within(k) for r in results) for k in (1, 5))


def _mean(rows: Iterable[Sequence[Result]]) -> str:
    """Return R@1 / R@5 where every relation counts alike, however many questions it has."""
    each = [[sum(r.is_within(k) for r in row) / len(row) for k in (1, 5)] for row in rows if row]
    return " / ".join(f"{100 * sum(column) / len(column):.0f}"
                      for column in zip(*each, strict=True))


def _exact(results: Sequence[Result]) -> str:
    return _percent(bool(r.exact) for r in results)


def _as_sets(results: Sequence[Result]) -> str:
    return f"{_percent(r.recall for r in results)} / {_percent(r.precision for r in results)}"
