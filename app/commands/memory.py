"""``trikal memory``: what is remembered across sessions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from trikal.app.options import ArchiveOption, JsonOption
from trikal.app.output import console, print_json
from trikal.archive import open_archive
from trikal.errors import BadInput
from trikal.settings import load_settings

if TYPE_CHECKING:
    from trikal.graph.memory import Kind, Memory

app = typer.Typer(invoke_without_command=True)

WhatArgument = Annotated[
    str, typer.Argument(help="preference, speaker or alias.", metavar="KIND")]
NameArgument = Annotated[str, typer.Argument(
    help="A preference (language, aloud), a speaker as transcripts call one, or what you say.")]


@app.callback()
def memory(
    ctx: typer.Context, archive: ArchiveOption = None, json: JsonOption = False
) -> None:
    """List what is remembered: preferences, names of speakers, aliases."""
    if ctx.invoked_subcommand:
        return
    with _opened(archive) as opened:
        known = opened.all()
    if json:
        print_json(asdict(known))
        return
    rows = [*((("preference", "language", known.language),) if known.language else ()),
            *((("preference", "aloud", "yes"),) if known.aloud else ()),
            *(("speaker", speaker, name) for speaker, name in known.speakers.items()),
            *(("alias", said, meant) for said, meant in known.aliases.items())]
    table = Table("kind", "name", "means")
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table if rows else 'Nothing is remembered. Try: trikal memory set speaker CDR '
                                     '"Jim Lovell"')


@app.command("set")
def remember(
    kind: WhatArgument, name: NameArgument,
    means: Annotated[str, typer.Argument(help="The value, the person's name, or what is meant.")],
    archive: ArchiveOption = None,
) -> None:
    """Remember something: set speaker CDR "Jim Lovell"."""
    with _opened(archive) as opened:
        opened.remember(_kind(kind), name, means)
    console.print(f"Remembered: {escape(name)} is {escape(means)}.")


@app.command()
def forget(kind: WhatArgument, name: NameArgument, archive: ArchiveOption = None) -> None:
    """Forget something."""
    with _opened(archive) as opened:
        opened.forget(_kind(kind), name)
    console.print(f"{escape(name)} is forgotten.")


@contextmanager
def _opened(archive: Path | None) -> "Iterator[Memory]":
    from trikal.graph.memory import open_memory

    settings = load_settings(archive=archive)
    with (open_archive(settings.archive) as found,
          open_memory(settings, found.memory_path) as opened):
        yield opened


def _kind(text: str) -> "Kind":
    from trikal.graph.memory import Kind

    if text not in set(Kind):
        raise BadInput(f"{text!r} cannot be remembered. Known: {', '.join(Kind)}.")
    return Kind(text)
