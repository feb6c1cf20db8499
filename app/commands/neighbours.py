"""``trikal neighbours``: what was observed just before and just after a time."""

from typing import Annotated

import typer

from trikal.app.options import ArchiveOption, JsonOption, time_option
from trikal.app.output import print_json
from trikal.app.tooling import open_tools, print_cited
from trikal.moments import Track

app = typer.Typer()


@app.command()
def neighbours(
    medium: Annotated[str, typer.Argument(help="A file name, a path, or the start of an id.")],
    at: Annotated[str, typer.Argument(help="When, like 1:05.")],
    before: Annotated[int, typer.Option(min=0, max=100, help="How many before.")] = 2,
    after: Annotated[int, typer.Option(min=0, max=100, help="How many after.")] = 2,
    track: Annotated[Track, typer.Option(help="Of this track.")] = Track.SPEECH,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Show the moment at a time with those beside it."""
    with open_tools(archive) as tools:
        moment = tools.moment_at(medium, time_option(at, "AT") or 0, track)
        beside = tools.neighbours(moment.id, before=before, after=after)
    if json:
        print_json(beside.model_dump(mode="json"))
        return
    for each in (*beside.before, beside.moment, *beside.after):
        print_cited(each)
