"""``trikal transcribe``: a span heard again, with another model or in another language."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from trikal.app.options import ArchiveOption, ForceOption, JsonOption, time_option
from trikal.app.output import console, print_json, printable
from trikal.app.tooling import open_tools, print_moments
from trikal.errors import BadInput
from trikal.settings import load_settings
from trikal.tools.export import SUBTITLES, SUFFIXES, format_of, write
from trikal.tools.results import Moments, Written
from trikal.tools.toolbox import Toolbox

app = typer.Typer()


@app.command()
def transcribe(
    medium: Annotated[str, typer.Argument(help="A file name, a path, or the start of an id.")],
    from_: Annotated[str | None, typer.Option("--from", help="From here, like 1:05.")] = None,
    to: Annotated[str | None, typer.Option(help="Up to here, like 1:30.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of the speech (BCP-47).")] = None,
    model: Annotated[str | None, typer.Option(help="Another speech model.")] = None,
    voices: Annotated[bool | None, typer.Option(
        "--voices/--no-voices",
        help="Tell who speaks: voice 1, voice 2, numbered within the span.",
        show_default="where a model for that is installed")] = None,
    out: Annotated[Path | None, typer.Option(
        help="Write subtitles with who speaks, .srt or .vtt.")] = None,
    force: ForceOption = False,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Listen to a span again; the archive stays as it is."""
    start_ms, end_ms = time_option(from_, "--from") or 0, time_option(to, "--to")
    with open_tools(archive, force=force) as tools:
        if out is not None:
            tools.outputs.place(str(out), [SUFFIXES[each] for each in SUBTITLES])
        if voices is None:
            voices = load_settings(archive=archive).diarise and tools.tells_voices()
        heard = tools.listen(medium, start_ms=start_ms, end_ms=end_ms, language=language,
                             model=model, voices=voices)
        made = _written(heard, out, tools) if out else None
    if json:
        print_json({**heard.model_dump(mode="json"), "path": str(made.path) if made else None})
        return
    print_moments(heard)
    console.print(f"[dim]{escape(heard.words)}[/dim]")
    if made:
        console.print(printable(f"{made.path}: {made.entries} entries ({made.format})"),
                      markup=False)


def _written(heard: Moments, out: Path, tools: Toolbox) -> Written:
    if not heard.moments:
        raise BadInput(f"{out} is not written: {heard.absent}. Choose another span.")
    format_ = format_of(str(out))
    return write(SUBTITLES[format_](heard.moments), format_, tools.outputs, str(out),
                 heard.moments)
