"""What composing gives: lines that are proven, and the moments that prove them."""

from enum import StrEnum
from itertools import groupby
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from trikal.timecode import format_timecode
from trikal.tools.results import Chapter, Cited


class Kind(StrEnum):
    """What can be composed."""

    SUMMARY = "summary"
    BRIEF = "brief"
    SCRIPT = "script"
    CHAPTERS = "chapters"
    QUIZ = "quiz"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(_Value):
    """A proven line.

    Attributes:
        text: The line with its marks like ``[2]``; of a quiz the question, without.
        cited: The numbers of the evidence that carries it.
        heading: The section that it belongs to.
        answer: Of a quiz, the answer.
    """

    text: str
    cited: tuple[int, ...]
    heading: str = ""
    answer: str = ""


class Composition(_Value):
    """What was composed.

    Attributes:
        kind: What it is.
        about: What it was to be about.
        lines: Its lines, in order.
        chapters: Of a chapter list, the chapters.
        citations: The moments that the lines cite.
        removed: What the model wrote and the evidence does not carry, with the reason.
        by_model: Whether any line is the model's own; else all are taken from the evidence.
        path: The file that it was written into, if it was.
    """

    kind: Kind
    about: str = ""
    lines: tuple[Line, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    citations: tuple[Cited, ...] = ()
    removed: tuple[str, ...] = ()
    by_model: bool = False
    path: Path | None = None

    def text(self) -> str:
        """Return it for a person to read, section by section."""
        if self.kind is Kind.CHAPTERS:
            return "\n".join(f"{format_timecode(each.start_ms)} {each.title}"
                             for each in self.chapters)
        sections = [(heading, list(lines)) for heading, lines in
                    groupby(self.lines, key=lambda line: line.heading)]
        blocks = [self._block(heading if len(sections) > 1 else "", lines)
                  for heading, lines in sections]
        return "\n\n".join(blocks)

    def _block(self, heading: str, lines: list[Line]) -> str:
        said = [self._said(line) for line in lines]
        body = " ".join(said) if self.kind is Kind.SUMMARY else "\n".join(said)
        return f"{heading}\n{body}" if heading else body

    def _said(self, line: Line) -> str:
        marks = "".join(f"[{n}]" for n in line.cited)
        if self.kind is Kind.QUIZ:
            return f"Q: {line.text}\nA: {line.answer} {marks}"
        if self.kind is Kind.SCRIPT:
            return f"({self._shown(line.cited)})\n{line.text}"
        return line.text if self.kind is Kind.SUMMARY else f"- {line.text}"

    def _shown(self, numbers: tuple[int, ...]) -> str:
        """Say what a script shows while a line is spoken."""
        shown = [item for item in self.citations if item.n in numbers]
        return "; ".join(f"{item.name} {format_timecode(item.start_ms)}–"
                         f"{format_timecode(item.end_ms)}" for item in shown)
