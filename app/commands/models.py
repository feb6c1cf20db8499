"""``trikal models``: which model does what here, and why; which architecture runs on what."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text

from trikal.app.commands.deciding import bench, why
from trikal.app.options import ForceOption, JsonOption
from trikal.app.output import console, errors, print_json
from trikal.serving.catalog import load_catalog
from trikal.serving.compatibility.memory import Memory
from trikal.serving.compatibility.outcome import Outcome, Row
from trikal.serving.compatibility.report import is_report, write_report
from trikal.serving.compatibility.runner import Runner
from trikal.serving.compatibility.survey import survey
from trikal.serving.fetching import fetch
from trikal.serving.models import Models
from trikal.serving.reports import RoleReport
from trikal.serving.vllm.environment import made_environment
from trikal.settings import Settings, load_settings
from trikal.tools.outputs import checked_target

app = typer.Typer(invoke_without_command=True)

_HEAD = ("role", "model", "backend", "device")
_INDENT = 2


@app.callback()
def models(ctx: typer.Context, json: JsonOption = False) -> None:
    """Show the model chosen for every role, backend, device, why, and what would be better."""
    if ctx.invoked_subcommand:
        return
    with Models(load_settings()) as opened:
        reports = opened.describe_roles()
    if json:
        print_json([report.model_dump(mode="json") for report in reports])
        return
    _print_table(reports)


app.command()(why)
app.command()(bench)


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(help="Architectures or models; all when not given.")
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="FILE", help="Write a report in Markdown, and JSON lines."),
    ] = None,
    force: ForceOption = False,
    again: Annotated[bool, typer.Option("--again", help="Ask again what is known.")] = False,
    limit: Annotated[
        float, typer.Option("--limit", min=1, help="Seconds that one check may take.")
    ] = 300.0,
    json: JsonOption = False,
) -> None:
    """Try every architecture on the installed vLLM, then on Transformers, with tiny models.

    What was found is remembered for as long as the versions stay the same, so that a run that was
    stopped goes on.
    """
    if write:
        _spare(write, force=force)
    settings = load_settings()
    runner = Runner(_python(settings), limit)
    memory = Memory(_memory_path(settings), runner.versions)
    rows = []
    for row in survey(load_catalog(), runner.check, memory, only=names or (), again=again):
        rows.append(row)
        if json:
            print_json(row.model_dump(mode="json"))
        else:
            _print_row(row)
    if write:
        write_report(rows, write)
        errors.print(f"written: {escape(str(write))}, {escape(str(write.with_suffix('.jsonl')))}")


def _spare(report: Path, *, force: bool) -> None:
    """Refuse to overwrite what is no earlier report.

    Raises:
        BadInput: Such a file is there.
    """
    renewed = force or is_report(report)
    for file in (report, report.with_suffix(".jsonl")):
        checked_target(file, force=renewed)


@app.command()
def pull(
    names: Annotated[list[str], typer.Argument(help="Models of the catalogue.")],
) -> None:
    """Fetch models from the hub, and check them; a pull that was broken off goes on."""
    settings = load_settings()
    chosen = [load_catalog().get(name) for name in names]
    for model in chosen:
        errors.print(f"[bold]{escape(model.name)}[/bold] [dim]{escape(model.licence)}[/dim]")
        folder = fetch(model, settings.cache_dir)
        console.print(f"{escape(model.name)}: {escape(str(folder or 'inside its library'))}")


def _python(settings: Settings) -> Path:
    """Return the Python that has vLLM, or Trikal's own where none is known to."""
    if settings.vllm_python:
        return settings.vllm_python
    made = made_environment(settings)
    return made.python if made else Path(sys.executable)


def _memory_path(settings: Settings) -> Path:
    return settings.cache_dir / "compatibility.jsonl"


def _print_row(row: Row) -> None:
    console.print(f"[bold]{escape(row.architecture)}[/bold] [dim]{', '.join(row.models)}[/dim]")
    for outcome in row.outcomes:
        console.print(f"  {outcome.backend}: {_told(outcome)}")


def _told(outcome: Outcome) -> str:
    verdict = "[green]ran[/green]" if outcome.ran else "[red]did not run[/red]"
    unlisted = ", not in its registry" if outcome.listed is False else ""
    return f"{verdict}{unlisted}: {escape(outcome.detail)} [dim]({outcome.seconds:.0f} s)[/dim]"


def _print_table(reports: list[RoleReport]) -> None:
    """Print a line for each role, and under it why and what would be better, wrapped."""
    cells = [(report.role.value, report.model or "–", report.backend or "–", report.device or "–")
             for report in reports]
    widths = [max(map(len, column)) for column in zip(_HEAD, *cells, strict=True)]
    console.print(_row(_HEAD, widths), style="bold")
    for report, row in zip(reports, cells, strict=True):
        console.print(escape(_row(row, widths)))
        for name, said in _remarks(report):
            told = Text.assemble((f"{name}: ", "dim"), said)
            for line in told.wrap(console, max(console.width - _INDENT, _INDENT)):
                line.rstrip()
                console.print(Text(" " * _INDENT) + line)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _remarks(report: RoleReport) -> Iterator[tuple[str, str]]:
    if report.missing:
        yield "missing", report.missing
        return
    yield "why", report.why or ""
    for better in report.better:
        yield "better", f"{better.model} on {better.backend}: {better.needs}"
    if not report.better:
        yield "better", "nothing in the catalogue"
