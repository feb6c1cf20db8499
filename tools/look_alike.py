"""Find frames by what they look like: like a picture, or as a text says."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex, MomentQuery, Vectors
from trikal.serving.roles import ImageEmbedder


class LookAlike:
    """Searches the frames of one archive.

    Args:
        index: The archive's index.
        embedder: The model that embedded its frames.
    """

    def __init__(self, index: MomentIndex, embedder: ImageEmbedder) -> None:
        self._index = index
        self._embedder = embedder

    def like(
        self, picture: NDArray[np.uint8], *, scope: MomentFilter = EVERYTHING, limit: int = 10
    ) -> list[Evidence]:
        """Find frames that look like a picture.

        Args:
            picture: RGB, uint8 of shape ``(height, width, 3)``.
            scope: Which moments may be found.
            limit: How many.

        Returns:
            Moments of the frame track, most alike first, scored by cosine.

        Raises:
            BadInput: The picture has no pixels.
            EmbeddingMismatch: The archive holds no image vectors.
            ModelError: The embedder failed.
        """
        (vector,) = self._embedder.embed_pictures([picture])
        return self._nearest(vector, scope, limit, "looks like the picture")

    def showing(
        self, texts: Sequence[str], *, scope: MomentFilter = EVERYTHING, limit: int = 10
    ) -> list[list[Evidence]]:
        """Find frames that show what texts say; otherwise as :meth:`like`.

        Raises:
            ModelUnavailable: Texts have no place among the vectors of this model.
        """
        vectors = self._embedder.embed_queries(texts)
        if vectors is None:
            raise ModelUnavailable(
                f"{self._embedder.name} finds frames by a picture and not by a text. Search with "
                "--image, or pin a model for image-embedding that reads text too and run: trikal "
                "reindex"
            )
        return [self._nearest(vector, scope, limit, "shows it") for vector in vectors]

    def _nearest(
        self, vector: Vectors, scope: MomentFilter, limit: int, why: str
    ) -> list[Evidence]:
        (hits,) = self._index.search([MomentQuery(image=vector, filter=scope, limit=limit)])
        return [Evidence(moment=hit.moment, score=hit.score, why=f"{why} ({hit.score:.2f})")
                for hit in hits]
