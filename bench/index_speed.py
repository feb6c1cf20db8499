"""How fast moments are stored and found: our embedded index against its neighbours.

100,000 moments of 384 dimensions and 20 Zipf-like words in 50 media. Each query is hybrid (vector
and four words, reciprocal rank fusion with k = 60), once filtered by one medium and a ten-minute
window (overlap), once unfiltered. Chroma's embedded edition has no hybrid search: it answers the
dense half only. Recall is of the exact ten nearest by vector under the same filter, measured on
dense queries. All engines are loaded first, one after the other, and then asked in turns.

Usage: ``python -m bench index_speed [MOMENTS] [ENGINE …]``
"""

import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bench._unit import unit
from trikal.indexes.edge import EdgeIndex
from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex, MomentQuery
from trikal.indexes.server import ServerIndex
from trikal.moments import Moment, Track, Unit

DIMENSIONS = 384
MEDIA = 50
WORDS = 20
WINDOW_MS = 600_000
LIMIT = 10
STEP_MS = 3_000

_WARM = 3


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """The moments, and what is asked about them."""

    moments: list[Moment]
    vectors: NDArray[np.float32]
    queries: list[MomentQuery]

    def filtered(self, place: int) -> MomentQuery:
        """The query at ``place``, within one medium and ten minutes."""
        query = self.queries[place]
        rng = np.random.default_rng(place)
        target = self.moments[int(rng.integers(len(self.moments)))]
        window = Interval(target.start_ms, target.start_ms + WINDOW_MS)
        return MomentQuery(
            vector=query.vector, text=query.text, limit=LIMIT,
            filter=MomentFilter(media_ids=(target.media_id,), windows=(window,)),
        )

    def nearest(self, query: MomentQuery) -> set[str]:
        """The ids of the exact nearest by vector that pass the filter."""
        passing = [place for place, each in enumerate(self.moments) if _passes(each, query.filter)]
        scores = self.vectors[passing] @ query.vector
        return {self.moments[passing[place]].id for place in np.argsort(-scores)[:LIMIT]}


class Engine(Protocol):
    """One competitor; each makes its files in a folder of its own."""

    name: str

    def load(self, corpus: Corpus) -> None:
        """Store everything and build what is needed to search."""

    def search(self, query: MomentQuery) -> list[str]:
        """Return the ids found, best first."""


class Ours:
    name = "Trikal, edge"

    def __init__(self, folder: Path) -> None:
        self._index: MomentIndex = EdgeIndex.open(folder / "index", dimensions=DIMENSIONS)

    def load(self, corpus: Corpus) -> None:
        self._index.upsert(corpus.moments, corpus.vectors)
        self._index.flush()

    def search(self, query: MomentQuery) -> list[str]:
        return [hit.moment.id for hit in self._index.search([query])[0]]


class OursOptimized(Ours):
    name = "Trikal, edge, optimized"

    def load(self, corpus: Corpus) -> None:
        super().load(corpus)
        self._index.optimize()


class LocalMode(Ours):
    name = "qdrant-client, local mode"

    def __init__(self, folder: Path) -> None:
        from qdrant_client import QdrantClient

        # It warns, rightly, that it is not made for this.
        warnings.filterwarnings("ignore", message="Payload indexes|Local mode is not recommended")
        client = QdrantClient(path=str(folder))
        index = ServerIndex(client, url="local", collection="bench", dimensions=DIMENSIONS)
        index.prepare()
        self._index = index


class Lance:
    name = "LanceDB"

    def __init__(self, folder: Path) -> None:
        import lancedb

        self._database = lancedb.connect(str(folder))

    def load(self, corpus: Corpus) -> None:
        import pyarrow as pa

        texts = [each.text for each in corpus.moments]
        self._table = self._database.create_table("moments", pa.table({
            "id": [each.id for each in corpus.moments],
            "media_id": [each.media_id for each in corpus.moments],
            "start_ms": [each.start_ms for each in corpus.moments],
            "end_ms": [each.end_ms for each in corpus.moments],
            "text": texts,
            "vector": pa.FixedSizeListArray.from_arrays(corpus.vectors.ravel(), DIMENSIONS),
        }))
        self._table.create_scalar_index("media_id", index_type="BITMAP")
        self._table.create_scalar_index("start_ms")
        self._table.create_scalar_index("end_ms")
        self._table.create_fts_index("text")

    def search(self, query: MomentQuery) -> list[str]:
        from lancedb.rerankers import RRFReranker

        if query.text is None:
            search = self._table.search(query.vector).distance_type("cosine")
        else:
            search = (self._table.search(query_type="hybrid").vector(query.vector)
                      .text(query.text).distance_type("cosine").rerank(RRFReranker(K=60)))
        if query.filter.windows:
            search = search.where(_as_sql(query.filter), prefilter=True)
        return list(search.limit(LIMIT).to_arrow()["id"].to_pylist())


