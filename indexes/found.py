"""What a temporal query found, and what about it is doubtful."""

from dataclasses import dataclass

from trikal.indexes.intervals import Interval
from trikal.indexes.moment_search import Evidence
from trikal.indexes.temporal import TemporalQuery
from trikal.indexes.trace import Step


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Something that can be understood in several ways, and matters.

    Attributes:
        words: What is doubtful, as a question to the reader.
        choices: The ways in which it can be meant.
        part: The part of the query that is doubtful.
        narrowed: What that part becomes, choice by choice.
    """

    words: str
    choices: tuple[str, ...]
    part: TemporalQuery
    narrowed: tuple[TemporalQuery, ...]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What an event of the question was taken to be.

    Attributes:
        text: The event as it was asked for.
        evidence: The candidates, best first.
    """

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a medium that answers "the part about X".

    Attributes:
        media_id: The medium.
        interval: From where to where.
        score: What parts are ordered by; comparable within one answer only.
        evidence: The observations in it that speak for it, best first; never none.
    """

    media_id: str
    interval: Interval
    score: float
    evidence: tuple[Evidence, ...]

    @property
    def best(self) -> Evidence:
        """The observation that speaks for it most."""
        return self.evidence[0]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a temporal query found.

    Attributes:
        evidence: Best first; of "every time", in time order.
        steps: What was done.
        taken: What the question's events were taken to be, innermost first.
        value: The number that "how many times" asks for, or the milliseconds of "how long".
        absent: Why nothing was found, as a sentence; empty when something was.
        doubts: What could be meant in several ways.
        parts: The parts that were asked for, best first; `evidence` is then that of the first.
    """

    evidence: tuple[Evidence, ...]
    steps: tuple[Step, ...] = ()
    taken: tuple[Taken, ...] = ()
    value: int | None = None
    absent: str = ""
    doubts: tuple[Doubt, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def trace(self) -> tuple[str, ...]:
        """What was done, a sentence a step, for a person to read."""
        return tuple(step.words for step in self.steps)
