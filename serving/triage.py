"""Whether a question is for the quick chat model or for the one that understands more.

Rules decide first: a question that asks for a reason, for several things at once, for a comparison
or for what followed needs more than the sentence that is nearest to it; one that asks for a single
fact does not. Where no rule speaks, because the question is put in another way or in another
language, the embedding model decides: by whether the question is nearer to examples of the one
kind or of the other.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from trikal.serving.roles import Embedder
from trikal.serving.tasks import Size


class Verdict(BaseModel):
    """Which chat model a question is for.

    Attributes:
        size: Which.
        why: One line that says why.
    """

    model_config = ConfigDict(frozen=True)

    size: Size
    why: str


# The first that matches decides; a question that asks for several things may begin like any other.
_RULES: tuple[tuple[str, Size, str], ...] = (
    (r"\bwhy\b|\bhow come\b|\breasons?\b|\bwhat (?:caused|made)\b", Size.LARGE,
     "it asks for a reason"),
    (r"[,;]? and (?:who|what|when|where|which|how|in which|to which|for whom|did|does|was|were)\b",
     Size.LARGE, "it asks for several things"),
    (r"\b(?:who|which|what) \w+(?: \w+){0,6} and who\b|\?.*\?", Size.LARGE,
     "it asks for several things"),
    (r"\b(?:compare|difference|differ|versus|summar\w+|explain|describe|list|overall|all the)\b",
     Size.LARGE, "it asks for more than one fact"),
    (r"^what (?:\w+ )?(?:happened|followed|changed)\b", Size.LARGE, "it asks what followed"),
    (r"^(?:which|what) (?:\w+ )?(?:materials|things|steps|strikes|reasons|people|changes|topics)\b",
     Size.LARGE, "it asks for several things"),
    (r"^(?:who|when|where|whose)\b|^how (?:much|many|long|far|wide|big|old|tall|often|high|deep)\b"
     r"|^(?:in|on|at|to|from|by) (?:which|what)\b|^(?:what|which) (?:is|was|are|were|time|year|"
     r"day|month|colou?r|name|number)\b|^(?:is|are|was|were|did|does|do|has|have|can)\b",
     Size.SMALL, "it asks for one fact"),
)
_FACTS = (
    "Who said it?", "When did it start?", "How much does it cost?", "Where is it?",
    "What is the name of the place?", "How many people came?", "In which year was it built?",
    "What colour is the car?",
)
_MORE = (
    "Why did it happen, and what followed from it?", "Explain how it works.",
    "What is the difference between the two plans?", "Summarise what was decided and why.",
    "What were the causes of the failure?", "List all the steps in order.",
    "What did they think about it, and how did they answer?", "Compare the first with the second.",
)
_Vector = NDArray[np.float32]
_MIDDLES: dict[str, tuple[_Vector, _Vector]] = {}


def triage(question: str, embedder: Embedder | None = None) -> Verdict:
    """Decide which chat model a question is for.

    Args:
        question: In any language.
        embedder: Decides where no rule speaks; without one such a question is for the large model.
    """
    asked = " ".join(question.lower().split())
    for pattern, size, why in _RULES:
        if re.search(pattern, asked):
            return Verdict(size=size, why=why)
    if embedder is None:
        return Verdict(size=Size.LARGE, why="no rule knows what it asks for")
    return _by_likeness(question, embedder)


def _by_likeness(question: str, embedder: Embedder) -> Verdict:
    facts, more = _examples(embedder)
    (asked,) = embedder.embed_queries([question])
    fact, other = float(facts @ asked), float(more @ asked)
    if fact > other:
        return Verdict(size=Size.SMALL, why="it is put like questions for one fact")
    return Verdict(size=Size.LARGE, why="it is put like questions for more than one fact")


def _examples(embedder: Embedder) -> tuple[_Vector, _Vector]:
    """Return the middle of each kind's examples; kept by vector space, not by embedder."""
    space = embedder.fingerprint
    if space not in _MIDDLES:
        _MIDDLES[space] = _middle(embedder, _FACTS), _middle(embedder, _MORE)
    return _MIDDLES[space]


def _middle(embedder: Embedder, texts: Sequence[str]) -> _Vector:
    middle = np.mean(embedder.embed_queries(list(texts)), axis=0)
    return np.asarray(middle / np.linalg.norm(middle), dtype=np.float32)
