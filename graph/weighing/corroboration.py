"""Corroboration: sides of a comparison that make each other credible.

"Which things cost rupees: what do the film and the memo say?" is nearer to no sentence than chance
is, for its words are general. But where each side has one sentence with the same word of the
question, far ahead of all that have it not, that is what both sides say of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from trikal.graph.acts import ActItem
from trikal.graph.weighing.support import NOTHING_NEAR, STANDS_OUT
from trikal.tools.stems import content_stems, stems

LEAST: Final = -0.08
"""So far below its threshold, at most, a side may be corroborated."""


def corroborated(sources: Sequence[ActItem]) -> list[ActItem]:
    """Return what several steps found, with nothing lacking where they corroborate each other.

    Args:
        sources: What became of the steps whose evidence is cited.
    """
    sides = [each for each in sources if each["do"] == "find"]
    if len(sides) < 2 or not all(_is_doubtful(each) for each in sides):
        return list(sources)
    shared = set.intersection(*(_said_of_it(each) for each in sides))
    if not shared or not all(_is_ahead(each, shared) for each in sides):
        return list(sources)
    return [ActItem(**{**each, "lacking": ""}) if each in sides else each for each in sources]


def _is_doubtful(act: ActItem) -> bool:
    certainty = act["certainty"]
    return bool(act["lacking"] in ("", NOTHING_NEAR) and act["evidence"]
                and certainty is not None and certainty >= LEAST)


def _said_of_it(act: ActItem) -> set[str]:
    """Return the words of the question, by their stems, that its best evidence has."""
    target = str(act["found"]["query"].get("target", ""))
    return set(content_stems(target)) & stems(_searched(act)[0]["text"])


def _searched(act: ActItem) -> Sequence[Mapping[str, Any]]:
    """Return what a search found in its own order: a reranker's is no reason to believe."""
    reranked = act["found"].get("reranked")
    return reranked["before"] if reranked else act["evidence"]


def _is_ahead(act: ActItem, shared: set[str]) -> bool:
    best, *others = _searched(act)
    return all(each["score"] <= STANDS_OUT * best["score"] for each in others
               if not stems(each["text"]) & shared)
