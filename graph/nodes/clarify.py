"""Node clarify: the reader is asked what is meant, or what is allowed, and the plan follows."""

from typing import Any, NotRequired, TypedDict

from langgraph.types import interrupt

from trikal.graph.acts import act, behind
from trikal.graph.nodes.judge import settled
from trikal.graph.state import AgentState, DoubtItem
from trikal.indexes.temporal import TemporalQuery
from trikal.tools.choosing import chosen


class AskedBack(TypedDict):
    """What the reader is asked; the run goes on when it is resumed with a choice.

    Attributes:
        question: What is doubtful.
        choices: What can be said to it; resume with one of them, or with its number from 1.
        default: What is taken when the reader has no opinion: resume with an empty text.
        problem: Why the last reply could not be taken; empty at first.
        kind: ``meaning``, ``cost`` or ``outside``.
    """

    question: str
    choices: list[str]
    default: str
    problem: str
    kind: NotRequired[str]


def clarify(state: AgentState) -> dict[str, Any]:
    """Let the reader settle the first doubt; what is no choice is asked again."""
    doubt = state["doubts"][0]
    problem = ""
    while True:
        reply = interrupt(AskedBack(
            question=doubt["words"], choices=doubt["choices"], default=doubt["choices"][0],
            problem=problem, kind=doubt.get("kind", "meaning")))
        n = chosen(reply, doubt["choices"])
        if n is not None:
            return {**_followed(state, doubt, n), "doubts": [],
                    "asked_back": [*state.get("asked_back", []), doubt["words"]]}
        problem = f"{str(reply)[:80]!r} is none of the choices."


def _followed(state: AgentState, doubt: DoubtItem, n: int) -> dict[str, Any]:
    """Follow a choice: the step becomes what was chosen, and is done anew where it was done."""
    plan, left = settled(state, doubt, n)
    if not doubt["queries"]:
        return {"plan": plan, "acts": left}
    name = doubt.get("step", "")
    undone = [act(each, "", "", status="undone")
              for each in (name, *behind(plan.get("steps", []), name))]
    if name != plan.get("main"):
        return {"plan": plan, "acts": undone}
    query = TemporalQuery.model_validate(doubt["queries"][n])
    return {"plan": {**plan, "query": doubt["queries"][n], "words": query.words()},
            "acts": undone}

