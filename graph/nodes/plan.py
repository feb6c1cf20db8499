"""Node plan: a question becomes a temporal query.

The rules read it. Where it could help, the chat model reads it too; what is believed of that, and
why so little, stands in :mod:`trikal.graph.planning`.
"""

import logging
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from trikal.errors import ModelError
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.conversation.followups import FollowUp, understand
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.planning import ask_for_query, is_worth_asking, reconciled
from trikal.graph.state import AgentState, Plan
from trikal.indexes.rules import asks_when
from trikal.indexes.temporal import TemporalQuery
from trikal.serving.backends.openai_errors import map_errors
from trikal.serving.notices import hearing

_log = logging.getLogger(__name__)


def plan(state: AgentState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Understand the question."""
    question = state["question"]
    with Stopwatch("plan") as watch, hearing() as notices:
        resources = resources_of(runtime)
        follow = understand(question, resources.vocabulary, state.get("turns", []))
        query, planner = _planned(question, follow, resources)
    planned = Plan(query=query.model_dump(mode="json"), words=follow.words(query), planner=planner,
                   asks_when=asks_when(question), problem=follow.reading.problem,
                   fact=follow.fact or "")
    get_stream_writer()({"event": "plan", "words": planned["words"], "planner": planner})
    # A session's state outlives a question: nothing of the one before may leak into this one.
    return {"plan": planned, "draft": "", "removed": [], "parts": [], "asked_back": [],
            "triage": None, "notices": Overwrite(notices),
            "timings_ms": Overwrite(watch.timings_ms), **_recalled(follow)}


def _recalled(follow: FollowUp) -> dict[str, Any]:
    """Put the moment shown last before the reader again, where the question is about it."""
    if follow.fact is None or follow.leans_on is None:
        return {}
    return {"evidence": [{**follow.leans_on, "n": 1}], "support": "", "steps": [], "value": None,
            "doubts": []}


def _planned(
    question: str, follow: FollowUp, resources: Resources
) -> tuple[TemporalQuery, str]:
    reading = follow.reading
    if follow.leans_on:
        return reading.query, "rules"
    if not is_worth_asking(reading):
        return reading.query, "rules"
    try:
        with map_errors(resources.chat_name):
            proposal = ask_for_query(question, resources.chat())
    except ModelError as exc:
        _log.warning("planned by rules alone: %s", exc)
        return reading.query, "rules"
    joined = proposal and reconciled(proposal, reading, question)
    return (joined, f"rules and {resources.chat_name}") if joined else (reading.query, "rules")
