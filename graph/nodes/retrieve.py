"""Node retrieve: the temporal query is executed, and what it finds is numbered as evidence."""

from collections.abc import Mapping
from typing import Any, cast

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from trikal.catalogue import Medium
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.evidence import EvidenceItem
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.state import AgentState, DoubtItem, PartItem, StepItem
from trikal.graph.support import resembles, support
from trikal.indexes.found import Doubt, Found, Part
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.temporal import TemporalQuery

LIMIT = 5


def retrieve(state: AgentState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Find the evidence and judge whether it answers the question."""
    resources = resources_of(runtime)
    plan = state["plan"]
    query = TemporalQuery.model_validate(plan["query"])
    with Stopwatch("retrieve") as watch:
        scope = MomentFilter(media_ids=tuple(state.get("media_ids") or ()))
        found = (Found(evidence=(), absent=plan["problem"]) if plan["problem"]
                 else resources.finder.find(query, scope=scope, limit=LIMIT))
        evidence = [numbered(n, each, resources.media)
                    for n, each in enumerate(found.evidence, start=1)]
        lacking = _lacking(query, found, evidence, resources)
    steps = [cast(StepItem, step.as_data()) for step in found.steps]
    doubts = [_doubt(doubt, query) for doubt in found.doubts]
    get_stream_writer()({"event": "evidence", "evidence": evidence, "steps": steps})
    parts = [_part(part, resources.media) for part in found.parts]
    return {"evidence": evidence, "steps": steps, "value": found.value, "parts": parts,
            "doubts": doubts, "support": lacking, "timings_ms": watch.timings_ms}


def _part(part: Part, media: Mapping[str, Medium]) -> PartItem:
    medium = media.get(part.media_id)
    return PartItem(media_id=part.media_id, name=medium.name if medium else part.media_id[:12],
                    start_ms=part.interval.start_ms, end_ms=part.interval.end_ms,
                    score=part.score)


def _doubt(doubt: Doubt, query: TemporalQuery) -> DoubtItem:
    queries = [query.replacing(doubt.part, each) for each in doubt.narrowed]
    return DoubtItem(words=doubt.words, choices=list(doubt.choices),
                     queries=[each.model_dump(mode="json") for each in queries])


def numbered(n: int, evidence: Evidence, media: Mapping[str, Medium]) -> EvidenceItem:
    """Number a piece of evidence for this answer."""
    moment = evidence.moment
    medium = media.get(moment.media_id)
    return EvidenceItem(
        n=n, media_id=moment.media_id, name=medium.name if medium else moment.media_id[:12],
        path=medium.path if medium else "", track=str(moment.track),
        start_ms=moment.start_ms, end_ms=moment.end_ms, text=moment.text, speaker=moment.speaker,
        score=evidence.score, dense=evidence.dense, why=evidence.why,
    )


def _lacking(
    query: TemporalQuery, found: Found, evidence: list[EvidenceItem], resources: Resources
) -> str:
    """Say why the evidence does not answer the question, or nothing when it does."""
    for taken in found.taken:
        if taken.text and not resembles(taken.text, taken.evidence, resources.relevance):
            return f"nothing in the archive is like “{taken.text}”"
    if found.absent:
        return found.absent
    if not evidence:
        return "" if found.value is not None else "there is nothing at that place"
    if query.verbatim or query.ordinal is not None or found.value is not None:
        return ""
    if query.target and not support(query.target, evidence, resources.relevance).enough:
        return "nothing in the archive is near enough to the question"
    return ""
