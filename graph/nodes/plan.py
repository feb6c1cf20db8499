"""Node plan: a question becomes steps, a search in time above all.

The rules read it: what is asked, and what is to be done with the answer. Where it could help, the
chat model reads it too; what is believed of that, and why so little, stands in
:mod:`trikal.graph.planning.model_reading` and :mod:`trikal.graph.planning.proposing`.
"""

from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from trikal.graph.context import Context, resources_of
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.planning.understanding import understood
from trikal.graph.state import AgentState
from trikal.serving.notices import hearing, notice


def plan(state: AgentState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Understand the question, and lay out what is done to answer it."""
    with Stopwatch("plan") as watch, hearing() as notices:
        known = understood(state["question"], state.get("turns", []), resources_of(runtime),
                           asked_in=state.get("asked_in", ""))
        for words in known.notices:
            notice(words)
    planned = known.plan
    get_stream_writer()({"event": "plan", "words": planned["words"],
                         "planner": planned["planner"], "steps": planned["steps"]})
    # A session's state outlives a question: nothing of the one before may leak into this one.
    return {
        "plan": planned, "draft": "", "removed": [], "parts": [], "asked_back": [], "triage": None,
        "acts": Overwrite(list(known.acts)), "files": Overwrite([]), "nearest": [],
        "answer": "", "citations": [], "found": False, "composed": {}, "rounds": 0,
        "language": "", "asked_in": "",
        "notices": Overwrite(notices), "spent": Overwrite(watch.spent),
        "timings_ms": Overwrite(watch.timings_ms), "evidence": known.evidence, "support": "",
        "steps": [], "value": None, "doubts": [], "judgement": {"verdict": "go on", "why": ""},
    }


