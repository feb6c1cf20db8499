"""An order in time that one statement tells by itself, and that hangs on no other moment.

"What did he still have to drink before he was in good shape?" sounds like "what did he drink before
the landing": something that lies before an event. But "as soon as I drink this, I'll be in good
shape" tells both, and beside whatever else is said of good shape nothing answers.
"""

import re
from typing import Final

from trikal.graph.evidence import EvidenceItem
from trikal.indexes.temporal import Anchored, Ask, Relation, TemporalQuery
from trikal.moments import Track
from trikal.tools.rarity import RareWords
from trikal.tools.stems import content_stems, is_figure, stem, stems

OF_EVENT: Final = 0.5
"""Such a share of the event's words, by their rarity, the statement has at least."""

OF_TARGET: Final = 1 / 3
"""And such a share of those of what is asked."""

_SAYING: Final = re.compile(
    r"\b(?:ask|sa(?:y|id)|tell|told|mention|answer|repl(?:y|ied)|report|call)(?:s|ed|ing)?\b",
    re.IGNORECASE)
"""What somebody says is an event by itself, and what comes after it another statement."""

_LOOSE: Final = frozenset({Relation.BEFORE, Relation.AFTER, Relation.DURING})


def as_one(query: TemporalQuery) -> TemporalQuery | None:
    """Return the search for a statement that tells what is asked and its event.

    Args:
        query: How a question was read.

    Returns:
        A plain search; ``None`` where the order must hold: the event is a quotation, one of
        several or itself hung on another, or the distance is told.
    """
    anchored = query.anchored
    if anchored is None or not query.target or query.verbatim or query.ordinal is not None or (
            query.ask is not Ask.MOMENTS or set(query.tracks) - {Track.SPEECH}):
        return None
    if len(query.constraints) > 1 or not _is_loose(anchored):
        return None
    return TemporalQuery(target=f"{query.target} {anchored.anchor.target}", scope=query.scope)


def _is_loose(anchored: Anchored) -> bool:
    event = anchored.anchor
    return (anchored.relation in _LOOSE and anchored.other is None and not anchored.at_least_ms
            and anchored.at_most_ms is None and bool(event.target) and not event.verbatim
            and not _SAYING.search(event.target)
            and event.ordinal is None and not event.constraints)


def tells_both(item: EvidenceItem, target: str, event: RareWords) -> bool:
    """Tell whether a statement has words of an event, and others of what is asked.

    Args:
        item: The statement.
        target: What is asked beside the event; figures stand anywhere, and do not count.
        event: The words of the event, and how rare they are.
    """
    has, of_event = stems(item["text"]), set(map(stem, event.rarity))
    own = {word for word in content_stems(target) if not is_figure(word)} - of_event
    return (event.share(item["text"]) >= OF_EVENT and bool(own)
            and len(own & has) >= OF_TARGET * len(own))
