"""What flows through the agent: plain data, readable in Studio and in any checkpoint."""

from operator import add
from typing import Annotated, Any, NotRequired, TypedDict

from langgraph.channels import DeltaChannel

from trikal.graph.acts import ActItem, FileItem, joined_acts
from trikal.graph.budget import BudgetItem, Spent, added
from trikal.graph.conversation.turns import Turn, joined_turns
from trikal.graph.evidence import Citation, EvidenceItem


def _summed(old: dict[str, float] | None, new: dict[str, float]) -> dict[str, float]:
    known = old or {}
    return {**known, **{name: round(known.get(name, 0.0) + ms, 1) for name, ms in new.items()}}


class Plan(TypedDict):
    """How the question was understood, and what is done to answer it.

    Attributes:
        query: The :class:`trikal.indexes.temporal.TemporalQuery` that answers it, as plain data.
        words: The same in words.
        planner: Who planned: ``rules``, or the chat model's name.
        asks_when: Whether the answer is a time.
        problem: Why the question cannot be followed as it was put; empty when it can.
        fact: What is asked about the moment shown last, if that is all: ``speaker``, ``time`` or
            ``medium``; ``again`` and ``archive`` where there is nothing to search for either;
            empty otherwise.
        asks_who: Whether the answer is who speaks.
        asks_order: Where it is asked which of two comes first: ``before`` or ``after`` where one is
            asked about, else ``which``.
        steps: The steps of :class:`trikal.graph.planning.plans.StepPlan`, as plain data.
        main: The name of the step whose query ``query`` is; empty where nothing is searched for.
        language: BCP-47 tag of the language that the answer is wanted in.
        told: What the catalogue tells of the archive itself, where that is the answer.
        untold: Why the catalogue does not tell it, where it does not.
    """

    query: dict[str, Any]
    words: str
    planner: str
    asks_when: bool
    problem: str
    fact: str
    asks_who: NotRequired[bool]
    asks_order: NotRequired[str]
    steps: NotRequired[list[dict[str, Any]]]
    main: NotRequired[str]
    language: NotRequired[str]
    told: NotRequired[str]
    untold: NotRequired[str]


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
    """Something that only the reader can settle: what is meant, or what is allowed.

    Attributes:
        words: The doubt, as a question to the reader.
        choices: What can be said to it; the first is taken where nobody can be asked.
        queries: What is meant by each choice, a whole
            :class:`trikal.indexes.temporal.TemporalQuery`; none where something is allowed.
        kind: ``meaning``, ``cost`` or ``outside``.
        step: The step of the plan that it is about.
        becomes: What that step becomes with each choice; ``None`` where it is left out.
    """

    words: str
    choices: list[str]
    queries: list[dict[str, Any]]
    kind: NotRequired[str]
    step: NotRequired[str]
    becomes: NotRequired[list[dict[str, Any] | None]]


class JudgementItem(TypedDict):
    """What is to be done with what was found.

    Attributes:
        verdict: ``enough``, ``look again``, ``go on`` (steps wait), ``ask``, ``replan``,
            ``give up`` or ``done``.
        why: The reason, in words.
    """

    verdict: str
    why: str


class NearItem(TypedDict):
    """A moment that is offered where nothing answers; it is no answer."""

    media_id: str
    name: str
    path: str
    track: str
    start_ms: int
    end_ms: int
    text: str


class StepTask(TypedDict, total=False):
    """What the node of one step is given, by ``Send``.

    Attributes:
        step: The step, as plain data.
        given: The evidence of the steps that it works on, by their names.
        question: The question.
        media_ids: Only these media.
        problem: Why the question cannot be followed; empty when it can.
        answer: What was answered, for steps that present it.
        language: BCP-47 tag of what that is to be said in.
        parts: The parts that the answer is about.
        anchors: Whether another step lies in time beside what this one finds.
    """

    step: dict[str, Any]
    given: dict[str, list[EvidenceItem]]
    question: str
    media_ids: list[str]
    problem: str
    answer: str
    language: str
    parts: list[PartItem]
    anchors: bool


class Question(TypedDict, total=False):
    """What a run starts from.

    Attributes:
        question: What is asked.
        media_ids: Only these media; all when absent.
        asked_in: BCP-47 tag of the question's language where that is known, as of a spoken one;
            its letters tell when absent.
    """

    question: str
    media_ids: list[str]
    asked_in: str


class Reply(TypedDict, total=False):
    """What a run ends with.

    Attributes:
        answer: The answer, with citations like ``[1]``.
        citations: The moments cited, in the order of their numbers.
        language: BCP-47 tag of the language that the answer is to be said in: the question's or
            the preferred one, or English where that could not be written; a quotation's own.
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
        acts: What became of the plan's steps.
        files: The files that were made.
        nearest: Where nothing answers: the nearest moments, offered and not claimed.
        judgement: The last verdict on what was found, and why.
        budget: What the answer cost, and what it might have.
    """

    answer: str
    citations: list[Citation]
    language: str
    found: bool
    plan: Plan
    steps: list[StepItem]
    value: int | None
    parts: list[PartItem]
    doubts: list[DoubtItem]
    removed: list[str]
    notices: Annotated[list[str], add]
    triage: TriageItem | None
    timings_ms: Annotated[dict[str, float], _summed]
    acts: Annotated[list[ActItem], joined_acts]
    files: Annotated[list[FileItem], add]
    nearest: list[NearItem]
    judgement: JudgementItem
    budget: BudgetItem


class AgentState(Question, Reply, total=False):
    """Everything a run knows.

    Attributes:
        evidence: What was found, numbered from 1.
        support: Whether the evidence answers the question: empty, or the reason why not.
        draft: What the chat model wrote.
        turns: The session before this question, oldest first.
        asked_back: The doubts that the reader has settled.
        spent: What the run has cost so far.
        rounds: How many times the plan was made anew.
        composed: What was composed, where something was: ``text``, ``cited``, ``removed``.
    """

    evidence: list[EvidenceItem]
    support: str
    draft: str
    # Saved once a turn: a whole session in each of a turn's seven checkpoints would grow with it.
    turns: Annotated[list[Turn], DeltaChannel(joined_turns, snapshot_frequency=1)]
    asked_back: list[str]
    spent: Annotated[Spent, added]
    rounds: int
    composed: dict[str, Any]
