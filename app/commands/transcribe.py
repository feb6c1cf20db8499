"""``trikal transcribe``: a span heard again, with another model or in another language."""

from typing import Annotated

import typer

from trikal.app.options import ArchiveOption, JsonOption, time_option
from trikal.app.output import print_json
from trikal.app.tooling import open_tools, print_moments

app = typer.Typer()


@app.command()
def transcribe(
    medium: Annotated[str, typer.Argument(help="A file name, a path, or the start of an id.")],
    from_: Annotated[str | None, typer.Option("--from", help="From here, like 1:05.")] = None,
    to: Annotated[str | None, typer.Option(help="Up to here, like 1:30.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of the speech (BCP-47).")] = None,
    model: Annotated[str | None, typer.Option(help="Another speech model.")] = None,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Listen to a span again; the archive stays as it is."""
    with open_tools(archive) as tools:
        heard = tools.listen(medium, start_ms=time_option(from_, "--from") or 0,
                             end_ms=time_option(to, "--to"), language=language, model=model)
    if json:
        print_json(heard.model_dump(mode="json"))
    else:
        print_moments(heard)
