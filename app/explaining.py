"""How a search is explained: its steps in words, and drawn on a time line."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from trikal.app.output import console, numbered_lines
from trikal.app.timeline import drawn
from trikal.catalogue import Medium
from trikal.indexes.temporal import Ask
from trikal.timecode import format_length


def print_steps(
    words: str, steps: Sequence[Mapping[str, Any]], evidence: Sequence[Mapping[str, Any]],
    media: Mapping[str, Medium],
) -> None:
    """Print how a query was read, what was done, and where on the time line that lies."""
    said = [*([words] if words else []), *(step["words"] for step in steps)]
    if said:
        console.print(f"[dim]{escape(numbered_lines(said))}[/dim]")
    for line in drawn(steps, evidence, {each.id: each.duration_ms for each in media.values()},
                      {each.id: each.name for each in media.values()}):
        console.print(f"    [dim]{escape(line)}[/dim]")


def said_value(value: int, ask: Ask) -> str:
    """Say the number or the length of time that was asked for."""
    return format_length(value) if ask is Ask.DURATION else f"{value:,} times"
