"""``trikal chat``: question after question, with warm models."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from trikal.app.options import ArchiveOption, JsonOption, MediaOption
from trikal.app.output import console, print_error, print_json
from trikal.app.session import media_ids, open_session
from trikal.errors import ModelError, TrikalError
from trikal.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trikal.app.asking import Asker
    from trikal.graph.context import Resources

app = typer.Typer()


@app.command()
def chat(
    archive: ArchiveOption = None,
    media: MediaOption = None,
    session: Annotated[
        str, typer.Option(help="Name of the session, kept in the archive.")
    ] = "chat",
    explain: Annotated[bool, typer.Option("--explain", help="Show plans and searches.")] = False,
    json: JsonOption = False,
) -> None:
    """Talk with the archive: one question a line; an empty line or Ctrl-D ends it."""
    from trikal.app.asking import Asker, ask_back
    from trikal.app.warming import Warming
    from trikal.graph.sessions import open_sessions, saved_session

    settings = load_settings(archive=archive)
    with open_session(settings) as opened:
        resources = opened.resources()
        scope = media_ids(opened.archive, media or [])
        with open_sessions(settings, opened.archive.sessions_path) as saver:
            asker = Asker(resources, checkpointer=saver, session=session,
                          ask_back=ask_back if sys.stdin.isatty() and not json else None)
            _warm_up(resources)
            saved = saved_session(saver, session)
            if saved and saved.unfinished:
                _finish(asker, saved.unfinished, explain=explain, json=json)
            with Warming(opened.models) as warming:
                while question := _next_question(quiet=json):
                    with warming.paused():
                        _answer(asker, question, scope, explain=explain, json=json)


def _answer(
    asker: "Asker", question: str, scope: "Sequence[str]", *, explain: bool, json: bool
) -> None:
    from trikal.app.commands.ask import as_json

    try:
        if json:
            print_json(as_json(asker.ask(question, scope)))
        else:
            asker.ask_and_show(question, scope, explain=explain)
    except TrikalError as exc:
        print_error(str(exc))


def _finish(asker: "Asker", question: str, *, explain: bool, json: bool) -> None:
    """Answer the question that a killed process left."""
    from trikal.app.commands.ask import as_json

    if json:
        *_, last = asker.resume()
        print_json(as_json(last["reply"]))
        return
    console.print(f"[dim]going on with: {escape(question)}[/dim]")
    asker.show(asker.resume(), explain=explain)


def _warm_up(resources: "Resources") -> None:
    try:
        resources.chat()
    except ModelError as exc:
        print_error(f"{exc} Until then the evidence is quoted as it stands.")


def _next_question(*, quiet: bool) -> str:
    if sys.stdin.isatty() and not quiet:
        try:
            return console.input("[bold cyan]?[/bold cyan] ").strip()
        except EOFError:
            return ""
    return sys.stdin.readline().strip()
