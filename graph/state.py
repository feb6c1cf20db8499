"""What flows through the agent: plain data, readable in Studio and in any checkpoint."""

from operator import add
from typing import Annotated, Any, TypedDict

from trikal.graph.conversation.turns import Turn
from trikal.graph.evidence import Citation, EvidenceItem


def _merged(old: dict[str, float] | None, new: dict[str, float]) -> dict[str, float]:
    return {**(old or {}), **new}


class Plan(TypedDict):
    """How the question was understood.

    Attributes:
        query: A :class:`trikal.indexes.temporal.TemporalQuery` as plain data.
        words: The same in words.
        planner: Who planned: ``rules``, or the chat model's name.
        asks_when: Whether the answer is a time.
        problem: Why the question cannot be followed as it was put; empty when it can.
        fact: What is asked about the moment shown last, if that is all: ``speaker``, ``time`` or
            ``medium``; empty otherwise.
    """

    query: dict[str, Any]
    words: str
    planner: str
    asks_when: bool
    problem: str
    fact: str


class StepItem(TypedDict):
    """One step of the search, as :class:`trikal.indexes.trace.Step` puts it."""

    kind: str
    words: str
    media_id: str
    intervals: list[tuple[int, int]]


class PartItem(TypedDict):
    """A part of a medium that was asked for, as :class:`trikal.indexes.found.Part` puts it."""

    media_id: str
    name: str
    start_ms: int
    end_ms: int
    score: float


class TriageItem(TypedDict):
    """Which of several chat models wrote the answer: ``small`` or ``large``, and why."""

    size: str
    why: str


class DoubtItem(TypedDict):
    """Something in the question that can be meant in several ways.

    Attributes:
        words: The doubt, as a question to the reader.
        choices: What can be meant, the likeliest first.
        queries: The whole :class:`trikal.indexes.temporal.TemporalQuery` for each choice.
    """

    words: str
    choices: list[str]
    queries: list[dict[str, Any]]


class Question(TypedDict, total=False):
    """What a run starts from.

    Attributes:
        question: What is asked.
        media_ids: Only these media; all when absent.
    """

    question: str
    media_ids: list[str]


class Reply(TypedDict, total=False):
    """What a run ends with.

    Attributes:
        answer: The answer, with citations like ``[1]``.
        citations: The moments cited, in the order of their numbers.
        found: Whether the archive tells.
        plan: How the question was understood.
        steps: What the search did.
        value: The number, or the milliseconds, that were asked for; ``None`` when neither was.
        parts: The parts that "the part about X" asks for, best first; the first is cited.
        doubts: What in the question can be meant in several ways.
        removed: What the model wrote and the evidence does not support, with the reason.
        notices: What the user should know about how the answer came about: a model was left for
            another, say.
        triage: Which of several chat models was asked; ``None`` where there was no choice.
        timings_ms: Where the time went.
    """

    answer: str
    citations: list[Citation]
    found: bool
    plan: Plan
    steps: list[StepItem]
    value: int | None
    parts: list[PartItem]
    doubts: list[DoubtItem]
    removed: list[str]
    notices: Annotated[list[str], add]
    triage: TriageItem | None
    timings_ms: Annotated[dict[str, float], _merged]


class AgentState(Question, Reply, total=False):
    """Everything a run knows.

    Attributes:
        evidence: What was found, numbered from 1.
        support: Whether the evidence answers the question: empty, or the reason why not.
        draft: What the chat model wrote.
        turns: The session before this question, oldest first.
        asked_back: The doubts that the reader has settled.
    """

    evidence: list[EvidenceItem]
    support: str
    draft: str
    turns: list[Turn]
    asked_back: list[str]
