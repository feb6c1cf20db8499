"""Find moments: by plain text, or by a temporal query."""

from collections.abc import Mapping, Sequence

from trikal.indexes.moment_search import Evidence, MomentSearch, TextQuery
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex
from trikal.indexes.temporal import TemporalQuery
from trikal.indexes.temporal_search import Found, TemporalSearch
from trikal.moments import Moment
from trikal.serving.roles import Embedder


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
        self._texts = MomentSearch(index, embedder.embed_queries)
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
            For each text its evidence, best first.
        """
        return self._texts.search([TextQuery(text=text, scopes=(scope,)) for text in texts], limit)

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


