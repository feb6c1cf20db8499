"""``trikal read``: what is written on the screen."""

from typing import Annotated

import typer

from trikal.app.options import ArchiveOption, JsonOption, time_option
from trikal.app.output import print_json
from trikal.app.tooling import open_tools, print_moments

app = typer.Typer()


@app.command()
def read(
    medium: Annotated[str, typer.Argument(help="A file name, a path, or the start of an id.")],
    at: Annotated[str, typer.Argument(help="When, like 1:05.")],
    to: Annotated[str | None, typer.Option(help="Read up to here, like 1:30.")] = None,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Read the screen at a time, or over a span; the archive stays as it is."""
    with open_tools(archive) as tools:
        found = tools.read(medium, start_ms=time_option(at, "AT") or 0,
                           end_ms=time_option(to, "--to"))
    if json:
        print_json(found.model_dump(mode="json"))
    else:
        print_moments(found)
