"""What every tiny model is asked with, and how an answer is told from a failure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SENTENCE = "The ferry to the island leaves at noon."
RATE = 16_000
"""Samples a second of what is heard."""


def picture() -> Image.Image:
    """Return a picture of 64 × 48 with something on it."""
    across = np.linspace(0, 255, 64, dtype=np.uint8)
    red = np.tile(across, (48, 1))
    return Image.fromarray(np.stack([red, red[:, ::-1], np.full_like(red, 90)], axis=-1))


def sound() -> NDArray[np.float32]:
    """Return one second of a tone of 220 Hz."""
    at = np.arange(RATE, dtype=np.float32) / RATE
    return (0.3 * np.sin(2 * np.pi * 220 * at)).astype(np.float32)


def told(values: Any, what: str) -> str:
    """Say how much came back.

    Raises:
        ValueError: Nothing did, or a number among it is none.
    """
    found = np.asarray(values, dtype=np.float64).ravel()
    if not found.size or not np.isfinite(found).all():
        raise ValueError(f"the model returned {found.size} values, not all of them numbers")
    return f"{found.size} {what}"
