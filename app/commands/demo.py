"""``trikal demo``: a film made here, ingested here, asked here, and checked against its truth."""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from trikal.app.film import Scene, Truth, make_film, make_recording
from trikal.app.options import ForceOption
from trikal.app.output import console
from trikal.app.progress import report_line
from trikal.app.session import open_session
from trikal.errors import BadInput
from trikal.ingest.events import Event, FileReport, Status
from trikal.ingest.pipeline import Pipeline
from trikal.serving.models import Models
from trikal.settings import Settings, load_settings
from trikal.timecode import format_timecode
from trikal.tools.outputs import checked_target

if TYPE_CHECKING:
    from trikal.app.asking import Asker

app = typer.Typer()

FILM, MEMO_FILE = "observatory.mp4", "memo.wav"

TOLERANCE_MS = 2_000
"""A cited moment must lie within this of the constructed truth, in ms."""

SCENES = (
    Scene(slide=("Silver Lake Observatory", "A short tour"), sentences=(
        "Welcome to the Silver Lake observatory.",
        "It stands on a quiet hill, far away from the lights of the city.",
    )),
    Scene(slide=("The main mirror", "Width: 2.4 metres", "Polished for 11 months"), sentences=(
        "The main mirror is two point four metres wide.",
        "Four people polished it by hand for eleven months.",
    )),
    Scene(slide=("Budget 2026", "42 million rupees", "Approved in March"), sentences=(
        "The budget for this year is forty two million rupees.",
        "The council approved it in March, after a long debate.",
    )),
    Scene(slide=("Opening night", "Moved to November"), sentences=(
        "Last summer, a heavy storm damaged the dome.",
        "Because of the repairs, the opening was moved to November.",
    )),
)
MEMO = (
    "This is a note to myself about the visit.",
    "The cafe next to the observatory sells ginger tea for thirty rupees.",
    "The last bus back to the city leaves at nine in the evening.",
)


@dataclass(frozen=True, kw_only=True)
class _Check:
    """A question with what a right answer must cite; nothing for an unanswerable one."""

    kind: str
    question: str
    truth: Callable[[Truth, Truth], tuple[int, int]] | None
    track: str = "speech"


def _checks(film: Truth) -> list[_Check]:
    budget = film.slide("Budget")
    inside = format_timecode(budget.start_ms + 3_000)
    return [
        _Check(kind="what was said", question="What damaged the dome?",
               truth=lambda f, _: _said(f, "storm")),
        _Check(kind="what was on screen at a time", question=f"What is on the screen at {inside}?",
               truth=lambda f, _: (budget.start_ms, budget.end_ms), track="screen"),
        _Check(kind="what came right after",
               question="What was said right after the storm damaged the dome?",
               truth=lambda f, _: _said(f, "repairs")),
        _Check(kind="something, after an event",
               question="What did the council approve after the mirror was polished by hand?",
               truth=lambda f, _: _said(f, "council")),
        _Check(kind="what was on screen while something was said",
               question="What was on the slide when the narrator said the mirror was polished by "
                        "hand?",
               truth=lambda f, _: _slide(f, "mirror"), track="screen"),
        _Check(kind="another recording", question="How much does the ginger tea cost?",
               truth=lambda _, m: _said(m, "ginger")),
        _Check(kind="not in the archive", question="Who won the football match?", truth=None),
    ]


def _said(truth: Truth, part: str) -> tuple[int, int]:
    sentence = truth.sentence(part)
    return sentence.start_ms, sentence.end_ms


def _slide(truth: Truth, part: str) -> tuple[int, int]:
    slide = truth.slide(part)
    return slide.start_ms, slide.end_ms


