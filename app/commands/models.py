"""``trikal models``: which model does what here, and why."""

import typer
from rich.markup import escape
from rich.table import Table

from trikal.app.options import JsonOption
from trikal.app.output import console, print_json
from trikal.serving.models import Models
from trikal.settings import load_settings

app = typer.Typer()


@app.command()
def models(json: JsonOption = False) -> None:
    """Show the model and backend chosen for every role, and why."""
    with Models(load_settings()) as opened:
        reports = opened.describe_roles()
    if json:
        print_json([report.model_dump(mode="json") for report in reports])
        return
    table = Table("role", "model", "backend", "why", box=None)
    for report in reports:
        why = report.missing or report.why or ""
        table.add_row(report.role, escape(report.model or "–"), report.backend or "–", escape(why))
    console.print(table)
