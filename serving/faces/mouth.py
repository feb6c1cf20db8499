"""The mouth of a portrait, moved: lips, jaw and cheeks warped, and what is behind the lips drawn.

In coordinates of the face, every column is moved up and down by a map that is smooth and keeps
order: the lips move whole, the skin between nose and lip and down to the neck gives way. What the
portrait shows between the lips is never used, so that a smile can be shut as well as a shut mouth
opened.
"""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from trikal.serving.faces.easing import Field, box_around, smooth
from trikal.serving.faces.landmarks import Features

Picture = NDArray[np.uint8]
WIDEST: Final = 0.7
"""How far lips part at most, as a share of half the mouth's width."""

_UPPER_SHARE = 0.16
_SPREAD = 0.1
_ROUNDED = 0.24
_CAVITY = np.array([38, 12, 14], np.float32)
_TEETH = np.array([232, 224, 210], np.float32)
_TONGUE = np.array([176, 82, 84], np.float32)


class Gap(NamedTuple):
    """What is between the lips: v of both edges, how deep inside a pixel is, and across."""

    top: Field
    bottom: Field
    across: Field


class Mouth:
    """A mouth ready to move.

    Args:
        portrait: RGB, uint8 of shape ``(height, width, 3)``.
        parts: The moving parts of its face.
    """

    def __init__(self, portrait: Picture, parts: Features) -> None:
        self._portrait, self._parts = portrait, parts
        self._box = _box(portrait, parts)
        left, top, right, bottom = self._box
        x, y = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
        self._x, self._y = x.astype(np.float32), y.astype(np.float32)
        own = parts.axes.of(np.stack([x, y], axis=-1).astype(np.float64))
        self._u, self._v = own[..., 0].astype(np.float32), own[..., 1].astype(np.float32)
        self._light = _light(portrait, parts)
        self._lay()

    def shape(self, canvas: Picture, pose: NDArray[np.float64]) -> None:
        """Give the mouth a shape on a canvas that is a copy of the portrait.

        Args:
            canvas: RGB, changed in place.
            pose: Open, wide, teeth, tongue and tuck, as in a track.
        """
        source_u, shift, gap = self._moved(pose)
        patch = self._warped(source_u - self._u, shift)
        self._draw(patch, gap, pose)
        left, top, right, bottom = self._box
        canvas[top:bottom, left:right] = patch

    def _lay(self) -> None:
        """Compute once what does not change from frame to frame."""
        parts, reach = self._parts, self._parts.breadth
        self._near = _fall(np.abs(self._u), parts.half * 1.15, reach * 0.95)
        rows = np.where(self._v < 0, _fall(-self._v, -parts.nose * 0.4, -parts.nose),
                        _fall(self._v, parts.half * 0.8, parts.chin))
        self._around = _fall(np.abs(self._u), parts.half * 0.9, parts.half * 1.9) * rows
        self._jaw = np.exp(-np.square(self._u / (0.75 * reach))).astype(np.float32)
        self._steps = np.linspace(-2.5 * parts.half, 2.5 * parts.half, 512)

    def _moved(self, pose: NDArray[np.float64]) -> tuple[Field, Field, Gap]:
        """Return where each pixel comes from: u, how far v is shifted; and the gap."""
        parts, (opened, wide, _, _, tuck) = self._parts, pose
        scale = 1 + (_SPREAD * wide if wide > 0 else _ROUNDED * wide)
        u = (self._u * (1 + (1 / scale - 1) * self._around)).astype(np.float32)
        upper, lower, thick_up, thick_low, drop = self._edges(u, float(opened), float(tuck))
        new_top, new_bottom = upper[1], lower[1]
        above = upper[0] - new_top
        rise = smooth((self._v - parts.nose) / np.maximum(new_top - thick_up - parts.nose, 1))
        below = lower[0] - new_bottom
        away = self._v - new_bottom - thick_low
        short = smooth(1 - away / max((parts.chin - parts.half * 0.2) * 0.6, 2))
        end = parts.chin * 1.45
        long = smooth((end - self._v) / np.maximum(end - new_bottom - thick_low, 1))
        low = below * short - drop * self._jaw * (long - short * long) * 0.8
        upward = self._v < (new_top + new_bottom) / 2
        shift = np.where(upward, above * rise, low) * self._near
        return u, shift.astype(np.float32), Gap(new_top, new_bottom, u / np.float32(parts.half))

    def _edges(
        self, u: Field, opened: float, tuck: float
    ) -> tuple[tuple[Field, Field], tuple[Field, Field], Field, Field, float]:
        """Return old and new v of both lips' inner edges, their thickness, and the jaw's drop."""
        parts, steps = self._parts, self._steps
        first, last = parts.inner_upper.at(steps), parts.inner_lower.at(steps)
        gap = np.maximum(last - first, 0)
        # Hides the rim of the portrait's teeth, and the dark corners of its smile.
        margin = min(float(gap.max()), parts.half * 0.07) * _fall(
            np.abs(steps).astype(np.float32), parts.half * 0.95, parts.half * 1.2)
        first, last = np.minimum(first, last) - margin, np.maximum(first, last) + margin
        seam = first * 0.6 + last * 0.4
        arch = np.sqrt(np.clip(1 - np.square(steps / (0.94 * parts.half)), 0, 1))
        drop = opened * WIDEST * parts.half
        top = seam - drop * _UPPER_SHARE * arch
        bottom = seam + drop * (1 - _UPPER_SHARE) * arch
        thick_up = np.maximum(first - parts.outer_upper.at(steps), 0)
        thick_low = np.maximum(parts.outer_lower.at(steps) - last, 0) * (1 - 0.4 * tuck)
        read = [self._along(u, line) for line in (first, top, last, bottom, thick_up, thick_low)]
        return (read[0], read[1]), (read[2], read[3]), read[4], read[5], drop

    def _along(self, u: Field, line: NDArray[np.float64]) -> Field:
        """Read a line at each pixel's u; its steps are even, so this is a look-up."""
        width = self._steps[1] - self._steps[0]
        place = np.clip((u - self._steps[0]) / width, 0, len(line) - 1.001)
        below = place.astype(np.int32)
        part = place - below
        values = line.astype(np.float32)
        return np.asarray(values[below] * (1 - part) + values[below + 1] * part, np.float32)

    def _warped(self, along: Field, shift: Field) -> Picture:
        across, down = self._parts.axes.across, self._parts.axes.down
        x = self._x + along * np.float32(across[0]) + shift * np.float32(down[0])
        y = self._y + along * np.float32(across[1]) + shift * np.float32(down[1])
        return np.asarray(cv2.remap(self._portrait, x, y, cv2.INTER_CUBIC,
                                    borderMode=cv2.BORDER_REPLICATE), np.uint8)

    def _draw(self, patch: Picture, gap: Gap, pose: NDArray[np.float64]) -> None:
        """Draw what is seen between the lips; its edges are as soft as a pixel."""
        cover = np.clip(self._v - gap.top + 0.5, 0, 1) * np.clip(gap.bottom - self._v + 0.5, 0, 1)
        cover *= np.clip((gap.bottom - gap.top) - 0.4, 0, 1)
        rows, columns = np.nonzero(cover > 0)
        if not len(rows):
            return
        at = (rows, columns)
        inside = self._inside(at, gap, pose)
        share = cover[at][:, None].astype(np.float32)
        patch[at] = np.clip(patch[at] * (1 - share) + inside * share, 0, 255).astype(np.uint8)

    def _inside(
        self, at: tuple[NDArray[np.intp], ...], gap: Gap, pose: NDArray[np.float64]
    ) -> Field:
        _, _, teeth, tongue, _ = (float(each) for each in pose)
        v, top, bottom, across = (each[at] for each in (self._v, gap.top, gap.bottom, gap.across))
        high = np.maximum(bottom - top, 1)
        depth = (v - top) / high
        colour = np.repeat(_CAVITY[None], len(v), axis=0) * (0.7 + 0.5 * depth[:, None])
        seen = np.clip((depth - 1 + 0.5 * tongue) * high + 0.5, 0, 1) * min(tongue * 2, 1)
        seen *= np.clip((0.75 - np.abs(across)) * 6, 0, 1)
        colour += (_TONGUE * (0.65 + 0.35 * depth[:, None]) - colour) * seen[:, None]
        edge = np.minimum(teeth * high, self._parts.half * 0.34) * (1 - 0.5 * across ** 2)
        shown = np.clip(edge - (v - top) + 0.5, 0, 1) * np.clip((0.86 - np.abs(across)) * 7, 0, 1)
        shade = 1.03 - 0.38 * across ** 2 - 0.12 * np.clip(1 - (v - top) / 2, 0, 1)
        shade -= 0.05 * (np.abs(np.mod(across * 3.2, 1) - 0.5) < 0.06)  # between two teeth
        colour += (_TEETH * shade[:, None] * self._light - colour) * shown[:, None]
        return np.asarray(colour, np.float32)


def _fall(x: Field, start: float, end: float) -> Field:
    """Return 1 up to a start, 0 from an end on, and smoothly between."""
    return smooth((end - x) / max(end - start, 1e-6))


def _box(portrait: Picture, parts: Features) -> tuple[int, int, int, int]:
    """Return the box around all that moves with the mouth, inside the picture."""
    u, low = parts.breadth, parts.chin * 1.5
    corners = np.array([[-u, parts.nose], [u, parts.nose], [-u, low], [u, low]])
    places = parts.axes.back(corners)
    return box_around(portrait, places.min(axis=0), places.max(axis=0))


def _light(portrait: Picture, parts: Features) -> float:
    """Return how bright the face is lit: teeth shine as its skin does."""
    x, y = (parts.axes.middle + parts.axes.down * parts.nose).astype(int)
    reach = max(int(parts.half / 2), 1)
    around = portrait[max(y - reach, 0):y + reach, max(x - reach, 0):x + reach]
    return float(np.clip((np.mean(around) if around.size else 170) / 185, 0.45, 1.05))
