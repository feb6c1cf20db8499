"""Pictures as models can take them, and what a describer is asked when nobody asks."""

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BadInput

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE = 1024
LONGEST_RUN = 8

ASK = (
    "Describe this picture in one or two plain sentences: who or what is seen, what happens, and "
    "where. Say only what is visible."
)
ASK_RUN = (
    "These are frames of one video in time order. Say in one or two plain sentences what happens "
    "over them. Say only what is visible."
)

_JPEG_QUALITY = 90
_REDUCING_GAP = 2.0  # shrink in two steps: 100 megapixels take a tenth of a second, not two


def checked(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture that has pixels.

    Raises:
        BadInput: It is no RGB picture of shape ``(height, width, 3)``, or has no pixels.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise BadInput(
            f"A picture of shape {picture.shape} and type {picture.dtype} is no RGB picture. Give "
            "8-bit values of shape (height, width, 3)."
        )
    height, width, _ = picture.shape
    if not (height and width):
        raise BadInput(f"A picture of {width}x{height} has no pixels. Give one that can be seen.")
    return picture


def shrunk(picture: NDArray[np.uint8], longest_side: int = LONGEST_SIDE) -> "Image":
    """Return a picture as an image whose longest side is at most so many pixels.

    Raises:
        BadInput: As :func:`checked`.
    """
    from PIL import Image

    image = Image.fromarray(checked(picture))
    image.thumbnail((longest_side, longest_side), reducing_gap=_REDUCING_GAP)
    return image


def sampled(
    pictures: Sequence[NDArray[np.uint8]], longest_run: int = LONGEST_RUN
) -> list[NDArray[np.uint8]]:
    """Return a run's pictures, or so many at even distances of a longer one, both ends kept.

    Raises:
        BadInput: The run is empty.
    """
    if not pictures:
        raise BadInput("There is no picture to look at. Give at least one.")
    if len(pictures) <= longest_run:
        return list(pictures)
    places = np.linspace(0, len(pictures) - 1, longest_run).round().astype(int)
    return [pictures[place] for place in places]


def data_url(picture: NDArray[np.uint8]) -> str:
    """Return a picture as the JPEG ``data:`` URL that servers take.

    Raises:
        BadInput: As :func:`checked`.
    """
    stream = io.BytesIO()
    shrunk(picture).save(stream, format="JPEG", quality=_JPEG_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(stream.getvalue()).decode()}"
