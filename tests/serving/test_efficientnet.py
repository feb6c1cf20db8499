"""Tags and look-alike vectors: the real network from its carrier, and what goes wrong around it."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image, ImageDraw

from trikal.errors import BadInput, ModelUnavailable
from trikal.media.picture import read_picture
from trikal.serving.backends.efficientnet import DIMENSIONS, LEAST_PROBABILITY, EfficientNet
from trikal.serving.models import Models
from trikal.serving.roles import STAND_IN, Role
from trikal.settings import Settings


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EfficientNet]:
    pytest.importorskip("efficientnet_lite_pytorch")
    with Models(Settings(cache_dir=tmp_path_factory.mktemp("cache"), threads=2)) as models:
        yield cast(EfficientNet, models.image_embedder())


def drawn(seed: int, size: tuple[int, int] = (320, 240)) -> np.ndarray:
    """A picture of coloured shapes, the same for the same seed."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(random.integers(0, 255, 3).tolist()))
    pen = ImageDraw.Draw(image)
    for _ in range(12):
        left, top = (int(random.integers(0, side - 40)) for side in size)
        pen.ellipse((left, top, left + int(random.integers(20, 120)), top + 60),
                    fill=tuple(random.integers(0, 255, 3).tolist()))
    return np.asarray(image)


def smaller(tmp_path: Path, picture: np.ndarray) -> np.ndarray:
    Image.fromarray(picture).reduce(2).save(tmp_path / "p.jpg", quality=60)
    return read_picture(tmp_path / "p.jpg")


@pytest.mark.torch
def test_vectors_have_the_stated_shape_and_length_one(network: EfficientNet) -> None:
    vectors = network.embed_pictures([drawn(1), drawn(2, (64, 600)), np.zeros((1, 1, 3), np.uint8)])
    assert vectors.shape == (3, DIMENSIONS) == (3, network.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0] * 3, abs=1e-4)
    assert network.embed_pictures([]).shape == (0, DIMENSIONS)


@pytest.mark.torch
def test_a_copy_is_nearer_than_any_other_picture(network: EfficientNet, tmp_path: Path) -> None:
    pictures = [drawn(seed) for seed in range(4)]
    vectors = network.embed_pictures(pictures)
    copies = network.embed_pictures([smaller(tmp_path, picture) for picture in pictures])
    assert (copies @ vectors.T).argmax(axis=1).tolist() == list(range(4))


@pytest.mark.torch
def test_vectors_do_not_depend_on_what_else_is_embedded(network: EfficientNet) -> None:
    pictures = [drawn(seed) for seed in range(11)]
    together = network.embed_pictures(pictures)
    alone = np.concatenate([network.embed_pictures([picture]) for picture in pictures])
    assert (together * alone).sum(axis=1) == pytest.approx([1.0] * 11, abs=1e-4)


@pytest.mark.torch
def test_what_is_surely_seen_is_named(network: EfficientNet) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    palace = datasets.load_sample_image("china.jpg")
    (likeliest,) = network.tags([palace], most=1)
    assert likeliest.label == "palace"
    assert likeliest.probability < LEAST_PROBABILITY
    assert network.describe(palace) == ""
    assert network.name.endswith(STAND_IN)


@pytest.mark.torch
def test_shapes_and_noise_are_nothing_sure(network: EfficientNet) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8)
    assert network.describe_run([noise, np.zeros((90, 160, 3), np.uint8)]) == ""


@pytest.mark.torch
def test_tags_come_likeliest_first(network: EfficientNet) -> None:
    tags = network.tags([drawn(3)], most=4)
    shares = [tag.probability for tag in tags]
    assert shares == sorted(shares, reverse=True)
    assert len({tag.label for tag in tags}) == 4
    assert all(0 <= share <= 1 for share in shares)


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(0, 0, 3), (0, 5, 3), (4, 4), (4, 4, 4)])
def test_what_is_no_picture_is_refused(network: EfficientNet, shape: tuple[int, ...]) -> None:
    with pytest.raises(BadInput):
        network.embed_pictures([np.zeros(shape, np.uint8)])
    with pytest.raises(BadInput):
        network.describe(np.zeros(shape, np.uint8))


@pytest.mark.torch
def test_a_hundred_megapixels_are_looked_at(network: EfficientNet) -> None:
    huge = np.zeros((8_000, 12_500, 3), np.uint8)
    assert network.embed_pictures([huge]).shape == (1, DIMENSIONS)


@pytest.mark.torch
def test_memory_given_back_is_taken_again(network: EfficientNet) -> None:
    before = network.embed_pictures([drawn(1)])
    network.close()
    assert network.embed_pictures([drawn(1)]) == pytest.approx(before, abs=1e-5)


@pytest.mark.torch
def test_tags_stand_in_for_captions_where_nothing_else_does(tmp_path: Path) -> None:
    pytest.importorskip("efficientnet_lite_pytorch")
    with Models(Settings(cache_dir=tmp_path)) as models:
        assert models.choice(Role.VISION).model == "efficientnet-lite2"
        assert models.describer().name == "efficientnet-lite2/tags"


def missing(tmp_path: Path) -> EfficientNet:
    return EfficientNet("lite", tmp_path / "none.pth", tmp_path / "none.json")


def test_a_question_is_not_answered_with_tags(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="TRIKAL_VISION_URL"):
        missing(tmp_path).describe(drawn(1), ask="Who is this?")


def test_no_text_has_a_place_among_these_vectors(tmp_path: Path) -> None:
    assert not missing(tmp_path).reads_text
    assert missing(tmp_path).embed_queries(["a red car"]) is None


def test_missing_weights_or_library_name_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="pip install"):
        missing(tmp_path).embed_pictures([drawn(1)])
