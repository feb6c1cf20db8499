"""The tools that find moments of an archive."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trikal.indexes.found import Found
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.indexes.temporal import TemporalQuery
from trikal.moments import Track
from trikal.tools.box.media import OnMedia
from trikal.tools.by_reranker import (
    RerankerSource,
    nothing_reranks,
    ranked,
    search_ranked,
    width,
)
from trikal.tools.find import Finder
from trikal.tools.results import Cited, Moments, Neighbours, cited


@dataclass(frozen=True, kw_only=True)
class Finding(OnMedia):
    """Searches of an archive.

    Attributes:
        finder: Gives what finds moments.
        reranker: Gives what puts them in order, where anything does.
    """

    finder: Callable[[], Finder]
    reranker: RerankerSource = nothing_reranks

    def find(
        self, query: TemporalQuery, *, scope: MomentFilter = EVERYTHING, limit: int = 8
    ) -> Moments:
        """Find moments by meaning, words and time."""
        wide = width(query.target, self.reranker, limit) if query.is_plain else limit
        found: Found = self.finder().find(query, scope=scope, limit=wide)
        evidence = ranked(query.target, found.evidence, self.reranker, limit=limit).evidence if (
            query.is_plain) else found.evidence
        return Moments(moments=self._cited(evidence), words=query.words(),
                       absent=found.absent, value=found.value, doubts=found.doubts)

    def search(self, text: str, *, tracks: Sequence[Track] = (), limit: int = 8) -> Moments:
        """Find moments by meaning and words, wherever they are."""
        scope = MomentFilter(tracks=tuple(tracks))
        (found,) = search_ranked(self.finder(), [text], self.reranker, scope=scope, limit=limit)
        return Moments(moments=self._cited(found.evidence), words=f"find “{text}”",
                       absent="" if found.evidence else "nothing is like it")

    def neighbours(self, moment_id: str, *, before: int = 2, after: int = 2) -> Neighbours:
        """Return the moments just before and just after one of the archive."""
        finder = self.finder()
        moment = finder.moment(moment_id)
        earlier, later = finder.neighbours(moment, before=before, after=after)
        numbered = [cited(n, each, self.name_of(each.media_id))
                    for n, each in enumerate([*earlier, moment, *later], start=1)]
        place = len(earlier)
        return Neighbours(before=tuple(numbered[:place]), moment=numbered[place],
                          after=tuple(numbered[place + 1:]))

    def by_id(self, moment_ids: Sequence[str]) -> tuple[Cited, ...]:
        """Return moments of the archive by their ids, numbered in the order given."""
        finder = self.finder()
        moments = [finder.moment(each) for each in moment_ids]
        return tuple(cited(n, each, self.name_of(each.media_id))
                     for n, each in enumerate(moments, start=1))

    def _cited(self, evidence: Sequence[Evidence]) -> tuple[Cited, ...]:
        return tuple(cited(n, each.moment, self.name_of(each.moment.media_id),
                           original=each.original)
                     for n, each in enumerate(evidence, start=1))
