"""Opening a media file and reading on when a part of it is broken.

Every other file of this folder reaches FFmpeg's demuxers and decoders through here, so that
their errors become ours in one place.
"""

from __future__ import annotations  # Packet takes its parameter in stubs only

import logging
import math
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TypeVar, cast

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from trikal.errors import MediumUnreadable

_log = logging.getLogger(__name__)

StreamT = TypeVar("StreamT", bound=Stream)

_MICROSECOND = Fraction(1, 1_000_000)
_MAX_READ_ERRORS = 100

# FFmpeg opens these too, but there is no recording in them: text drawn as video, lone pictures,
# and lists that name other files.
_NOT_A_RECORDING = {
    "tty": "it is text",
    "image2": "it is a picture",
    "concat": "it is a list of other files",
    "hls": "it is a playlist",
    "dash": "it is a playlist",
}


def to_ms(seconds: Fraction) -> int:
    """Round exact seconds to milliseconds, once, at the very end of a computation."""
    return round(seconds * 1000)


def clock_zero(container: InputContainer) -> Fraction:
    """Return the time in seconds, on the container's own clock, that players show as 0:00."""
    return (container.start_time or 0) * _MICROSECOND


@contextmanager
def open_medium(path: Path) -> Iterator[InputContainer]:
    """Open a media file for reading.

    Args:
        path: The file.

    Yields:
        The open container; it is closed on leaving.

    Raises:
        MediumUnreadable: The file is missing, empty, forbidden, or no recording at all.
    """
    _check_file(path)
    try:
        # The prefix keeps a colon in a file's name from being taken for a protocol, and the
        # whitelist keeps a playlist in disguise from reaching the network.
        container = av.open(f"file:{path}", mode="r", metadata_errors="replace",
                            options={"protocol_whitelist": "file"})
    except (av.FFmpegError, OSError) as exc:
        raise MediumUnreadable(
            f"{path} is not a recording that can be decoded, or it was cut off before its index "
            f"was written ({_reason(exc)}). Copy or export it again, or repair it."
        ) from exc
    with container:
        _check_format(path, container.format.name)
        yield container


def rewind(container: InputContainer) -> None:
    """Go back to the start, where the format can; else reading goes on from where it is."""
    try:
        container.seek(math.floor(clock_zero(container) * av.time_base))
    except av.FFmpegError as exc:
        _log.debug("%s cannot be rewound: %s", container.name, exc)


def packets(container: InputContainer, *streams: StreamT) -> Iterator[Packet[StreamT]]:
    """Yield streams' packets, reading on behind damage; the last of each is empty and flushes.

    Args:
        container: An open container, at its start or wherever it was sought to.
        *streams: The streams to read; others are skipped in the file where the format can.
    """
    wanted = {stream.index for stream in streams}
    for other in container.streams:
        other.discard = Discard.default if other.index in wanted else Discard.all
    errors = 0
    while errors < _MAX_READ_ERRORS:
        try:
            for packet in container.demux(*streams):
                errors = 0
                yield cast("Packet[StreamT]", packet)
        except (av.FFmpegError, OSError) as exc:
            errors += 1
            _log.debug("%s: reading past damage: %s", container.name, exc)
        except IndexError:
            # PyAV flushes its streams in order, and stumbles over those that a transport stream
            # only announced on the way; ours were flushed before.
            return
        else:
            return


def video_frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Decode pictures in the order they are shown; what is damaged is left out."""
    if not stream.codec_context.is_open:
        stream.thread_type = "AUTO"
    for packet in packets(container, stream):
        yield from cast(list[VideoFrame], _decode(packet))


def audio_frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decode sound in time order; what is damaged is left out."""
    for packet in packets(container, stream):
        yield from cast(list[AudioFrame], _decode(packet))


def _decode(packet: Packet[StreamT]) -> list[object]:
    try:
        return list(packet.decode())
    except (av.FFmpegError, ValueError) as exc:
        _log.debug("skipped a damaged packet at %s: %s", packet.pts, exc)
        return []


def _check_file(path: Path) -> None:
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            path.open("rb").close()
    except FileNotFoundError as exc:
        raise MediumUnreadable(f"{path} does not exist. Check the name and the folder.") from exc
    except PermissionError as exc:
        raise MediumUnreadable(
            f"{path} may not be read by this user. Change its permissions or its owner."
        ) from exc
    except OSError as exc:
        raise MediumUnreadable(f"{path} cannot be read: {exc}. Check the disk or share.") from exc
    if stat.S_ISDIR(status.st_mode):
        raise MediumUnreadable(f"{path} is a folder. Name a media file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise MediumUnreadable(f"{path} is no regular file. Save the stream to a file first.")
    if not status.st_size:
        raise MediumUnreadable(f"{path} is empty (0 bytes). Copy or record it again.")


def _check_format(path: Path, name: str) -> None:
    kind = "image2" if name.endswith("_pipe") else name
    if kind in _NOT_A_RECORDING:
        raise MediumUnreadable(
            f"{path} is no recording: {_NOT_A_RECORDING[kind]}. Give a video or audio file."
        )


def _reason(exc: Exception) -> str:
    return (getattr(exc, "strerror", None) or str(exc)).lower()
