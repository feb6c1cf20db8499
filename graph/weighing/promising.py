"""Which of the evidence the chat model is shown: what is about as good as the best.

A small model quotes whatever it is shown. Search always fills its places, so that beside the one
moment that answers stand others that have nothing to do with the question; of those no model
should get the chance to make an answer, nor code the chance to cite them for one.
"""

from collections.abc import Sequence
from typing import Final

from trikal.graph.evidence import EvidenceItem
from trikal.graph.weighing.support import SHARE_WEIGHT
from trikal.tools.verification import carried_share

NEAR: Final = 0.06
"""So far behind the nearest evidence, as a cosine with words, others are still shown."""

RANKED: Final = 0.9
"""And so large a share of the best score theirs must be.

Of 63 questions of the agent benchmark's halves to work on, 59 then show a gold moment and 47 only
gold ones, with 28 other moments among them all; with 0.75 it was 61, 38 and 69.
"""

SAME_ANCHOR: Final = 0.5
"""What hangs on another anchor than the best is shown from so large a share of its score on."""


def promising(question: str, evidence: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Return the evidence that may answer a question, in its order.

    Of each step the first stays, as the search put it there, the nearest to the question, and what
    is hardly behind the best in both rank and nearness. What was not found by its meaning cannot be
    compared, and stays, but for what stands beside a far less likely anchor. The bounds were chosen
    on the agent benchmark's halves to work on.

    Args:
        question: The question.
        evidence: What was found, best first.
    """
    steps = dict.fromkeys(item.get("step") for item in evidence)
    kept = {id(item) for step in steps for item in _of_step(
        question, [each for each in evidence if each.get("step") == step])}
    return [item for item in evidence if id(item) in kept]


def nearest_to(question: str, evidence: Sequence[EvidenceItem]) -> EvidenceItem:
    """Return the evidence that is nearest to a question by meaning and words; the first of equals.

    Args:
        question: The question.
        evidence: What was found, at least one piece.
    """
    return max(evidence, key=lambda item: _nearness(question, item))


def hardly_told_apart(evidence: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Return the first of what a plain search found, with the second where it ranks as high.

    Of 78 plain questions of the agent benchmark's sets to work on the first alone answers 57 as it
    stands; with the second, which 17 of them have, it is 63.

    Args:
        evidence: What was found, best first.
    """
    first, second = evidence[:1], evidence[1:2]
    is_tied = first and second and "share" in second[0] and (
        first[0].get("step") == second[0].get("step")) and (
        second[0]["score"] >= RANKED * first[0]["score"])
    return [*first, *second] if is_tied else list(first)


def _of_step(question: str, found: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    nearest = nearest_to(question, found)
    best = _nearness(question, nearest)
    return [item for n, item in enumerate(found)
            if n == 0 or (_is_beside(item, found[0]) if item["dense"] is None else
                          item is nearest or (_nearness(question, item) >= best - NEAR
                                              and item["score"] >= RANKED * found[0]["score"]))]


def _is_beside(item: EvidenceItem, first: EvidenceItem) -> bool:
    """Tell whether what was not found by its meaning may stand beside the first."""
    return (item["why"] == first["why"] or not item["score"]
            or item["score"] >= SAME_ANCHOR * first["score"])


def _nearness(question: str, item: EvidenceItem) -> float:
    share = item["share"] if "share" in item else carried_share(question, [item["text"]])
    return (item["dense"] or 0.0) + SHARE_WEIGHT * share
