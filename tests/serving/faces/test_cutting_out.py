"""A drawn head is cut out where it was drawn."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.serving.portraits import draw_face, portrait
from trikal.serving.faces.cutting_out import cut_out
from trikal.serving.faces.landmarks import Axes, Curve, Eye, Features

MIDDLE, HALF = 160, 90


def parts(scale: float = 1.0) -> Features:
    """The parts of the face that `portrait` draws into 320 x 320 pixels."""
    level = Curve(np.array([-10.0, 10.0]) * scale, np.zeros(2))
    eye = Eye(level, level, -70.0 * scale)
    axes = Axes(np.array([MIDDLE, MIDDLE + 0.74 * HALF]) * scale, np.array([1.0, 0.0]),
                np.array([0.0, 1.0]))
    return Features(
        axes=axes, outer_upper=level, inner_upper=level, inner_lower=level, outer_lower=level,
        eyes=(eye, eye), nose=-30.0 * scale, chin=0.6 * HALF * scale, half=30.0 * scale,
        breadth=0.93 * HALF * scale, height=2.0 * HALF * scale)


def drawn(size: int) -> NDArray[np.bool_]:
    """Where the drawn head really is."""
    image = Image.new("RGB", (size, size), (0, 0, 0))
    draw_face(ImageDraw.Draw(image), size / 2, size / 2, 0.28 * size)
    return np.asarray(image).sum(axis=2) > 0


@pytest.mark.parametrize("size", [320, 640])
def test_the_head_is_cut_out_with_a_soft_edge(size: int) -> None:
    matte = cut_out(portrait(size, size), parts(size / 320))
    assert (matte.shape, matte.dtype) == ((size, size), np.uint8)
    truth = drawn(size)
    both, either = (matte > 127) & truth, (matte > 127) | truth
    assert both.sum() / either.sum() > 0.93
    assert 0 < ((matte > 20) & (matte < 235)).mean() < 0.1
    assert cv2.connectedComponents((matte > 127).astype(np.uint8))[0] == 2


def test_the_same_portrait_is_cut_out_the_same() -> None:
    first, second = (cut_out(portrait(), parts()) for _ in range(2))
    assert np.array_equal(first, second)
