"""``trikal media``: what the archive holds."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from trikal.app.options import ArchiveOption, JsonOption
from trikal.app.output import console, print_json
from trikal.errors import BadInput
from trikal.moments import Track
from trikal.settings import load_settings
from trikal.timecode import format_timecode

if TYPE_CHECKING:
    from trikal.archive import Archive
    from trikal.catalogue import Medium

app = typer.Typer(help="List, show and remove media.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help="A file name, a path, or the start of an id.")]


@app.command("list")
def list_media(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """List the media of the archive."""
    with _opened(archive) as opened:
        rows = [_row(opened, medium) for medium in opened.catalogue.media()]
    if json:
        print_json(rows)
        return
    table = Table("id", "name", "kind", "length", "moments", box=None)
    for row in rows:
        table.add_row(row["media_id"][:12], escape(row["name"]), row["kind"],
                      format_timecode(row["duration_ms"]), str(row["moments"]))
    console.print(table)


@app.command()
def show(name: NameArgument, archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Show one medium: where it lies, what was done with it, what was observed."""
    with _opened(archive) as opened:
        shown = [_details(opened, medium) for medium in opened.catalogue.find_media(name)]
    if json:
        print_json(shown)
        return
    for details in shown:
        console.print(f"[bold]{escape(details['name'])}[/bold] {details['media_id']}")
        for path in details["paths"]:
            console.print(f"  at {escape(path)}")
        for stage in details["stages"]:
            console.print(f"  {stage['stage']}: {escape(stage['source'])}")
            for note in stage["detail"].get("notes", ()):
                console.print(f"    [yellow]{escape(note)}[/yellow]")
        for moment in details["observed"]:
            if moment["track"] == Track.FRAME:  # a picture has nothing to read out
                continue
            console.print(f"  [cyan]{format_timecode(moment['start_ms'])}[/cyan] "
                          f"[dim]{moment['track']}[/dim] {escape(moment['text'])}")


@app.command()
def remove(
    name: NameArgument, archive: ArchiveOption = None, json: JsonOption = False,
    all_: Annotated[
        bool, typer.Option("--all", help="Remove every medium of that name.")
    ] = False,
) -> None:
    """Forget a medium; the file itself stays where it is."""
    from trikal.app.session import open_session  # with an index and models, which others need not

    with open_session(load_settings(archive=archive)) as session:
        catalogue = session.archive.catalogue
        media = catalogue.find_media(name)
        if len(media) > 1 and not all_:
            ids = ", ".join(medium.id[:12] for medium in media)
            raise BadInput(f"{len(media)} media are called {name!r} ({ids}). Give an id, or --all.")
        for medium in media:
            session.index.delete_media(medium.id)
            session.index.flush()
            catalogue.remove_medium(medium.id)
    removed = [{"media_id": medium.id, "name": medium.name} for medium in media]
    if json:
        print_json(removed)
    else:
        console.print(f"Removed {', '.join(escape(each['name']) for each in removed)}.")


def _opened(archive: Path | None) -> "AbstractContextManager[Archive]":
    settings = load_settings(archive=archive)
    from trikal.archive import open_archive  # with a database, which no help needs

    return open_archive(settings.archive)


def _row(archive: "Archive", medium: "Medium") -> dict[str, Any]:
    return {"media_id": medium.id, "name": medium.name, "kind": medium.kind,
            "duration_ms": medium.duration_ms, "paths": list(medium.paths),
            "moments": archive.catalogue.count_moments(medium.id)}


def _details(archive: "Archive", medium: "Medium") -> dict[str, Any]:
    catalogue = archive.catalogue
    stages = [stage.model_dump(mode="json", exclude={"media_id"})
              for stage in catalogue.stages(medium.id)]
    moments = [moment.model_dump(mode="json", exclude={"media_id"})
               for moment in catalogue.moments(medium.id)]
    observed = [moment for moment in moments if moment["unit"] == "observation"]
    return {**_row(archive, medium), "stages": stages, "observed": observed}
