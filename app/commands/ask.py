"""``trikal ask``: one question, answered with proof."""

from typing import Annotated, Any

import typer

from trikal.app.asking import Asker
from trikal.app.options import ArchiveOption, JsonOption, MediaOption
from trikal.app.output import print_json
from trikal.app.session import media_ids, open_session
from trikal.settings import load_settings

app = typer.Typer()

JSON_KEYS = ("answer", "citations", "found", "parts", "plan", "triage", "notices",
             "timings_ms")


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
        scope = media_ids(session.archive, media or [])
        asker = Asker(session.resources())
        if json:
            print_json(as_json(asker.ask(question, scope)))
        else:
            asker.ask_and_show(question, scope, explain=explain)


def as_json(reply: Any) -> dict[str, Any]:
    """Return a reply as the stable JSON object that machines rely on."""
    return {key: reply.get(key) for key in JSON_KEYS}
