"""The embedded index: Qdrant's own engine in this process, its files in the archive.

Figures behind the choices here are in ``bench/RESULTS.md`` (``index_speed``). Payload indexes
without graphs of their own make building far cheaper and cost no recall there: a filter that
leaves few moments is answered by scanning those, and one that leaves many walks the main graph.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

import qdrant_edge as qdrant

from trikal.errors import ArchiveError, ArchiveLocked, EmbeddingMismatch
from trikal.indexes.bm25 import Words
from trikal.indexes.conditions import Dialect
from trikal.indexes.payload import (
    IMAGE_VECTOR,
    KEYWORD_FIELDS,
    MEDIUM,
    PHRASES,
    START,
    TEXT_VECTOR,
    TIME_FIELDS,
    WORDS_VECTOR,
)
from trikal.indexes.qdrant import RRF_K, SCANNED_VECTORS, Entry, Found, QdrantIndex, Request

_BATCH = 1_000
_PAGE = 1_000
_BYTES_PER_VALUE = 4
_DESCRIPTION = "edge_config.json"
_NO_PAYLOAD: Final[Mapping[str, Any]] = {}

# Eight-bit copies of the vectors make scans in large archives 2.7 times as fast. Twice as many as
# wanted are taken by them, and these are scored by the vectors themselves: that misses nothing.
_EXACTLY_SCORED: Final = qdrant.SearchParams(
    quantization=qdrant.QuantizationSearchParams(rescore=True, oversampling=2.0)
)

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
    """

    def __init__(
        self, shard: qdrant.EdgeShard, *, path: Path, dimensions: int,
        image_dimensions: int | None = None,
    ) -> None:
        super().__init__(_DIALECT, dimensions=dimensions, image_dimensions=image_dimensions,
                         batch=_BATCH)
        self._shard = shard
        self._path = path

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
            _create(path, dimensions)
        image_dimensions = _image_dimensions(path)
        with _engine_errors(path):
            shard = qdrant.EdgeShard.load(str(path), _config(dimensions, image_dimensions))
        return cls(shard, path=path, dimensions=dimensions, image_dimensions=image_dimensions)

    def flush(self) -> None:
        """Return once everything stored so far would survive a loss of power."""
        with _engine_errors(self._path):
            self._shard.flush()

    def optimize(self) -> bool:
        """Build the graph over segments of more than `SCANNED_VECTORS` moments.

        Below that it does nothing and costs nothing, so that ingest may call it once at its end;
        what is already in a graph is not built again. It keeps the cores busy for about a minute
        for each 100,000 moments, and blocks until done.
        """
        with _engine_errors(self._path):
            return self._shard.optimize()

    def close(self) -> None:
        """Write everything out and let go of the files; may be called twice."""
        with _engine_errors(self._path):
            self._shard.close()

    def _add_image_vector(self, dimensions: int) -> None:
        room = qdrant.UpdateOperation.create_dense_vector(
            IMAGE_VECTOR, dimensions, qdrant.Distance.Cosine)
        with _engine_errors(self._path):
            self._shard.update(room)
            self._shard.flush()

    def _write(self, entries: Sequence[Entry]) -> None:
        points = [qdrant.Point(entry.id, _vectors(entry), entry.payload) for entry in entries]
        with _engine_errors(self._path):
            self._shard.update(qdrant.UpdateOperation.upsert_points(points))

    def _ask(self, requests: Sequence[Request]) -> list[list[Found]]:
        batch = qdrant.QueryBatchRequest([_query(request) for request in requests])
        with _engine_errors(self._path):
            answers = self._shard.query_batch(batch)
        return [[_scored(point) if request.scores_only else _found(point) for point in points]
                for request, points in zip(requests, answers, strict=True)]

    def _read(
        self, conditions: Any, *, limit: int, backwards: bool = False
    ) -> list[Mapping[str, Any]]:
        direction = qdrant.Direction.Desc if backwards else qdrant.Direction.Asc
        request = qdrant.ScrollRequest(
            limit=limit, filter=conditions, with_payload=True,
            order_by=qdrant.OrderBy(START, direction),
        )
        with _engine_errors(self._path):
            records, _ = self._shard.scroll(request)
        return [record.payload or {} for record in records]

    def _read_all(self, conditions: Any) -> list[Mapping[str, Any]]:
        payloads: list[Mapping[str, Any]] = []
        offset = None
        while True:
            request = qdrant.ScrollRequest(
                offset=offset, limit=_PAGE, filter=conditions, with_payload=True
            )
            with _engine_errors(self._path):
                records, offset = self._shard.scroll(request)
            payloads.extend(record.payload or {} for record in records)
            if offset is None:
                return payloads

    def _fetch(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        with _engine_errors(self._path):
            records = self._shard.retrieve(list(ids), with_payload=True, with_vector=False)
        return {str(record.id): record.payload or {} for record in records}

    def _count(self, conditions: Any) -> int:
        with _engine_errors(self._path):
            return self._shard.count(qdrant.CountRequest(exact=True, filter=conditions))

    def _delete(self, conditions: Any) -> None:
        with _engine_errors(self._path):
            self._shard.update(qdrant.UpdateOperation.delete_points_by_filter(conditions))


def has_files(path: Path) -> bool:
    """Whether anything lies in an index's folder; false when there is no folder."""
    return path.is_dir() and any(path.iterdir())


def drop_folder(path: Path) -> None:
    """Delete an index's folder; harmless when there is none.

    Raises:
        ArchiveError: A file of it cannot be deleted.
    """
    try:
        if path.exists():
            shutil.rmtree(path)
    except OSError as exc:
        raise ArchiveError(
            f"The index {path} cannot be deleted ({exc.strerror}). Make it writable, or delete the "
            "folder by hand."
        ) from exc


def _create(path: Path, dimensions: int) -> None:
    """Make an empty index beside ``path`` and move it there whole: killed midway, none exists."""
    draft = path.with_name(f"{path.name}.new")
    drop_folder(draft)
    draft.parent.mkdir(parents=True, exist_ok=True)
    with _engine_errors(path):
        shard = qdrant.EdgeShard.create(str(draft), _config(dimensions))
        for name, params in _payload_indexes().items():
            shard.update(qdrant.UpdateOperation.create_field_index(name, params))
        shard.flush()
        shard.close()
    draft.rename(path)


def _image_dimensions(path: Path) -> int | None:
    """Read from its own description whether an index has room for image vectors."""
    try:
        described = json.loads((path / _DESCRIPTION).read_text(encoding="utf-8"))
        return int(described["vectors"][IMAGE_VECTOR]["size"])
    except KeyError:
        return None
    except (OSError, ValueError, TypeError) as exc:
        raise _mapped(path, f"{_DESCRIPTION}: {exc}") from exc


def _config(dimensions: int, image_dimensions: int | None = None) -> qdrant.EdgeConfig:
    # Qdrant counts both thresholds in kilobytes of vectors.
    scanned_kb = SCANNED_VECTORS * dimensions * _BYTES_PER_VALUE // 1024
    graph = qdrant.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=scanned_kb)
    return qdrant.EdgeConfig(
        vectors={
            name: qdrant.EdgeVectorParams(size, qdrant.Distance.Cosine)
            for name, size in ((TEXT_VECTOR, dimensions), (IMAGE_VECTOR, image_dimensions)) if size
        },
        sparse_vectors={WORDS_VECTOR: qdrant.EdgeSparseVectorParams(modifier=qdrant.Modifier.Idf)},
        hnsw_config=graph,
        quantization_config=qdrant.ScalarQuantizationConfig(
            qdrant.ScalarType.Int8, quantile=0.99, memory=qdrant.Memory.Cached),
        optimizers=qdrant.EdgeOptimizersConfig(indexing_threshold=scanned_kb),
        # Left cold, every hit of a new process waits for the disk: 40 reads and 2 ms for 90 hits.
        payload_memory=qdrant.Memory.Cached,
        wal_enabled=True,
    )


