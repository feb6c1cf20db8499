"""A follow-up is searched for first in the medium that the session is about, then anywhere.

"And what did the storm do?" names its own event, so that it is a search of its own; but of all
storms of an archive likely that one is meant of whose film the talk was. Only where that medium
does not tell it is the rest of the archive looked through. Which words make a follow-up is data;
only English has them.
"""

import re
from functools import cache
from typing import Final

from trikal.graph.acts import by_step
from trikal.graph.conversation.tables import loaded
from trikal.graph.evidence import EvidenceItem
from trikal.graph.phrases import ENGLISH
from trikal.graph.planning.plans import OUTPUTS, Find
from trikal.graph.state import AgentState
from trikal.indexes.rules import language_of
from trikal.indexes.temporal import Scope, TemporalQuery

HERE: Final = "here"
"""How the search in the session's medium is called."""

ELSEWHERE: Final = "elsewhere"
"""How the search in the whole archive is called that follows it."""


def in_session(question: str, query: TemporalQuery, shown: EvidenceItem | None) -> list[Find]:
    """Return the search in the session's medium; none where a question is no follow-up.

    Args:
        question: What is asked.
        query: How it was read.
        shown: The moment that was shown last, if there is one.
    """
    if shown is None or not query.is_plain or query.scope != Scope() or (
            language_of(question) != ENGLISH or not _leaning().search(question)):
        return []
    here = query.model_copy(update={"scope": Scope(media=(shown["media_id"],))})
    return [Find(id=HERE, query=here, naming=query.target[:300])]


def elsewhere(state: AgentState) -> Find | None:
    """Return the search in the whole archive, where the session's medium does not tell it."""
    steps = state["plan"].get("steps", [])
    here = by_step(state.get("acts", [])).get(HERE)
    if here is None or here["status"] != "done" or not here["lacking"] or any(
            each["id"] == ELSEWHERE or each["do"] in OUTPUTS for each in steps):
        return None
    query = TemporalQuery.model_validate(here["found"]["query"])
    return Find(id=ELSEWHERE, query=query.model_copy(update={"scope": Scope()}))


@cache
def _leaning() -> re.Pattern[str]:
    return re.compile(loaded(f"{ENGLISH}.toml")["leaning"]["pattern"], re.IGNORECASE)
