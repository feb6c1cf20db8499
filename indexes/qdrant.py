"""What the two Qdrant engines share: how queries, neighbours and time order are made of requests.

An engine supplies the few primitives that its library spells in its own way.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from trikal.errors import BackendFailed, EmbeddingMismatch
from trikal.indexes.bm25 import document_words, query_words
from trikal.indexes.conditions import Dialect
from trikal.indexes.payload import from_payload, time_order, to_payload
from trikal.indexes.protocol import EVERYTHING, Hit, MomentFilter, MomentQuery, Vectors
from trikal.indexes.requests import Entry, Found, Key, Request, Scores
from trikal.moments import Moment, Unit

_PASSAGES: Final = MomentFilter(units=(Unit.PASSAGE,))


class QdrantIndex(ABC):
    """A :class:`trikal.indexes.protocol.MomentIndex` on some Qdrant engine.

    Args:
        dialect: The engine's condition classes.
        dimensions: Length of its dense vectors.
        image_dimensions: Length of its image vectors, if it has room for any.
        batch: How many points travel to the engine at once.
    """

    def __init__(
        self, dialect: Dialect, *, dimensions: int, image_dimensions: int | None = None, batch: int
    ) -> None:
        self._dialect = dialect
        self._dimensions = dimensions
        self._image_dimensions = image_dimensions
        self._batch = batch

    @abstractmethod
    def _write(self, entries: Sequence[Entry]) -> None:
        """Store points durably in order."""

    @abstractmethod
    def _ask(self, requests: Sequence[Request]) -> list[list[Found]]:
        """Answer requests in one batch."""

    @abstractmethod
    def _score(self, requests: Sequence[Request]) -> list[Scores]:
        """Answer requests in one batch with scores alone."""

    @abstractmethod
    def _some(self, conditions: Any, limit: int) -> list[Found]:
        """Return points that pass, in any order, without a score."""

    @abstractmethod
    def _read(
        self, conditions: Any, *, limit: int, backwards: bool = False
    ) -> list[Mapping[str, Any]]:
        """Return payloads ordered by start; among equal starts in any order."""

    @abstractmethod
    def _read_all(self, conditions: Any) -> list[Mapping[str, Any]]:
        """Return all payloads in any order."""

    @abstractmethod
    def _fetch(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return the payloads of the points that exist, by id."""

    @abstractmethod
    def _count(self, conditions: Any) -> int:
        """Count points exactly."""

    @abstractmethod
    def _delete(self, conditions: Any) -> None:
        """Remove points."""

    @abstractmethod
    def _add_image_vector(self, dimensions: int) -> None:
        """Make room for image vectors."""

    @property
    def image_dimensions(self) -> int | None:
        """Length of the image vectors, or ``None`` as long as there is no room for any."""
        return self._image_dimensions

    def make_image_room(self, dimensions: int) -> None:
        """Make room for image vectors; nothing happens where there is room already."""
        if self._image_dimensions is None:
            self._add_image_vector(dimensions)
            self._image_dimensions = dimensions
        self._check_image(dimensions)

    def upsert(self, moments: Sequence[Moment], vectors: Vectors) -> None:
        """Store moments with their vectors; one that is there already is replaced."""
        self._check(vectors, rows=len(moments))
        self._write_all(moments, vectors, _entry)

    def upsert_frames(self, moments: Sequence[Moment], vectors: Vectors) -> None:
        """Store frames with their image vectors; a search by text does not find them."""
        self._check_image(vectors.shape[-1])
        _check_values(vectors, rows=len(moments))
        self._write_all(moments, vectors, _frame_entry)

    def search(self, queries: Sequence[MomentQuery]) -> list[list[Hit]]:
        """Answer several queries in one batch; see the protocol."""
        conditions = {id(each.filter): self._dialect.matching(each.filter) for each in
                      {id(query.filter): query for query in queries}.values()}
        vectors = {key: self._checked(each) for key, each in
                   {id(query.vector): query.vector for query in queries}.items()}
        requests = [self._request(query, vectors[id(query.vector)], conditions[id(query.filter)])
                    for query in queries]
        found = self._found(requests)
        scores = self._scores(requests, found)
        moments: dict[Key, Moment] = {}
        return [_hits(request, points, scored, moments)
                for request, points, scored in zip(requests, found, scores, strict=True)]

    def previous(
        self, moment: Moment, count: int, *, filter: MomentFilter = EVERYTHING
    ) -> list[Moment]:
        """Return up to ``count`` moments just before this one, in time order."""
        alike = self._dialect.beside(moment)
        tied = self._tied(moment, filter, alike)
        before = [each for each in tied if time_order(each) < time_order(moment)]
        earlier = self._dialect.starting(lt=moment.start_ms)
        rest = self._in_order(self._dialect.matching(filter, alike, earlier), count, backwards=True)
        return (rest[::-1] + before)[-count:] if count > 0 else []

    def following(
        self, moment: Moment, count: int, *, filter: MomentFilter = EVERYTHING
    ) -> list[Moment]:
        """Return up to ``count`` moments just after this one, in time order."""
        alike = self._dialect.beside(moment)
        tied = self._tied(moment, filter, alike)
        after = [each for each in tied if time_order(each) > time_order(moment)]
        later = self._dialect.starting(gt=moment.start_ms)
        rest = self._in_order(self._dialect.matching(filter, alike, later), count)
        return (after + rest)[:max(count, 0)]

    def in_window(self, filter: MomentFilter, limit: int) -> list[Moment]:
        """Return the first ``limit`` moments that pass the filter, in time order."""
        return self._in_order(self._dialect.matching(filter), limit)

    def get(self, ids: Sequence[str]) -> list[Moment]:
        """Return the moments with these ids, in the order of the ids, without the unknown ones."""
        payloads = self._fetch(ids)
        return [from_payload(payloads[id_]) for id_ in ids if id_ in payloads]

    def count(self, filter: MomentFilter = EVERYTHING) -> int:
        """Count the moments that pass the filter, exactly."""
        return self._count(self._dialect.matching(filter))

    def delete(self, ids: Sequence[str]) -> None:
        """Remove the moments with these ids; harmless for unknown ones."""
        if ids:
            self._delete(self._dialect.ids(list(ids)))

    def delete_media(self, media_id: str) -> None:
        """Remove every moment of a medium; harmless when there is none."""
        self._delete(self._dialect.matching(MomentFilter(media_ids=(media_id,))))

    def _check(self, vectors: Vectors, *, rows: int) -> None:
        if vectors.shape[-1] != self._dimensions:
            raise EmbeddingMismatch(
                f"The index holds vectors of {self._dimensions} dimensions, not of "
                f"{vectors.shape[-1]}. Use the model that the archive was made with, or build the "
                "index anew with: trikal reindex"
            )
        _check_values(vectors, rows=rows)

    def _check_image(self, dimensions: int) -> None:
        if self._image_dimensions is None:
            raise EmbeddingMismatch(
                "The index holds no image vectors. Make them with: trikal ingest FILES, once an "
                'image-embedding model is there (pip install "trikal[torch]")'
            )
        if self._image_dimensions != dimensions:
            raise EmbeddingMismatch(
                f"The index holds image vectors of {self._image_dimensions} dimensions, not of "
                f"{dimensions}. Use the model for image-embedding that the archive was made with, "
                "or build the index anew with: trikal reindex"
            )

    def _write_all(
        self, moments: Sequence[Moment], vectors: Vectors,
        entry: Callable[[Moment, list[float]], Entry],
    ) -> None:
        for start in range(0, len(moments), self._batch):
            part = slice(start, start + self._batch)
            pairs = zip(moments[part], vectors[part].tolist(), strict=True)
            self._write([entry(moment, vector) for moment, vector in pairs])

    def _checked(self, vector: Vectors | None) -> list[float] | None:
        """Return a query's vector as the engines take it; several queries share one."""
        if vector is None:
            return None
        self._check(vector[np.newaxis], rows=1)
        return vector.tolist()  # type: ignore[no-any-return]

    def _request(
        self, query: MomentQuery, vector: list[float] | None, conditions: Any
    ) -> Request:
        if query.image is not None:
            self._check_image(len(query.image))
        return Request(
            vector=vector,
            image=None if query.image is None else query.image.tolist(),
            words=None if query.text is None else query_words(query.text),
            conditions=conditions, limit=query.limit, whole=query.whole,
            passages=query.filter == _PASSAGES,
        )

    def _found(self, requests: Sequence[Request]) -> list[list[Found]]:
        """Return the points that each request finds, those of a whole request in any order."""
        listed = [self._listed(each) if each.whole else None for each in requests]
        ranked = [None if points is not None or each.is_hopeless else each
                  for each, points in zip(requests, listed, strict=True)]
        asked = [replace(each, words=None, whole=False) if each.whole else each
                 for each in ranked if each]
        answers = iter(self._ask(asked) if asked else ())
        return [next(answers) if request else points or []
                for request, points in zip(ranked, listed, strict=True)]

    def _listed(self, request: Request) -> list[Found] | None:
        """Return all that passes, or ``None`` when that is more than was asked for.

        Reading the few and scoring them by their ids tests the filter once instead of twice.
        """
        points = self._some(request.conditions, request.limit + 1)
        return points if len(points) <= request.limit else None

    def _scores(
        self, requests: Sequence[Request], found: Sequence[Sequence[Found]]
    ) -> list[tuple[Scores, Scores]]:
        """Return the cosines and BM25 scores of hits that have both; fusion keeps only ranks.

        Asking the engine again for the few that were found costs less than moving their vectors.
        """
        again: list[Request | None] = []
        for request, points in zip(requests, found, strict=True):
            if request.is_scored_twice and points:
                ids: list[Any] = [point.id for point in points]
                alone = Request(vector=request.vector, words=request.words, limit=len(points),
                                conditions=self._dialect.ids(ids), scores_only=True)
                again += [replace(alone, words=None),
                          replace(alone, vector=None) if request.words else None]
            else:
                again += [None, None]
        asked = [request for request in again if request]
        answers = iter(self._score(asked) if asked else ())
        scores = [next(answers) if request else {} for request in again]
        return list(zip(scores[::2], scores[1::2], strict=True))

    def _in_order(self, conditions: Any, limit: int, *, backwards: bool = False) -> list[Moment]:
        if limit < 1:
            return []
        payloads = self._read(conditions, limit=limit, backwards=backwards)
        moments = [from_payload(payload) for payload in payloads]
        if len(moments) == limit:
            moments = self._with_whole_tail(moments, conditions)
        return sorted(moments, key=time_order, reverse=backwards)[:limit]

    def _with_whole_tail(self, moments: list[Moment], conditions: Any) -> list[Moment]:
        """Complete the last start: the engine cuts among equal starts as it likes."""
        last = moments[-1].start_ms
        tail = self._read_all(self._joined(conditions, self._dialect.starting(gte=last, lte=last)))
        whole = [moment for moment in moments if moment.start_ms != last]
        return whole + [from_payload(payload) for payload in tail]

    def _tied(self, moment: Moment, filter: MomentFilter, alike: Any) -> list[Moment]:
        here = self._dialect.starting(gte=moment.start_ms, lte=moment.start_ms)
        payloads = self._read_all(self._dialect.matching(filter, alike, here))
        return sorted(map(from_payload, payloads), key=time_order)

    def _joined(self, *conditions: Any) -> Any:
        return self._dialect.all_of(must=[each for each in conditions if each is not None])


