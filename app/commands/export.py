"""``trikal export``: subtitles, chapters, edit lists and links for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from trikal.app.options import ArchiveOption, ForceOption, JsonOption
from trikal.app.output import console, print_json
from trikal.app.tooling import open_tools
from trikal.moments import Track
from trikal.tools.export import Format, format_of

app = typer.Typer()


@app.command()
def export(
    medium: Annotated[str, typer.Argument(help="A file name, a path, or the start of an id.")],
    out: Annotated[Path, typer.Option(
        help="The file to write; its suffix tells the format: .srt, .vtt, .ffmeta, .txt (YouTube), "
             ".psc (Podlove), .edl, .otio, .md.")],
    format: Annotated[Format | None, typer.Option(help="The format, whatever the suffix.")] = None,
    track: Annotated[list[Track] | None, typer.Option(
        help="Only this track; may be repeated (default: speech).")] = None,
    force: ForceOption = False,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Write what is known of a medium for players, editors and publishers."""
    wanted = format or format_of(str(out))
    with open_tools(archive, force=force) as tools:
        made = tools.export(wanted, medium=medium, tracks=track or (Track.SPEECH,), file=str(out))
    if json:
        print_json(made.model_dump(mode="json"))
    else:
        console.print(f"{made.path}: {made.entries} entries ({made.format})", markup=False)
