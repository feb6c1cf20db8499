"""Where the run goes next: pure functions of the state."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from langgraph.graph import END
from langgraph.types import Send

from trikal.graph.acts import given_to, ready
from trikal.graph.collating import text_step
from trikal.graph.planning.plans import OBSERVATIONS, OUTPUTS, SOURCES, Take
from trikal.graph.state import AgentState, Plan, StepTask
from trikal.graph.verbatim import is_told_by_code

Next = str | Sequence[Send]

PLANNED: Final = ["retrieve", "judge", "verify"]
JUDGED: Final = ["retrieve", "inspect", "clarify", "replan", "answer", "verify", "present", END]
VERIFIED: Final = ["judge", END]


def route_by_plan(state: AgentState) -> Next:
    """Begin every search that waits for nothing; what may cost more is judged before it begins."""
    if state["plan"]["fact"] and not is_written(state):
        return "verify"
    if any(each["do"] in OBSERVATIONS for each in _ready(state)):
        return "judge"
    return searches(state) or "judge"


def route_by_judgement(state: AgentState) -> Next:
    """Follow the verdict: ask, plan anew, go on with what waits, write, or present."""
    verdict = state["judgement"]["verdict"]
    if verdict == "ask":
        return "clarify"
    if verdict == "replan":
        return "replan"
    if verdict in ("go on", "look again") and (begun := searches(state)):
        return begun
    if not is_written(state):
        return "verify" if state["support"] or is_told_by_code(state) else "answer"
    return outputs(state) or END


def route_by_reply(state: AgentState) -> str:
    """Go on only where the plan makes something of the answer."""
    return "judge" if any(each["do"] in OUTPUTS for each in state["plan"].get("steps", [])) else END


def is_written(state: AgentState) -> bool:
    """Tell whether the text of this question stands."""
    return text_step(state["plan"])["id"] in {each["step"] for each in state.get("acts", [])}


def searches(state: AgentState) -> list[Send]:
    """Return the searches and observations that can begin now, to run side by side."""
    return [Send("retrieve" if each["do"] == "find" else "inspect", _task(each, state))
            for each in _ready(state) if each["do"] in SOURCES]


def outputs(state: AgentState) -> list[Send]:
    """Return the files that can be made now, to run side by side."""
    return [Send("present", _task(each, state)) for each in _ready(state)
            if each["do"] in OUTPUTS]


def _ready(state: AgentState) -> Sequence[Mapping[str, Any]]:
    return ready(state["plan"].get("steps", []), state.get("acts", []))


def _task(step: Mapping[str, Any], state: AgentState) -> StepTask:
    return StepTask(
        step=dict(step), given=given_to(step, state.get("acts", [])),
        question=state["question"], media_ids=state.get("media_ids") or [],
        problem=state["plan"]["problem"], answer=state.get("answer", ""),
        language=state.get("language", ""), parts=state.get("parts") or [],
        anchors=_anchors(step, state["plan"]),
    )


def _anchors(step: Mapping[str, Any], plan: Plan) -> bool:
    return any(use["step"] == step["id"] and use["take"] == Take.MOMENT
               for each in plan.get("steps", []) for use in each.get("uses", ()))
