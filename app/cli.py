"""The command line: ``trikal``."""

import atexit
import gc
import logging
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from trikal import __version__
from trikal.app.commands import COMMANDS
from trikal.app.output import NoticeHandler, console, print_error
from trikal.app.stopping import INTERRUPTED, Stopped, stoppable
from trikal.errors import BadInput, TrikalError


class _LazyCommands(TyperGroup):
    """Imports a command's module only when that command runs: the others' would take seconds."""

    # Typer carries a copy of Click whose types have no public name.
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return what a list of the commands shows of one, for which nothing is imported."""
        known = COMMANDS.get(cmd_name)
        return TyperCommand(cmd_name, help=known) if known else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is to run, imported now."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, _imported(name) if name else None, rest

    def invoke(self, ctx: Any) -> Any:
        # Caught here, because Typer itself would leave without a word.
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as exc:
            print_error("stopped; what was finished is kept, run the same command to go on")
            raise typer.Exit(exc.code if isinstance(exc, Stopped) else INTERRUPTED) from exc


def _imported(name: str) -> Any:
    module = import_module(f"trikal.app.commands.{name}")
    gc.freeze()  # no collection walks over modules from now on
    gc.enable()
    command = typer.main.get_command(module.app)
    command.name = name
    return command


app = typer.Typer(
    name="trikal", cls=_LazyCommands, no_args_is_help=True, add_completion=False,
    rich_markup_mode="rich", pretty_exceptions_enable=False,
    help="Ask your video and audio archive, and be shown the moment.",
)


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
    logging.getLogger("trikal.notices").handlers = [NoticeHandler()]
    logging.getLogger("trikal.notices").propagate = False
    logging.getLogger("trikal.notices").setLevel(logging.INFO)


def main() -> None:
    """Run the command line; an error of ours is one sentence and an exit code.

    Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 stopped with Ctrl-C, and 143 by
    SIGTERM.
    """
    gc.disable()  # while modules are imported: what they make is here to stay
    atexit.register(_end_at_once)
    try:
        with stoppable():
            app()
    except BadInput as exc:
        print_error(str(exc))
        sys.exit(2)
    except TrikalError as exc:
        print_error(str(exc))
        sys.exit(1)
    finally:
        gc.enable()


def _end_at_once() -> None:
    """Spare the interpreter its walks over all objects, which take a second or two at its end."""
    gc.freeze()
    gc.disable()
