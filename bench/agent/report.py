"""The tables: success overall and by kind, and what must never happen."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.agent.score import TurnScore, as_scores, share
from bench.agent.tasks import Task

Kept = Mapping[str, Sequence[Mapping[str, Any]]]
"""By a task's id its turns' scores, as plain data."""


def report(tasks: Sequence[Task], results: Mapping[str, Kept]) -> str:
    """Write the tables of several systems over the tasks that each of them did."""
    return "\n".join([*_by_kind(tasks, results), "", *_measures(tasks, results)])


def _by_kind(tasks: Sequence[Task], results: Mapping[str, Kept]) -> list[str]:
    lines = [f"| kind | {' | '.join(results)} |", f"| --- |{' --- |' * len(results)}"]
    for kind in [*dict.fromkeys(task.kind for task in tasks), "all"]:
        of_kind = [task for task in tasks if kind in (task.kind, "all")]
        cells = [_success(of_kind, kept) for kept in results.values()]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


def _success(tasks: Sequence[Task], kept: Kept) -> str:
    done = [as_scores(kept[task.id]) for task in tasks if task.id in kept]
    right = sum(all(turn.right for turn in turns) for turns in done)
    return _of(right, len(done))


def _measures(tasks: Sequence[Task], results: Mapping[str, Kept]) -> list[str]:
    lines = [f"| measure | {' | '.join(results)} |", f"| --- |{' --- |' * len(results)}"]
    columns = [_measured(tasks, kept) for kept in results.values()]
    for name in columns[0] if columns else ():
        lines.append(f"| {name} | {' | '.join(column[name] for column in columns)} |")
    return lines


def _measured(tasks: Sequence[Task], kept: Kept) -> dict[str, str]:
    done = [(task, as_scores(kept[task.id])) for task in tasks if task.id in kept]
    turns = [turn for _, scores in done for turn in scores]
    seconds = sorted(turn.seconds for turn in turns) or [0.0]
    return {
        "citations that point to no moment": str(sum(turn.nowhere for turn in turns)),
        "quotes that stand nowhere": str(sum(turn.misquoted for turn in turns)),
        "gold cited where something is claimed": _of(*share([t.gold_cited for t in turns])),
        "unanswerable, said so": _of(*share([t.absent_said for t in turns])),
        "answerable, refused": _of(*share([t.refused for t in turns])),
        "follow-ups at the right moment": _of(*_followed(done)),
        "seconds a turn, median": f"{seconds[len(seconds) // 2]:.2f}",
    }


def _followed(done: Sequence[tuple[Task, Sequence[TurnScore]]]) -> tuple[int, int]:
    """Count later turns that cite gold, among those whose turns before were right."""
    later = [scores[n] for task, scores in done if task.kind == "dialogue"
             for n in range(1, len(scores))
             if task.turns[n].cites and all(turn.right for turn in scores[:n])]
    return sum(bool(turn.gold_cited) for turn in later), len(later)


def _of(right: int, total: int) -> str:
    return f"{right}/{total} ({100 * right / total:.0f} %)" if total else "–"
