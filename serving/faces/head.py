"""Life beside the mouth: lids that blink, and a head that is never quite still."""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from trikal.serving.faces.easing import Field, box_around, smooth
from trikal.serving.faces.landmarks import Axes, Eye, Features

Picture = NDArray[np.uint8]
_BLINK_S: Final = 0.22
_EVERY_S: Final = (2.0, 4.5)
_SWAY = 0.012
_NOD = 0.016
_LASHES = 0.55


def lids_track(rate: int, frames: int) -> NDArray[np.float64]:
    """Return how far the lids are shut in each frame, in ``[0, 1]``: some blinks, as people do."""
    draws = np.random.default_rng(7)  # the same portrait and speech give the same film
    times, shut = (np.arange(frames) + 0.5) / rate, np.zeros(frames)
    at = float(draws.uniform(0.8, 2.0))
    while at < times[-1]:
        near = np.clip(1 - np.abs(times - at) / (_BLINK_S / 2), 0, 1)
        shut = np.maximum(shut, np.sin(near * np.pi / 2) ** 1.5)
        at += float(draws.uniform(*_EVERY_S))
    return shut


def head_track(loud: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Return how far the head is moved in each frame, as shares of the face's height.

    Returns:
        float64 of shape ``(frames, 2)``: along the eyes, and down; slow waves, and a nod with
        what is said loudly.
    """
    times = np.arange(len(loud)) / rate
    width = max(rate // 2, 1)
    flow = np.convolve(np.pad(loud, width, mode="edge"), np.hanning(2 * width + 1) / width, "valid")
    along = _SWAY * (0.6 * np.sin(times * 1.1) + 0.4 * np.sin(times * 2.3 + 1))
    down = _NOD * (0.5 * (flow - flow.mean()) + 0.25 * np.sin(times * 1.7))
    return np.stack([along, down], axis=1)


class _Lid(NamedTuple):
    box: tuple[int, int, int, int]
    x: Field
    y: Field
    v: Field
    upper: Field
    lower: Field
    top: float


class Eyes:
    """The eyes of a portrait, ready to blink.

    Args:
        portrait: RGB, uint8 of shape ``(height, width, 3)``.
        parts: The moving parts of its face.
    """

    def __init__(self, portrait: Picture, parts: Features) -> None:
        self._portrait, self._down = portrait, parts.axes.down
        self._lids = [_lid(portrait, eye, parts.axes) for eye in parts.eyes]

    def blink(self, canvas: Picture, shut: float) -> None:
        """Draw the upper lids down over the eyes by a share of the way, in place."""
        if shut < 0.02:
            return
        for lid in self._lids:
            tall = lid.lower - lid.upper
            edge = lid.upper + tall * np.float32(shut)
            # Skin from above the lashes is stretched; they would make a broad dark band.
            skin = lid.upper - np.maximum(tall * 0.45, 1.5) * min(shut * 2, 1)
            eased = smooth((lid.v - lid.top) / np.maximum(edge - lid.top, 1))
            shift = (skin - edge) * eased * (lid.v <= edge)
            moved = cv2.remap(
                self._portrait, lid.x + shift * np.float32(self._down[0]),
                lid.y + shift * np.float32(self._down[1]), cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE)
            lashes = np.clip(1.2 - np.abs(lid.v - edge) / np.maximum(tall * 0.13, 0.7), 0, 1)
            lashes *= _LASHES * min(shut * 2, 1) * (tall > 0.5)
            left, top, right, bottom = lid.box
            canvas[top:bottom, left:right] = moved * (1 - lashes[..., None])


class Head:
    """A head that moves a little before what is behind it.

    Args:
        portrait: RGB, uint8 of shape ``(height, width, 3)``.
        parts: The moving parts of its face.
    """

    def __init__(self, portrait: Picture, parts: Features) -> None:
        middle = parts.axes.middle + parts.axes.down * (parts.chin - parts.height / 2)
        reach = parts.height * 1.25
        self._box = box_around(portrait, middle - reach, middle + reach)
        left, top, right, bottom = self._box
        x, y = np.meshgrid(np.arange(left, right, dtype=np.float32),
                           np.arange(top, bottom, dtype=np.float32))
        away = np.hypot(x - np.float32(middle[0]), y - np.float32(middle[1]))
        self._x, self._y = x, y
        self._share = smooth((reach - away) / (reach * 0.5))
        self._axes, self._height = parts.axes, parts.height

    def move(self, canvas: Picture, along: float, down: float) -> None:
        """Move the head by shares of the face's height, in place."""
        step = (self._axes.across * along + self._axes.down * down) * self._height
        left, top, right, bottom = self._box
        canvas[top:bottom, left:right] = cv2.remap(
            canvas, self._x - self._share * np.float32(step[0]),
            self._y - self._share * np.float32(step[1]), cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE)


def _lid(portrait: Picture, eye: Eye, axes: Axes) -> _Lid:
    u = np.array([eye.upper.u[0], eye.upper.u[-1]])
    top = float(eye.brow + (eye.upper.v.min() - eye.brow) * 0.3)
    low = float(eye.lower.v.max()) + 2
    corners = np.array([[u[0], top], [u[1], top], [u[0], low], [u[1], low]])
    places = axes.back(corners)
    box = box_around(portrait, places.min(axis=0), places.max(axis=0))
    x, y = np.meshgrid(np.arange(box[0], box[2]), np.arange(box[1], box[3]))
    own = axes.of(np.stack([x, y], axis=-1).astype(np.float64))
    upper, lower = eye.upper.at(own[..., 0]), eye.lower.at(own[..., 0])
    lower = np.maximum(upper, lower)
    return _Lid(box, x.astype(np.float32), y.astype(np.float32), own[..., 1].astype(np.float32),
                upper.astype(np.float32), lower.astype(np.float32), top)
