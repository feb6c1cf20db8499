"""``trikal ask``: one question, answered with proof."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trikal.app.options import ArchiveOption, JsonOption, MediaOption
from trikal.app.output import print_json
from trikal.app.session import media_ids, open_session
from trikal.settings import load_settings

if TYPE_CHECKING:
    from trikal.app.asking import Asker
    from trikal.graph.context import Resources
    from trikal.serving.models import Models

app = typer.Typer()

JSON_KEYS = ("answer", "language", "citations", "found", "parts", "plan", "triage", "notices",
             "timings_ms", "files", "nearest", "acts", "judgement", "budget")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    archive: ArchiveOption = None,
    media: MediaOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the plan, the search and what was removed.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Answer a question from the archive, and show the moments that prove it."""
    settings = load_settings(archive=archive)
    with open_session(settings) as session:
        session.models.expect(question)
        scope = media_ids(session.archive, media or [])
        asker = _asker(session.resources(), asks=sys.stdin.isatty() and not json)
        if json:
            print_json(as_json(asker.ask(question, scope)))
        else:
            asker.ask_and_show(question, scope, explain=explain)
        _read_heads(session.models)


def _read_heads(models: "Models") -> None:
    from trikal.app.warming import read_heads

    read_heads(models)


def _asker(resources: "Resources", *, asks: bool) -> "Asker":
    """Return what asks; where a person sits, it asks back, for which a run must be kept."""
    # Imported here because LangGraph takes a second, which only a question should pay.
    from trikal.app.asking import Asker, ask_back

    if not asks:
        return Asker(resources)
    from langgraph.checkpoint.memory import InMemorySaver

    return Asker(resources, checkpointer=InMemorySaver(), ask_back=ask_back)


def as_json(reply: Any) -> dict[str, Any]:
    """Return a reply as the stable JSON object that machines rely on."""
    return {key: reply.get(key) for key in JSON_KEYS}
