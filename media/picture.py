"""A still picture from a file, as the models want it."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from trikal.errors import BadInput

LONGEST_SIDE = 2_048
"""Larger pictures are shrunk to this many pixels while they are read."""


@contextmanager
def large_pictures() -> Iterator[None]:
    """Let Pillow open large pictures without a word: it refuses those that are an attack."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        yield


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Read a picture upright; of an animation the first frame, and on white what is transparent.

    Args:
        path: A file in any format that Pillow reads.

    Returns:
        RGB, uint8 of shape ``(height, width, 3)``, no side longer than `LONGEST_SIDE`.

    Raises:
        BadInput: The file is missing, no picture, damaged, or too large to be held in memory.
    """
    try:
        with large_pictures(), Image.open(path) as image:
            return _pixels(image)
    except FileNotFoundError as exc:
        raise BadInput(f"The picture {path} does not exist. Check the name.") from exc
    except IsADirectoryError as exc:
        raise BadInput(f"{path} is a folder. Give a PNG, JPEG, WebP or GIF file.") from exc
    except Image.DecompressionBombError as exc:
        raise BadInput(
            f"The picture {path} is too large to be read ({exc}). Give a smaller copy of it."
        ) from exc
    except UnidentifiedImageError as exc:
        raise BadInput(
            f"{path} is no picture that can be read. Give a PNG, JPEG, WebP or GIF file."
        ) from exc
    # Decoders tell of damage in all of these ways.
    except (OSError, SyntaxError, ValueError, EOFError) as exc:
        raise BadInput(
            f"The picture {path} cannot be read ({exc}). Save or copy it again."
        ) from exc


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return np.asarray(upright.convert("RGB"))
