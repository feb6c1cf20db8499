"""The command line: ``trikal``."""

import logging
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from trikal import __version__
from trikal.app.commands import ask, chat, demo, doctor, ingest, media, models, reindex, say, search
from trikal.app.output import console, print_error
from trikal.errors import BadInput, TrikalError

app = typer.Typer(
    name="trikal", no_args_is_help=True, add_completion=False, rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Ask your video and audio archive, and be shown the moment.",
)

_COMMANDS: tuple[Callable[..., None], ...] = (
    ingest.ingest, ask.ask, chat.chat, search.search, models.models, say.say, doctor.doctor,
    reindex.reindex, demo.demo,
)
for _command in _COMMANDS:
    app.command()(_command)
app.add_typer(media.app, name="media")


def _version(wanted: bool) -> None:
    if wanted:
        console.print(f"trikal {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log what happens inside.")] = False,
) -> None:
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, stream=sys.stderr,
                        format="%(levelname)s %(name)s: %(message)s")


def main() -> None:
    """Run the command line; an error of ours is one sentence and an exit code.

    Exit codes: 0 done, 1 something failed, 2 wrong usage.
    """
    try:
        app()
    except BadInput as exc:
        print_error(str(exc))
        sys.exit(2)
    except TrikalError as exc:
        print_error(str(exc))
        sys.exit(1)
    except KeyboardInterrupt:
        print_error("stopped; what was finished is kept, run the same command to go on")
        sys.exit(130)
