"""Temporal queries over an index; where a time can be read in several ways, each is followed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.found import Doubt, Found, Taken
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.moment_search import Embed
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex
from trikal.indexes.query_run import QueryRun
from trikal.indexes.speakers import Speakers
from trikal.indexes.telling import telling
from trikal.indexes.temporal import Ambiguous, TemporalQuery

__all__ = ["Found", "Taken", "TemporalSearch"]


class TemporalSearch:
    """Executes temporal queries over one index.

    Args:
        index: The moments.
        embed: Gives the embeddings of query texts, float32 of shape ``(n, dimensions)``.
        media: What is known of every medium, by id.
        embed_passages: Gives the embeddings of what is to be found, for events told in other words;
            without it they are looked for as what is asked is.
    """

    def __init__(
        self, index: MomentIndex, embed: Embed, media: Mapping[str, MediumFacts], *,
        embed_passages: Embed | None = None,
    ) -> None:
        self._index = index
        self._embed = embed
        self._media = media
        self._told = telling(embed, embed_passages) if embed_passages else None
        self._speakers = Speakers(index)

    def run(
        self, query: TemporalQuery, *, scope: MomentFilter = EVERYTHING, limit: int = 8
    ) -> Found:
        """Find the evidence for a query.

        Args:
            query: What is asked.
            scope: Where to look at all.
            limit: How much evidence at most; "every time" gives up to `EVERY`.

        Returns:
            Evidence, each moment once, and how it was found; or why there is none.
        """
        readings = _readings(query)
        events = [part.target for part in query.parts() if part is not query]
        embed = _batched(self._embed, [query.target] if self._told else [query.target, *events])
        told = _batched(self._told, events) if self._told else embed
        runs = [QueryRun(self._index, embed, self._media, told=told, speakers=self._speakers)
                for _ in readings]
        found = [run.found(each, scope, limit)
                 for run, each in zip(runs, readings, strict=True)]
        possible = [(reading, each) for reading, each in zip(readings, found, strict=True)
                    if not each.absent]
        if len(possible) < 2:
            return possible[0][1] if possible else found[0]
        return _undecided(query, possible, limit)


def _readings(query: TemporalQuery) -> list[TemporalQuery]:
    """Return the query once for each way to read its times; all of them are read alike."""
    ways = max((len(each.readings) for each in query.constraints
                if isinstance(each, Ambiguous)), default=1)
    return [query.model_copy(update={"constraints": tuple(
        each.readings[min(way, len(each.readings) - 1)] if isinstance(each, Ambiguous) else each
        for each in query.constraints)}) for way in range(ways)]


def _undecided(
    query: TemporalQuery, possible: Sequence[tuple[TemporalQuery, Found]], limit: int
) -> Found:
    """Join what several readings found, the likeliest first, and ask which one is meant."""
    evidence = {each.moment.id: each for _, found in possible for each in found.evidence}
    first = possible[0][1]
    if len(evidence) == len(first.evidence):
        return first
    said = " – ".join(each.text for each in query.constraints if isinstance(each, Ambiguous))
    choices = tuple(" and ".join(
        now.words() for now, then in zip(reading.constraints, query.constraints, strict=True)
        if isinstance(then, Ambiguous)) for reading, _ in possible)
    doubt = Doubt(words=f"What does “{said}” mean?", choices=choices, part=query,
                  narrowed=tuple(reading for reading, _ in possible))
    steps = tuple(dict.fromkeys(step for _, found in possible for step in found.steps))
    return replace(first, evidence=tuple(evidence.values())[:limit], steps=steps,
                   doubts=(doubt, *first.doubts))


def _batched(embed: Embed, texts: Sequence[str]) -> Embed:
    """Embed all texts of a query at once, when the first is needed."""
    texts = list(filter(None, texts))
    known: dict[str, NDArray[np.float32]] = {}

    def lookup(wanted: Sequence[str]) -> NDArray[np.float32]:
        if any(text not in known for text in wanted):
            new = [text for text in dict.fromkeys([*wanted, *texts]) if text not in known]
            known.update(zip(new, embed(new), strict=True))
        return np.stack([known[text] for text in wanted])

    return lookup