def _payload_indexes() -> dict[str, Any]:
    keywords = {
        name: qdrant.KeywordIndexParams(is_tenant=name == MEDIUM, enable_hnsw=False)
        for name in KEYWORD_FIELDS
    }
    times = {
        name: qdrant.IntegerIndexParams(lookup=False, range=True, enable_hnsw=False)
        for name in TIME_FIELDS
    }
    phrases = qdrant.TextIndexParams(
        tokenizer=qdrant.TokenizerType.Whitespace, lowercase=False, phrase_matching=True,
        enable_hnsw=False,
    )
    return {**keywords, **times, PHRASES: phrases}


def _query(request: Request) -> qdrant.QueryRequest:
    rankings: list[tuple[qdrant.Query, qdrant.SearchParams | None]] = []
    if request.vector is not None:
        rankings.append((_nearest(request.vector, TEXT_VECTOR), _EXACTLY_SCORED))
    if request.image is not None:
        rankings.append((_nearest(request.image, IMAGE_VECTOR), _EXACTLY_SCORED))
    if request.words:
        rankings.append((_nearest(_sparse(request.words), WORDS_VECTOR), None))
    if not request.is_fused:
        query, params = rankings[0]
        return qdrant.QueryRequest(limit=request.limit, query=query, params=params,
                                   with_payload=not request.scores_only,
                                   filter=request.conditions)
    fusion: Any = qdrant.Fusion.Rrf(k=RRF_K)  # the stubs do not know that it is a Fusion
    return qdrant.QueryRequest(
        limit=request.limit, query=fusion, with_payload=True,
        prefetches=[qdrant.Prefetch(limit=request.prefetch, query=query, params=params,
                                    filter=request.conditions) for query, params in rankings],
    )


