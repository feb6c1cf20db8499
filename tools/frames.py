"""Sample frames: still pictures of a medium, into files."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image

from trikal.errors import BadInput
from trikal.media.frames import Frame, frames_at
from trikal.tools.footage import Footage
from trikal.tools.outputs import Outputs, written
from trikal.tools.results import FrameFile, Frames

PICTURE_SUFFIXES: Final = (".jpg", ".jpeg", ".png")
MOST_FRAMES: Final = 100
"""How many pictures one call may write."""

_JPEG_QUALITY = 92


def spread(start_ms: int, end_ms: int, count: int) -> list[int]:
    """Return ``count`` times that lie evenly in ``[start_ms, end_ms)``, each amid its share."""
    length = end_ms - start_ms
    return [start_ms + math.floor(length * (2 * number + 1) / (2 * count))
            for number in range(count)]


def save_frames(
    footage: Footage,
    times_ms: Sequence[int],
    outputs: Outputs,
    *,
    name: str = ".jpg",
    max_width: int | None = None,
) -> Frames:
    """Write the pictures that are on the screen at some times into files.

    Args:
        footage: The medium.
        times_ms: Times on its clock.
        outputs: Where files may go.
        name: The file's name, or just a suffix for a free one; of several pictures each gets its
            time added: ``talk-0001500.png`` is the one at 1.5 s.
        max_width: Scale wider pictures down to this many pixels.

    Raises:
        BadInput: The medium has no picture, a time is not inside it, there are too many, or a
            file cannot be written.
        MediumUnreadable: The pictures cannot be decoded.
    """
    footage.need_picture()
    times = sorted(set(times_ms))
    if not 0 < len(times) <= MOST_FRAMES:
        raise BadInput(f"Between 1 and {MOST_FRAMES} frames can be saved at once, not "
                       f"{len(times)}.")
    for time_ms in times:
        footage.checked(time_ms, time_ms + 1)
    # All places are asked for before the first picture is decoded.
    targets = [outputs.place(each, PICTURE_SUFFIXES) for each in _names(footage, name, times)]
    shown = frames_at(footage.path, times, info=footage.info, max_width=max_width)
    return Frames(frames=tuple(
        _saved(footage, frame, target, force=outputs.force)
        for frame, target in zip(shown, targets, strict=True)
    ))


def _names(footage: Footage, name: str, times: Sequence[int]) -> list[str]:
    if name in PICTURE_SUFFIXES:
        name = f"{footage.medium.id[:12]}{name}"
    elif len(times) == 1:
        return [name]
    path = Path(name)
    if not path.name:
        raise BadInput(f"{name!r} names no file. Give a name like talk.jpg.")
    return [str(path.with_name(f"{path.stem}-{time:07d}{path.suffix}")) for time in times]


def _saved(footage: Footage, frame: Frame, target: Path, *, force: bool) -> FrameFile:
    with written(target, force=force) as part:
        Image.fromarray(frame.picture).save(part, quality=_JPEG_QUALITY)
    height, width = frame.picture.shape[:2]
    return FrameFile(path=target, media_id=footage.medium.id, name=footage.medium.name,
                     time_ms=frame.time_ms, shown_ms=frame.shown_ms, width=width, height=height)
