"""Whether vectors fit an index, before anything is stored or searched by them."""

import numpy as np

from trikal.errors import BackendFailed, EmbeddingMismatch
from trikal.indexes.protocol import Vectors


def check_length(dimensions: int, held: int) -> None:
    """Refuse vectors of texts that are not as long as the index's.

    Raises:
        EmbeddingMismatch: They are `dimensions` long, and the index's are `held` long.
    """
    if dimensions != held:
        raise EmbeddingMismatch(
            f"The index holds vectors of {held} dimensions, not of {dimensions}. Use the model "
            "that the archive was made with, or build the index anew with: trikal reindex"
        )


def check_image_length(dimensions: int, held: int | None) -> None:
    """Refuse image vectors that are not as long as the index's.

    Raises:
        EmbeddingMismatch: They are `dimensions` long, and the index's are `held` long, or it has no
            room for any.
    """
    if held is None:
        raise EmbeddingMismatch(
            "The index holds no image vectors. Make them with: trikal ingest FILES, once an "
            'image-embedding model is there (pip install "trikal[torch]")'
        )
    if dimensions != held:
        raise EmbeddingMismatch(
            f"The index holds image vectors of {held} dimensions, not of {dimensions}. Use the "
            "model for image-embedding that the archive was made with, or build the index anew "
            "with: trikal reindex"
        )


def check_values(vectors: Vectors, *, rows: int) -> None:
    """Refuse vectors that are too few, too many, or no numbers.

    Raises:
        BackendFailed: Their number is not `rows`, or one is not finite.
    """
    if vectors.shape[0] != rows or not np.isfinite(vectors).all():
        raise BackendFailed(
            f"The embedding model gave {vectors.shape[0]} vectors for {rows} moments, or values "
            "that are no numbers. Nothing was stored; try another embedding model."
        )
