"""The embedded index: Qdrant's own engine in this process, its files in the archive."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

import qdrant_edge as qdrant

from trikal.indexes.bm25 import Words
from trikal.indexes.conditions import Dialect
from trikal.indexes.edge_errors import engine_errors
from trikal.indexes.edge_folder import create_index, has_files, held_vectors
from trikal.indexes.edge_layout import config
from trikal.indexes.payload import (
    ASIDE,
    IMAGE_VECTOR,
    PASSAGE_VECTOR,
    PLACE,
    START,
    TEXT_VECTOR,
    WORDS_VECTOR,
)
from trikal.indexes.qdrant import QdrantIndex
from trikal.indexes.requests import RRF_K, Entry, Found, Request, Scores
from trikal.moments import Unit

_BATCH = 1_000
_PAGE = 1_000

# Eight-bit copies of the vectors make scans in large archives 2.7 times as fast. Twice as many as
# wanted are taken by them, and these are scored by the vectors themselves: that misses nothing.
_EXACTLY_SCORED: Final = qdrant.SearchParams(
    quantization=qdrant.QuantizationSearchParams(rescore=True, oversampling=2.0)
)

# Reading a payload costs as much as finding its point; without these it is a fifth less.
_PAYLOAD: Final = qdrant.PayloadSelector.Exclude(list(ASIDE))

_DIALECT: Final = Dialect(
    all_of=qdrant.Filter,
    field=qdrant.FieldCondition,
    value=qdrant.MatchValue,
    any_value=qdrant.MatchAny,
    phrase=qdrant.MatchPhrase,
    span=qdrant.RangeFloat,
    ids=lambda ids: qdrant.Filter(must=[qdrant.HasIdCondition(set(ids))]),
)


class EdgeIndex(QdrantIndex):
    """A :class:`trikal.indexes.protocol.MomentIndex` in a folder of its own.

    Args:
        shard: An open shard; :meth:`open` makes or loads one.
        path: Its folder, for messages.
        dimensions: Length of its dense vectors.
        image_dimensions: Length of its image vectors, if it has room for any.
        apart: Whether it keeps the vectors of passages by themselves, too.
    """

    def __init__(
        self, shard: qdrant.EdgeShard, *, path: Path, dimensions: int,
        image_dimensions: int | None = None, apart: bool = True,
    ) -> None:
        dialect = replace(_DIALECT, places=PLACE in shard.info().payload_schema)
        super().__init__(dialect, dimensions=dimensions, image_dimensions=image_dimensions,
                         batch=_BATCH)
        self._shard = shard
        self._path = path
        self._apart = apart

    @classmethod
    def open(cls, path: Path, *, dimensions: int) -> Self:
        """Open the index at ``path``, creating it when there is none.

        Raises:
            ArchiveLocked: Another process has it open.
            EmbeddingMismatch: It holds vectors of another length.
            ArchiveError: Its files are damaged.
        """
        # Left to itself, the engine would fill an empty folder without any payload index.
        if not has_files(path):
            create_index(path, dimensions)
        held = held_vectors(path)
        image_dimensions, apart = held.get(IMAGE_VECTOR), PASSAGE_VECTOR in held
        layout = config(dimensions, image_dimensions, apart=apart)
        with engine_errors(path):
            shard = qdrant.EdgeShard.load(str(path), layout)
        return cls(shard, path=path, dimensions=dimensions, image_dimensions=image_dimensions,
                   apart=apart)

    def flush(self) -> None:
        """Return once everything stored so far would survive a loss of power."""
        with engine_errors(self._path):
            self._shard.flush()

    def optimize(self) -> bool:
        """Build the graph over segments of more than `SCANNED_VECTORS` moments.

        Below that it does nothing and costs nothing, so that ingest may call it once at its end;
        what is already in a graph is not built again. It keeps the cores busy for about a minute
        for each 100,000 moments, and blocks until done.
        """
        with engine_errors(self._path):
            return self._shard.optimize()

    def close(self) -> None:
        """Write everything out and let go of the files; may be called twice."""
        with engine_errors(self._path):
            self._shard.close()

    def _add_image_vector(self, dimensions: int) -> None:
        room = qdrant.UpdateOperation.create_dense_vector(
            IMAGE_VECTOR, dimensions, qdrant.Distance.Cosine)
        with engine_errors(self._path):
            self._shard.update(room)
            self._shard.flush()

    def _write(self, entries: Sequence[Entry]) -> None:
        points = [qdrant.Point(entry.id, self._vectors(entry), entry.payload)
                  for entry in entries]
        with engine_errors(self._path):
            self._shard.update(qdrant.UpdateOperation.upsert_points(points))

    def _vectors(self, entry: Entry) -> dict[str, Any]:
        is_apart = self._apart and entry.payload["unit"] == Unit.PASSAGE
        given = {TEXT_VECTOR: entry.vector, IMAGE_VECTOR: entry.image,
                 PASSAGE_VECTOR: entry.vector if is_apart else None,
                 WORDS_VECTOR: _sparse(entry.words) if entry.words is not None else None}
        return {name: vector for name, vector in given.items() if vector is not None}

    def _ask(self, requests: Sequence[Request]) -> list[list[Found]]:
        return [_ranked(points) for points in self._answers(requests)]

    def _score(self, requests: Sequence[Request]) -> list[Scores]:
        return [_scored(points) for points in self._answers(requests)]

    def _answers(self, requests: Sequence[Request]) -> list[list[qdrant.ScoredPoint]]:
        batch = qdrant.QueryBatchRequest([_query(each, apart=self._apart) for each in requests])
        with engine_errors(self._path):
            return self._shard.query_batch(batch)

    def _some(self, conditions: Any, limit: int) -> list[Found]:
        request = qdrant.ScrollRequest(limit=limit, filter=conditions, with_payload=_PAYLOAD)
        with engine_errors(self._path):
            records, _ = self._shard.scroll(request)
        return _listed(records)

    def _read(
        self, conditions: Any, *, limit: int, backwards: bool = False
    ) -> list[Mapping[str, Any]]:
        direction = qdrant.Direction.Desc if backwards else qdrant.Direction.Asc
        request = qdrant.ScrollRequest(
            limit=limit, filter=conditions, with_payload=_PAYLOAD,
            order_by=qdrant.OrderBy(START, direction),
        )
        with engine_errors(self._path):
            records, _ = self._shard.scroll(request)
        return [record.payload or {} for record in records]

    def _read_all(self, conditions: Any) -> list[Mapping[str, Any]]:
        payloads: list[Mapping[str, Any]] = []
        offset = None
        while True:
            request = qdrant.ScrollRequest(
                offset=offset, limit=_PAGE, filter=conditions, with_payload=_PAYLOAD
            )
            with engine_errors(self._path):
                records, offset = self._shard.scroll(request)
            payloads.extend(record.payload or {} for record in records)
            if offset is None:
                return payloads

    def _fetch(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        with engine_errors(self._path):
            records = self._shard.retrieve(list(ids), with_payload=_PAYLOAD, with_vector=False)
        return {str(record.id): record.payload or {} for record in records}

    def _count(self, conditions: Any) -> int:
        with engine_errors(self._path):
            return self._shard.count(qdrant.CountRequest(exact=True, filter=conditions))

    def _delete(self, conditions: Any) -> None:
        with engine_errors(self._path):
            self._shard.update(qdrant.UpdateOperation.delete_points_by_filter(conditions))


def _query(request: Request, *, apart: bool) -> qdrant.QueryRequest:
    rankings = list(_rankings(request, apart))
    if not request.is_fused:
        payload: Any = False if request.scores_only else _PAYLOAD
        return qdrant.QueryRequest(limit=request.limit, with_payload=payload, **rankings[0])
    fusion: Any = qdrant.Fusion.Rrf(k=RRF_K)  # the stubs do not know that it is a Fusion
    return qdrant.QueryRequest(
        limit=request.fetched, query=fusion, with_payload=_PAYLOAD,
        prefetches=[qdrant.Prefetch(limit=request.prefetch, **each) for each in rankings],
    )


def _rankings(request: Request, apart: bool) -> Iterator[dict[str, Any]]:
    conditions = request.conditions
    if request.vector is not None and request.passages and apart:
        # Nothing but passages lies there, so that no filter has to pick them from everything.
        yield {"query": _nearest(request.vector, PASSAGE_VECTOR), "params": _EXACTLY_SCORED}
    elif request.vector is not None:
        yield {"query": _nearest(request.vector, TEXT_VECTOR), "params": _EXACTLY_SCORED,
               "filter": conditions}
    if request.image is not None:
        yield {"query": _nearest(request.image, IMAGE_VECTOR), "params": _EXACTLY_SCORED,
               "filter": conditions}
    if request.words:
        yield {"query": _nearest(_sparse(request.words), WORDS_VECTOR), "filter": conditions}


def _nearest(query: Any, using: str) -> qdrant.Query:
    return qdrant.Query.Nearest(query, using=using)


def _sparse(words: Words) -> qdrant.SparseVector:
    return qdrant.SparseVector(list(words.indices), list(words.values))


# Every id is a UUID, for so moments are stored. A question reads hundreds of them, so that a call
# for each would be seen.
def _ranked(points: Sequence[Any]) -> list[Found]:
    return [Found((id_ := point.id).int, id_, point.score, point.payload or {}) for point in points]


def _listed(records: Sequence[Any]) -> list[Found]:
    return [Found((id_ := each.id).int, id_, 0.0, each.payload or {}) for each in records]


def _scored(points: Sequence[Any]) -> Scores:
    return {point.id.int: point.score for point in points}
