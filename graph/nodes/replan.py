"""Node replan: the planner is told which steps failed, and does without them or another way."""

from typing import Any

from langgraph.config import get_stream_writer

from trikal.graph.acts import act, told, untold
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.planning.replanning import instead
from trikal.graph.state import AgentState
from trikal.serving.notices import hearing, notice


def replan(state: AgentState) -> dict[str, Any]:
    """Put other steps in the place of those that failed."""
    with Stopwatch("replan") as watch, hearing() as notices:
        plan, acts = state["plan"], state.get("acts", [])
        failed = untold(acts)
        change = instead(plan.get("steps", []), failed)
        known = [told(each) for each in failed]
        for words in change.words:
            notice(words)
        undone = [act(name, "", "", status="undone") for name in change.undone]
    made = {**plan, "steps": change.steps, "planner": f"{plan['planner']}, anew"}
    get_stream_writer()({"event": "plan", "words": "; ".join(change.words) or plan["words"],
                         "planner": made["planner"], "steps": change.steps})
    return {"plan": made, "acts": [*known, *undone], "rounds": state.get("rounds", 0) + 1,
            "notices": notices, **watch.update}
