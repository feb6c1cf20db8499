"""``trikal reindex``: the index anew from the catalogue."""

import typer

from trikal.app.options import ArchiveOption, JsonOption
from trikal.app.output import console, errors, print_json
from trikal.app.session import open_session
from trikal.archive import open_archive
from trikal.indexes.opening import drop_index
from trikal.ingest.store import store
from trikal.settings import load_settings

app = typer.Typer()


@app.command()
def reindex(archive: ArchiveOption = None, json: JsonOption = False) -> None:
    """Embed every moment again, with the embedding model that is configured now."""
    settings = load_settings(archive=archive)
    with open_archive(settings.archive) as opened:
        drop_index(opened, settings)
    with open_session(settings) as session, errors.status("embedding"):
        stored = store(session.archive.catalogue, session.index, session.models.embedder())
        model = session.models.embedder().fingerprint
    if json:
        print_json({"moments": stored, "model": model})
    else:
        console.print(f"{stored} moments embedded with {model}.")
