"""``trikal reindex``: the index anew from the catalogue."""

import typer
from rich.markup import escape

from trikal.app.options import ArchiveOption, JsonOption
from trikal.app.output import console, errors, print_json
from trikal.app.session import Session, open_session
from trikal.archive import open_archive
from trikal.errors import ModelUnavailable
from trikal.indexes.opening import drop_index
from trikal.ingest.renew import renew_frames
from trikal.ingest.store import store
from trikal.settings import load_settings

app = typer.Typer()


@app.command()
def reindex(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Embed every moment again, with the embedding models that are configured now."""
    settings = load_settings(archive=archive)
    with open_archive(settings.archive) as opened:
        drop_index(opened, settings)
    with open_session(settings) as session, errors.status("embedding"):
        lost = _renew_frames(session)
        stored = store(session.archive.catalogue, session.index, session.models.embedder())
        model = session.models.embedder().fingerprint
    if json:
        print_json({"moments": stored, "model": model})
        return
    console.print(f"{stored} moments embedded with {model}.")
    for name in lost:
        console.print(f"[yellow]The frames of {escape(name)} cannot be searched: its file is not "
                      "where it was. Ingest it again.[/yellow]")


def _renew_frames(session: Session) -> list[str]:
    """Embed frames anew where another model made their vectors; where none is here, keep those."""
    try:
        embedder = session.models.image_embedder()
    except ModelUnavailable:
        return []
    return renew_frames(session.archive.catalogue, session.index, embedder)
