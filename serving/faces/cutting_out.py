"""A person cut out of a portrait, without weights: GrabCut, told by the face where a person is.

After Rother, Kolmogorov and Blake, "GrabCut" (2004), as OpenCV has it. The face is sure to belong
to the person and what is high above or far beside it is not; hair, neck and shoulders are likely.
It does well before a plain or blurred background; a busy one may cling to hair and clothes.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from trikal.serving.faces.landmarks import Features

_SIDE: Final = 320
_ROUNDS: Final = 4
_SOFT: Final = 0.004
_COLOURS: Final = 5
_OTHER_COLOUR: Final = 25.0  # in OpenCV's Lab, where lightness runs up to 255


def cut_out(portrait: NDArray[np.uint8], parts: Features) -> NDArray[np.uint8]:
    """Return where the person is.

    Args:
        portrait: RGB, uint8 of shape ``(height, width, 3)``.
        parts: The parts of the face on it.

    Returns:
        uint8 of shape ``(height, width)``, from 0 (background) to 255, soft at the edge.
    """
    height, width = portrait.shape[:2]
    scale = min(_SIDE / max(height, width), 1.0)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(portrait, size, interpolation=cv2.INTER_AREA)
    marks = _marks(small, scale, parts)
    cv2.setRNGSeed(0)  # the same portrait is cut out the same
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(small, marks, None, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    person = np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    return _softened(_one_piece(person, parts, scale), (width, height))


def _marks(small: NDArray[np.uint8], scale: float, parts: Features) -> NDArray[np.uint8]:
    """Say of each pixel whether it surely or probably belongs to the person."""
    x, y = np.meshgrid(np.arange(small.shape[1]), np.arange(small.shape[0]))
    own = parts.axes.of(np.stack([x, y], axis=-1) / scale)
    u, v = np.abs(own[..., 0]) / parts.breadth, own[..., 1]
    above = (v - (parts.chin - parts.height / 2)) / parts.height
    below = np.maximum(v - parts.chin, 0) / parts.height
    face = np.square(u / 0.85) + np.square(above / 0.5) < 1
    head = np.square(u / 1.45) + np.square(above / 0.85) < 1
    shoulders = (below > 0.1) & (u < np.minimum(0.7 + 2.0 * below, 3.2))
    far = (np.square(u / 2.4) + np.square(above / 1.3) > 1) & (v < parts.chin)
    marks = np.full(u.shape, cv2.GC_PR_BGD, np.uint8)
    marks[far] = cv2.GC_BGD
    marks[head | shoulders] = cv2.GC_PR_FGD
    unlike = _unlike(small, far)
    marks[face | head & unlike] = cv2.GC_FGD
    neck = (below > 0.15) & (below < 0.4) & (u < 0.4)
    if neck.any() and unlike[neck].mean() > 0.5:  # below a drawn head there may be none
        marks[(v > parts.chin) & (u < 0.5)] = cv2.GC_FGD
    return marks


def _unlike(small: NDArray[np.uint8], far: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which pixels have none of the few colours that what is far from the face has."""
    colours = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    if np.count_nonzero(far) < _COLOURS:
        return np.zeros(far.shape, np.bool_)
    stop = (cv2.TERM_CRITERIA_MAX_ITER, 10, 0.0)
    _, _, known = cv2.kmeans(colours[far], _COLOURS, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    apart = np.linalg.norm(colours[:, :, None] - known, axis=-1).min(axis=-1)
    return np.asarray(apart > _OTHER_COLOUR)


def _one_piece(
    person: NDArray[np.uint8], parts: Features, scale: float
) -> NDArray[np.uint8]:
    """Keep what hangs together with the face, and fill the holes in it."""
    _, pieces = cv2.connectedComponents(person)
    height, width = person.shape
    x, y = (parts.axes.middle * scale).round().astype(int)
    whole = (pieces == pieces[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]).astype(np.uint8)
    _, outside = cv2.connectedComponents(np.pad(1 - whole, 1, constant_values=1))
    return np.asarray(outside[1:-1, 1:-1] != outside[0, 0], np.uint8)


def _softened(person: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    large = cv2.resize(person.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(large, (0, 0), max(_SOFT * max(size), 0.8))
    # Steeper than it was blurred: a rim of the old background would shine through.
    return np.asarray(np.clip((soft - 0.45) * 2.2, 0, 1) * 255, np.uint8)
