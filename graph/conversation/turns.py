"""The turns of a session: what was asked, answered and shown, kept small without losing proof."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final, TypedDict

from trikal.graph.evidence import EvidenceItem
from trikal.tools.stems import stems

KEPT_WHOLE: Final = 6
"""So many of the last turns keep their plan and their evidence; older ones keep their citations."""

KEPT_SHORT: Final = 100
"""So many turns keep the words of their citations; older ones keep only where these are."""

KEPT: Final = 1_000
"""So many turns are kept at all."""

_SHORT_ANSWER = 160
_OUTLINE = 60


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
    """Add a turn and shorten those that become old, so that a session of any length stays small.

    Citations are never dropped before their turn is: what was proven stays proven, and where it
    can be seen is kept longest.
    """
    every = [*turns, turn][-KEPT:]
    for kept, smaller in ((KEPT_WHOLE, _shortened), (KEPT_SHORT, _outlined)):
        if len(every) > kept:
            every[-1 - kept] = smaller(every[-1 - kept])
    return every


def joined_turns(turns: Sequence[Turn], added: Sequence[Sequence[Turn]]) -> list[Turn]:
    """Add the turns of several updates, one after the other, as :func:`with_turn` does."""
    every = list(turns)
    for turn in chain.from_iterable(added):
        every = with_turn(every, turn)
    return every


def last_shown(turns: Sequence[Turn]) -> EvidenceItem | None:
    """Return the moment that "that" means: the first that the last proven answer cites."""
    return next(iter(shown_last(turns)), None)


def shown_last(turns: Sequence[Turn]) -> list[EvidenceItem]:
    """Return everything that the last proven answer cites."""
    return next((turn["shown"] for turn in reversed(turns) if turn["shown"]), [])


def shown_with(words: Sequence[str], turns: Sequence[Turn]) -> EvidenceItem | None:
    """Return the moment that was shown last of those that have all of some words' stems.

    Args:
        words: The stems; with none of them nothing is meant.
        turns: The session so far, oldest first.
    """
    every = (item for turn in reversed(turns) for item in turn["shown"])
    return next((item for item in every if words and set(words) <= stems(item["text"])), None)


def _shortened(turn: Turn) -> Turn:
    return Turn(question=turn["question"], answer=_cut(turn["answer"], _SHORT_ANSWER), query={},
                shown=turn["shown"])


def _outlined(turn: Turn) -> Turn:
    shown = [EvidenceItem(**{**item, "text": _cut(item["text"], _OUTLINE)})
             for item in turn["shown"]]
    return Turn(question=_cut(turn["question"], _OUTLINE), answer=_cut(turn["answer"], _OUTLINE),
                query={}, shown=shown)


def _cut(text: str, length: int) -> str:
    """Shorten a text between words; what was shortened to this length stays as it is."""
    return text if len(text) <= length + 2 else f"{text[:length].rsplit(' ', 1)[0]} …"
