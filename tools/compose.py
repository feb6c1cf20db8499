"""Compose: a summary, brief, script, chapter list or quiz, written from numbered evidence.

A small chat model reads a few pieces of evidence at a time and writes a line or two; a line stays
only if :mod:`trikal.tools.verification` finds it carried by the evidence that it cites. Where no
model is, or nothing of what it wrote stays, the evidence speaks for itself.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from trikal.errors import BadInput, ModelError
from trikal.timecode import format_timecode
from trikal.tools.composition import Composition, Kind, Line
from trikal.tools.drafting import drafted
from trikal.tools.extract import central, cloze
from trikal.tools.outputs import Outputs, written
from trikal.tools.results import Cited
from trikal.tools.stems import content_stems
from trikal.tools.verification import (
    SUPPORT,
    carried_share,
    foreign,
    quoted,
    sentences,
    verify_sentence,
)

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_log = logging.getLogger(__name__)

MOST_EVIDENCE: Final = 120
"""How many pieces of evidence one composition may rest on."""

_SECTION = 6
_FEWEST_WORDS = 3
_LINES: Final = {Kind.SUMMARY: 2, Kind.BRIEF: 3, Kind.SCRIPT: 4, Kind.QUIZ: 2}

Chat = Callable[[], "BaseChatModel"]


def thinned(evidence: Sequence[Cited]) -> list[Cited]:
    """Keep the most central piece of each stretch where there are too many, numbered anew."""
    count = min(len(evidence), MOST_EVIDENCE)
    stretches = [evidence[len(evidence) * n // count:len(evidence) * (n + 1) // count]
                 for n in range(count)]
    kept = [item for stretch in stretches for item in central(stretch, 1)]
    return [item.model_copy(update={"n": n}) for n, item in enumerate(kept, start=1)]


def written_down(made: Composition, outputs: Outputs, file: str) -> Composition:
    """Write a composition into a text file, with the moments that prove it below.

    Raises:
        BadInput: The file cannot be written.
    """
    target = outputs.place(file, (".md", ".txt"))
    proof = [f"[{each.n}] {each.name} {format_timecode(each.start_ms)}–"
             f"{format_timecode(each.end_ms)}" for each in made.citations]
    text = "\n".join([made.text(), *([""] if proof else []), *proof, ""])
    with written(target, force=outputs.force) as part:
        part.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    return made.model_copy(update={"path": target})


def compose(
    kind: Kind, evidence: Sequence[Cited], *, about: str = "", chat: Chat | None = None
) -> Composition:
    """Write from evidence.

    Args:
        kind: What to write; chapters are made by :mod:`trikal.tools.chapters`, not from evidence.
        evidence: What it may rest on, each with a number of its own.
        about: What it is to be about; its words need no proof.
        chat: Gives the chat model; without it the evidence is quoted.

    Returns:
        Lines that are all proven, with what was removed and why.

    Raises:
        BadInput: There is no evidence, too much, or two pieces have one number.
    """
    _check(kind, evidence)
    sections = list(_sections(evidence))
    lines: list[Line] = []
    removed: list[str] = []
    written = False
    for heading, items in sections:
        kept, lost = _written(kind, items, about, chat)
        written = written or bool(kept)
        removed += lost
        lines += [each.model_copy(update={"heading": heading})
                  for each in kept or _extracted(kind, items)]
    lines = _once(lines)
    used = {n for line in lines for n in line.cited}
    return Composition(
        kind=kind, about=about, lines=tuple(lines), removed=tuple(removed), by_model=written,
        citations=tuple(item for item in evidence if item.n in used),
    )


def _check(kind: Kind, evidence: Sequence[Cited]) -> None:
    if kind is Kind.CHAPTERS:
        raise BadInput("Chapters are made of a whole medium, not of evidence. Name the medium.")
    if not 0 < len(evidence) <= MOST_EVIDENCE:
        raise BadInput(f"A {kind} is written from 1 to {MOST_EVIDENCE} pieces of evidence, not "
                       f"{len(evidence)}.")
    if len({item.n for item in evidence}) < len(evidence):
        raise BadInput("Two pieces of evidence have the same number. Number them anew.")


def _sections(evidence: Sequence[Cited]) -> Iterator[tuple[str, list[Cited]]]:
    """Group evidence by medium, in the order given, into pieces that a small model can read."""
    for name, items in groupby(evidence, key=lambda item: item.name):
        run = sorted(items, key=lambda item: (item.start_ms, item.end_ms))
        for first in range(0, len(run), _SECTION):
            yield name, run[first:first + _SECTION]


def _written(
    kind: Kind, items: Sequence[Cited], about: str, chat: Chat | None
) -> tuple[list[Line], list[str]]:
    """Let the model write a section; return what is proven, and what was removed and why."""
    if chat is None:
        return [], []
    try:
        draft = drafted(kind, items, about, chat())
    except ModelError as exc:
        _log.warning("the evidence is quoted as it stands: %s", exc)
        return [], [f"the chat model did not write: {exc}"]
    if kind is Kind.QUIZ:
        return _asked(draft, items)
    verdicts = [verify_sentence(each, [item.numbered() for item in items], about)
                for each in sentences(draft)]
    told = [each for each in verdicts if each.text]
    kept = [Line(text=each.text, cited=each.cited) for each in told if _says_enough(each.text)]
    removed = [why for each in verdicts for why in each.removed]
    removed += [f"“{each.text}”: says too little" for each in told if not _says_enough(each.text)]
    return _in_time_order(kept[:_LINES[kind]], items), removed


def _in_time_order(lines: Sequence[Line], items: Sequence[Cited]) -> list[Line]:
    """Tell one medium's lines in the order in which it tells them, whatever the model's was."""
    starts = {item.n: item.start_ms for item in items}
    return sorted(lines, key=lambda line: min((starts[n] for n in line.cited), default=0))


def _says_enough(line: str) -> bool:
    """Tell a line that says something from an echo like "Roger."."""
    return len(content_stems(line.partition(" [")[0])) >= _FEWEST_WORDS


def _asked(draft: str, items: Sequence[Cited]) -> tuple[list[Line], list[str]]:
    """Keep a question whose answer its evidence gives: what both say together must be carried."""
    question, _, answer = (part.strip() for part in draft.partition("|"))
    if not question.endswith("?") or not answer:
        return [], [f"“{draft[:80]}” is no question with an answer"]
    verdict = verify_sentence(answer, [item.numbered() for item in items], "")
    if not verdict.text:
        return [], list(verdict.removed)
    texts = [item.text for item in items if item.n in verdict.cited]
    reason = foreign(question, texts)
    if reason or carried_share(question, texts) < SUPPORT:
        return [], [f"“{question}”: {reason or 'its evidence does not carry it'}"]
    bare = verdict.text.partition(" [")[0]
    return [Line(text=question, answer=bare, cited=verdict.cited)], list(verdict.removed)


def _extracted(kind: Kind, items: Sequence[Cited]) -> list[Line]:
    """Let the evidence speak for itself."""
    chosen = central(items, _LINES[kind])
    if kind is Kind.QUIZ:
        return [line for item in chosen for line in cloze(item, items)]
    return [Line(text=quoted(item.numbered()), cited=(item.n,)) for item in chosen]


def _once(lines: Sequence[Line]) -> list[Line]:
    return list({line.text: line for line in reversed(lines)}.values())[::-1]
