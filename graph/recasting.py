"""What was composed, put into another language line by line: its form stays, and its proof.

Headings, the places that a script shows and the titles of chapters are no sentences of a model:
they are names, times and the archive's own words, and stay as they are.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final

from trikal.tools.composition import Kind
from trikal.tools.verification import sentences

Put = Callable[[Sequence[str]], tuple[list[str], str]]
"""Puts sentences into a language, and tells which one they are in then."""

_LEAD: Final = re.compile(r"(?:- |Q: |A: )?")


def recast(kind: Kind, text: str, names: Collection[str], put: Put) -> tuple[str, str]:
    """Return a composed text in another language, and which language it is in.

    Args:
        kind: What was composed.
        text: The text.
        names: The names of media, which stand above what is from them.
        put: Puts its sentences into the language.
    """
    if kind is Kind.CHAPTERS:
        return text, ""
    lines = [_parted(line, kind, names) for line in text.splitlines()]
    told, language = put([each for _, said in lines for each in said])
    left = iter(told)
    return "\n".join(lead + " ".join(next(left) for _ in said) for lead, said in lines), language


def _parted(line: str, kind: Kind, names: Collection[str]) -> tuple[str, list[str]]:
    """Return what of a line stays as it is, and the sentences that follow it."""
    shown = kind is Kind.SCRIPT and line.startswith("(") and line.endswith(")")
    if shown or line in names:
        return line, []
    match = _LEAD.match(line)
    lead = match[0] if match else ""
    return lead, list(sentences(line[len(lead):]))
