"""``trikal sessions``: the conversations that the archive keeps."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from trikal.app.options import ArchiveOption, JsonOption
from trikal.app.output import console, print_json
from trikal.archive import open_archive
from trikal.errors import BadInput
from trikal.settings import load_settings

app = typer.Typer(invoke_without_command=True)


@app.callback()
def sessions(
    ctx: typer.Context, archive: ArchiveOption = None, json: JsonOption = False
) -> None:
    """List the conversations that the archive keeps, the latest first."""
    if ctx.invoked_subcommand:
        return
    from trikal.graph.sessions import open_sessions, saved_sessions

    settings = load_settings(archive=archive)
    with (open_archive(settings.archive) as opened,
          open_sessions(settings, opened.sessions_path) as saver):
        found = saved_sessions(saver)
    if json:
        print_json([{"name": each.name, "turns": len(each.turns), "changed_at": each.changed_at,
                     "unfinished": each.unfinished} for each in found])
        return
    table = Table("session", "turns", "last asked", "changed (UTC)")
    for each in found:
        asked = each.unfinished or (each.turns[-1]["question"] if each.turns else "")
        table.add_row(escape(each.name), str(len(each.turns)), escape(asked),
                      each.changed_at[:19].replace("T", " "))
    console.print(table if found else "No session is kept. Begin one with: trikal chat")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The session's name.")],
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Show what was asked and answered in a session."""
    from trikal.graph.sessions import open_sessions, saved_session

    settings = load_settings(archive=archive)
    with (open_archive(settings.archive) as opened,
          open_sessions(settings, opened.sessions_path) as saver):
        found = saved_session(saver, name)
    if found is None:
        raise BadInput(f"There is no session {name!r}. List them with: trikal sessions")
    if json:
        print_json([{"question": each["question"], "answer": each["answer"],
                     "citations": each["shown"]} for each in found.turns])
        return
    for turn in found.turns:
        console.print(f"[bold cyan]?[/bold cyan] {escape(turn['question'])}")
        console.print(escape(turn["answer"]))


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="The session's name.")],
    archive: ArchiveOption = None,
) -> None:
    """Forget a session."""
    from trikal.graph.sessions import open_sessions, remove_session

    settings = load_settings(archive=archive)
    with (open_archive(settings.archive) as opened,
          open_sessions(settings, opened.sessions_path) as saver):
        remove_session(saver, name)
    console.print(f"Session {escape(name)} is forgotten.")