@app.command()
def demo(
    media: Annotated[
        Path | None, typer.Option(help="Your own file instead of the film made here.")
    ] = None,
    ask: Annotated[str | None, typer.Option(help="Your own question about it.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--keep", help="Keep film and archive in this folder.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Make a narrated film, ingest it, ask about it, and check every answer against the truth."""
    started = time.perf_counter()
    place = folder or Path(tempfile.mkdtemp(prefix="trikal-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    try:
        settings = load_settings(archive=place / "archive")
        made = () if media else (place / FILM, place / MEMO_FILE)
        _make_room(settings.archive, made, force=force)
        right = _own(settings, media, ask) if media else _made(settings, place)
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
    console.print(f"[dim]demo finished in {time.perf_counter() - started:.1f} s[/dim]")
    if not right:
        raise typer.Exit(1)


def _make_room(archive: Path, files: Sequence[Path], *, force: bool) -> None:
    """See that nothing is lost to the demo: an earlier one gives way where that is wanted.

    Raises:
        BadInput: Something is there that may not be overwritten.
    """
    for file in files:
        checked_target(file, force=force)
    if not archive.exists():
        return
    if not (archive / "catalogue.db").is_file():
        raise BadInput(f"{archive} is no archive, and is left as it is. Choose another folder.")
    if not force:
        raise BadInput(f"{archive} exists. Choose another folder, or overwrite it with --force.")
    shutil.rmtree(archive, ignore_errors=True)


def _own(settings: Settings, media: Path, ask: str | None) -> bool:
    if not media.exists():
        raise BadInput(f"{media} does not exist. Check the name given to MEDIA.")
    from trikal.app.asking import Asker

    with open_session(settings, create=True) as session:
        reports = _ingest(session, [media.absolute()])
        _show_answer(Asker(session.resources()), ask or "What is this about?")
    return all(report.status is not Status.FAILED for report in reports)


def _made(settings: Settings, place: Path) -> bool:
    # Imported here because LangGraph takes a second, which only a question should pay.
    from trikal.app.asking import Asker

    film_path, memo_path = place / FILM, place / MEMO_FILE
    console.print("[bold]1. Making a narrated film and a voice memo[/bold]")
    with Models(settings) as models:
        voice = models.voice("en")
        film = make_film(film_path, SCENES, voice)
        memo = make_recording(memo_path, MEMO, voice)
    with open_session(settings, create=True) as session:
        console.print("[bold]2. Ingesting both[/bold]")
        _ingest(session, [film_path, memo_path])
        console.print("[bold]3. Asking[/bold]")
        asker = Asker(session.resources())
        results = [_checked(asker, check, film, memo) for check in _checks(film)]
    right = sum(results)
    console.print(f"[bold]{right} of {len(results)} answers right[/bold]")
    return right == len(results)


def _ingest(session: Any, paths: list[Path]) -> list[FileReport]:
    def show(event: Event) -> None:
        if isinstance(event, FileReport):
            console.print(f"  {report_line(event)}")

    pipeline = Pipeline(session.archive.catalogue, session.index, session.models, on_event=show)
    return pipeline.run(paths)


def _show_answer(asker: "Asker", question: str) -> dict[str, Any]:
    console.print(f"\n[bold cyan]? {escape(question)}[/bold cyan]")
    return asker.ask_and_show(question, explain=True)


def _checked(asker: "Asker", check: _Check, film: Truth, memo: Truth) -> bool:
    reply = _show_answer(asker, check.question)
    right = _is_right(reply, check, film, memo)
    mark = "[green]✓ right[/green]" if right else "[red]✗ wrong[/red]"
    console.print(f"{mark} [dim]({check.kind})[/dim]")
    return right


def _is_right(reply: dict[str, Any], check: _Check, film: Truth, memo: Truth) -> bool:
    if check.truth is None:
        return not reply["found"]
    start, end = check.truth(film, memo)
    cited = [c for c in reply["citations"] if c["track"] == check.track]
    return bool(cited) and all(
        abs(c["start_ms"] - start) <= TOLERANCE_MS and abs(c["end_ms"] - end) <= TOLERANCE_MS
        for c in cited
    )
