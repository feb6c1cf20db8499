"""What every moving part needs: smooth steps, and boxes inside the picture."""

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def smooth(x: NDArray[np.floating]) -> Field:
    """Rise from 0 to 1 with x, level at both ends (smoothstep)."""
    clipped = np.clip(x, 0, 1)
    return np.asarray(clipped * clipped * (3 - 2 * clipped), np.float32)


def box_around(
    portrait: NDArray[np.uint8], first: NDArray[np.float64], last: NDArray[np.float64]
) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of the pixels between two corners, as far as there are.

    Args:
        portrait: The picture, of shape ``(height, width, 3)``.
        first: x and y of the upper left corner.
        last: x and y of the lower right one.
    """
    height, width = portrait.shape[:2]
    (left, top), (right, bottom) = np.floor(first).astype(int), np.ceil(last).astype(int) + 1
    return max(int(left), 0), max(int(top), 0), min(int(right), width), min(int(bottom), height)
