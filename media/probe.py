"""What a media file holds, on the exact clock, before anything of it is decoded."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
import langcodes
from av.audio.stream import AudioStream as AvAudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream as AvVideoStream
from pydantic import BaseModel, ConfigDict

from trikal.errors import MediumUnreadable
from trikal.media.container import clock_zero, open_medium, packets, rewind, to_ms, video_frames

MEDIA_SUFFIXES = frozenset({
    ".3gp", ".aac", ".aiff", ".amr", ".asf", ".avi", ".flac", ".flv", ".m2ts", ".m4a", ".m4b",
    ".m4v", ".mka", ".mkv", ".mov", ".mp3", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".oga",
    ".ogg", ".ogv", ".opus", ".ts", ".vob", ".wav", ".weba", ".webm", ".wma", ".wmv",
})
"""Suffixes, in lower case, of files that are taken for media when a folder is walked."""

_TEXT_SUBTITLES = frozenset({"ass", "mov_text", "ssa", "subrip", "srt", "text", "webvtt"})

# These formats carry no duration of their own: FFmpeg guesses it from the first bit rates.
GUESSED_DURATION = frozenset({"aac", "ac3", "amr", "eac3", "h264", "hevc", "m4v", "mp3"})

# Where a header may still be believed: tracks end a little apart, and fades are rounded.
_END_TOLERANCE = Fraction(2)

_MATROSKA_TAG = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")

# Cameras with a dead battery stamp 1904 or 1970.
_FIRST_YEAR = 1980
_RECORDED_AT_KEYS = ("com.apple.quicktime.creationdate", "creation_time", "date")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class VideoStream(_Value):
    """A moving picture.

    Attributes:
        index: Which stream of the container.
        codec: FFmpeg's name of the codec.
        width: Width in square pixels as a player shows it, rotation applied.
        height: Height likewise.
        rate: Average frames a second, if known; never used to compute a time.
        rotation: Degrees counterclockwise that the decoded picture is turned by to be shown.
        default: Whether the container marks it as the one to play.
        start_ms: When its first picture is shown, on the media clock.
        duration_ms: How long it runs.
    """

    index: int
    codec: str
    width: int
    height: int
    rate: Fraction | None
    rotation: int
    default: bool
    start_ms: int
    duration_ms: int


class AudioStream(_Value):
    """A track of sound.

    Attributes:
        index: Which stream of the container.
        codec: FFmpeg's name of the codec.
        sample_rate: Samples a second, in Hz.
        channels: How many.
        language: BCP-47 tag, if the container names one.
        default: Whether the container marks it as the one to play.
        start_ms: When it begins, on the media clock.
        duration_ms: How long it runs.
    """

    index: int
    codec: str
    sample_rate: int
    channels: int
    language: str | None
    default: bool
    start_ms: int
    duration_ms: int


class SubtitleStream(_Value):
    """Embedded subtitles.

    Attributes:
        index: Which stream of the container.
        codec: FFmpeg's name of the codec.
        language: BCP-47 tag, if the container names one.
        is_text: Whether they are text; others are pictures of text.
    """

    index: int
    codec: str
    language: str | None
    is_text: bool


class MediaInfo(_Value):
    """One medium and its streams.

    Attributes:
        path: The file.
        container: FFmpeg's name of the format.
        duration_ms: From the clock's zero to the end of the longest stream.
        start: Seconds on the container's own clock that are the media clock's zero.
        video: Moving pictures, in the container's order; cover art is none.
        audio: Sound, in the container's order.
        subtitles: Embedded subtitles, in the container's order.
        recorded_at: Wall-clock time of the medium's zero, if its metadata tells.
    """

    path: Path
    container: str
    duration_ms: int
    start: Fraction
    video: tuple[VideoStream, ...]
    audio: tuple[AudioStream, ...]
    subtitles: tuple[SubtitleStream, ...]
    recorded_at: datetime | None

    @property
    def main_video(self) -> VideoStream | None:
        """The picture to watch unless told otherwise: the marked one, else the first."""
        return next((s for s in self.video if s.default), next(iter(self.video), None))

    @property
    def main_audio(self) -> AudioStream | None:
        """The sound to listen to unless told otherwise: the marked one, else the first."""
        return next((s for s in self.audio if s.default), next(iter(self.audio), None))


StreamT = TypeVar("StreamT", VideoStream, AudioStream)


def probe(path: Path) -> MediaInfo:
    """Look into a media file.

    Args:
        path: The file.

    Returns:
        Its streams and its length. Headers are believed where the file's end confirms them;
        otherwise the packets are counted.

    Raises:
        MediumUnreadable: The file is missing, a folder, empty, forbidden, no recording, cut off
            before its index, or without any sound or moving picture.
    """
    with open_medium(path) as container:
        info = _read_header(path, container)
        if not info.video and not info.audio:
            raise MediumUnreadable(
                f"{path} holds neither sound nor moving pictures. Give a video or audio file."
            )
        if _misleads(info) or not _reaches_its_end(container, info):
            info = _with_counted_durations(container, info)
    if not info.duration_ms:
        raise MediumUnreadable(f"{path} ends before its first sound or picture. Copy it again.")
    return info


def bcp47(tag: str | None) -> str | None:
    """Turn a container's language (``eng``, ``ger``, ``pt_BR``) into a BCP-47 tag.

    Returns:
        The shortest tag, or None for what is no language or says that it is unknown.
    """
    if not tag or not langcodes.tag_is_valid(tag):
        return None
    standard = langcodes.standardize_tag(tag)
    return None if standard.split("-")[0] in {"und", "mul", "mis", "zxx"} else standard


def _read_header(path: Path, container: InputContainer) -> MediaInfo:
    zero = clock_zero(container)
    length = Fraction(container.duration or 0, av.time_base)
    return MediaInfo(
        path=path, container=container.format.name, duration_ms=to_ms(length), start=zero,
        video=tuple(_video_stream(container, stream, zero, length)
                    for stream in _moving_pictures(container)),
        audio=tuple(_audio_stream(stream, zero, length)
                    for stream in container.streams.audio if _decodable(stream)),
        subtitles=tuple(_subtitle_stream(stream) for stream in container.streams.subtitles),
        recorded_at=_recorded_at(container),
    )


def _decodable(stream: Stream) -> bool:
    return stream.codec_context is not None


def _is_default(stream: Stream) -> bool:
    return bool(stream.disposition & Disposition.default)


def _moving_pictures(container: InputContainer) -> list[AvVideoStream]:
    return [stream for stream in container.streams.video
            if _decodable(stream) and stream.codec_context.width
            and not stream.disposition & Disposition.attached_pic]


def _video_stream(
    container: InputContainer, stream: AvVideoStream, zero: Fraction, length: Fraction
) -> VideoStream:
    rotation = _rotation(container, stream)
    start, duration = _span(stream, zero, length)
    width, height = shown_size(
        stream.width, stream.height, stream.sample_aspect_ratio, rotation)
    return VideoStream(
        index=stream.index, codec=stream.codec_context.codec.canonical_name,
        width=width, height=height, rate=stream.average_rate or None, rotation=rotation,
        default=_is_default(stream), start_ms=to_ms(start), duration_ms=to_ms(duration),
    )


def shown_size(
    width: int, height: int, pixel_shape: Fraction | None, rotation: int
) -> tuple[int, int]:
    """Turn a coded size into the size in square pixels that a player shows.

    Args:
        width: Coded width in pixels.
        height: Coded height in pixels.
        pixel_shape: Width of a pixel over its height (sample aspect ratio), if known.
        rotation: Degrees that the picture is turned by to be shown.

    Returns:
        Width and height after stretching, then turning.
    """
    wide = round(width * pixel_shape) if pixel_shape else width
    return (height, wide) if rotation % 180 == 90 else (wide, height)


def _rotation(container: InputContainer, stream: AvVideoStream) -> int:
    # The display matrix is seen only on a decoded frame.
    frame = next(video_frames(container, stream), None)
    rewind(container)
    return round(frame.rotation / 90) * 90 % 360 if frame else 0


def _audio_stream(stream: AvAudioStream, zero: Fraction, length: Fraction) -> AudioStream:
    start, duration = _span(stream, zero, length)
    return AudioStream(
        index=stream.index, codec=stream.codec_context.codec.canonical_name,
        sample_rate=stream.codec_context.sample_rate, channels=stream.codec_context.channels,
        language=bcp47(stream.metadata.get("language")),
        default=_is_default(stream),
        start_ms=to_ms(start), duration_ms=to_ms(duration),
    )


def _subtitle_stream(stream: Stream) -> SubtitleStream:
    codec = stream.codec_context.codec.canonical_name if _decodable(stream) else "unknown"
    return SubtitleStream(
        index=stream.index, codec=codec, language=bcp47(stream.metadata.get("language")),
        is_text=codec in _TEXT_SUBTITLES,
    )


def _span(stream: Stream, zero: Fraction, length: Fraction) -> tuple[Fraction, Fraction]:
    """Start and duration in seconds; a stream that does not tell runs to the medium's end."""
    base = stream.time_base or Fraction(0)
    start = Fraction(0) if stream.start_time is None else stream.start_time * base - zero
    if stream.duration:
        return start, stream.duration * base
    end = min(_matroska_end(stream.metadata.get("DURATION", "")) or length, length)
    return start, max(end - start, Fraction(0))


