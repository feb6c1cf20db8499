"""What a person is told while files are taken in."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from trikal.app import progress
from trikal.app.progress import ProgressView, report_line
from trikal.ingest.events import Event, FileReport, Stage, StageProgress, Status

FILM = Path("/films/talk.mp4")


def report(status: Status = Status.DONE, **fields: Any) -> FileReport:
    return FileReport(path=FILM, status=status, **fields)


def stage(name: Stage, done: int, total: int, path: Path = FILM) -> StageProgress:
    return StageProgress(path=path, stage=name, done=done, total=total)


def line(given: FileReport) -> str:
    return Text.from_markup(report_line(given)).plain


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A terminal to look at."""
    stream = io.StringIO()
    monkeypatch.setattr(progress, "errors", Console(file=stream, force_terminal=True, width=120))
    return stream


def watch(*events: Event, quiet: bool = False, files: int = 1) -> ProgressView:
    with ProgressView([FILM] * files, quiet=quiet) as view:
        for event in events:
            view.show(event)
    return view


def tasks(view: ProgressView) -> tuple[Any, Any]:
    files, current = view._progress.tasks
    return files, current


def test_a_file_that_is_done_tells_moments_speed_stages_and_notes() -> None:
    told = line(report(moments=12, duration_ms=60_000, seconds=4.0, notes=("no sound",),
                       stage_seconds={"listen": 3.04, "store": 0.96}))
    assert told == "✓ talk.mp4: 12 moments, 15.0 × real time listen 3.0 s, store 1.0 s (no sound)"


def test_a_file_that_took_no_time_has_no_speed() -> None:
    assert "0.0 × real time" in line(report(duration_ms=60_000))


def test_a_file_that_was_there_says_that_nothing_was_to_do() -> None:
    assert line(report(Status.UNCHANGED)) == (
        "= talk.mp4: already in the archive, nothing to do")


def test_a_file_that_failed_tells_why() -> None:
    assert line(report(Status.FAILED, error="talk.mp4 is empty [0 bytes].")) == (
        "✗ talk.mp4: talk.mp4 is empty [0 bytes].")


@pytest.mark.parametrize("name", ["[bold]x[/bold].mp4", "[/].mp4", "a [1].mp4"])
def test_names_that_look_like_markup_are_shown_as_they_are(name: str) -> None:
    told = Text.from_markup(report_line(FileReport(path=Path(name), status=Status.UNCHANGED)))
    assert Path(name).name in told.plain


def test_files_are_counted_as_they_end(screen: io.StringIO) -> None:
    view = watch(report(), report(Status.FAILED, error="no"), files=3)
    files, _ = tasks(view)
    assert (files.completed, files.total) == (2, 3)
    assert "talk.mp4: no" in screen.getvalue()


def test_a_stage_is_shown_in_seconds_of_the_medium(screen: io.StringIO) -> None:
    _, current = tasks(watch(stage(Stage.LISTEN, 30_000, 90_000)))
    assert (current.completed, current.total) == (30, 90)
    assert current.description == "listen talk.mp4"
    assert current.visible


def test_storing_is_shown_in_moments(screen: io.StringIO) -> None:
    _, current = tasks(watch(stage(Stage.STORE, 256, 600)))
    assert (current.completed, current.total) == (256, 600)


def test_a_stage_of_unknown_length_has_no_total(screen: io.StringIO) -> None:
    _, current = tasks(watch(stage(Stage.IDENTIFY, 0, 0)))
    assert current.total is None


def test_the_next_stage_and_the_next_file_begin_anew(screen: io.StringIO) -> None:
    _, current = tasks(watch(
        stage(Stage.LISTEN, 80_000, 90_000), stage(Stage.WATCH, 1_000, 90_000)))
    assert (current.description, current.completed) == ("watch talk.mp4", 1)
    _, current = tasks(watch(
        stage(Stage.LISTEN, 80_000, 90_000),
        stage(Stage.LISTEN, 1_000, 90_000, Path("/films/other.mp4"))))
    assert (current.description, current.completed) == ("listen other.mp4", 1)


def test_a_file_that_ends_takes_its_stage_off_the_screen(screen: io.StringIO) -> None:
    _, current = tasks(watch(stage(Stage.LISTEN, 80_000, 90_000), report()))
    assert not current.visible


def test_machines_are_shown_nothing(screen: io.StringIO) -> None:
    watch(stage(Stage.LISTEN, 1_000, 2_000), quiet=True)
    assert screen.getvalue() == ""


def test_an_error_inside_ends_the_progress_and_passes_through(screen: io.StringIO) -> None:
    view = ProgressView([FILM])
    with pytest.raises(RuntimeError, match="inside"), view:
        raise RuntimeError("inside")
    assert view._progress.live.is_started is False