def _nearest(query: Any, using: str) -> qdrant.Query:
    return qdrant.Query.Nearest(query, using=using)


def _sparse(words: Words) -> qdrant.SparseVector:
    return qdrant.SparseVector(list(words.indices), list(words.values))


def _vectors(entry: Entry) -> dict[str, Any]:
    given = {TEXT_VECTOR: entry.vector, IMAGE_VECTOR: entry.image,
             WORDS_VECTOR: _sparse(entry.words) if entry.words is not None else None}
    return {name: vector for name, vector in given.items() if vector is not None}


def _scored(point: qdrant.ScoredPoint) -> Found:
    return Found(point.id, point.score, _NO_PAYLOAD)


def _found(point: qdrant.ScoredPoint) -> Found:
    return Found(point.id, point.score, point.payload or {})


@contextmanager
def _engine_errors(path: Path) -> Iterator[None]:
    try:
        yield
    # The engine tells causes apart by their text only: all are bare `Exception`, save the panics
    # on damaged files, whose class is outside `Exception` and cannot be imported.
    except BaseException as exc:
        if type(exc) is not Exception and type(exc).__name__ != "PanicException":
            raise
        raise _mapped(path, str(exc)) from exc


def _mapped(path: Path, reason: str) -> ArchiveError:
    if "WouldBlock" in reason:
        return ArchiveLocked(
            f"The index {path} is in use by another process. Wait until it has finished, or choose "
            "another archive with --archive."
        )
    if "expected vector size" in reason or "Vector dimension error" in reason:
        return EmbeddingMismatch(
            f"The index {path} was made for vectors of another length ({reason}). Use the model "
            "that it was made with, or build it anew with: trikal reindex"
        )
    return ArchiveError(
        f"The index {path} failed or is damaged ({reason}). Nothing is lost, the catalogue holds "
        "every moment: build it anew with: trikal reindex"
    )
