"""Find moments: by plain text, or by a temporal query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from trikal.catalogue import Catalogue, Medium
from trikal.errors import BadInput
from trikal.indexes.bm25 import query_words
from trikal.indexes.intervals import Interval
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.moment_search import Evidence, MomentSearch, TextQuery
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex, MomentQuery, worded
from trikal.indexes.rules import Vocabulary, is_name
from trikal.indexes.temporal import TemporalQuery
from trikal.indexes.temporal_search import Found, TemporalSearch
from trikal.moments import Moment, Track, Unit
from trikal.serving.roles import Embedder
from trikal.tools.own_letters import searched_text

_MOST_TRANSLATED: Final = 50


class Finder:
    """Finds moments in one archive.

    Args:
        index: The archive's index.
        embedder: The model that embedded its moments.
        media: What is known of every medium, by id; see :func:`media_facts`.
    """

    def __init__(
        self, index: MomentIndex, embedder: Embedder, media: Mapping[str, MediumFacts]
    ) -> None:
        self._index = index
        self._texts = MomentSearch(index, embedder.embed_queries)
        self._temporal = TemporalSearch(
            index, embedder.embed_queries, media, embed_passages=embedder.embed_passages)

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
        queries = [TextQuery(text=searched_text(text), scopes=(scope,)) for text in texts]
        return [list(self._with_originals(found)) for found in self._texts.search(queries, limit)]

    def find(
        self, query: TemporalQuery, *, scope: MomentFilter = EVERYTHING, limit: int = 8
    ) -> Found:
        """Answer a temporal query; see :class:`trikal.indexes.temporal_search.TemporalSearch`."""
        found = self._temporal.run(query, scope=scope, limit=limit)
        parts = tuple(replace(part, evidence=self._with_originals(part.evidence))
                      for part in found.parts)
        return replace(found, evidence=self._with_originals(found.evidence), parts=parts)

    def size(self, scope: MomentFilter = EVERYTHING) -> int:
        """Count the observations that a search of this scope chooses from."""
        return self._index.count(worded(replace(scope, units=(Unit.OBSERVATION,))))

    def rarity(
        self, words: Sequence[str], scope: MomentFilter = EVERYTHING
    ) -> list[float | None]:
        """Tell how rare words are among observations, each on its own.

        Args:
            words: The words; forms of one word count as one.
            scope: Which moments are looked through.

        Returns:
            For each word the highest BM25 score that it alone has anywhere: the higher, the rarer,
            and zero where nothing has it; ``None`` where no search heeds it, as "the".
        """
        among = worded(replace(scope, units=(Unit.OBSERVATION,)))
        heeded = [word for word in words if query_words(word)]
        queries = [MomentQuery(text=word, limit=1, filter=among) for word in heeded]
        best = {word: hits[0].bm25 or 0.0 if hits else 0.0 for word, hits in zip(
            heeded, self._index.search(queries) if queries else [], strict=True)}
        return [best.get(word) for word in words]

    def moment(self, moment_id: str) -> Moment:
        """Return the moment with this id.

        Raises:
            BadInput: The archive has none.
        """
        found = self._index.get([moment_id])
        if not found:
            raise BadInput(f"The archive has no moment {moment_id}. Give the id of one that was "
                           "found in it.")
        return found[0]

    def neighbours(
        self, moment: Moment, *, before: int = 0, after: int = 0
    ) -> tuple[list[Moment], list[Moment]]:
        """Return the moments just before and just after one, each in time order."""
        earlier = self._index.previous(moment, before) if before else []
        later = self._index.following(moment, after) if after else []
        return earlier, later


    def _with_originals(self, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
        return tuple(replace(each, original=self._original(each.moment))
                     if each.moment.track is Track.TRANSLATION else each for each in evidence)

    def _original(self, translation: Moment) -> str:
        """Return the words that a translation stands for."""
        spoken = self._index.in_window(MomentFilter(
            media_ids=(translation.media_id,), tracks=(Track.SPEECH,), units=(Unit.OBSERVATION,),
            windows=(Interval.of(translation),)), _MOST_TRANSLATED)
        return " ".join(each.text for each in sorted(spoken, key=lambda each: each.start_ms))


def media_facts(media: Iterable[Medium]) -> dict[str, MediumFacts]:
    """Return what the time algebra must know of media, by id."""
    return {
        medium.id: MediumFacts(
            duration_ms=medium.duration_ms, name=medium.name,
            series=Path(medium.path).parent.name if medium.path else "",
            recorded_at=medium.recorded_at,
        )
        for medium in media
    }


def vocabulary(catalogue: Catalogue) -> Vocabulary:
    """Return the names that questions about an archive may use.

    Labels of speakers come out of media; those that are no names are left out.
    """
    facts = media_facts(catalogue.media()).values()
    return Vocabulary(
        speakers=tuple(filter(is_name, catalogue.speakers())),
        media=tuple(dict.fromkeys(each.name for each in facts if each.name)),
        series=tuple(dict.fromkeys(each.series for each in facts if each.series)),
    )
