"""Node plan: a question becomes steps, a search in time above all.

The rules read it: what is asked, and what is to be done with the answer. Where it could help, the
chat model reads it too; what is believed of that, and why so little, stands in
:mod:`trikal.graph.planning.model_reading` and :mod:`trikal.graph.planning.proposing`.
"""

from collections.abc import Mapping
from typing import Any, Final

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from trikal.graph.context import Context, resources_of
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.planning.understanding import understood
from trikal.graph.state import AgentState
from trikal.serving.notices import hearing, notice

_JOINED: Final = frozenset({"acts", "files", "notices", "spent", "timings_ms"})
"""Where a new value is joined to the one before, unless that is overwritten."""


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
    return {"plan": planned, **_anew(state, {
        "draft": "", "removed": [], "parts": [], "asked_back": [], "triage": None, "nearest": [],
        "answer": "", "citations": [], "found": False, "composed": {}, "rounds": 0,
        "language": "", "asked_in": "", "evidence": known.evidence, "support": "",
        "steps": [], "value": None, "doubts": [], "judgement": {"verdict": "go on", "why": ""},
        "acts": list(known.acts), "files": [], "notices": notices, "spent": watch.spent,
        "timings_ms": watch.timings_ms,
    })}


def _anew(state: AgentState, fresh: Mapping[str, Any]) -> dict[str, Any]:
    """Return the update that leaves nothing in the state of the question before this one.

    A session's state outlives a question. What is as it should be is not written, for each value
    that is costs the session's file two more.
    """
    return {name: Overwrite(value) if name in _JOINED else value for name, value in fresh.items()
            if name not in state or state[name] != value}  # type: ignore[literal-required]


