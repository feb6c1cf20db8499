"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from trikal.errors import BadInput
from trikal.timecode import parse_timecode

ArchiveOption = Annotated[
    Path | None,
    typer.Option("--archive", help="The archive's folder (default: .trikal).", metavar="DIR"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")]
MediaOption = Annotated[
    list[str] | None,
    typer.Option("--media", help="Only this medium, by name or id; may be repeated."),
]


def time_option(text: str | None, option: str) -> int | None:
    """Read the time given to an option.

    Raises:
        BadInput: It is no time.
    """
    if text is None:
        return None
    try:
        return parse_timecode(text)
    except ValueError as exc:
        raise BadInput(f"{option}: {exc}") from exc
