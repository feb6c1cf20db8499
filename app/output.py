"""What commands print: for people through rich, for machines as JSON on standard output."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from trikal.timecode import format_length, format_timecode

if TYPE_CHECKING:  # every command prints, and few have found something
    from trikal.catalogue import Medium
    from trikal.indexes.found import Part
    from trikal.indexes.moment_search import Evidence

_SHOWN_OF_A_PART = 3

console = Console(highlight=False, soft_wrap=True)
"""Standard output, for people."""

errors = Console(stderr=True, highlight=False, soft_wrap=True)
"""Standard error, for what went wrong and for progress."""


def print_json(value: Any) -> None:
    """Print one value as one line of JSON."""
    # JSON reads the escapes of what cannot be printed as what they stand for.
    console.out(printable(json.dumps(value, ensure_ascii=False)), highlight=False)


def print_error(message: str) -> None:
    """Print an error as one red sentence."""
    errors.print(f"[red]error:[/red] {escape(printable(message))}")


class NoticeHandler(logging.Handler):
    """Prints notices for the user as one yellow line each on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a notice."""
        errors.print(f"[yellow]notice:[/yellow] {escape(printable(record.getMessage()))}")


def printable(text: str) -> str:
    """Return a text with escapes for what UTF-8 cannot spell: a file's name may hold any bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def citation_line(citation: Mapping[str, Any], name: str) -> str:
    """Render a citation for a person: number, place, track and text."""
    start, end = format_timecode(citation["start_ms"]), format_timecode(citation["end_ms"])
    text = escape(" ".join(citation["text"].split()))
    who = " ".join((citation.get("speaker") or "").split())
    speaker = f"{escape(who)}: " if who else ""
    said = citation.get("original")
    original = f" [dim](said: {escape(' '.join(said.split()))})[/dim]" if said else ""
    return (f"  \\[{citation['n']}] [cyan]{start}–{end}[/cyan] {escape(name)} "
            f"[dim]({citation['track']})[/dim] {speaker}{text}{original}")


def hit(n: int, evidence: "Evidence", media: "Mapping[str, Medium]") -> dict[str, Any]:
    """Return a found moment as a citation object with its score."""
    from trikal.graph.evidence import Citation

    moment = evidence.moment
    medium = media.get(moment.media_id)
    citation = Citation(
        n=n, media_id=moment.media_id, path=medium.path if medium else "",
        track=str(moment.track), start_ms=moment.start_ms, end_ms=moment.end_ms, text=moment.text,
    )
    if evidence.original is not None:
        citation["original"] = evidence.original
    scored = {**citation, "speaker": moment.speaker, "score": round(evidence.score, 6)}
    if evidence.rerank is None:
        return scored
    return {**scored, "rerank": round(evidence.rerank, 6)}


def part(n: int, found: "Part", media: "Mapping[str, Medium]") -> dict[str, Any]:
    """Return a found part with the citation objects of the moments that speak for it.

    The part's own times are no citation: its ends are chosen, what is said in it is cited.
    """
    medium = media.get(found.media_id)
    moments = [hit(place, each, media) for place, each in enumerate(found.evidence, start=1)]
    return {"n": n, "media_id": found.media_id, "path": medium.path if medium else "",
            "start_ms": found.interval.start_ms, "end_ms": found.interval.end_ms,
            "score": round(found.score, 6), "best": moments[0], "moments": moments}


def part_lines(found: Mapping[str, Any], name: str) -> str:
    """Render a part for a person: its number and place, and below it the best moments in it."""
    start, end = format_timecode(found["start_ms"]), format_timecode(found["end_ms"])
    length = format_length(found["end_ms"] - found["start_ms"])
    head = (f"  \\[{found['n']}] [cyan]{start}–{end}[/cyan] {escape(name)} "
            f"[dim](part, {length})[/dim]")
    return "\n".join([head, *(f"      {_spoken_line(each)}"
                              for each in found["moments"][:_SHOWN_OF_A_PART])])


def _spoken_line(citation: Mapping[str, Any]) -> str:
    text = escape(" ".join(citation["text"].split()))
    return f"[cyan]{format_timecode(citation['start_ms'])}[/cyan] {text}"


def timings_line(timings_ms: Mapping[str, float]) -> str:
    """Say where the time went."""
    parts = ", ".join(f"{name} {ms / 1000:.2f} s" for name, ms in timings_ms.items())
    return f"time: {parts}" if parts else ""


def numbered_lines(lines: Sequence[str]) -> str:
    """Indent lines as steps."""
    return "\n".join(f"    {line}" for line in lines)
