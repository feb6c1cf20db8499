import base64
import io

import numpy as np
import pytest
from PIL import Image

from trikal.errors import BadInput
from trikal.serving.backends.pictures import (
    LONGEST_RUN,
    LONGEST_SIDE,
    checked,
    data_url,
    sampled,
    shrunk,
)


@pytest.mark.parametrize("shape", [(0, 0, 3), (0, 5, 3), (5, 0, 3)])
def test_a_picture_without_pixels_is_refused_with_its_size(shape: tuple[int, ...]) -> None:
    with pytest.raises(BadInput, match=rf"{shape[1]}x{shape[0]}.*no pixels"):
        checked(np.zeros(shape, dtype=np.uint8))


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4), dtype=np.uint8),
        np.zeros((4, 4, 4), dtype=np.uint8),
        np.zeros((4, 4, 3), dtype=np.float32),
    ],
)
def test_what_is_no_rgb_picture_is_refused(picture: np.ndarray) -> None:
    with pytest.raises(BadInput, match="no RGB picture"):
        checked(picture)


def test_a_picture_of_a_hundred_megapixels_is_shrunk() -> None:
    picture = np.full((8_000, 12_500, 3), 200, dtype=np.uint8)
    image = shrunk(picture)
    assert image.size == (1024, 655)
    assert image.getpixel((500, 300)) == (200, 200, 200)


def test_a_small_picture_keeps_its_size() -> None:
    assert shrunk(np.zeros((3, 2, 3), dtype=np.uint8)).size == (2, 3)


@pytest.mark.parametrize("shape", [(1, 40_000, 3), (40_000, 1, 3)])
def test_a_picture_that_is_one_line_keeps_it(shape: tuple[int, ...]) -> None:
    image = shrunk(np.zeros(shape, dtype=np.uint8))
    assert sorted(image.size) == [1, LONGEST_SIDE]


def test_a_data_url_holds_the_picture() -> None:
    picture = np.zeros((20, 30, 3), dtype=np.uint8)
    picture[:, :, 0] = 250
    head, _, body = data_url(picture).partition(",")
    assert head == "data:image/jpeg;base64"
    image = Image.open(io.BytesIO(base64.b64decode(body)))
    assert image.size == (30, 20)
    red, green, blue = np.asarray(image).mean(axis=(0, 1))
    assert red > 240
    assert max(green, blue) < 10


def test_a_short_run_is_whole_and_a_long_one_keeps_both_ends() -> None:
    pictures = [np.full((1, 1, 3), value, dtype=np.uint8) for value in range(100)]
    assert sampled(pictures[:3]) == pictures[:3]
    values = [int(picture[0, 0, 0]) for picture in sampled(pictures)]
    assert len(values) == LONGEST_RUN
    assert (values[0], values[-1]) == (0, 99)
    assert values == sorted(values)


def test_a_run_without_pictures_is_refused() -> None:
    with pytest.raises(BadInput, match="no picture"):
        sampled([])
