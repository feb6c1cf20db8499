"""Progress of ingest for a person: files, stage, how many times real time, time left."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from trikal.app.output import errors, printable
from trikal.ingest.events import Event, FileReport, StageProgress, Status

_MARKS = {Status.DONE: "[green]✓[/green]", Status.UNCHANGED: "[dim]=[/dim]",
          Status.FAILED: "[red]✗[/red]"}


class ProgressView:
    """Shows progress on standard error while a ``with`` block runs.

    Args:
        paths: The files to come.
        quiet: Show nothing.
    """

    def __init__(self, paths: Sequence[Path], *, quiet: bool = False) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
            TimeElapsedColumn(), TimeRemainingColumn(), console=errors, transient=True,
            disable=quiet,
        )
        self._files: TaskID = self._progress.add_task("files", total=len(paths))
        self._stage: TaskID = self._progress.add_task("…", total=None, visible=False)
        self._current: tuple[Path, str] | None = None

    def __enter__(self) -> Self:
        """Start showing."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop showing."""
        self._progress.stop()

    def show(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, FileReport):
            self._progress.advance(self._files)
            self._progress.update(self._stage, visible=False)
            errors.print(report_line(event))
        else:
            self._show_stage(event)

    def _show_stage(self, event: StageProgress) -> None:
        if self._current != (event.path, event.stage):
            self._current = (event.path, event.stage)
            title = escape(printable(f"{event.stage} {event.path.name}"))
            self._progress.reset(self._stage, description=title, visible=True, total=None)
        unit = 1 if event.stage == "store" else 1000
        self._progress.update(self._stage, completed=event.done // unit,
                              total=event.total // unit or None)


def report_line(report: FileReport) -> str:
    """Say in one line how a file ended."""
    head = f"{_MARKS[report.status]} {escape(printable(report.path.name))}"
    if report.error:
        return f"{head}: {escape(report.error)}"
    if report.status is Status.UNCHANGED:
        return f"{head}: already in the archive, nothing to do"
    speed = report.duration_ms / 1000 / report.seconds if report.seconds else 0.0
    stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.stage_seconds.items())
    notes = f" ({escape('; '.join(report.notes))})" if report.notes else ""
    return (f"{head}: {report.moments} moments, {speed:.1f} × real time "
            f"[dim]{stages}{notes}[/dim]")