def _matroska_end(tag: str) -> Fraction | None:
    """Read the tag that Matroska writers leave for a stream: when, in seconds, it ends."""
    match = _MATROSKA_TAG.fullmatch(tag)
    if match is None:
        return None
    hours, minutes, seconds = (Fraction(part) for part in match.groups())
    return (hours * 60 + minutes) * 60 + seconds


def _misleads(info: MediaInfo) -> bool:
    """Whether the header's durations are none: Matroska's are ends on a clock of its own."""
    return info.container in GUESSED_DURATION or (
        info.start != 0 and info.container.startswith("matroska"))


def _reaches_its_end(container: InputContainer, info: MediaInfo) -> bool:
    """Whether there is something to decode where the header says that the medium ends."""
    if not info.duration_ms:
        return False
    end = info.start + Fraction(info.duration_ms, 1000)
    try:
        container.seek(math.floor((end - _END_TOLERANCE) * av.time_base))
    except av.FFmpegError:
        return False
    ends = _ends(container, _timed_indexes(info))
    return max(ends.values(), default=Fraction(0)) >= end - _END_TOLERANCE


def _timed_indexes(info: MediaInfo) -> list[int]:
    return [*(s.index for s in info.video), *(s.index for s in info.audio)]


def _ends(container: InputContainer, indexes: Iterable[int]) -> dict[int, Fraction]:
    """Read on and tell by stream when, on the container's clock, its last packet ends."""
    ends: dict[int, Fraction] = {}
    for packet in packets(container, *(container.streams[index] for index in indexes)):
        time = packet.pts if packet.pts is not None else packet.dts
        if time is not None:
            end = (time + (packet.duration or 0)) * packet.time_base
            ends[packet.stream_index] = max(end, ends.get(packet.stream_index, end))
    return ends


def _with_counted_durations(container: InputContainer, info: MediaInfo) -> MediaInfo:
    rewind(container)
    ends = _ends(container, _timed_indexes(info))
    ends_ms = {index: to_ms(end - info.start) for index, end in ends.items()}
    return info.model_copy(update={
        "duration_ms": max(ends_ms.values(), default=0),
        "video": tuple(_ending(stream, ends_ms) for stream in info.video),
        "audio": tuple(_ending(stream, ends_ms) for stream in info.audio),
    })


def _ending(stream: StreamT, ends_ms: Mapping[int, int]) -> StreamT:
    duration_ms = max(ends_ms.get(stream.index, 0) - stream.start_ms, 0)
    return stream.model_copy(update={"duration_ms": duration_ms})


def _recorded_at(container: InputContainer) -> datetime | None:
    found = (container.metadata, *(stream.metadata for stream in container.streams))
    # Matroska writes its names in capitals.
    sources = [{key.lower(): value for key, value in each.items()} for each in found]
    stamps = (source[key] for key in _RECORDED_AT_KEYS for source in sources if key in source)
    return next((time for time in map(_wall_clock, stamps) if time), None)


def _wall_clock(stamp: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    if time.year < _FIRST_YEAR:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
