"""The index on a Qdrant server or cluster, for archives that several machines share."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from trikal.errors import EmbeddingMismatch, TrikalError
from trikal.indexes.bm25 import Words
from trikal.indexes.conditions import Dialect
from trikal.indexes.payload import IMAGE_VECTOR, PLACE, START, TEXT_VECTOR, WORDS_VECTOR
from trikal.indexes.qdrant import QdrantIndex
from trikal.indexes.requests import RRF_K, Entry, Found, Request, Scores
from trikal.indexes.server_errors import server_errors, without_credentials
from trikal.indexes.server_layout import payload_indexes, vectors

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

_BATCH = 256
_PAGE = 1_000
_HTTP_PORT = 6333
_TIMEOUT_S = 30


class ServerIndex(QdrantIndex):
    """A :class:`trikal.indexes.protocol.MomentIndex` in one collection of a server.

    Args:
        client: A client of the server; closed with the index.
        url: The server's address, for messages.
        collection: The collection, which must exist; :meth:`open` and :meth:`prepare` make it.
        dimensions: Length of its dense vectors.
    """

    def __init__(
        self, client: "QdrantClient", *, url: str, collection: str, dimensions: int
    ) -> None:
        super().__init__(_dialect(), dimensions=dimensions, batch=_BATCH)
        self._client = client
        self._url = url
        self._collection = collection

    @classmethod
    def open(
        cls,
        url: str,
        *,
        key: str | None = None,
        collection: str,
        dimensions: int,
        prefer_grpc: bool | None = None,
    ) -> Self:
        """Connect to a server and open a collection, creating it when there is none.

        Args:
            url: Address of the server's HTTP port.
            key: Its API key; never part of a message.
            collection: Name of the collection.
            dimensions: Length of its dense vectors.
            prefer_grpc: Use the gRPC port, 6334, for what it can do. When not given: yes, unless
                the address names another port than 6333, because then nothing is known of 6334.

        Raises:
            BackendFailed: The server cannot be reached or failed.
            ArchiveError: The server refuses the key.
            EmbeddingMismatch: The collection holds vectors of another length.
        """
        client = _connect(url, key=key, prefer_grpc=prefer_grpc)
        index = cls(client, url=url, collection=collection, dimensions=dimensions)
        try:
            index.prepare()
        except TrikalError:
            index.close()
            raise
        return index

    def prepare(self) -> None:
        """Create the collection when there is none, and see that its vectors fit."""
        with self._server_errors():
            if not self._client.collection_exists(self._collection):
                self._create()
            held_there = self._client.get_collection(self._collection)
        params = held_there.config.params
        self._dialect = replace(self._dialect, places=PLACE in held_there.payload_schema)
        vectors = params.vectors if isinstance(params.vectors, dict) else {}
        held = vectors[TEXT_VECTOR].size if TEXT_VECTOR in vectors else None
        self._image_dimensions = vectors[IMAGE_VECTOR].size if IMAGE_VECTOR in vectors else None
        if held != self._dimensions:
            raise EmbeddingMismatch(
                f"The collection {self._collection} on {without_credentials(self._url)} holds "
                f"vectors of {held} dimensions, not of {self._dimensions}. Use the model that it "
                "was made with, or build it anew with: trikal reindex"
            )

    def flush(self) -> None:
        """Do nothing: every write waited for the server to have applied and logged it."""

    def optimize(self) -> bool:
        """Do nothing: a server builds its graphs in the background."""
        return False

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _create(self) -> None:
        self._client.create_collection(self._collection, **vectors(self._dimensions))
        for name, schema in payload_indexes().items():
            self._client.create_payload_index(self._collection, name, schema, wait=True)

    def _add_image_vector(self, dimensions: int) -> None:
        from qdrant_client import models

        room = models.DenseVectorNameConfig(dense=models.DenseVectorConfig(
            size=dimensions, distance=models.Distance.COSINE))
        with self._server_errors():
            self._client.create_vector_name(self._collection, IMAGE_VECTOR, room)

    def _write(self, entries: Sequence[Entry]) -> None:
        from qdrant_client import models

        points = [models.PointStruct(id=entry.id, vector=_vectors(entry), payload=entry.payload)
                  for entry in entries]
        with self._server_errors():
            self._client.upsert(self._collection, points, wait=True)

    def _ask(self, requests: Sequence[Request]) -> list[list[Found]]:
        return [[_found(point, point.score) for point in points]
                for points in self._answers(requests)]

    def _score(self, requests: Sequence[Request]) -> list[Scores]:
        return [{str(point.id): point.score for point in points}
                for points in self._answers(requests)]

    def _answers(self, requests: Sequence[Request]) -> "list[list[models.ScoredPoint]]":
        batch = [_query(request) for request in requests]
        with self._server_errors():
            answers = self._client.query_batch_points(self._collection, batch)
        return [answer.points for answer in answers]

    def _some(self, conditions: Any, limit: int) -> list[Found]:
        with self._server_errors():
            records, _ = self._client.scroll(
                self._collection, scroll_filter=conditions, limit=limit)
        return [_found(record, 0.0) for record in records]

    def _read(
        self, conditions: Any, *, limit: int, backwards: bool = False
    ) -> list[Mapping[str, Any]]:
        from qdrant_client import models

        direction = models.Direction.DESC if backwards else models.Direction.ASC
        with self._server_errors():
            records, _ = self._client.scroll(
                self._collection, scroll_filter=conditions, limit=limit,
                order_by=models.OrderBy(key=START, direction=direction),
            )
        return [record.payload or {} for record in records]

    def _read_all(self, conditions: Any) -> list[Mapping[str, Any]]:
        payloads: list[Mapping[str, Any]] = []
        offset = None
        while True:
            with self._server_errors():
                records, offset = self._client.scroll(
                    self._collection, scroll_filter=conditions, limit=_PAGE, offset=offset
                )
            payloads.extend(record.payload or {} for record in records)
            if offset is None:
                return payloads

    def _fetch(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        with self._server_errors():
            records = self._client.retrieve(self._collection, list(ids), with_payload=True)
        return {str(record.id): record.payload or {} for record in records}

    def _count(self, conditions: Any) -> int:
        with self._server_errors():
            return self._client.count(
                self._collection, count_filter=conditions, exact=True
            ).count

    def _delete(self, conditions: Any) -> None:
        from qdrant_client import models

        with self._server_errors():
            self._client.delete(
                self._collection, models.FilterSelector(filter=conditions), wait=True
            )

    def _server_errors(self) -> AbstractContextManager[None]:
        return server_errors(self._url, self._collection)


def drop_collection(url: str, *, key: str | None, collection: str) -> None:
    """Delete a collection; harmless when there is none.

    Raises:
        BackendFailed: The server cannot be reached or failed.
        ArchiveError: The server refuses the key.
    """
    with closing(_connect(url, key=key)) as client, server_errors(url, collection):
        client.delete_collection(collection)


def _connect(url: str, *, key: str | None, prefer_grpc: bool | None = None) -> "QdrantClient":
    from qdrant_client import QdrantClient

    if prefer_grpc is None:
        prefer_grpc = urlsplit(url).port in (None, _HTTP_PORT)
    return QdrantClient(url=url, api_key=key, prefer_grpc=prefer_grpc, timeout=_TIMEOUT_S,
                        check_compatibility=False)


def _dialect() -> Dialect:
    from qdrant_client import models

    return Dialect(
        all_of=models.Filter,
        field=models.FieldCondition,
        value=lambda value: models.MatchValue(value=value),
        any_value=models.MatchAny,
        phrase=lambda phrase: models.MatchPhrase(phrase=phrase),
        span=models.Range,
        ids=lambda ids: models.Filter(must=[models.HasIdCondition(has_id=list(ids))]),
    )


def _query(request: Request) -> "models.QueryRequest":
    from qdrant_client import models

    rankings: list[tuple[Any, str]] = []
    if request.vector is not None:
        rankings.append((request.vector, TEXT_VECTOR))
    if request.image is not None:
        rankings.append((request.image, IMAGE_VECTOR))
    if request.words:
        rankings.append((_sparse(request.words), WORDS_VECTOR))
    if not request.is_fused:
        query, using = rankings[0]
        return models.QueryRequest(query=query, using=using, filter=request.conditions,
                                   limit=request.limit, with_payload=not request.scores_only)
    return models.QueryRequest(
        query=models.RrfQuery(rrf=models.Rrf(k=RRF_K)), limit=request.fetched, with_payload=True,
        prefetch=[models.Prefetch(query=query, using=using, limit=request.prefetch,
                                  filter=request.conditions) for query, using in rankings],
    )


def _sparse(words: Words) -> "models.SparseVector":
    from qdrant_client import models

    return models.SparseVector(indices=list(words.indices), values=list(words.values))


def _vectors(entry: Entry) -> dict[str, Any]:
    given = {TEXT_VECTOR: entry.vector, IMAGE_VECTOR: entry.image,
             WORDS_VECTOR: _sparse(entry.words) if entry.words else None}
    return {name: vector for name, vector in given.items() if vector is not None}


def _found(point: "models.ScoredPoint | models.Record", score: float) -> Found:
    id_ = str(point.id)
    return Found(id_, id_, score, point.payload or {})
