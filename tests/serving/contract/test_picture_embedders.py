"""Role image-embedding: one contract for the fake that other tests trust and real adapters."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.serving.contract.opening import at_once, noise, saved, torch
from trikal.errors import BadInput
from trikal.serving.backends.transformers_pictures import TransformersPictures
from trikal.serving.models import Models
from trikal.serving.roles import Closes, ImageEmbedder
from trikal.settings import Settings


@pytest.fixture(scope="module")
def efficientnet(tmp_path_factory: pytest.TempPathFactory) -> Any:
    pytest.importorskip("efficientnet_lite_pytorch")
    return Models(Settings(cache_dir=tmp_path_factory.mktemp("cache"), threads=2)).image_embedder()


@pytest.fixture(params=["fake", torch("clip"), torch("siglip"), torch("efficientnet")])
def embedder(request: pytest.FixtureRequest) -> ImageEmbedder:
    makers: dict[str, Callable[[], Any]] = {
        "fake": fakes.FakeImageEmbedder,
        "clip": lambda: TransformersPictures("tiny", saved("clip"), dimensions=16),
        "siglip": lambda: TransformersPictures("tiny", saved("siglip"), dimensions=32),
        "efficientnet": lambda: request.getfixturevalue("efficientnet"),
    }
    return makers[request.param]()


def test_vectors_have_the_stated_shape_and_length_one(embedder: ImageEmbedder) -> None:
    found = embedder.embed_pictures([noise(40, 60, 3), noise(64, 20, 3), noise(1, 1, 3)])
    assert found.shape == (3, embedder.dimensions)
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx([1.0] * 3, abs=1e-3)


def test_no_pictures_are_no_vectors(embedder: ImageEmbedder) -> None:
    assert embedder.embed_pictures([]).shape == (0, embedder.dimensions)


def test_a_picture_has_one_vector_whatever_is_beside_it(embedder: ImageEmbedder) -> None:
    pictures = [noise(40, 60, 3), noise(60, 40, 3), noise(50, 50, 3)]
    together = embedder.embed_pictures(pictures)
    alone = np.concatenate([embedder.embed_pictures([each]) for each in pictures])
    assert together == pytest.approx(alone, abs=1e-3)


def test_a_text_has_a_vector_where_texts_are_read_and_none_elsewhere(
    embedder: ImageEmbedder
) -> None:
    found = embedder.embed_queries(["a red cat", "a blue dog"])
    assert (found is not None) is embedder.reads_text
    if found is not None:
        assert found.shape == (2, embedder.dimensions)
        assert np.linalg.norm(found, axis=1) == pytest.approx([1.0, 1.0], abs=1e-3)


@pytest.mark.parametrize("shape", [(0, 0, 3), (0, 8, 3), (8, 8), (8, 8, 4)])
def test_what_is_no_picture_is_refused(embedder: ImageEmbedder, shape: tuple[int, ...]) -> None:
    with pytest.raises(BadInput):
        embedder.embed_pictures([np.zeros(shape, dtype=np.uint8)])


def test_threads_get_the_same_vectors(embedder: ImageEmbedder) -> None:
    wanted = embedder.embed_pictures([noise(40, 60, 3)])
    for found in at_once(lambda: embedder.embed_pictures([noise(40, 60, 3)]), 3):
        assert found == pytest.approx(wanted, abs=1e-3)


def test_one_that_was_closed_sees_again(embedder: ImageEmbedder) -> None:
    before = embedder.embed_pictures([noise(40, 60, 3)])
    if isinstance(embedder, Closes):
        embedder.close()
        embedder.close()
    assert embedder.embed_pictures([noise(40, 60, 3)]) == pytest.approx(before, abs=1e-3)
