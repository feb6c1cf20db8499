"""Questions whose answer is the moment itself: "what was said right after the storm?".

A quotation answers these exactly and at once; a model could only paraphrase it, or spoil it.
"""

from trikal.graph.state import Plan
from trikal.indexes.temporal import Absolute, Relation, TemporalQuery

_BY_RELATION = {Relation.RIGHT_BEFORE: 1, Relation.RIGHT_AFTER: 1, Relation.DURING: 2}
_AT_AN_INSTANT = 3


def moments_to_quote(plan: Plan) -> int:
    """Return how many moments answer the question as they stand; 0 when a model should answer.

    A question that names no target asks for whatever stands at a place in time: right beside an
    event, during it, or at an instant. Over longer stretches a summary is wanted.
    """
    query = TemporalQuery.model_validate(plan["query"])
    if query.target:
        return 0
    if query.anchored:
        return _BY_RELATION.get(query.anchored.relation, 0)
    return _AT_AN_INSTANT if any(_is_instant(each) for each in query.absolutes) else 0


def _is_instant(window: Absolute) -> bool:
    return window.start_ms is not None and window.start_ms == window.end_ms
