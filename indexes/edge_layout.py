"""How the embedded index lies on disk: its vectors, its graphs and its payload indexes.

Figures behind the choices here are in ``bench/RESULTS.md`` (``index_speed``). Payload indexes
without graphs of their own make building far cheaper and cost no recall there: a filter that
leaves few moments is answered by scanning those, and one that leaves many walks the main graph.

The vectors of passages lie in a space of their own besides. A search among all passages, which
every question that names no place makes, would otherwise pick them from everything by a filter: by
a scan of all of them, or, where they are more than `SCANNED_VECTORS`, by walking a graph that is
mostly utterances, which misses many.
"""

from functools import partial
from typing import Any, Final

import qdrant_edge as qdrant

from trikal.indexes.payload import (
    IMAGE_VECTOR,
    KEYWORD_FIELDS,
    MEDIUM,
    PASSAGE_VECTOR,
    PHRASES,
    TEXT_VECTOR,
    TIME_FIELDS,
    WORDS_VECTOR,
)
from trikal.indexes.requests import SCANNED_VECTORS

_BYTES_PER_VALUE: Final = 4
_FEWER: Final = 10  # a graph over passages alone pays from a tenth of `SCANNED_VECTORS` on


def config(
    dimensions: int, image_dimensions: int | None = None, *, apart: bool = True
) -> qdrant.EdgeConfig:
    """Describe an index.

    Args:
        dimensions: Length of the vectors of texts.
        image_dimensions: Length of the image vectors, if there is room for any.
        apart: Whether passages have a space of their own, too.
    """
    # Qdrant counts both thresholds in kilobytes of vectors.
    scanned_kb = SCANNED_VECTORS * dimensions * _BYTES_PER_VALUE // 1024
    graph = _graph(scanned_kb)
    params = partial(qdrant.EdgeVectorParams, distance=qdrant.Distance.Cosine)
    vectors = {TEXT_VECTOR: params(dimensions)}
    if image_dimensions:
        vectors[IMAGE_VECTOR] = params(image_dimensions)
    if apart:
        vectors[PASSAGE_VECTOR] = params(dimensions, hnsw_config=_graph(scanned_kb // _FEWER))
    return qdrant.EdgeConfig(
        vectors=vectors,
        sparse_vectors={WORDS_VECTOR: qdrant.EdgeSparseVectorParams(modifier=qdrant.Modifier.Idf)},
        hnsw_config=graph,
        quantization_config=qdrant.ScalarQuantizationConfig(
            qdrant.ScalarType.Int8, quantile=0.99, memory=qdrant.Memory.Cached),
        optimizers=qdrant.EdgeOptimizersConfig(indexing_threshold=scanned_kb),
        # Left cold, every hit of a new process waits for the disk: 40 reads and 2 ms for 90 hits.
        payload_memory=qdrant.Memory.Cached,
        wal_enabled=True,
    )


def _graph(scanned_kb: int) -> qdrant.HnswIndexConfig:
    return qdrant.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=scanned_kb)


def payload_indexes() -> dict[str, Any]:
    """Return the parameters of every payload index, by field."""
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
