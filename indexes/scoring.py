"""How well moments answer a text.

The score of an observation is ``own + context * passage``, where ``own`` and ``passage`` are

* ``exp((cosine - best cosine) / 0.03)``: meaning. Cosines of small embedding models differ little;
  0.03 behind the best is far and loses two thirds;
* ``words * bm25 / best bm25``: words, weighted by how rare they are;
* the share of the query's neighbouring word pairs that the text has too: a quotation beats a text
  that has the same words in other places;
* ``question``, where the query tells that somebody asked something and the text is a question;
* ``speaker``, where the query names who speaks and that is who speaks.

Ranks fused by reciprocals (which pick the candidates) tell the order but not the distance: the
second of two equals and the second far behind score alike, and no score could be multiplied with
another. Terms and weights were chosen on apollo13; ``bench/RESULTS.md`` has the figures.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any

from trikal.indexes.protocol import Hit
from trikal.moments import Moment

_COSINE_SCALE = 0.03
_QUESTION = re.compile("[?？؟]")
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How the terms of a score are weighed against meaning.

    Attributes:
        words: How much the words count.
        context: How much the passage around an observation counts, against the observation itself.
        question: How much it counts that a text is a question where one is told of.
        speaker: How much it counts that a moment is spoken by whom a told event names.
    """

    words: float = 1.0
    context: float = 0.7
    question: float = 0.0
    speaker: float = 0.0


ASKED = Weights()
"""For what is asked for: often one or two words, which then are the thing itself."""

TOLD = Weights(words=0.5, context=0.3, question=0.2, speaker=0.3)
"""For an event told in somebody's own words: few of them were said, and it is one utterance, not
what stands around it."""


def scored(
    hits: Sequence[Hit], weights: Weights, pairs: Callable[[str], float], *, asks: bool = False,
    spoke: Callable[[Moment], bool] | None = None,
) -> list[tuple[Hit, float]]:
    """Return hits of one unit with the scores of their own, best first.

    Args:
        hits: What was found.
        weights: How the terms are weighed.
        pairs: The share of the query's word pairs that a text has, from :func:`pairs_in`.
        asks: Whether the query tells that somebody asked something.
        spoke: Tells whether a moment is spoken by whom the query names, if it names anybody.
    """
    asked = weights.question if asks else 0.0
    cosine = max([hit.dense or 0.0 for hit in hits], default=0.0)
    words = max([hit.bm25 or 0.0 for hit in hits], default=0.0) or 1.0
    found = [
        (hit, math.exp(((hit.dense or 0.0) - cosine) / _COSINE_SCALE)
         + weights.words * (hit.bm25 or 0.0) / words + pairs(hit.moment.text)
         + (asked if asked and _QUESTION.search(hit.moment.text) else 0.0)
         + (weights.speaker if spoke and spoke(hit.moment) else 0.0))
        for hit in hits
    ]
    return best_first(found)


def best_first(found: Sequence[tuple[Hit, float]]) -> list[tuple[Hit, float]]:
    """Sort scored hits: the best first, and equal ones by medium and time.

    Engines return equals in any order, and another one each time; the same question must have the
    same answer.
    """
    ordered = sorted(found, key=_falling)
    if any(one[1] == other[1] for one, other in pairwise(ordered)):
        ordered.sort(key=_falling_in_order)
    return ordered


def pairs_in(query: str) -> Callable[[str], float]:
    """Return what tells the share of a query's neighbouring word pairs that a text has.

    It is in ``[0, 1]``, and each text is looked through once.
    """
    return cache(partial(_share_of, _pairs(query)))


def _falling(pair: tuple[Hit, float]) -> float:
    return -pair[1]


def _falling_in_order(pair: tuple[Hit, float]) -> tuple[Any, ...]:
    moment, score = pair[0].moment, pair[1]
    return (-score, moment.media_id, moment.start_ms, moment.end_ms, moment.track, moment.text,
            moment.speaker or "", moment.source)


def _pairs(text: str) -> list[tuple[str, str]]:
    words = _WORD.findall(text.casefold())
    return list(zip(words, words[1:], strict=False))


def _share_of(wanted: Sequence[tuple[str, str]], text: str) -> float:
    # Most texts lack the words, or that order, which is seen far sooner than their pairs are made.
    folded = text.casefold()
    for first, second in wanted:
        at = folded.find(first)
        if at >= 0 and folded.find(second, at + len(first)) >= 0:
            break
    else:
        return 0.0
    present = set(_pairs(text))
    return sum(pair in present for pair in wanted) / len(wanted)
