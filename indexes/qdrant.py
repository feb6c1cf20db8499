"""What the two Qdrant engines share: how moments are stored, and how searches become requests."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import numpy as np

from trikal.indexes.bm25 import document_words, query_words
from trikal.indexes.payload import from_payload, to_payload
from trikal.indexes.protocol import EVERYTHING, Hit, MomentFilter, MomentQuery, Vectors
from trikal.indexes.requests import Entry, Found, Key, Request, Scores, cut
from trikal.indexes.time_order import TimeOrder
from trikal.indexes.vector_checks import check_image_length, check_length, check_values
from trikal.moments import Moment, Unit

_PASSAGES: Final = MomentFilter(units=(Unit.PASSAGE,))


class QdrantIndex(TimeOrder):
    """A :class:`trikal.indexes.protocol.MomentIndex` on some Qdrant engine."""

    @property
    def image_dimensions(self) -> int | None:
        """Length of the image vectors, or ``None`` as long as there is no room for any."""
        return self._image_dimensions

    def make_image_room(self, dimensions: int) -> None:
        """Make room for image vectors; nothing happens where there is room already."""
        if self._image_dimensions is None:
            self._add_image_vector(dimensions)
            self._image_dimensions = dimensions
        check_image_length(dimensions, self._image_dimensions)

    def upsert(self, moments: Sequence[Moment], vectors: Vectors) -> None:
        """Store moments with their vectors; one that is there already is replaced."""
        check_length(vectors.shape[-1], self._dimensions)
        check_values(vectors, rows=len(moments))
        self._write_all(moments, vectors, _entry)

    def upsert_frames(self, moments: Sequence[Moment], vectors: Vectors) -> None:
        """Store frames with their image vectors; a search by text does not find them."""
        check_image_length(vectors.shape[-1], self._image_dimensions)
        check_values(vectors, rows=len(moments))
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

    def get(self, ids: Sequence[str]) -> list[Moment]:
        """Return the moments with these ids, in the order of the ids, without the unknown ones."""
        payloads = self._fetch(_possible(ids))
        return [from_payload(payloads[id_]) for id_ in ids if id_ in payloads]

    def count(self, filter: MomentFilter = EVERYTHING) -> int:
        """Count the moments that pass the filter, exactly."""
        return self._count(self._dialect.matching(filter))

    def delete(self, ids: Sequence[str]) -> None:
        """Remove the moments with these ids; harmless for unknown ones."""
        if possible := _possible(ids):
            self._delete(self._dialect.ids(possible))

    def delete_media(self, media_id: str) -> None:
        """Remove every moment of a medium; harmless when there is none."""
        self._delete(self._dialect.matching(MomentFilter(media_ids=(media_id,))))

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
        check_length(vector.shape[-1], self._dimensions)
        check_values(vector[np.newaxis], rows=1)
        return vector.tolist()  # type: ignore[no-any-return]

    def _request(
        self, query: MomentQuery, vector: list[float] | None, conditions: Any
    ) -> Request:
        if query.image is not None:
            check_image_length(len(query.image), self._image_dimensions)
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
        found = self._ask(asked) if asked else []
        answers = (cut(points, each.limit) for each, points in zip(asked, found, strict=True))
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


def _possible(ids: Sequence[str]) -> list[str]:
    """Leave out what is no id of any moment: the engines refuse the whole list for it."""
    return [each for each in ids if _is_id(each)]


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _entry(moment: Moment, vector: list[float]) -> Entry:
    return Entry(id=moment.id, vector=vector, words=document_words(moment.text),
                 payload=to_payload(moment))


def _frame_entry(moment: Moment, image: list[float]) -> Entry:
    return Entry(id=moment.id, image=image, payload=to_payload(moment))


def _hits(
    request: Request, points: Sequence[Found], scores: tuple[Scores, Scores],
    moments: dict[Key, Moment],
) -> list[Hit]:
    """Make hits of points; one that several queries found is read once."""
    for key, _, _, payload in points:
        if key not in moments:
            moments[key] = from_payload(payload)
    if not request.is_scored_twice:
        return [_hit_by_one(request, point, moments[point.key]) for point in points]
    dense, words = scores
    if not request.whole:
        return [Hit(moments[key], score, dense.get(key), words.get(key))
                for key, _, score, _ in points]
    hits = [Hit(moments[key], dense.get(key, 0.0), dense.get(key), words.get(key))
            for key, *_ in points]
    return sorted(hits, key=_falling)


def _hit_by_one(request: Request, point: Found, moment: Moment) -> Hit:
    return Hit(moment=moment, score=point.score,
               dense=point.score if request.vector is not None else None,
               bm25=point.score if request.words is not None else None)


def _falling(hit: Hit) -> float:
    return -hit.score