def _entry(moment: Moment, vector: list[float]) -> Entry:
    return Entry(id=moment.id, vector=vector, words=document_words(moment.text),
                 payload=to_payload(moment))


def _frame_entry(moment: Moment, image: list[float]) -> Entry:
    return Entry(id=moment.id, image=image, payload=to_payload(moment))


def _check_values(vectors: Vectors, *, rows: int) -> None:
    if vectors.shape[0] != rows or not np.isfinite(vectors).all():
        raise BackendFailed(
            f"The embedding model gave {vectors.shape[0]} vectors for {rows} moments, or values "
            "that are no numbers. Nothing was stored; try another embedding model."
        )


def _hits(
    request: Request, points: Sequence[Found], scores: tuple[Scores, Scores],
    moments: dict[Key, Moment],
) -> list[Hit]:
    """Make hits of points; one that several queries found is read once."""
    for point in points:
        if point.key not in moments:
            moments[point.key] = from_payload(point.payload)
    if not request.is_scored_twice:
        return [_hit_by_one(request, point, moments[point.key]) for point in points]
    dense, words = scores
    hits = [Hit(moment=moments[key], dense=(cosine := dense.get(key)), bm25=words.get(key),
                score=(cosine or 0.0) if request.whole else score)
            for key, _, score, _ in points]
    return sorted(hits, key=_by_score) if request.whole else hits


def _hit_by_one(request: Request, point: Found, moment: Moment) -> Hit:
    return Hit(moment=moment, score=point.score,
               dense=point.score if request.vector is not None else None,
               bm25=point.score if request.words is not None else None)


def _by_score(hit: Hit) -> float:
    return -hit.score
