"""How a search is explained: its steps in words, and drawn on a time line."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from trikal.app.output import console, numbered_lines
from trikal.app.timeline import drawn
from trikal.catalogue import Medium
from trikal.indexes.temporal import Ask
from trikal.timecode import format_length, format_timecode


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


def print_act(act: Mapping[str, Any]) -> None:
    """Print what became of a step of the plan."""
    outcome = act["why"] if act["status"] != "done" else f"{act['evidence']} found"
    words = f"{act['do']}: {act['words'] or act['step']} ({act['status']}, {outcome})"
    console.print(f"[dim]  {escape(words)}[/dim]")


def budget_line(budget: Mapping[str, Any]) -> str:
    """Say what an answer cost, and what it might have."""
    spent, limits = budget["spent"], budget["limits"]
    return (f"budget: {spent['steps']} of {limits['steps']} steps, {spent['tokens']:,} of "
            f"{limits['tokens']:,} tokens, {spent['seconds']:.1f} of {limits['seconds']:.0f} s")


def near_line(near: Mapping[str, Any]) -> str:
    """Name a moment that is near to what was asked, but no answer to it."""
    text = " ".join(near["text"].split())
    short = text if len(text) <= 80 else f"{text[:80].rsplit(' ', 1)[0]} …"
    return f"{near['name']} {format_timecode(near['start_ms'])} “{short}”"


def said_value(value: int, ask: Ask) -> str:
    """Say the number or the length of time that was asked for."""
    return format_length(value) if ask is Ask.DURATION else f"{value:,} times"
