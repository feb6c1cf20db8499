"""Writing films and sound: the one place that knows codecs."""

from __future__ import annotations  # Packet takes its parameter in stubs only

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import SubtitleSet
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from trikal.errors import BadInput
from trikal.media.audio import LAYOUTS, Samples
from trikal.media.frames import Picture

# In order of preference; a build without x264 has MPEG-4 at least.
_VIDEO_CODECS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "veryfast", "crf": "20"},
    "mpeg4": {"qmin": "2", "qmax": "6"},
}
_WEB_CODEC = ("libvpx-vp9", {
    "deadline": "realtime", "cpu-used": "8", "crf": "24", "b": "0", "row-mt": "1",
    "auto-alt-ref": "0",  # hidden pictures have no place for transparency
})
# Where a picture is let see through: the codec, its format of pixels, and its options.
_CLEAR_CODECS = {
    ".webm": (_WEB_CODEC[0], "yuva420p", _WEB_CODEC[1]),
    ".mov": ("prores_ks", "yuva444p10le", {"profile": "4444"}),
}
_AUDIO_CODECS = {
    ".mp4": "aac", ".m4a": "aac", ".mov": "aac", ".wav": "pcm_s16le", ".mp3": "libmp3lame",
    ".opus": "libopus", ".ogg": "libopus", ".webm": "libopus",
}
_INDEXED_SUFFIXES = frozenset({".mp4", ".mov", ".m4a"})
_FILM_SUFFIXES = frozenset({".mp4", ".mov", ".webm"})

_CAPTION_STYLE = (
    b"[Script Info]\r\nScriptType: v4.00+\r\n\r\n[V4+ Styles]\r\nFormat: Name, Fontname, Fontsize, "
    b"PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    b"StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, "
    b"MarginL, MarginR, MarginV, Encoding\r\nStyle: Default,sans-serif,18,&Hffffff,&Hffffff,&H0,"
    b"&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1\r\n\r\n[Events]\r\nFormat: Layer, Start, End, "
    b"Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"
)

# Divides the common frame rates, NTSC's too; MPEG-4 takes no finer one.
_TICK = Fraction(1, 60_000)


def holds_pictures(target: Path) -> bool:
    """Whether a file of this name can hold pictures, or sound only.

    Raises:
        BadInput: Files of this name cannot be written at all.
    """
    suffix = target.suffix.lower()
    if suffix not in _AUDIO_CODECS:
        known = ", ".join(sorted(_AUDIO_CODECS))
        raise BadInput(f"{target} cannot be written: its name must end in one of {known}.")
    return suffix in _FILM_SUFFIXES


