"""``trikal compose``: a summary, brief, script, chapter list or quiz, proven line by line."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from trikal.app.options import ArchiveOption, ForceOption, JsonOption, time_option
from trikal.app.output import console, numbered_lines, print_json
from trikal.app.tooling import open_tools, print_cited
from trikal.errors import BadInput
from trikal.tools.composition import Composition, Kind

app = typer.Typer()


@app.command()
def compose(
    kind: Annotated[Kind, typer.Argument(help="What to write.")],
    medium: Annotated[str | None, typer.Argument(
        help="From this medium: a file name, a path, or the start of an id.")] = None,
    about: Annotated[str, typer.Option(
        help="What it is about; without a medium, what is found about it.")] = "",
    from_: Annotated[str | None, typer.Option("--from", help="From here, like 1:05.")] = None,
    to: Annotated[str | None, typer.Option(help="Up to here, like 4:30.")] = None,
    limit: Annotated[int, typer.Option(
        min=1, max=100, help="Without a medium: how many moments to write from.")] = 12,
    model: Annotated[bool, typer.Option(
        help="Let the chat model write; else the evidence is quoted.")] = True,
    out: Annotated[Path | None, typer.Option(help="Write it into this file (.md, .txt).")] = None,
    force: ForceOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what was removed.")] = False,
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Write from evidence; every line cites the moment that proves it."""
    if medium is None and not about.strip():
        raise BadInput("Name a medium, or say with --about what to write about.")
    with open_tools(archive, force=force) as tools:
        evidence = () if medium else tools.search(about, limit=limit).moments
        made = tools.compose(
            kind, evidence=evidence, medium=medium, start_ms=time_option(from_, "--from") or 0,
            end_ms=time_option(to, "--to"), about=about, by_model=model,
            file=str(out) if out else None)
    if json:
        print_json({**made.model_dump(mode="json"), "text": made.text()})
    else:
        _show(made, explain=explain)


def _show(made: Composition, *, explain: bool) -> None:
    console.print(escape(made.text()))
    for each in made.citations:
        print_cited(each)
    if explain and made.removed:
        removed = numbered_lines([f"removed: {why}" for why in made.removed])
        console.print(f"[dim]{escape(removed)}[/dim]")
