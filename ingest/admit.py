"""Node admit: a person is asked before a server reads where it was not told to, or for hours."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypedDict

from langgraph.types import interrupt

from trikal.errors import MediumUnreadable
from trikal.media.probe import probe
from trikal.media.timedtext import TIMED_TEXT_SUFFIXES
from trikal.timecode import format_length
from trikal.tools.choosing import chosen

YES: Final = "ingest it"
NO: Final = "leave it out"
CHOICES: Final = (YES, NO)


class Asked(TypedDict):
    """What a person is asked; the run goes on when it is resumed with a choice.

    Attributes:
        question: What is to be decided.
        choices: What can be; resume with one of them, or with its number from 1.
        default: What is taken for an empty reply.
        problem: Why the last reply could not be taken; empty at first.
    """

    question: str
    choices: list[str]
    default: str
    problem: str


def outside(path: Path, folders: Sequence[Path]) -> str:
    """Return the question whether a file outside the allowed folders is to be ingested.

    Args:
        path: The file; where links lead to is what counts.
        folders: Where files may be ingested from unasked.

    Returns:
        The question; empty where nothing is to be asked.
    """
    if any(path.resolve().is_relative_to(folder.resolve()) for folder in folders):
        return ""
    return (f"{path} lies outside of the folders that files are ingested from "
            f"({', '.join(map(str, folders)) or 'none'}). Ingest it?")


def long(path: Path, longest_ms: int) -> str:
    """Return the question whether a very long medium is to be ingested; empty where it is none."""
    if path.suffix.lower() in TIMED_TEXT_SUFFIXES:
        return ""
    try:
        duration_ms = probe(path).duration_ms
    except MediumUnreadable:  # the first stage tells why
        return ""
    if duration_ms <= longest_ms:
        return ""
    return f"{path} is {format_length(duration_ms)} long, which takes a good while. Ingest it?"


def allowed(question: str) -> bool:
    """Ask a person, again until there is a reply that is a choice."""
    problem = ""
    while True:
        reply = interrupt(Asked(question=question, choices=list(CHOICES), default=NO,
                                problem=problem))
        n = chosen(reply, CHOICES, default=CHOICES.index(NO))
        if n is not None:
            return CHOICES[n] == YES
        problem = f"{str(reply)[:80]!r} is none of the choices."
