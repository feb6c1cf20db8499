"""``trikal clip``: moments cut and joined into a reel."""

from pathlib import Path
from typing import Annotated

import typer

from trikal.app.options import ArchiveOption, ForceOption, JsonOption
from trikal.app.output import console, print_json
from trikal.app.tooling import open_tools, span_of
from trikal.timecode import format_length

app = typer.Typer()


@app.command()
def clip(
    spans: Annotated[list[str], typer.Argument(
        help="Stretches in the order in which they play, like talk.mp4@1:05-1:20.")],
    out: Annotated[Path, typer.Option(
        help="The film (.mp4, .mov) or sound file (.m4a, .wav) to write.")] = Path("reel.mp4"),
    captions: Annotated[bool, typer.Option(
        help="Bring what is said along, as subtitles that a player can show.")] = True,
    force: ForceOption = False,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Cut stretches of media to the frame, and join them into one file."""
    wanted = [span_of(each) for each in spans]
    with open_tools(archive, force=force) as tools:
        reel = tools.clip(wanted, file=str(out), captions=captions)
    if json:
        print_json(reel.model_dump(mode="json"))
    else:
        console.print(f"{reel.path}: {format_length(reel.duration_ms)}, {len(reel.pieces)} pieces, "
                      f"{reel.captions} captions", markup=False)
