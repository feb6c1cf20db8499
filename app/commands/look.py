"""``trikal look``: what is seen at a time, and answers about it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from trikal.app.options import ArchiveOption, JsonOption, time_option
from trikal.app.output import console, print_json
from trikal.archive import open_archive
from trikal.errors import BadInput
from trikal.serving.models import Models
from trikal.settings import load_settings
from trikal.tools.caption import look as look_at

app = typer.Typer()


@app.command()
def look(
    medium: Annotated[str, typer.Argument(help="A file name, a path, or the start of an id.")],
    at: Annotated[str, typer.Argument(help="When, like 1:05.")],
    question: Annotated[
        str | None, typer.Argument(help="A question about what is seen; a description when none.")
    ] = None,
    to: Annotated[
        str | None, typer.Option(help="Look at the whole span up to this time, like 1:09.")
    ] = None,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Say what is seen at a time of a medium, or answer a question about it."""
    settings = load_settings(archive=archive)
    start_ms, end_ms = time_option(at, "AT"), time_option(to, "--to")
    assert start_ms is not None
    with open_archive(settings.archive) as opened:
        (found, *more) = opened.catalogue.find_media(medium)
    if more:
        ids = ", ".join(each.id[:12] for each in (found, *more))
        raise BadInput(f"{len(more) + 1} media are called {medium!r} ({ids}). Give an id.")
    with Models(settings) as models:
        describer = models.describer()
        text = look_at(Path(found.path), start_ms, describer, end_ms=end_ms, ask=question)
        source = describer.name
    if json:
        print_json({"media_id": found.id, "start_ms": start_ms, "end_ms": end_ms, "text": text,
                    "source": source})
    else:
        console.print(f"{escape(text or 'nothing that is sure')} [dim]({escape(source)})[/dim]")
