"""Clusters of vectors of length one, by average linkage, as many as there are.

The nearest-neighbour chain (Murtagh, "A survey of recent advances in hierarchical clustering
algorithms", 1983) takes time and memory that grow with the square of the count and no more.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Labels = NDArray[np.int_]

MOST_AT_ONCE: Final = 2_000
"""So many vectors are clustered at once; of more, the clusters of heaps are clustered again."""


def clustered(vectors: Vectors, least_alike: float) -> Labels:
    """Put vectors together whose clusters are on average alike.

    Args:
        vectors: Of length one, of shape ``(n, dimensions)``.
        least_alike: The mean cosine of two clusters from which on they are one.

    Returns:
        The cluster of each, counted from 0 in the order in which they first come, shape ``(n,)``.
    """
    if len(vectors) <= MOST_AT_ONCE:
        return _in_order(_merged(vectors, np.ones(len(vectors)), least_alike))
    heaps: list[Labels] = []
    base = 0
    for first in range(0, len(vectors), MOST_AT_ONCE):
        heap = _merged(vectors[first:first + MOST_AT_ONCE], None, least_alike)
        heaps.append(heap + base)
        base += int(heap.max()) + 1
    labels = np.concatenate(heaps)
    middles = np.zeros((base, vectors.shape[1]))
    np.add.at(middles, labels, vectors)
    counts = np.bincount(labels, minlength=base).astype(float)
    # The mean of vectors, not of length one: products of such means are mean cosines.
    again = _merged(middles / counts[:, None], counts, least_alike)
    return _in_order(again[labels])


def _merged(
    vectors: NDArray[np.floating], counts: NDArray[np.float64] | None, least_alike: float
) -> Labels:
    """Return the root of each vector after all merges of clusters that are alike enough, from 0."""
    size = len(vectors)
    weight = np.ones(size) if counts is None else counts.astype(float)
    alike = (vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(alike, -np.inf)
    root, living, chain = np.arange(size), np.ones(size, bool), list[int]()
    while living.any():
        chain = chain or [int(np.argmax(living))]
        top = chain[-1]
        near = int(np.argmax(alike[top]))
        # Of equals the one before in the chain is taken, or it would never end.
        if len(chain) > 1 and alike[top, chain[-2]] >= alike[top, near]:
            near = chain[-2]
        if alike[top, near] < least_alike:  # nothing is near it any more, nor ever will be
            living[top] = False
            alike[top], alike[:, top] = -np.inf, -np.inf
            chain.pop()
        elif len(chain) > 1 and near == chain[-2]:
            del chain[-2:]
            _join(alike, weight, near, top)
            root[root == top], living[top] = near, False
        else:
            chain.append(near)
    return np.unique(root, return_inverse=True)[1]


def _join(alike: NDArray[np.float64], weight: NDArray[np.float64], into: int, gone: int) -> None:
    """Let one cluster stand for two; how alike it is to others is the mean over its members."""
    both = weight[into] + weight[gone]
    alike[into] = (weight[into] * alike[into] + weight[gone] * alike[gone]) / both
    alike[into, [into, gone]] = -np.inf
    alike[:, into] = alike[into]
    alike[gone], alike[:, gone] = -np.inf, -np.inf
    weight[into] = both


def _in_order(labels: Labels) -> Labels:
    _, first, same = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[same]
