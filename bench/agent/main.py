"""``python -m bench agent``: do the tasks, keep each result, print the tables.

A long run may be cut in pieces: results are kept task by task in the place's folder, and what has
been done is not done again under the same label.
"""

import argparse
import hashlib
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, get_args

from bench.agent import overhead
from bench.agent.gold import Sources, sources
from bench.agent.place import Place
from bench.agent.report import report
from bench.agent.score import scored
from bench.agent.systems import System, asked, systems
from bench.agent.tasks import Half, Task, read_tasks
from trikal.app.session import open_session
from trikal.settings import load_settings

MODELS: Final = {"small": "qwen2.5-coder-0.5b-instruct", "large": "qwen2.5-coder-1.5b-instruct"}
SYSTEMS: Final = ("trikal", "single-shot RAG", "tool loop")


def main() -> None:
    """Run the benchmark."""
    options = _options()
    place = Place(options.place)
    if options.overhead:
        print(overhead.measured(options.turns, options.sessions))
        return
    if options.prepare:
        place.prepare()
        return
    tasks = _chosen(read_tasks(), options)
    if not options.only_report:
        _do(tasks, place, options)
    results = {f"{name}, {options.model}": _kept(_file(place, name, options), tasks)
               for name in options.systems}
    for half in options.half:
        print(f"\n{half} half, label {options.label!r}\n")
        print(report([task for task in tasks if task.half == half], results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench agent", description=__doc__)
    add = parser.add_argument
    add("--place", type=Path, default=Path(".bench-agent"), help="folder of media and archive")
    add("--prepare", action="store_true", help="make media and archive, which takes minutes")
    add("--model", choices=list(MODELS), default="small")
    add("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    add("--half", nargs="+", choices=get_args(Half), default=["dev", "test"],
        help="which of the tasks: dev and test, or any of the later sets")
    add("--kind", nargs="+", help="only these kinds")
    add("--sample", type=int, help="so many tasks a kind and half")
    add("--part", default="1/1", help="like 2/3: the second of three parts")
    add("--minutes", type=float, default=float("inf"), help="begin no task after that long")
    add("--label", default="run", help="name for the results")
    add("--only-report", action="store_true", help="print what was kept")
    add("--failures", action="store_true", help="print what was wrong")
    add("--overhead", action="store_true", help="measure the graph's own time instead")
    add("--turns", type=int, default=200)
    add("--sessions", type=int, default=16)
    return parser.parse_args()


def _chosen(tasks: Sequence[Task], options: argparse.Namespace) -> list[Task]:
    wanted = [task for task in tasks if task.half in options.half
              and task.kind in (options.kind or [task.kind])]
    if options.sample:
        groups = dict.fromkeys((task.kind, task.half) for task in wanted)
        wanted = [task for group in groups for task in _sampled(
            [each for each in wanted if (each.kind, each.half) == group], options.sample)]
    part, parts = map(int, options.part.split("/"))
    return wanted[part - 1::parts]


def _sampled(tasks: Sequence[Task], size: int) -> list[Task]:
    chosen = random.Random(5).sample(list(tasks), min(size, len(tasks)))
    return sorted(chosen, key=lambda task: task.id)


def _do(tasks: Sequence[Task], place: Place, options: argparse.Namespace) -> None:
    started, known = time.monotonic(), sources(place)
    settings = load_settings(archive=place.archive, models={"chat": MODELS[options.model]},
                             triage=False, fallback=False)
    with open_session(settings) as session:
        made = systems(session)
        for name in options.systems:
            file = _file(place, name, options)
            done = _kept(file, tasks)
            for task in (task for task in tasks if task.id not in done):
                if time.monotonic() - started > 60 * options.minutes:
                    print("the time is used up; run the same again to go on", file=sys.stderr)
                    return
                _keep(file, task, _did(task, made[name], known, failures=options.failures))


def _did(task: Task, system: System, known: Sources, *, failures: bool) -> list[dict[str, Any]]:
    scores = []
    answers = asked(system, [turn.ask for turn in task.turns])
    for turn, answered in zip(task.turns, answers, strict=True):
        score = scored(turn, answered, known)
        scores.append(score.as_data())
        if failures and not score.right:
            print(f"{task.id} {turn.ask}\n    {'; '.join(score.lacks)}\n    {score.answer}",
                  flush=True)
    return scores


def _file(place: Place, system: str, options: argparse.Namespace) -> Path:
    folder = place.folder / "results" / options.label
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{system.replace(' ', '-')}-{options.model}.jsonl"


def _keep(file: Path, task: Task, turns: list[dict[str, Any]]) -> None:
    row = {"task": task.id, "asked": _print_of(task), "turns": turns}
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _kept(file: Path, tasks: Sequence[Task]) -> dict[str, list[dict[str, Any]]]:
    """Return the results of tasks that still read as they did when they were done."""
    if not file.exists():
        return {}
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    prints = {task.id: _print_of(task) for task in tasks}
    return {row["task"]: row["turns"] for row in rows if prints.get(row["task"]) == row["asked"]}


def _print_of(task: Task) -> str:
    return hashlib.sha256(task.model_dump_json(exclude={"half"}).encode()).hexdigest()[:16]
