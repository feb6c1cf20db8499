"""``trikal frames``: still pictures of a video, into files."""

from pathlib import Path
from typing import Annotated

import typer

from trikal.app.options import ArchiveOption, ForceOption, JsonOption, time_option
from trikal.app.output import console, print_json
from trikal.app.tooling import open_tools
from trikal.timecode import format_timecode

app = typer.Typer()


@app.command()
def frames(
    medium: Annotated[str, typer.Argument(help="A file name, a path, or the start of an id.")],
    at: Annotated[list[str] | None, typer.Option(
        "--at", help="A time, like 1:05.5; may be repeated.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Spread them from here.")] = None,
    to: Annotated[str | None, typer.Option(help="Spread them up to here.")] = None,
    count: Annotated[int, typer.Option(min=1, max=100, help="How many to spread.")] = 1,
    out: Annotated[Path, typer.Option(
        help="The file (.jpg, .png); of several each gets its time added.")] = Path("frame.jpg"),
    width: Annotated[int | None, typer.Option(
        min=16, max=7680, help="Scale wider pictures down.")] = None,
    force: ForceOption = False,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Save the pictures that are on the screen at some times."""
    times = [time_option(each, "--at") or 0 for each in at or []]
    with open_tools(archive, force=force) as tools:
        made = tools.frames(medium, times, start_ms=time_option(from_, "--from") or 0,
                            end_ms=time_option(to, "--to"), count=count, file=str(out),
                            max_width=width)
    if json:
        print_json(made.model_dump(mode="json"))
        return
    for each in made.frames:
        console.print(f"{each.path}: {format_timecode(each.time_ms, millis=True)}, "
                      f"{each.width} × {each.height}", markup=False)
