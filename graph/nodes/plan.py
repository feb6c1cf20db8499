"""Node plan: a question becomes a temporal query.

Policy. The rules read clock times and connectives, and are believed: the relation and every window
are theirs. Where a question asks for something and hangs on an event, the chat model, held to a
JSON schema, says where the question ends and the event begins; its split is taken only if it uses
the question's own words and loses none that the rules found to matter. Otherwise, and without a
model, the rules' split stands.
"""

import logging
from typing import Any

from langchain_core.language_models import BaseChatModel
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from langgraph.types import Overwrite
from pydantic import BaseModel, ConfigDict, Field

from trikal.errors import ModelError
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.conversation.followups import FollowUp, understand
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.prompts import plan_messages
from trikal.graph.state import AgentState, Plan
from trikal.indexes.rules import asks_when, read_question
from trikal.indexes.temporal import Anchored, Ask, TemporalQuery
from trikal.serving.backends.openai_errors import map_errors
from trikal.tools.verification import carried_share

_log = logging.getLogger(__name__)


class Split(BaseModel):
    """Where a question ends and the event that it hangs on begins."""

    model_config = ConfigDict(extra="forbid")

    target: str = Field(max_length=200)
    anchor: str = Field(max_length=200)


def plan(state: AgentState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Understand the question."""
    question = state["question"]
    with Stopwatch("plan") as watch:
        resources = resources_of(runtime)
        follow = understand(question, resources.vocabulary, state.get("turns", []))
        query, planner = _planned(question, follow, resources)
    planned = Plan(query=query.model_dump(mode="json"), words=follow.words(query), planner=planner,
                   asks_when=asks_when(question), problem=follow.reading.problem,
                   fact=follow.fact or "")
    get_stream_writer()({"event": "plan", "words": planned["words"], "planner": planner})
    # A session's state outlives a question: nothing of the one before may leak into this one.
    return {"plan": planned, "draft": "", "removed": [], "parts": [], "asked_back": [],
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
    anchored = reading.query.anchored
    if anchored is None or not reading.query.target or not _is_simple(reading.query, anchored):
        return reading.query, "rules"
    try:
        with map_errors(resources.chat_name):
            split = ask_for_split(question, resources.chat())
    except ModelError as exc:
        _log.warning("planned by rules alone: %s", exc)
        return reading.query, "rules"
    split = split and _apart(split)
    if split is None or not agrees(split, anchored, question):
        return reading.query, "rules"
    return _with_split(reading.query, anchored, split), f"rules and {resources.chat_name}"


def ask_for_split(question: str, chat: BaseChatModel) -> Split | None:
    """Let the chat model split a question; ``None`` when what it says is no split.

    Raises:
        BackendFailed: The model's server failed.
    """
    structured = chat.with_structured_output(Split, method="json_schema", include_raw=True)
    reply = structured.invoke(plan_messages(question))
    parsed = reply["parsed"] if isinstance(reply, dict) else reply
    return parsed if isinstance(parsed, Split) else None


def _is_simple(query: TemporalQuery, anchored: Anchored) -> bool:
    """Tell whether a split into two texts says everything that the rules read."""
    exact = any(part.verbatim or part.ordinal is not None or part.ask is not Ask.MOMENTS
                for part in query.parts())
    return query.depth == 1 and anchored.other is None and not exact


def _apart(split: Split) -> Split:
    """Cut the event off a target that still drags it along, as small models leave it."""
    reading = read_question(split.target)
    target = reading.query.target if reading.query.anchored else split.target
    return split.model_copy(update={"target": target})


def agrees(split: Split, anchored: Anchored, question: str) -> bool:
    """Tell whether the model's split may replace the rules' split.

    It may when it invents no words, keeps the rules' anchor words in its anchor, and keeps the two
    apart.
    """
    invented = min(carried_share(split.target, [question]), carried_share(split.anchor, [question]))
    kept = carried_share(anchored.anchor.target, [split.anchor])
    apart = not split.target or carried_share(split.target, [anchored.anchor.target]) < 0.5
    return invented == 1.0 and kept >= 0.75 and apart and bool(split.anchor)


def _with_split(query: TemporalQuery, anchored: Anchored, split: Split) -> TemporalQuery:
    anchor = anchored.anchor.model_copy(update={"target": split.anchor})
    hung = anchored.model_copy(update={"anchor": anchor})
    others = tuple(c for c in query.constraints if c is not anchored)
    target = split.target or query.target
    return query.model_copy(update={"target": target, "constraints": (*others, hung)})
