"""How an index lies on a Qdrant server: the vectors of its collection, and its payload indexes."""

from typing import Any

from trikal.indexes.payload import (
    KEYWORD_FIELDS,
    MEDIUM,
    PHRASES,
    TEXT_VECTOR,
    TIME_FIELDS,
    WORDS_VECTOR,
)


def vectors(dimensions: int) -> dict[str, Any]:
    """Return the parameters of a new collection's vectors, of texts and of words."""
    from qdrant_client import models

    return {
        "vectors_config": {TEXT_VECTOR: models.VectorParams(
            size=dimensions, distance=models.Distance.COSINE)},
        "sparse_vectors_config": {WORDS_VECTOR: models.SparseVectorParams(
            modifier=models.Modifier.IDF)},
    }


def payload_indexes() -> dict[str, Any]:
    """Return the parameters of every payload index, by field."""
    from qdrant_client import models

    keywords = {
        name: models.KeywordIndexParams(
            type=models.KeywordIndexType.KEYWORD, is_tenant=name == MEDIUM)
        for name in KEYWORD_FIELDS
    }
    times = {
        name: models.IntegerIndexParams(
            type=models.IntegerIndexType.INTEGER, lookup=False, range=True)
        for name in TIME_FIELDS
    }
    phrases = models.TextIndexParams(
        type=models.TextIndexType.TEXT, tokenizer=models.TokenizerType.WHITESPACE,
        lowercase=False, phrase_matching=True,
    )
    return {**keywords, **times, PHRASES: phrases}
