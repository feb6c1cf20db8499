"""Vectors put together by how alike they are: average linkage, of any number of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.serving import clustering
from trikal.serving.clustering import Labels, Vectors, clustered


def around(count: int, voices: int, spread: float, seed: int) -> tuple[Vectors, Labels]:
    draws = np.random.default_rng(seed)
    truth = draws.integers(0, voices, count)
    vectors = draws.normal(size=(voices, 24))[truth] + spread * draws.normal(size=(count, 24))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), truth


def together(labels: Labels) -> Labels:
    return np.asarray(labels[:, None] == labels[None])


def plainly(vectors: Vectors, least_alike: float) -> Labels:
    """Average linkage as it is defined: the two most alike are joined until none are enough."""
    groups = [[n] for n in range(len(vectors))]
    alike = vectors @ vectors.T
    while len(groups) > 1:
        means = {(a, b): alike[np.ix_(groups[a], groups[b])].mean()
                 for a in range(len(groups)) for b in range(a)}
        (a, b), best = max(means.items(), key=lambda each: each[1])
        if best < least_alike:
            break
        groups[b] += groups.pop(a)
    labels = np.empty(len(vectors), int)
    for n, group in enumerate(groups):
        labels[group] = n
    return labels


@given(st.integers(1, 25), st.integers(1, 5), st.floats(0.1, 0.9), st.integers(0, 999))
def test_it_is_average_linkage(count: int, voices: int, least: float, seed: int) -> None:
    vectors, _ = around(count, voices, 0.7, seed)
    assert (together(clustered(vectors, least)) == together(plainly(vectors, least))).all()


@pytest.mark.parametrize("heap", [10, 33, 2_000])
def test_heaps_come_to_the_same_voices(heap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "MOST_AT_ONCE", heap)
    vectors, truth = around(100, 4, 0.3, 5)
    assert (together(clustered(vectors, 0.7)) == together(truth)).all()


def test_clusters_are_counted_as_they_come() -> None:
    vectors, _ = around(60, 5, 0.1, 2)
    labels = clustered(vectors, 0.5)
    assert list(dict.fromkeys(labels.tolist())) == list(range(labels.max() + 1))


def test_nothing_and_one_are_clustered_too() -> None:
    assert clustered(np.empty((0, 8), np.float32), 0.5).tolist() == []
    assert clustered(np.eye(8, dtype=np.float32)[:1], 0.5).tolist() == [0]


def test_vectors_that_are_equal_end() -> None:
    assert set(clustered(np.tile(np.eye(4, dtype=np.float32)[:2], (20, 1)), 0.5)) == {0, 1}
