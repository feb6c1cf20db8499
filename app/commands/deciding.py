"""``trikal models why`` and ``bench``: the router's reasons, and what they are worth."""

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from trikal.app.options import JsonOption
from trikal.app.output import console, print_json
from trikal.serving.models import Models
from trikal.serving.roles import Role
from trikal.serving.tasks import Choice, Size, Task
from trikal.serving.triage import triage
from trikal.serving.wishes import read_task
from trikal.settings import load_settings


def why(
    words: Annotated[str, typer.Argument(help="A question, or a task like “transcribe Hindi”.")],
    json: JsonOption = False,
) -> None:
    """Say which model would do a task, why that one, and what it would be left for."""
    with Models(load_settings()) as models:
        task, verdict = _task(words, models)
        ranked = models.rank(task)
        machine = models.situation(task.filled_by).hardware.words()
    if json:
        print_json({"task": task.model_dump(mode="json"), "triage": verdict, "machine": machine,
                    "choices": [_as_data(choice) for choice in ranked]})
        return
    console.print(f"[dim]{machine}[/dim]")
    if verdict:
        console.print(f"{task.filled_by}, the {task.size} one: {verdict}")
    for n, choice in enumerate(ranked):
        head = f"[bold]{choice.role}: {escape(choice.model)}[/bold]" if n == 0 else (
            f"  then {escape(choice.model)}")
        console.print(f"{head} on {choice.backend} ({choice.device}): {escape(choice.why)}")


def bench(json: JsonOption = False) -> None:
    """Measure the chosen models on this machine: seconds to load, speed, memory."""
    from trikal.serving.yardstick import measure_roles  # with what it measures by

    table = Table("role", "model", "backend", "load", "speed", "memory", box=None)
    with Models(load_settings()) as models:
        for measure in measure_roles(models):
            if json:
                print_json(measure.model_dump(mode="json"))
            table.add_row(measure.role, escape(measure.model or "–"), measure.backend or "–",
                          f"{measure.load_s:.1f} s" if measure.model else "",
                          escape(measure.note or measure.speed),
                          f"{measure.memory_mb} MB" if measure.model else "")
    if not json:
        console.print(table)


def _task(words: str, models: Models) -> tuple[Task, str]:
    task = read_task(words)
    if task.role is not Role.CHAT:
        return task, ""
    sizes = {models.rank(task.model_copy(update={"size": size}))[0].runner for size in Size}
    if len(sizes) == 1:
        return task, ""
    verdict = triage(words, models.embedder())
    return task.model_copy(update={"size": verdict.size}), verdict.why


def _as_data(choice: Choice) -> dict[str, Any]:
    return choice.model_dump(mode="json", include={"role", "model", "backend", "device", "url",
                                                   "why"})
