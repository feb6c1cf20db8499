"""Still pictures of a video at exact times."""

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from trikal.errors import BadInput, MediumUnreadable
from trikal.media.container import clock_zero, open_medium, to_ms, video_frames
from trikal.media.probe import MediaInfo, VideoStream, probe, shown_size

Picture = NDArray[np.uint8]

# Reading on is cheaper than seeking as long as the seek would land behind what was decoded
# already. How far apart keyframes are is learnt from where seeks land.
_FIRST_PATIENCE_MS = 1_000

# Some formats seek to somewhere behind the time that was asked for; then aim earlier.
_AIM_EARLIER_S = (0, 2, 10, 60, 10**9)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The picture on the screen at a time.

    Attributes:
        time_ms: The time that was asked for, on the media clock.
        shown_ms: Since when the picture was on the screen then.
        picture: RGB, uint8 of shape ``(height, width, 3)``, as a player shows it.
    """

    time_ms: int
    shown_ms: int
    picture: Picture


def frames_at(
    path: Path,
    times_ms: Sequence[int],
    *,
    info: MediaInfo | None = None,
    max_width: int | None = None,
) -> Iterator[Frame]:
    """Give the picture on the screen at each of the times.

    That is the last one shown no later than the time; the first picture for times before it,
    the last one for times behind the end.

    Args:
        path: A video file.
        times_ms: Times on the media clock, ascending.
        info: The file's probe, when it is at hand.
        max_width: Scale wider pictures down to this many pixels.

    Yields:
        One frame a time, in order; none when the medium has no moving picture.

    Raises:
        BadInput: The times do not ascend.
        MediumUnreadable: The file cannot be opened, or not one picture of it be decoded.
    """
    if any(later < earlier for earlier, later in pairwise(times_ms)):
        raise BadInput(f"The times for frames of {path} must ascend; sort them first.")
    video = (info or probe(path)).main_video
    if video is None or not times_ms:
        return
    with open_medium(path) as container:
        screen = _Screen(path, container, video)
        for time_ms in times_ms:
            frame, shown_ms = screen.at(time_ms)
            yield Frame(time_ms=time_ms, shown_ms=shown_ms,
                        picture=to_picture(frame, video, max_width))


def frames_every(
    path: Path,
    interval_ms: int,
    *,
    start_ms: int | None = None,
    end_ms: int | None = None,
    info: MediaInfo | None = None,
    max_width: int | None = None,
) -> Iterator[Frame]:
    """Give the picture on the screen at regular times.

    Args:
        path: A video file.
        interval_ms: Time from one frame to the next.
        start_ms: First time; the video's start when not given.
        end_ms: No frame from here on; the video's end when not given.
        info: The file's probe, when it is at hand.
        max_width: Scale wider pictures down to this many pixels.

    Yields:
        Frames in time order; none when the medium has no moving picture.

    Raises:
        BadInput: The interval is not positive.
        MediumUnreadable: As for :func:`frames_at`.
    """
    if interval_ms <= 0:
        raise BadInput(f"Frames every {interval_ms} ms are impossible; give a positive interval.")
    info = info or probe(path)
    if (video := info.main_video) is None:
        return
    first = video.start_ms if start_ms is None else start_ms
    last = video.start_ms + video.duration_ms if end_ms is None else end_ms
    yield from frames_at(path, range(first, last, interval_ms), info=info, max_width=max_width)


def frames_between(
    container: InputContainer, video: VideoStream, start_ms: int, end_ms: int
) -> Iterator[tuple[Fraction, VideoFrame]]:
    """Decode every picture that is on the screen at some time of ``[start_ms, end_ms)``.

    Args:
        container: The open medium.
        video: Its stream.
        start_ms: Start on the media clock.
        end_ms: End on the media clock.

    Yields:
        When the picture appears, in exact seconds on the media clock, and the decoded frame. The
        first may have appeared before the start.
    """
    screen = _Screen(Path(container.name), container, video)
    frame: VideoFrame | None = screen.at(start_ms)[0]
    while frame is not None and screen.time_ms(frame) < end_ms:
        yield screen.time(frame), frame
        frame = screen.advance()


def to_picture(frame: VideoFrame, video: VideoStream, max_width: int | None = None) -> Picture:
    """Turn a decoded frame into RGB as a player shows it: square pixels, upright.

    Args:
        frame: The decoded frame.
        video: The stream that it is of.
        max_width: Scale wider pictures down to this many pixels.

    Returns:
        uint8 of shape ``(height, width, 3)``.
    """
    width, height = video.width, video.height
    if max_width is not None and width > max_width:
        width, height = max_width, max(round(height * max_width / width), 1)
    wide, high = shown_size(width, height, None, video.rotation)
    rgb = frame.reformat(wide, high, "rgb24", interpolation="AREA").to_ndarray()
    return cast(Picture, np.ascontiguousarray(np.rot90(rgb, video.rotation // 90)))


class _Screen:
    """What a player shows, asked at ascending times; seeks where that is the shorter way."""

    def __init__(self, path: Path, container: InputContainer, video: VideoStream) -> None:
        self._container = container
        self._stream = cast(av.VideoStream, container.streams[video.index])
        self._zero = clock_zero(container)
        self._patience_ms = _FIRST_PATIENCE_MS
        self._frames: Iterator[VideoFrame] = iter(())
        self._shown = VideoFrame()
        self._next: VideoFrame | None = None
        if not self._start():
            raise MediumUnreadable(
                f"No picture of {path} can be decoded. Export the video again, or play it to see "
                "whether anything is left of it."
            )

    def time(self, frame: VideoFrame) -> Fraction:
        """When a frame appears, in exact seconds on the media clock."""
        assert frame.pts is not None
        return frame.pts * (frame.time_base or Fraction(0)) - self._zero

    def time_ms(self, frame: VideoFrame) -> int:
        """When a frame appears, in ms: compared so, a reported time finds its own frame again."""
        return to_ms(self.time(frame))

    def at(self, time_ms: int) -> tuple[VideoFrame, int]:
        """Return the frame on the screen at a time and since when it is there."""
        if self._next is not None and time_ms > self.time_ms(self._next) + self._patience_ms:
            self._seek(time_ms)
        while self._next is not None and self.time_ms(self._next) <= time_ms:
            self.advance()
        return self._shown, self.time_ms(self._shown)

    def advance(self) -> VideoFrame | None:
        """Go on to the next frame and return it; None behind the last."""
        if self._next is not None:
            self._shown = self._next
            self._next = next(self._frames, None)
            return self._shown
        return None

    def _seek(self, time_ms: int) -> None:
        before_ms = self.time_ms(self._shown)
        for earlier_s in _AIM_EARLIER_S:
            if not self._jump(max(self._zero, self._zero + Fraction(time_ms, 1000) - earlier_s)):
                return
            if self._start() and self.time_ms(self._shown) <= time_ms:
                break
        if self.time_ms(self._shown) <= before_ms:
            self._patience_ms *= 2

    def _jump(self, time: Fraction) -> bool:
        base = self._stream.time_base or Fraction(1)
        try:
            self._container.seek(math.floor(time / base), stream=self._stream)
        except av.FFmpegError:
            # Raw streams cannot seek: read on, and do not try again.
            self._patience_ms = sys.maxsize
            return False
        return True

    def _start(self) -> bool:
        frames = video_frames(self._container, self._stream)
        self._frames = (frame for frame in frames if frame.pts is not None)
        first = next(self._frames, None)
        if first is not None:
            self._shown, self._next = first, next(self._frames, None)
        return first is not None
