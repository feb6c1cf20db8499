"""The moment index: what is asked of it and what it answers, whichever engine holds it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from trikal.indexes.intervals import Interval
from trikal.moments import Moment, Track, Unit

Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class MomentFilter:
    """Which moments may be found at all; conditions are joined by *and*, values by *or*.

    The engine applies it before it searches, never after: a narrow window in a large archive is
    searched wholly. Time is always a matter of overlap, ``start_ms < window.end_ms and end_ms >
    window.start_ms``, so that a moment which straddles a boundary is found from both sides; an
    instant counts as the millisecond at which it stands.

    Attributes:
        media_ids: Only these media; any when empty.
        tracks: Only these tracks; any when empty.
        units: Only observations, or only passages; any when empty.
        languages: Only moments with exactly one of these tags; any when empty.
        speakers: Only these speakers; any when empty.
        windows: Only moments that overlap at least one of these; any time when empty. Windows open
            towards one side come from :meth:`Interval.since` and :meth:`Interval.until`.
        starts: Only moments that start inside one of these; any when empty. Where it is known that
            they do, far quicker than ``windows``: one range, and not two that are open on one side.
        phrase: Only moments that have these words, whole and in this order, whatever their case
            and punctuation; any when empty. See :func:`trikal.indexes.phrases.says`.
        any_of: Only moments that also pass at least one of these filters; any when empty.
    """

    media_ids: tuple[str, ...] = ()
    tracks: tuple[Track, ...] = ()
    units: tuple[Unit, ...] = ()
    languages: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    windows: tuple[Interval, ...] = ()
    starts: tuple[Interval, ...] = ()
    phrase: str = ""
    any_of: tuple["MomentFilter", ...] = ()


EVERYTHING = MomentFilter()

_WORDED = tuple(track for track in Track if track not in (Track.FRAME, Track.TRANSLATION))


def worded(filter: MomentFilter) -> MomentFilter:
    """Narrow a filter to what has words of its own, unless it names tracks.

    Frames have none to read out, and those of a translation nobody said.
    """
    return filter if filter.tracks else replace(filter, tracks=_WORDED)


@dataclass(frozen=True, kw_only=True, eq=False)
class MomentQuery:
    """One search: by meaning, by words, by both, fused, or by what a frame looks like.

    Attributes:
        vector: The query's embedding, float32 of shape ``(dimensions,)``.
        text: The query's words, for BM25.
        image: A picture's embedding, or a text's in the same space, float32 of shape
            ``(image_dimensions,)``; stands alone.
        filter: Which moments may be found.
        limit: How many hits at most.
        whole: Score all that pass the filter by vector and by words, instead of fusing the best of
            each: for filters that leave few, such as the inside of a passage. Hits come by their
            cosine, which is also their score; beyond the limit the furthest are left out.

    Raises:
        ValueError: Nothing to search by is given, an image together with anything else, a limit
            below 1, or everything is to be scored without a vector and a text.
    """

    vector: Vectors | None = None
    text: str | None = None
    image: Vectors | None = None
    filter: MomentFilter = EVERYTHING
    limit: int = 10
    whole: bool = False

    def __post_init__(self) -> None:
        """Refuse what could not mean anything."""
        by_text = self.vector is not None or self.text is not None
        if by_text == (self.image is not None):
            raise ValueError("a query needs a vector, a text, or both, or an image alone")
        if self.limit < 1:
            raise ValueError(f"a query must ask for at least one hit, not {self.limit}")
        if self.whole and (self.vector is None or self.text is None):
            raise ValueError("scoring all that passes takes both a vector and a text")


class Hit(NamedTuple):
    """A moment that a query found. A tuple, for a question makes hundreds of them.

    Attributes:
        moment: The moment, whole: no database has to be asked for the rest.
        score: What the hits of this query are ordered by, best first: the cosine of a dense query
            or of one by image, the BM25 score of a query by words, the fused rank of a hybrid one.
            Not comparable between kinds of query.
        dense: Cosine of the query's and the moment's vectors; ``None`` when none was given.
        bm25: BM25 score; ``None`` when no text was given or the moment shares no word with it.
    """

    moment: Moment
    score: float
    dense: float | None = None
    bm25: float | None = None


class MomentIndex(Protocol):
    """Moments, found by meaning, words and time.

    Time order is by start, then end, then id, the catalogue's order. Every method may raise
    :class:`trikal.errors.ArchiveError` (the index is damaged, locked or made for other vectors) or
    :class:`trikal.errors.BackendFailed` (the engine or its server failed), and may be called from
    several threads.
    """

    def upsert(self, moments: Sequence[Moment], vectors: Vectors) -> None:
        """Store moments with their vectors; one that is there already is replaced.

        Args:
            moments: ``n`` moments.
            vectors: float32 of shape ``(n, dimensions)``, in the same order.

        Raises:
            EmbeddingMismatch: The vectors have another length than the index's.
            BackendFailed: Their number is not ``n``, or one is not finite.
        """

    @property
    def image_dimensions(self) -> int | None:
        """Length of the image vectors, or ``None`` as long as there is no room for any."""

    def make_image_room(self, dimensions: int) -> None:
        """Make room for image vectors; nothing happens where there is room already.

        Raises:
            EmbeddingMismatch: There is room for vectors of another length.
        """

    def upsert_frames(self, moments: Sequence[Moment], vectors: Vectors) -> None:
        """Store frames with their image vectors; a search by text does not find them.

        Args:
            moments: ``n`` moments.
            vectors: float32 of shape ``(n, image_dimensions)``, in the same order.

        Raises:
            EmbeddingMismatch: The vectors have another length, or there is no room for any.
            BackendFailed: Their number is not ``n``, or one is not finite.
        """

    def search(self, queries: Sequence[MomentQuery]) -> list[list[Hit]]:
        """Answer several queries in one batch.

        A hybrid query is reciprocal rank fusion with k = 60 (Cormack, Clarke and Büttcher, 2009)
        of the best ``max(50, 2 * limit)`` moments by vector and by words.

        Returns:
            For each query its hits, best first.

        Raises:
            EmbeddingMismatch: A vector has another length than the index's.
        """

    def previous(
        self, moment: Moment, count: int, *, filter: MomentFilter = EVERYTHING
    ) -> list[Moment]:
        """Return up to ``count`` moments just before this one, in time order.

        Neighbours are of the same medium, track and unit; ``filter`` narrows them further. The
        moment itself need not be in the index.
        """

    def following(
        self, moment: Moment, count: int, *, filter: MomentFilter = EVERYTHING
    ) -> list[Moment]:
        """Return up to ``count`` moments just after this one, in time order; see `previous`."""

    def in_window(self, filter: MomentFilter, limit: int) -> list[Moment]:
        """Return the first ``limit`` moments that pass the filter, in time order."""

    def get(self, ids: Sequence[str]) -> list[Moment]:
        """Return the moments with these ids, in the order of the ids, without the unknown ones."""

    def count(self, filter: MomentFilter = EVERYTHING) -> int:
        """Count the moments that pass the filter, exactly."""

    def delete(self, ids: Sequence[str]) -> None:
        """Remove the moments with these ids; harmless for unknown ones."""

    def delete_media(self, media_id: str) -> None:
        """Remove every moment of a medium; harmless when there is none."""

    def flush(self) -> None:
        """Return once everything stored so far would survive a loss of power."""

    def optimize(self) -> bool:
        """Build search structures where they pay; blocks until done.

        Returns:
            Whether there was anything to do.
        """

    def close(self) -> None:
        """Let go of the index; what was stored stays."""
