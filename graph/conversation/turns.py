"""The turns of a session: what was asked, answered and shown, kept small without losing proof."""

from collections.abc import Sequence
from typing import Any, TypedDict

from trikal.graph.evidence import EvidenceItem

KEPT_WHOLE = 6
"""So many of the last turns keep their plan and their evidence; older ones keep their citations."""

_KEPT_SHORT = 100
_SHORT_ANSWER = 160


class Turn(TypedDict):
    """One question of a session and what became of it.

    Attributes:
        question: What was asked.
        answer: What was answered; of an old turn only its beginning.
        query: The temporal query that was followed, as plain data; empty in an old turn.
        shown: The evidence that the answer cites, in its order.
    """

    question: str
    answer: str
    query: dict[str, Any]
    shown: list[EvidenceItem]


def with_turn(turns: Sequence[Turn], turn: Turn) -> list[Turn]:
    """Add a turn and shorten old ones, so that a session of any length stays small.

    Citations are never dropped before their turn is: what was proven stays proven.
    """
    old, recent = [*turns, turn][:-KEPT_WHOLE], [*turns, turn][-KEPT_WHOLE:]
    return [*(_shortened(each) for each in old), *recent][-_KEPT_SHORT:]


def last_shown(turns: Sequence[Turn]) -> EvidenceItem | None:
    """Return the moment that "that" means: the first that the last proven answer cites."""
    return next((turn["shown"][0] for turn in reversed(turns) if turn["shown"]), None)


def _shortened(turn: Turn) -> Turn:
    answer = turn["answer"]
    if len(answer) > _SHORT_ANSWER:
        answer = f"{answer[:_SHORT_ANSWER].rsplit(' ', 1)[0]} …"
    return Turn(question=turn["question"], answer=answer, query={}, shown=turn["shown"])
