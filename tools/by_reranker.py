"""What a search found, put in order by a reranker where there is one.

A search looks at a question and at each moment apart, and compares what it made of them; a
cross-encoder reads the two together, which tells far better which of some dozens answers, and is
far too slow for an archive (Nogueira and Cho 2019, "Passage Re-ranking with BERT"). It decides what
comes first among what a search found, and nothing else: neither whether that answers at all, nor
where in time is looked.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from trikal.errors import ModelError
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.indexes.rules import language_of
from trikal.serving.notices import notice
from trikal.serving.roles import Reranker
from trikal.tools.find import Finder

CANDIDATES: Final = 40
"""So many moments are put in order."""


class RerankerSource(Protocol):
    """Gives the reranker for a language, if there is one."""

    def __call__(self, language: str | None = None) -> Reranker | None:
        """Return it; a moment may be refused by what reads other languages only."""


def nothing_reranks(language: str | None = None) -> Reranker | None:
    """Give no reranker."""
    return None


@dataclass(frozen=True, kw_only=True)
class Order:
    """The order in which a reranker puts some moments.

    Attributes:
        places: Their numbers, from 0 and as they were given, best first.
        scores: What the reranker gave, by number; what it does not read has none, and its place.
        by: The reranker's name.
        ms: How long it took.
    """

    places: tuple[int, ...]
    scores: Mapping[int, float]
    by: str
    ms: float

    def words(self) -> str:
        """Say what was done."""
        return f"{len(self.scores)} moments put in order by {self.by} in {self.ms / 1000:.2f} s"


def order_of(
    question: str, found: Sequence[tuple[str, str | None]], source: RerankerSource
) -> Order | None:
    """Put what was found in the order in which it answers a question.

    Args:
        question: The question.
        found: The text of each moment, and the BCP-47 tag of its language if that is known.
        source: Gives the reranker.

    Returns:
        The order; ``None`` where nothing reranks this, or what does failed: the user is told then.
    """
    language = language_of(question)
    reranker = source(language) if len(found) > 1 else None
    if reranker is None:
        return None
    started = time.perf_counter()
    try:
        read = [n for n, (text, tag) in enumerate(found) if text.strip() and _reads(reranker, tag)]
        if len(read) < 2 or not _reads(reranker, language):
            return None
        scores = reranker.score(question, [found[n][0] for n in read])
        name = reranker.name
    except ModelError as exc:
        notice(f"{exc} Until then what is found stays in the order of the search.")
        return None
    return Order(places=_places(len(found), dict(zip(read, map(float, scores), strict=True))),
                 scores=dict(zip(read, map(float, scores), strict=True)), by=name,
                 ms=(time.perf_counter() - started) * 1000)


def _places(count: int, scores: Mapping[int, float]) -> tuple[int, ...]:
    """Put what has a score in order, in the places that it holds; the rest stays."""
    best = iter(sorted(scores, key=lambda n: -scores[n]))
    return tuple(next(best) if n in scores else n for n in range(count))


def _reads(reranker: Reranker, tag: str | None) -> bool:
    known = reranker.languages
    return known is None or tag is None or _primary(tag) in map(_primary, known)


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """What one plain search found.

    Attributes:
        evidence: Best first.
        nearest: The same number of moments in the search's own order, by which it is told whether
            any of them is like what was searched for.
        order: What the reranker did; ``None`` where none did anything.
    """

    evidence: tuple[Evidence, ...]
    nearest: tuple[Evidence, ...]
    order: Order | None = None


def search_ranked(
    finder: Finder, texts: Sequence[str], source: RerankerSource, *,
    scope: MomentFilter = EVERYTHING, limit: int = 10,
) -> list[Ranked]:
    """Search for plain texts, and let a reranker order what is found.

    Args:
        finder: Finds moments.
        texts: What to search for.
        source: Gives the reranker.
        scope: Which moments may be found.
        limit: How many for each text.
    """
    wide = max((width(text, source, limit) for text in texts), default=limit)
    return [ranked(text, found, source, limit=limit) for text, found in zip(
        texts, finder.search(texts, scope=scope, limit=wide), strict=True)]


def width(text: str, source: RerankerSource, limit: int) -> int:
    """Return how many moments are to be looked for, of which so many are wanted."""
    return limit if source(language_of(text)) is None else max(limit, CANDIDATES)


def ranked(
    text: str, found: Sequence[Evidence], source: RerankerSource, *, limit: int
) -> Ranked:
    """Let a reranker order what a search found for a text.

    Scores go with the places: the first has the highest of the search's, whichever it is, so that
    they stay what evidence is ordered by.

    Args:
        text: What was searched for.
        found: Best first.
        source: Gives the reranker.
        limit: How many moments are wanted.
    """
    order = order_of(text, [(each.moment.text, each.moment.language) for each in found], source)
    if order is None:
        return Ranked(evidence=tuple(found[:limit]), nearest=tuple(found[:limit]))
    evidence = [replace(found[n], score=found[place].score, rerank=order.scores.get(n))
                for place, n in enumerate(order.places)]
    return Ranked(evidence=tuple(evidence[:limit]), nearest=tuple(found[:limit]), order=order)
