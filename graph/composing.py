"""Composing as a step of the plan: what is written, and the evidence that it cites."""

from collections.abc import Sequence
from typing import TypedDict

from trikal.catalogue import Medium
from trikal.graph.evidence import EvidenceItem, as_cited, of_cited
from trikal.graph.planning.plans import Compose
from trikal.moments import Track, Unit
from trikal.timecode import format_timecode
from trikal.tools.composition import Kind
from trikal.tools.results import Chapter, Cited, cited
from trikal.tools.toolbox import Toolbox


class Composed(TypedDict):
    """What was composed.

    Attributes:
        text: For a person to read; its marks are the numbers of the evidence.
        cited: These numbers.
        removed: What the model wrote and the evidence does not carry, with the reason.
        evidence: What it cites, numbered.
    """

    text: str
    cited: list[int]
    removed: list[str]
    evidence: list[EvidenceItem]


def composed(
    step: Compose, evidence: Sequence[EvidenceItem], tools: Toolbox, media: dict[str, Medium],
    *, by_model: bool,
) -> Composed:
    """Write what a step asks for.

    Args:
        step: The step.
        evidence: The evidence of the steps before it, numbered.
        tools: What writes.
        media: The archive's media, by id.
        by_model: Whether the budget has a place for the chat model.

    Raises:
        BadInput: There is nothing to write from.
        ModelError: A model that is needed is missing.
    """
    items = [as_cited(item) for item in evidence]
    made = tools.compose(
        step.kind, evidence=() if step.medium else items, medium=step.medium, about=step.about,
        start_ms=step.start_ms, end_ms=step.end_ms, by_model=step.by_model and by_model)
    if made.kind is Kind.CHAPTERS:
        return _chapters(made.chapters, tools, media)
    by_number = {item["n"]: item for item in evidence}
    cites = [of_cited(each, media, why="said there", n=each.n) if step.medium
             else by_number[each.n] for each in made.citations]
    return Composed(text=made.text(), cited=[item["n"] for item in cites], evidence=cites,
                    removed=list(made.removed))


def _chapters(
    chapters: Sequence[Chapter], tools: Toolbox, media: dict[str, Medium]
) -> Composed:
    """List chapters, each with the stored moment that it begins with as its proof."""
    begins = [_beginning(n, each, tools) for n, each in enumerate(chapters, start=1)]
    lines = [f"{format_timecode(each.start_ms)} {each.title}{f' [{first.n}]' if first else ''}"
             for each, first in zip(chapters, begins, strict=True)]
    items = [of_cited(each, media, why="begins a chapter", n=each.n) for each in begins if each]
    return Composed(text="\n".join(lines), cited=[item["n"] for item in items], removed=[],
                    evidence=items)


def _beginning(n: int, chapter: Chapter, tools: Toolbox) -> Cited | None:
    """Return the first moment that was said in a chapter, or else shown."""
    inside = tools.catalogue.moments(
        chapter.media_id, unit=Unit.OBSERVATION, overlapping=(chapter.start_ms, chapter.end_ms))
    for track in (Track.SPEECH, Track.SCREEN):
        told = [each for each in inside if each.track is track and each.text.strip()
                and (each.start_ms >= chapter.start_ms or track is Track.SCREEN)]
        if told:
            return cited(n, told[0], chapter.name)
    return None