class Film:
    """A media file being written; made by :func:`film`."""

    def __init__(self, container: OutputContainer) -> None:
        self._container = container
        self._video: VideoStream | None = None
        self._audio: AudioStream | None = None
        self._captions: SubtitleStream | None = None
        self._source: Picture | VideoFrame | None = None
        self._frame = VideoFrame()
        self._until: dict[int, int] = {}
        self._held: Packet[VideoStream] | None = None
        self._sound_rate = self._played = 0

    def add_pictures(
        self, size: tuple[int, int], rate: Fraction, *, suffix: str = ".mp4", clear: bool = False
    ) -> None:
        """Open the stream of pictures.

        Args:
            size: Width and height in pixels; an odd pixel is dropped, for codecs want pairs.
            rate: About how many pictures a second will come; times are kept exact at any rate.
            suffix: The container's.
            clear: Whether pictures come with transparency, RGBA.
        """
        codec, pixels, options = _video_codec(suffix, clear=clear)
        stream = cast(VideoStream, self._container.add_stream(codec, rate=rate, options=options))
        stream.width, stream.height = (max(side - side % 2, 2) for side in size)
        stream.pix_fmt = pixels
        stream.codec_context.max_b_frames = 0  # keeps decoding order, and so each exact time
        stream.codec_context.time_base = stream.time_base = _TICK
        self._video = stream

    def add_sound(self, codec: str, rate: int, channels: int) -> None:
        """Open the stream of sound.

        Args:
            codec: FFmpeg's name. It is given the next higher rate that it can do.
            rate: Samples a second that :meth:`play` will be given.
            channels: 1 or 2.
        """
        able = sorted(av.Codec(codec, "w").audio_rates or [rate])
        self._audio = cast(AudioStream, self._container.add_stream(
            codec, rate=next((one for one in able if one >= rate), able[-1]),
            layout=LAYOUTS[channels]))
        self._sound_rate = rate

    def add_captions(self) -> None:
        """Open the stream of captions."""
        stream = self._container.add_stream("mov_text")
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        stream.codec_context.subtitle_header = _CAPTION_STYLE
        self._captions = stream

    def caption(self, text: str, start_ms: int, end_ms: int) -> None:
        """Add a caption over ``[start_ms, end_ms)``, behind the ones before."""
        assert self._captions is not None
        # The text is ASS to the encoder: braces and backslashes would be orders.
        plain = text.replace("\\", "＼").replace("{", "(").replace("}", ")")
        line = f"0,0,Default,,0,0,0,,{plain}".replace("\n", r"\N").encode("utf-8", "replace")
        length = end_ms - start_ms
        packet = self._captions.codec_context.encode_subtitle(
            SubtitleSet.create(line, 0, length, start_ms * 1000))
        packet.stream, packet.time_base = self._captions, Fraction(1, 1000)
        packet.pts = packet.dts = start_ms
        packet.duration = length
        self._container.mux(packet)

    def show(self, picture: Picture | VideoFrame, at: Fraction, until: Fraction) -> None:
        """Show a picture.

        Args:
            picture: RGB, uint8 of shape ``(height, width, 3)``, RGBA with four, or a decoded frame;
                scaled to the film's size. The very same object again costs next to nothing.
            at: Seconds from the film's start, later than the picture before.
            until: Seconds at which the next picture comes or the film ends.
        """
        assert self._video is not None
        if picture is not self._source:
            self._source, self._frame = picture, _fitted(picture, self._video)
        self._frame.pts, self._frame.time_base = round(at / _TICK), _TICK
        self._until[self._frame.pts] = round(until / _TICK)
        self._mux_pictures(self._video.encode(self._frame))

    def play(self, samples: Samples) -> None:
        """Append sound: float32 of shape ``(n,)`` or ``(n, channels)`` in ``[-1, 1]``."""
        assert self._audio is not None
        packed = np.ascontiguousarray(np.clip(samples, -1, 1).reshape(1, -1), np.float32)
        frame = av.AudioFrame.from_ndarray(packed, "flt", self._audio.layout.name)
        frame.sample_rate = self._sound_rate
        frame.pts, frame.time_base = self._played, Fraction(1, self._sound_rate)
        self._played += len(samples)
        self._container.mux(self._audio.encode(frame))

    def finish(self) -> None:
        """Write out what the encoders still hold."""
        if self._video is not None:
            self._mux_pictures(self._video.encode(None))
            if self._held is not None:
                self._container.mux(self._held)
        if self._audio is not None:
            self._container.mux(self._audio.encode(None))

    def _mux_pictures(self, packets: list[Packet[VideoStream]]) -> None:
        # One is held back: a container takes the length of its last picture from the packet, and
        # only packets that follow it tell whether it is the last.
        for packet in packets:
            if self._held is not None:
                self._container.mux(self._held)
            first = round((packet.pts or 0) * packet.time_base / _TICK)
            packet.duration = round((self._until.pop(first) - first) * _TICK / packet.time_base)
            self._held = packet


@contextmanager
def film(
    target: Path,
    *,
    size: tuple[int, int] | None,
    rate: Fraction | int = 25,
    sound_rate: int | None = None,
    channels: int = 1,
    captioned: bool = False,
    clear: bool = False,
    metadata: Mapping[str, str] | None = None,
) -> Iterator[Film]:
    """Write a media file; nothing is left at the target unless all of it was written.

    Args:
        target: The file; its suffix chooses the container (.mp4, .mov, .webm, .m4a, .wav, .mp3,
            .opus).
        size: Width and height of the pictures; None for sound only.
        rate: About how many pictures a second will come.
        sound_rate: Samples a second; None for no sound.
        channels: Of the sound, 1 or 2.
        captioned: Whether captions will come, as subtitles that a player can show (.mp4, .mov).
        clear: Whether pictures come as RGBA and are let see through (.webm, .mov).
        metadata: What the container tells of itself, as ``{"comment": "…"}``.

    Yields:
        What takes pictures and sound.

    Raises:
        BadInput: The target cannot be written.
    """
    holds_pictures(target)
    part = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{target.suffix}")
    try:
        # The index goes to the front, so that a browser plays before all of it has come.
        indexed = target.suffix.lower() in _INDEXED_SUFFIXES
        options = {"movflags": "+faststart"} if indexed else {}
        with av.open(str(part), "w", options=options) as container:
            container.metadata.update(metadata or {})
            reel = Film(container)
            if size is not None:
                reel.add_pictures(size, Fraction(rate), suffix=target.suffix.lower(), clear=clear)
            if sound_rate is not None:
                reel.add_sound(_AUDIO_CODECS[target.suffix.lower()], sound_rate, channels)
            if captioned:
                reel.add_captions()
            yield reel
            reel.finish()
        os.replace(part, target)
    except (av.FFmpegError, OSError) as exc:
        raise BadInput(
            f"{target} cannot be written: {exc}. Check the folder, its permissions and the disk."
        ) from exc
    finally:
        with suppress(OSError):  # as where the folder is a file
            part.unlink()


