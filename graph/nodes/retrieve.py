"""Node retrieve: the temporal query is executed, and what it finds is numbered as evidence."""

from collections.abc import Mapping
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from trikal.catalogue import Medium
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.state import AgentState, EvidenceItem
from trikal.graph.support import support
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.temporal import TemporalQuery
from trikal.indexes.temporal_search import Found

LIMIT = 5


def retrieve(state: AgentState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Find the evidence and judge whether it answers the question."""
    resources = resources_of(runtime)
    query = TemporalQuery.model_validate(state["plan"]["query"])
    with Stopwatch("retrieve") as watch:
        scope = MomentFilter(media_ids=tuple(state.get("media_ids") or ()))
        found = resources.finder.find(query, scope=scope, limit=LIMIT)
        evidence = [numbered(n, each, resources.media)
                    for n, each in enumerate(found.evidence, start=1)]
        lacking = _lacking(query, found, evidence, resources)
    get_stream_writer()({"event": "evidence", "evidence": evidence, "trace": list(found.trace)})
    return {"evidence": evidence, "trace": list(found.trace), "support": lacking,
            "timings_ms": watch.timings_ms}


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
    anchored = query.anchored
    if anchored and not _is_supported(anchored.anchor.target, list(found.anchors), resources):
        return f"nothing in the archive is like “{anchored.anchor.target}”"
    if not evidence:
        return "there is nothing at that place"
    if query.target and not support(query.target, evidence, resources.relevance).enough:
        return "nothing in the archive is near enough to the question"
    return ""


def _is_supported(text: str, anchors: list[Evidence], resources: Resources) -> bool:
    items = [numbered(0, anchor, resources.media) for anchor in anchors]
    return support(text, items, resources.relevance).enough
