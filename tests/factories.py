"""Makers of small media for tests: everything a test needs to know is painted or played into them.

Each maker takes times in seconds and computes timestamps as exact fractions.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.subtitles.subtitle import SubtitleSet
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]
Samples = NDArray[np.float32]
Seconds = int | float | Fraction

_BITS = 12
_BLOCK = 8_192
_TICK = Fraction(1, 60_000)  # divides the common frame rates, and MPEG-4 takes no finer one
_CODECS = {
    ".mp4": ("mpeg4", "aac", "mov_text"), ".mov": ("mpeg4", "aac", "mov_text"),
    ".m4a": ("mpeg4", "aac", "mov_text"), ".mkv": ("mpeg4", "flac", "subrip"),
    ".webm": ("libvpx", "libopus", "webvtt"), ".ts": ("mpeg2video", "mp2", ""),
    ".avi": ("mpeg4", "pcm_s16le", ""), ".wav": ("", "pcm_s16le", ""),
    ".flac": ("", "flac", ""), ".mp3": ("", "libmp3lame", ""), ".aac": ("", "aac", ""),
    ".ogg": ("", "libopus", ""),
}


@dataclass(frozen=True, kw_only=True)
class Sound:
    """One audio track of a made medium: samples ``(n,)`` or ``(n, channels)`` from ``offset``."""

    samples: Samples
    rate: int = 16_000
    offset: Seconds = 0
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Subtitles:
    """One subtitle track of a made medium: ``(start, end, text)`` in seconds."""

    cues: Sequence[tuple[Seconds, Seconds, str]]
    language: str | None = None
    codec: str | None = None


def numbered(number: int, size: tuple[int, int] = (96, 64)) -> Picture:
    """Paint a number into a picture as black and white columns that survive any codec."""
    width, height = size
    bits = [(number >> bit) & 1 for bit in range(_BITS)]
    columns = np.repeat(np.array(bits, np.uint8) * 255, width // _BITS)
    row = np.pad(columns, (0, width - len(columns)))
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (height, width, 3)))


def read_number(picture: Picture) -> int:
    """Read the number that :func:`numbered` painted."""
    step = picture.shape[1] // _BITS
    middle = picture[picture.shape[0] // 2, step // 2: step * _BITS: step].mean(axis=1)
    return sum(1 << bit for bit, value in enumerate(middle) if value > 127)


def plain(color: tuple[int, int, int], size: tuple[int, int] = (96, 64)) -> Picture:
    """Paint one colour."""
    return np.full((size[1], size[0], 3), color, np.uint8)


def slide(*lines: str, size: tuple[int, int] = (640, 360), dark: bool = False) -> Picture:
    """Paint a slide with lines of text, in the size that slides have."""
    paper, ink = ((10, 12, 20), (235, 235, 235)) if dark else ((250, 250, 248), (20, 20, 30))
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((size[0] // 12, size[1] // 12 + number * size[1] // 7), line, fill=ink,
                  font=ImageFont.load_default(size[1] / 16))
    return np.asarray(image).copy()


def make_tone(seconds: Seconds, *, hz: float = 440, rate: int = 16_000) -> Samples:
    """A sine at half loudness."""
    time = np.arange(round(Fraction(seconds) * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def make_clicks(
    seconds: Seconds, at: Iterable[Seconds], *, rate: int = 16_000, width: Seconds = 0.004
) -> Samples:
    """Silence with a short loud burst that begins at each of the times."""
    samples = np.zeros(round(Fraction(seconds) * rate), np.float32)
    for time in at:
        first = round(Fraction(time) * rate)
        samples[first: first + round(Fraction(width) * rate)] = 0.9
    return samples


def make_wav(path: Path, samples: Samples, *, rate: int = 16_000) -> Path:
    """Write samples as WAV."""
    return make_video(path, fps=0, sound=Sound(samples=samples, rate=rate))


def make_video(
    path: Path,
    *,
    fps: Seconds = 25,
    duration: Seconds = 2,
    size: tuple[int, int] = (96, 64),
    pictures: Callable[[int], Picture] | None = None,
    times: Sequence[Seconds] | None = None,
    sound: Samples | Sound | Sequence[Sound] | None = None,
    audio_offset: Seconds = 0,
    start: Seconds = 0,
    rotation: int = 0,
    subtitles: Subtitles | Sequence[Subtitles] | Sequence[tuple[Seconds, Seconds, str]] = (),
    video_codec: str | None = None,
    audio_codec: str | None = None,
    gop: int = 12,
    metadata: dict[str, str] | None = None,
    format_options: dict[str, str] | None = None,
) -> Path:
    """Write a medium with pictures, sound and subtitles.

    Args:
        path: The file; its suffix chooses container and codecs.
        fps: Frames a second; 0 for no picture at all.
        duration: Length of the picture.
        size: Width and height of the pictures.
        pictures: Paints frame ``i``; :func:`numbered` when not given.
        times: When each frame is shown, for variable rates; overrides ``duration``.
        sound: Samples at 16 kHz, one track, or several.
        audio_offset: How much later than the picture a bare array of samples begins.
        start: Added to every timestamp.
        rotation: Degrees counterclockwise that a player turns the picture by (MP4 only).
        subtitles: Cues of one track, one track, or several.
        video_codec: FFmpeg's name; by the suffix when not given.
        audio_codec: Likewise.
        gop: Frames between keyframes.
        metadata: Of the container, for example ``creation_time``.
        format_options: Options of the muxer.
    """
    rate = Fraction(fps)
    paint = pictures or (lambda index: numbered(index, size))
    moments = [Fraction(t) for t in times] if times is not None else [
        index / rate for index in range(round(Fraction(duration) * rate) if rate else 0)]
    codecs = _CODECS[path.suffix]
    with av.open(str(path), "w", options=format_options or {}) as container:
        container.metadata.update(metadata or {})
        writers = []
        if moments:
            writers.append(_picture_packets(
                container, video_codec or codecs[0], size, rate or Fraction(25), moments, paint,
                Fraction(start), gop))
        writers += [_sound_packets(container, audio_codec or codecs[1], track, Fraction(start))
                    for track in _tracks(sound, audio_offset)]
        writers += [_subtitle_packets(container, track, track.codec or codecs[2], Fraction(start))
                    for track in _subtitle_tracks(subtitles)]
        # Containers want their streams interleaved; media here are small enough to sort whole.
        packets = [packet for writer in writers for packet in writer]
        for packet in sorted(packets, key=lambda p: p.dts * p.time_base):
            container.mux(packet)
    if rotation:
        _set_rotation(path, rotation)
    return path


def _tracks(sound: Samples | Sound | Sequence[Sound] | None, offset: Seconds) -> list[Sound]:
    if sound is None:
        return []
    if isinstance(sound, np.ndarray):
        return [Sound(samples=sound, offset=offset)]
    return [sound] if isinstance(sound, Sound) else list(sound)


def _subtitle_tracks(
    subtitles: Subtitles | Sequence[Subtitles] | Sequence[tuple[Seconds, Seconds, str]]
) -> list[Subtitles]:
    if isinstance(subtitles, Subtitles):
        return [subtitles]
    if all(isinstance(track, Subtitles) for track in subtitles):
        return list(subtitles)
    return [Subtitles(cues=subtitles)]


def _picture_packets(
    container: OutputContainer, codec: str, size: tuple[int, int], rate: Fraction,
    moments: Sequence[Fraction], paint: Callable[[int], Picture], start: Fraction, gop: int,
) -> Iterable[Packet]:
    options = {"deadline": "realtime", "cpu-used": "8"} if codec.startswith("libvpx") else {}
    stream = container.add_stream(codec, rate=rate, options=options)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.bit_rate = 2_000_000
    stream.codec_context.gop_size = gop
    stream.codec_context.max_b_frames = 0
    tick = 1 / rate if codec == "mpeg2video" or container.format.name == "avi" else _TICK
    stream.codec_context.time_base = stream.time_base = tick
    return _encoded_pictures(stream, moments, paint, start, tick)


def _encoded_pictures(stream, moments, paint, start, tick):
    for index, moment in enumerate(moments):
        frame = av.VideoFrame.from_ndarray(paint(index), format="rgb24")
        frame.pts, frame.time_base = round((moment + start) / tick), tick
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound_packets(
    container: OutputContainer, codec: str, track: Sound, start: Fraction
) -> Iterable[Packet]:
    shaped = track.samples.reshape(len(track.samples), -1)
    layout = "mono" if shaped.shape[1] == 1 else "stereo"
    stream = container.add_stream(codec, rate=track.rate, layout=layout)
    if track.language:
        stream.metadata["language"] = track.language
    return _encoded_sound(stream, shaped, layout, track, start)


def _encoded_sound(stream, shaped, layout, track, start):
    first = round((Fraction(track.offset) + start) * track.rate)
    for begin in range(0, len(shaped), _BLOCK):
        block = np.ascontiguousarray(shaped[begin: begin + _BLOCK].reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(block, format="flt", layout=layout)
        frame.sample_rate, frame.time_base = track.rate, Fraction(1, track.rate)
        frame.pts = first + begin
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _subtitle_packets(
    container: OutputContainer, track: Subtitles, codec: str, start: Fraction
) -> Iterable[Packet]:
    stream = container.add_stream(codec)
    stream.time_base = Fraction(1, 1000)
    stream.codec_context.time_base = Fraction(1, 1000)
    if track.language:
        stream.metadata["language"] = track.language
    stream.codec_context.subtitle_header = _ASS_HEADER
    return _encoded_cues(stream, track, start)


_ASS_HEADER = (
    b"[Script Info]\r\nScriptType: v4.00+\r\n\r\n[V4+ Styles]\r\n"
    b"Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, "
    b"BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, "
    b"BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\r\n"
    b"Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1"
    b"\r\n\r\n[Events]\r\n"
    b"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"
)


def _encoded_cues(stream, track, start):
    for number, (begin, end, text) in enumerate(track.cues):
        first = round((Fraction(begin) + start) * 1000)
        length = round((Fraction(end) - Fraction(begin)) * 1000)
        dialogue = f"{number},0,Default,,0,0,0,,".encode() + text.replace("\n", r"\N").encode()
        packet = stream.codec_context.encode_subtitle(
            SubtitleSet.create(dialogue, 0, length, first * 1000))
        packet.stream = stream
        packet.time_base = Fraction(1, 1000)
        packet.pts = packet.dts = first
        packet.duration = length
        yield packet


def _set_rotation(path: Path, degrees: int) -> None:
    """Turn the display matrix of an MP4's first track header, where players read it."""
    cos, sin = {90: (0, -1), 180: (-1, 0), 270: (0, 1)}[degrees % 360]
    matrix = struct.pack(">9i", cos << 16, sin << 16, 0, -sin << 16, cos << 16, 0, 0, 0, 1 << 30)
    data = bytearray(path.read_bytes())
    where = data.index(b"tkhd") + 4 + 40
    data[where: where + len(matrix)] = matrix
    path.write_bytes(data)


_NOISE_RATE = 48_000


def make_noise(path: Path, codec: str, seconds: int = 10) -> Path:
    """Write noise, so that every page of the file has something in it."""
    noise = np.random.default_rng(0).normal(0, 0.1, seconds * _NOISE_RATE).astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=_NOISE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(noise[None, :], format="fltp", layout="mono")
        frame.sample_rate = _NOISE_RATE
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=_NOISE_RATE)
        for each in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return path
