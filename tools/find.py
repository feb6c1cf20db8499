"""Find moments: by plain text, or by a temporal query."""

from collections.abc import Mapping, Sequence

from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex, MomentQuery
from trikal.indexes.temporal import TemporalQuery
from trikal.indexes.temporal_search import Evidence, Found, TemporalSearch, without_doubles
from trikal.moments import Moment
from trikal.serving.roles import Embedder

_SPARE = 3


class Finder:
    """Finds moments in one archive.

    Args:
        index: The archive's index.
        embedder: The model that embedded its moments.
        durations: Length of every medium in ms, by id.
    """

    def __init__(
        self, index: MomentIndex, embedder: Embedder, durations: Mapping[str, int]
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._temporal = TemporalSearch(index, embedder.embed_queries, durations)

    def search(
        self, texts: Sequence[str], *, scope: MomentFilter = EVERYTHING, limit: int = 10
    ) -> list[list[Evidence]]:
        """Search for plain texts by meaning and by words, all in one batch.

        Args:
            texts: What to search for.
            scope: Which moments may be found.
            limit: How many for each text.

        Returns:
            For each text its evidence, best first and without doubles.
        """
        vectors = self._embedder.embed_queries(texts)
        hits = self._index.search([
            MomentQuery(vector=vector, text=text, filter=scope, limit=limit * _SPARE)
            for text, vector in zip(texts, vectors, strict=True)
        ])
        return [
            without_doubles([
                Evidence(moment=hit.moment, score=hit.score, dense=hit.dense, bm25=hit.bm25)
                for hit in found
            ])[:limit]
            for found in hits
        ]

    def find(
        self, query: TemporalQuery, *, scope: MomentFilter = EVERYTHING, limit: int = 8
    ) -> Found:
        """Answer a temporal query; see :class:`trikal.indexes.temporal_search.TemporalSearch`."""
        return self._temporal.run(query, scope=scope, limit=limit)

    def neighbours(
        self, moment: Moment, *, before: int = 0, after: int = 0
    ) -> tuple[list[Moment], list[Moment]]:
        """Return the moments just before and just after one, each in time order."""
        earlier = self._index.previous(moment, before) if before else []
        later = self._index.following(moment, after) if after else []
        return earlier, later


