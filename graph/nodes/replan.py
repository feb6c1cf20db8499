"""Node replan: the planner is told which steps failed, and does without them or another way."""

from typing import Any

from langgraph.config import get_stream_writer

from trikal.graph.acts import act
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.replanning import instead
from trikal.graph.state import AgentState


def replan(state: AgentState) -> dict[str, Any]:
    """Put other steps in the place of those that failed."""
    with Stopwatch("replan") as watch:
        plan, acts = state["plan"], state.get("acts", [])
        failed = [each for each in acts if each["status"] == "failed" and not each["told"]]
        change = instead(plan.get("steps", []), failed)
        told = [act(**{**each, "told": True}) for each in failed]
        undone = [act(name, "", "", status="undone") for name in change.undone]
    made = {**plan, "steps": change.steps, "planner": f"{plan['planner']}, anew"}
    get_stream_writer()({"event": "plan", "words": "; ".join(change.words) or plan["words"],
                         "planner": made["planner"], "steps": change.steps})
    return {"plan": made, "acts": [*told, *undone], "rounds": state.get("rounds", 0) + 1,
            "notices": list(change.words), **watch.update}
