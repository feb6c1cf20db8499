"""What stands behind a face that speaks: its own background, a colour, a picture, or nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageOps

from trikal.errors import BadInput
from trikal.media.picture import large_pictures, read_picture

Picture = NDArray[np.uint8]

NOTHING: Final = "none"
"""Names a background that is let see through; who says "transparent" means it, too."""

CLEAR_SUFFIXES: Final = (".webm", ".mov")
"""What a film with nothing behind the face is written as."""

_OPAQUE: Final = 255


@dataclass(frozen=True)
class Backdrop:
    """A background that takes the place of a portrait's own.

    Attributes:
        picture: RGB, uint8 of the portrait's shape; ``None`` for nothing, to be seen through.
    """

    picture: Picture | None

    def behind(self, frame: Picture) -> Picture:
        """Return a frame before this background.

        Args:
            frame: RGBA, uint8 of shape ``(height, width, 4)``.

        Returns:
            RGB; or the frame as it is, where there is nothing behind it.
        """
        if self.picture is None:
            return frame
        share = frame[..., 3:].astype(np.uint16)
        mixed = frame[..., :3] * share + self.picture * (_OPAQUE - share)
        return np.asarray((mixed + _OPAQUE // 2) // _OPAQUE, np.uint8)


def read_backdrop(named: str, size: tuple[int, int], target: Path) -> Backdrop:
    """Return the background that a person names.

    Args:
        named: A colour (``navy``, ``#102030``), a picture's file, or ``none``.
        size: Width and height of the film, in pixels.
        target: The film: only some can be let see through.

    Raises:
        BadInput: It is none of these, or the film cannot be let see through.
    """
    if named.strip().lower() in (NOTHING, "transparent"):
        if target.suffix.lower() not in CLEAR_SUFFIXES:
            raise BadInput(f"{target} cannot be let see through. Name a file that ends in "
                           f"{' or '.join(CLEAR_SUFFIXES)}, or choose a colour or a picture.")
        return Backdrop(None)
    if (colour := _colour(named)) is not None:
        return Backdrop(np.broadcast_to(np.array(colour, np.uint8), (size[1], size[0], 3)))
    if not named.strip() or not Path(named).exists():
        raise BadInput(f"{named!r} is neither a colour like navy or #102030, nor a picture that is "
                       f"there, nor {NOTHING}. Correct --background.")
    picture = Image.fromarray(read_picture(Path(named)))
    return Backdrop(np.asarray(ImageOps.fit(picture, size, Image.Resampling.LANCZOS)))


def read_matte(path: Path, size: tuple[int, int]) -> NDArray[np.uint8] | None:
    """Return where a portrait is to be seen, if its file says so.

    Args:
        path: The portrait, which was read already.
        size: Width and height that it is used in.

    Returns:
        uint8 of shape ``(height, width)``; ``None`` for a file without transparency.
    """
    with large_pictures(), Image.open(path) as image:
        if not image.has_transparency_data:
            return None
        alpha = ImageOps.exif_transpose(image).convert("RGBA").getchannel("A").resize(
            size, Image.Resampling.LANCZOS)
    matte = np.asarray(alpha)
    return None if matte.min() == _OPAQUE else matte


def _colour(named: str) -> tuple[int, ...] | None:
    try:
        return ImageColor.getrgb(named.strip())[:3]
    except ValueError:
        return None