class Chroma:
    name = "Chroma (dense only)"

    def __init__(self, folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        self._collection = client.create_collection(
            "moments", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )

    def load(self, corpus: Corpus) -> None:
        for start in range(0, len(corpus.moments), 5_000):
            part = corpus.moments[start:start + 5_000]
            self._collection.add(
                ids=[each.id for each in part], documents=[each.text for each in part],
                embeddings=corpus.vectors[start:start + 5_000],
                metadatas=[{"media_id": each.media_id, "start_ms": each.start_ms,
                            "end_ms": each.end_ms} for each in part],
            )

    def search(self, query: MomentQuery) -> list[str]:
        where = _as_where(query.filter) if query.filter.windows else None
        found = self._collection.query(
            query_embeddings=[query.vector], n_results=LIMIT, where=where,
            include=["documents", "metadatas"],
        )
        return list(found["ids"][0])


ENGINES: dict[str, tuple[Callable[[Path], Engine], int]] = {
    # With how many queries each is asked: local mode takes the better part of a second for one.
    "edge": (Ours, 200),
    "optimized": (OursOptimized, 200),
    "lance": (Lance, 100),
    "chroma": (Chroma, 200),
    "local": (LocalMode, 10),
}


def make_corpus(size: int) -> Corpus:
    """Make moments whose vectors lie in clusters, as embeddings do, and queries near some."""
    rng = np.random.default_rng(7)
    centres = rng.normal(size=(500, DIMENSIONS))
    vectors = unit(centres[rng.integers(500, size=size)] + rng.normal(size=(size, DIMENSIONS)))
    words = rng.zipf(1.1, size=(size, WORDS)) % 50_000
    texts = [" ".join(f"word{number}" for number in row) for row in words]
    moments = [
        Moment(media_id=f"{place % MEDIA:064x}", track=Track.SPEECH, unit=Unit.PASSAGE, text=text,
               start_ms=place // MEDIA * STEP_MS, end_ms=place // MEDIA * STEP_MS + 4_000,
               language="en", source="bench")
        for place, text in enumerate(texts)
    ]
    asked = rng.integers(size, size=200)
    near = unit(vectors[asked] + rng.normal(size=(200, DIMENSIONS)) / DIMENSIONS ** 0.5)
    queries = [
        MomentQuery(vector=vector, text=" ".join(texts[place].split()[:4]), limit=LIMIT)
        for vector, place in zip(near, asked, strict=True)
    ]
    return Corpus(moments=moments, vectors=vectors, queries=queries)


class Competitor:
    """An engine that has stored everything, and how long its answers took.

    Args:
        engine: The engine, still empty.
        corpus: What it stores.
        rounds: How many queries of each kind it is asked.
    """

    def __init__(self, engine: Engine, corpus: Corpus, rounds: int) -> None:
        began = time.perf_counter()
        engine.load(corpus)
        self._loaded_s = time.perf_counter() - began
        self._engine = engine
        self._corpus = corpus
        self._rounds = rounds
        self._times: dict[bool, list[float]] = {True: [], False: []}

    def ask(self, place: int, *, filtered: bool) -> None:
        """Time one query, unless it has been asked enough."""
        if place < self._rounds:
            query = self._query(place, filtered)
            self._times[filtered].append(_milliseconds(self._engine, query))

    def warm(self, *, filtered: bool) -> None:
        """Ask three queries that do not count."""
        for place in range(_WARM):
            self._engine.search(self._query(place, filtered))

    def row(self) -> str:
        """Return its row of the table."""
        cells = [self._engine.name, f"{self._loaded_s:.1f} s"]
        for filtered, times in self._times.items():
            asked = [self._query(place, filtered) for place in range(min(20, self._rounds))]
            cells += [f"{np.percentile(times, 50):.1f}", f"{np.percentile(times, 95):.1f}",
                      f"{_recall(self._engine, self._corpus, asked):.2f}"]
        return f"| {' | '.join(cells)} |"

    def _query(self, place: int, filtered: bool) -> MomentQuery:
        return self._corpus.filtered(place) if filtered else self._corpus.queries[place]


def main() -> None:
    """Print the table."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    corpus = make_corpus(size)
    with ExitStack() as stack:
        competitors = []
        for name in sys.argv[2:] or ENGINES:
            make, rounds = ENGINES[name]
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            competitors.append(Competitor(make(folder), corpus, rounds))
        print(f"{size:,} moments, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}\n")
        _take_turns(competitors)
        print("| engine | load | filtered p50 ms | p95 | recall "
              "| unfiltered p50 ms | p95 | recall |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
        for each in competitors:
            print(each.row(), flush=True)


def _take_turns(competitors: Sequence[Competitor]) -> None:
    """Ask every engine the first query, then every one the second: what disturbs one disturbs all.

    An engine that is asked fewer queries is asked among the first of the others'.
    """
    for filtered in (True, False):
        for each in competitors:
            each.warm(filtered=filtered)
        for place in range(max(rounds for _, rounds in ENGINES.values())):
            for each in competitors:
                each.ask(place, filtered=filtered)


def _milliseconds(engine: Engine, query: MomentQuery) -> float:
    began = time.perf_counter()
    found = engine.search(query)
    taken = (time.perf_counter() - began) * 1_000
    assert found, f"{engine.name} found nothing"
    return taken


def _recall(engine: Engine, corpus: Corpus, queries: list[MomentQuery]) -> float:
    dense = [MomentQuery(vector=each.vector, filter=each.filter, limit=LIMIT) for each in queries]
    shares = [len(wanted & set(engine.search(query))) / len(wanted)
              for query in dense if (wanted := corpus.nearest(query))]
    return float(np.mean(shares))


def _passes(moment: Moment, wanted: MomentFilter) -> bool:
    return wanted == EVERYTHING or (
        moment.media_id in wanted.media_ids and wanted.windows[0].overlaps(Interval.of(moment))
    )


def _as_sql(wanted: MomentFilter) -> str:
    window = wanted.windows[0]
    return (f"media_id = '{wanted.media_ids[0]}' AND start_ms < {window.end_ms} "
            f"AND end_ms > {window.start_ms}")


def _as_where(wanted: MomentFilter) -> dict[str, Any]:
    window = wanted.windows[0]
    return {"$and": [{"media_id": wanted.media_ids[0]}, {"start_ms": {"$lt": window.end_ms}},
                     {"end_ms": {"$gt": window.start_ms}}]}