def _video_codec(suffix: str, *, clear: bool) -> tuple[str, str, dict[str, str]]:
    """Return the codec for pictures, its format of pixels, and its options."""
    if clear:
        if suffix not in _CLEAR_CODECS:
            known = " or ".join(_CLEAR_CODECS)
            raise BadInput(f"A {suffix} file cannot be let see through. Name a {known} file.")
        return _CLEAR_CODECS[suffix]
    if suffix == ".webm":
        return _WEB_CODEC[0], "yuv420p", _WEB_CODEC[1]
    codec = next(name for name in _VIDEO_CODECS if name in av.codecs_available)
    return codec, "yuv420p", _VIDEO_CODECS[codec]


def encode(
    target: Path,
    pictures: Iterable[Picture],
    *,
    rate: Fraction | int,
    sound: Samples | None = None,
    sound_rate: int = 16_000,
) -> None:
    """Write a film of pictures at a constant rate, with or without sound.

    Args:
        target: The file (.mp4 or .mov).
        pictures: RGB, uint8 of shape ``(height, width, 3)``; the first gives the film its size.
            See :func:`hold` for stills.
        rate: Pictures a second.
        sound: float32 in ``[-1, 1]`` of shape ``(n,)`` or ``(n, 2)``, from the film's start.
        sound_rate: Samples a second of the sound.

    Raises:
        BadInput: There is no picture, or the target cannot be written or holds sound only.
    """
    stream = iter(pictures)
    first = next(stream, None)
    if first is None or not holds_pictures(target):
        raise BadInput(f"{target} cannot be a film: give at least one picture and name it .mp4.")
    channels = 1 if sound is None or sound.ndim == 1 else sound.shape[1]
    size = (first.shape[1], first.shape[0])
    with film(target, size=size, rate=rate, channels=channels,
              sound_rate=None if sound is None else sound_rate) as reel:
        heard = np.empty(0, np.float32) if sound is None else sound
        _write(reel, chain([first], stream), Fraction(rate), heard, sound_rate)


def hold(slides: Iterable[tuple[Picture, int]], rate: Fraction | int) -> Iterator[Picture]:
    """Turn stills with durations into pictures at a constant rate, for :func:`encode`.

    Args:
        slides: Pictures, each with its duration in ms.
        rate: Pictures a second; a few are enough for slides.

    Yields:
        The very same object as often as its duration needs. Ends are rounded, not durations, so
        that slides stay in step with sound however many there are.
    """
    shown = end_ms = 0
    for picture, duration_ms in slides:
        end_ms += duration_ms
        end = round(Fraction(end_ms, 1000) * rate)
        for _ in range(shown, end):
            yield picture
        shown = max(shown, end)


def _write(
    reel: Film, pictures: Iterable[Picture], rate: Fraction, sound: Samples, sound_rate: int
) -> None:
    played = 0
    for index, picture in enumerate(pictures):
        at, until = index / rate, (index + 1) / rate
        reel.show(picture, at, until)
        # Sound follows the picture closely, so that a player finds both in one place.
        if len(due := sound[played:round(until * sound_rate)]):
            reel.play(due)
            played += len(due)
    if played < len(sound):
        reel.play(sound[played:])


def _fitted(picture: Picture | VideoFrame, stream: VideoStream) -> VideoFrame:
    frame = picture if isinstance(picture, VideoFrame) else (
        VideoFrame.from_ndarray(np.ascontiguousarray(picture),
                                "rgba" if picture.shape[2] == 4 else "rgb24"))
    fitted = frame.reformat(stream.width, stream.height, stream.pix_fmt, interpolation="AREA")
    fitted.pict_type = PictureType.NONE  # else every keyframe of the source becomes one here
    return fitted
