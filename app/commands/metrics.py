"""``trikal metrics``: the archive's model calls as Prometheus reads them."""

import typer

from trikal.app.options import ArchiveOption
from trikal.app.output import console
from trikal.errors import BadInput
from trikal.serving.metrics import read_calls
from trikal.serving.observing import CALLS_FILE
from trikal.settings import load_settings

app = typer.Typer()


@app.command()
def metrics(archive: ArchiveOption = None) -> None:
    """Print counters and histograms of all logged model calls, in Prometheus' text format.

    Calls are logged where TRIKAL_LOG_CALLS=1. A process that runs for long exposes its own on
    TRIKAL_METRICS_PORT; one that ends leaves them in TRIKAL_METRICS_FILE.
    """
    path = load_settings(archive=archive).archive / CALLS_FILE
    if not path.exists():
        raise BadInput(f"No model calls are logged in {path}. Set TRIKAL_LOG_CALLS=1 first.")
    # Older files first: a log that has grown is continued in a new one.
    files = [*sorted(path.parent.glob(f"{path.name}.*"), reverse=True), path]
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    console.out(read_calls(lines).text(), highlight=False, end="")
