"""The film that another program or server made of a face: decoded, and checked whatever it says."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from trikal.errors import BackendFailed, BadInput, MediumUnreadable
from trikal.media.container import open_medium, video_frames
from trikal.serving.roles import Performance

LARGEST_SIDE: Final = 4_096
"""Pixels that a side of such a film may have."""

_SHORTEST: Final = 0.8
_LONGEST: Final = 2.0
_SLACK_S: Final = 5.0


def played(out: Path, performance: Performance, name: str) -> Iterator[NDArray[np.uint8]]:
    """Yield a film's picture at the middle of each frame, in the portrait's size.

    Args:
        out: The film.
        performance: What was to be played.
        name: Who made it, for messages.

    Raises:
        BackendFailed: It cannot be decoded, has no pictures, or none of a sane size, or is much
            shorter or longer than what is said.
    """
    size = (performance.portrait.shape[1], performance.portrait.shape[0])
    due = shown = 0
    picture: NDArray[np.uint8] | None = None
    for at, coming in _decoded(out, performance, name):
        while picture is not None and due < performance.frames and _middle(due, performance) < at:
            yield picture
            due += 1
        if due >= performance.frames:
            return
        picture, shown = _sized(coming, size), due
    if picture is None or shown + 1 < _SHORTEST * performance.frames:
        raise BackendFailed(f"The film of {name} is shorter than what is said. Check what makes "
                            "it.")
    for _ in range(due, performance.frames):
        yield picture


def refuse_alone(performance: Performance, name: str) -> None:
    """Refuse to leave the background away: what others film has one of its own.

    Raises:
        BadInput: That is wanted.
    """
    if performance.alone:
        raise BadInput(f"{name} films its own background. Leave --background out, or unset "
                       "TRIKAL_AVATAR_URL and TRIKAL_AVATAR_COMMAND for Trikal's own renderer.")


def _decoded(
    out: Path, performance: Performance, name: str
) -> Iterator[tuple[Fraction, NDArray[np.uint8]]]:
    try:
        with open_medium(out) as container:
            _check(container, performance, name)
            first: Fraction | None = None
            for frame in video_frames(container, container.streams.video[0]):
                at = Fraction(frame.pts or 0) * (frame.time_base or Fraction(1, 25))
                first = at if first is None else first
                if max(frame.width, frame.height) > LARGEST_SIDE:  # it may grow on the way
                    raise _odd_size(name, frame.width, frame.height)
                yield at - first, np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    except MediumUnreadable as exc:
        raise BackendFailed(f"The film of {name} cannot be decoded: it is no recording, or was cut "
                            "off. Check what makes it.") from exc


def _check(container: InputContainer, performance: Performance, name: str) -> None:
    if not container.streams.video:
        raise BackendFailed(f"The film of {name} has no pictures. Check what makes it.")
    stream = container.streams.video[0]
    width, height = stream.codec_context.width, stream.codec_context.height
    if not 0 < min(width, height) <= max(width, height) <= LARGEST_SIDE:
        raise _odd_size(name, width, height)
    said = performance.sound.duration_ms / 1000
    length = (container.duration or 0) / 1_000_000
    if length > _LONGEST * said + _SLACK_S:
        raise BackendFailed(f"The film of {name} lasts {length:.0f} s where {said:.0f} s are said. "
                            "Check what makes it.")


def _odd_size(name: str, width: int, height: int) -> BackendFailed:
    return BackendFailed(f"The film of {name} has {width} x {height} pixels; sides of up to "
                         f"{LARGEST_SIDE} are taken. Check what makes it.")


def _middle(index: int, performance: Performance) -> Fraction:
    return Fraction(2 * index + 1, 2 * performance.rate)


def _sized(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    if picture.shape[1::-1] == size:
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
