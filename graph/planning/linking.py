"""Searches that hang on what an earlier step found: resolved once that is known."""

from collections.abc import Mapping, Sequence

from trikal.errors import BadInput
from trikal.graph.evidence import EvidenceItem, event_of
from trikal.graph.planning.plans import Find, Take, Use
from trikal.indexes.temporal import (
    MAX_CONSTRAINTS,
    Anchored,
    TemporalQuery,
)
from trikal.timecode import format_timecode


def linked(find: Find, given: Mapping[str, Sequence[EvidenceItem]]) -> TemporalQuery:
    """Return a search's query with what it takes from earlier steps put in.

    Args:
        find: The search.
        given: The evidence of earlier steps, best first.

    Raises:
        BadInput: An earlier step found nothing, or nothing notes who speaks there.
    """
    query = find.query
    for use in find.uses:
        found = given.get(use.step) or ()
        if not found:
            raise BadInput(f"The step {use.step} found nothing that this search could start from.")
        query = _with(query, use, found[0])
    return query


def _with(query: TemporalQuery, use: Use, item: EvidenceItem) -> TemporalQuery:
    if use.take is Take.SPEAKER:
        return _scoped(query, speakers=(_speaker(item),))
    if use.take is Take.MEDIUM:
        return _scoped(query, media=(item["media_id"],))
    if use.take is Take.TEXT:
        return query.model_copy(update={"target": " ".join(item["text"].split())[:300]})
    constraint = Anchored(relation=use.relation, anchor=event_of(item))
    if len(query.constraints) >= MAX_CONSTRAINTS:
        raise BadInput(f"The step has {MAX_CONSTRAINTS} conditions on time already; one more, from "
                       f"the step {use.step}, is too many. Leave one out.")
    placed = query.model_copy(update={"constraints": (*query.constraints, constraint)})
    return _scoped(placed, media=(item["media_id"],))


def _scoped(query: TemporalQuery, **more: tuple[str, ...]) -> TemporalQuery:
    return query.model_copy(update={"scope": query.scope.model_copy(update=more)})


def _speaker(item: EvidenceItem) -> str:
    if not item["speaker"]:
        raise BadInput(f"Nothing notes who speaks in {item['name']} at "
                       f"{format_timecode(item['start_ms'])}.")
    return item["speaker"]
