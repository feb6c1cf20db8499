"""What a temporal search did, step by step: for people to read, and to draw on a time line."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.moments import Moment
from trikal.timecode import format_timecode

_LONGEST_QUOTE = 60


class StepKind(StrEnum):
    """What a step is about."""

    ANCHOR = "anchor"
    WINDOW = "window"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a search.

    Attributes:
        kind: What it is about.
        words: The step as a sentence.
        media_id: The medium that its intervals lie in, if it has any.
        intervals: The anchor that was taken, or the window that was left, on the media clock.
    """

    kind: StepKind
    words: str
    media_id: str = ""
    intervals: tuple[Interval, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return the step as plain data; intervals as pairs of ms."""
        return {"kind": str(self.kind), "words": self.words, "media_id": self.media_id,
                "intervals": [(each.start_ms, each.end_ms) for each in self.intervals]}


class Trace:
    """Collects steps, each once."""

    def __init__(self) -> None:
        self._steps: dict[Step, None] = {}

    def note(self, words: str) -> None:
        """Say something."""
        self._add(Step(kind=StepKind.NOTE, words=words))

    def anchor(self, words: str, media_id: str, interval: Interval) -> None:
        """Say which event an anchor was taken to be."""
        self._add(Step(kind=StepKind.ANCHOR, words=words, media_id=media_id,
                       intervals=(interval,)))

    def window(self, words: str, media_id: str, intervals: Sequence[Interval]) -> None:
        """Say which window was left open."""
        self._add(Step(kind=StepKind.WINDOW, words=words, media_id=media_id,
                       intervals=tuple(intervals)))

    @property
    def steps(self) -> tuple[Step, ...]:
        """Everything said so far, in order."""
        return tuple(self._steps)

    def _add(self, step: Step) -> None:
        self._steps[step] = None


def place_words(moment: Moment) -> str:
    """Say what and when a moment is."""
    text = " ".join(moment.text.split())
    short = text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE - 3] + "…"
    return f"“{short}” at {format_timecode(moment.start_ms)}"


def span_words(interval: Interval) -> str:
    """Say from when to when an interval lasts."""
    start, end = interval.start_ms, interval.end_ms
    if start <= EARLIEST_MS and end >= LATEST_MS:
        return "all the time"
    if interval.is_instant:
        return f"the instant {format_timecode(start)}"
    opening = "the beginning" if start <= EARLIEST_MS else format_timecode(start)
    closing = "the end" if end >= LATEST_MS else format_timecode(end)
    return f"{opening} to {closing}"
