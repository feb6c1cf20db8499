"""``trikal models``: which model does what here, and why."""

import typer
from rich.markup import escape
from rich.table import Table

from trikal.app.options import JsonOption
from trikal.app.output import console, print_json
from trikal.serving.models import Models, RoleReport
from trikal.settings import load_settings

app = typer.Typer(invoke_without_command=True)


@app.callback()
def models(ctx: typer.Context, json: JsonOption = False) -> None:
    """Show the model and backend chosen for every role, and why."""
    if ctx.invoked_subcommand:
        return
    with Models(load_settings()) as opened:
        reports = opened.describe_roles()
    if json:
        print_json([report.model_dump(mode="json") for report in reports])
        return
    _print_table(reports)


def _print_table(reports: list[RoleReport]) -> None:
    table = Table("role", "model", "backend", "why", box=None)
    for report in reports:
        why = report.missing or report.why or ""
        table.add_row(report.role, escape(report.model or "–"), report.backend or "–", escape(why))
    console.print(table)
