"""Sound on the exact clock: mono samples in chunks, however long or broken the file."""

import math
import wave
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from numpy.typing import NDArray

from trikal.errors import BadInput, MediumUnreadable
from trikal.media.container import audio_frames, clock_zero, open_medium, rewind, to_ms
from trikal.media.finite import made_finite
from trikal.media.probe import AudioStream, MediaInfo, probe

Samples = NDArray[np.float32]

# Timestamps are rounded, and some writers let them jitter by a frame (Vorbis in WebM by 20 ms and
# back). Within the tolerance frames are neighbours; beyond it they are when the next ones fall
# into place again, unless the distance leaves no doubt.
_TOLERANCE = Fraction(20, 1000)
_DOUBT = Fraction(200, 1000)
_SURE = Fraction(100, 1000)

# A clock that jumps back further than packets are ever shuffled was restarted, as when
# recordings are joined byte by byte.
_RESTART = Fraction(10)

# Telephones have 8,000 samples a second; below this a header is wrong, and a minute of sound would
# be taken for days.
_LEAST_RATE = 1_000

# Decoders need some packets before what they give is right again after a seek.
_RUN_UP = Fraction(1)

_MIX_WITHOUT_CLIPPING = {"rematrix_maxval": "1.0"}

LAYOUTS = {1: "mono", 2: "stereo"}
"""Numbers of channels that sound is read and written with, by FFmpeg's names."""


@dataclass(frozen=True, kw_only=True)
class AudioChunk:
    """A stretch of sound.

    Attributes:
        start_ms: When the first sample sounds, on the media clock.
        samples: float32 in ``[-1, 1]``, of shape ``(n,)``, or ``(n, 2)`` where stereo was asked.
    """

    start_ms: int
    samples: Samples


def read_audio(
    path: Path,
    *,
    stream: int | None = None,
    rate: int = 16_000,
    chunk_ms: int = 30_000,
    start_ms: int | None = None,
    end_ms: int | None = None,
    channels: int = 1,
    info: MediaInfo | None = None,
) -> Iterator[AudioChunk]:
    """Decode sound in chunks that follow each other on the clock without gap or overlap.

    Sample ``k`` of a chunk sounds at ``start_ms + k * 1000 / rate`` within 20 ms, after hours
    too: frames are placed by their own timestamps, holes in the stream become silence, and what
    overlaps is cut off. Damaged packets are left out. Memory does not grow with the length.

    Args:
        path: A media file.
        stream: Index of the audio stream; the main one when not given.
        rate: Samples a second of the result, in Hz.
        chunk_ms: Length of each chunk but the last, in ms.
        start_ms: Begin here on the media clock; at the stream's own start when not given or
            when the stream starts later.
        end_ms: Stop here; at the stream's own end when not given.
        channels: 1 mixes down to mono, 2 gives stereo.
        info: The file's probe, when it is at hand.

    Yields:
        Chunks in time order; none when the medium has no sound.

    Raises:
        BadInput: The stream is not one of the medium's audio streams.
        MediumUnreadable: The file cannot be opened, or nothing can be heard in its sound.
    """
    info = info or probe(path)
    wanted = _choose(info, stream)
    if wanted is None or (end_ms is not None and end_ms <= wanted.start_ms):
        return
    _check_rate(path, wanted)
    with open_medium(path) as container:
        if start_ms is not None and start_ms > wanted.start_ms:
            _seek(container, wanted.index, start_ms)
        timeline = _Timeline(info, start_ms, rate, channels)
        source = cast(av.AudioStream, container.streams[wanted.index])
        pieces = _laid(timeline, map(made_finite, audio_frames(container, source)))
        if end_ms is not None:
            pieces = _until(end_ms, timeline, pieces)
        yield from _chunks(timeline, pieces, rate, chunk_ms)


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """Write 16-bit WAV.

    Args:
        path: The file to write.
        samples: float32 in ``[-1, 1]`` of shape ``(n,)`` or ``(n, channels)``; louder is clipped.
        rate: Samples a second, in Hz.
    """
    pcm = (np.clip(samples, -1, 1) * np.iinfo(np.int16).max).round().astype("<i2")
    # Opened here: a wave.open that fails by itself leaves an object that complains when collected.
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm.tobytes())


def _choose(info: MediaInfo, index: int | None) -> AudioStream | None:
    if index is None:
        return info.main_audio
    for stream in info.audio:
        if stream.index == index:
            return stream
    known = ", ".join(str(stream.index) for stream in info.audio) or "none"
    raise BadInput(f"Stream {index} of {info.path} is no sound; its audio streams are: {known}.")


def _check_rate(path: Path, stream: AudioStream) -> None:
    if stream.sample_rate < _LEAST_RATE:
        raise MediumUnreadable(
            f"{path} says that its sound has {stream.sample_rate} samples a second, in which "
            "nothing can be heard: its header is damaged. Copy or export it again.")


def _seek(container: InputContainer, index: int, start_ms: int) -> None:
    stream = container.streams[index]
    time = max(Fraction(start_ms, 1000) - _RUN_UP, Fraction(0)) + clock_zero(container)
    try:
        container.seek(math.floor(time / (stream.time_base or 1)), stream=stream)
    except av.FFmpegError:
        # A format that cannot seek is read from its start, which only takes longer.
        rewind(container)


class _Timeline:
    """Lays decoded frames on a grid of samples that is anchored to the media clock once."""

    def __init__(
        self, info: MediaInfo, start_ms: int | None, rate: int, channels: int
    ) -> None:
        self._zero = info.start
        self._end = Fraction(info.duration_ms, 1000)
        self._rate = rate
        self._channels = channels
        self._wanted_ms = start_ms
        self._base_ms: int | None = None
        self.position = 0  # of the next sample on the grid
        self._skip = 0
        self._expected = Fraction(0)
        self._kind: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None
        self._doubtful: list[tuple[Fraction, AudioFrame]] = []
        self._doubtful_since = Fraction(0)

    def lay(self, frame: AudioFrame) -> Iterator[Samples]:
        """Yield what comes next on the grid: perhaps silence, then samples."""
        time, kind = self._time(frame), (frame.format.name, frame.layout.name, frame.sample_rate)
        late = abs(time - self._expected)
        if kind != self._kind or late > _SURE:
            yield from self.end_run()
            yield from self._begin_run(time)
            self._kind, self._expected, late = kind, time, Fraction(0)
        self._expected += Fraction(frame.samples, frame.sample_rate)
        self._doubtful.append((time, frame))
        if late <= _TOLERANCE:
            yield from self._release()
        elif self._expected - self._doubtful_since > _DOUBT:
            yield from self._move()

    def end_run(self) -> Iterator[Samples]:
        """Yield what is still held back, by doubt and by the resampler."""
        yield from self._release()
        if self._resampler is not None:
            yield from self._resample(None)
        self._resampler = None

    def _release(self) -> Iterator[Samples]:
        """Take the times of the frames in doubt for jitter: they follow on."""
        frames, self._doubtful = self._doubtful, []
        for _, frame in frames:
            yield from self._resample(frame)
        self._doubtful_since = self._expected

    def _move(self) -> Iterator[Samples]:
        """Believe the times of the frames in doubt: there is a hole or an overlap before them."""
        frames, self._doubtful = self._doubtful, []
        time = frames[0][0]
        self._expected += time - self._doubtful_since
        yield from self.end_run()
        yield from self._begin_run(time)
        self._doubtful = frames
        yield from self._release()

    def samples_until(self, time_ms: int) -> int:
        """Position of the grid at a time on the media clock."""
        return round(Fraction((time_ms - (self._base_ms or 0)) * self._rate, 1000))

    def chunk(self, offset_ms: int, samples: Samples) -> AudioChunk:
        """Put a time on samples that lie so many ms behind the grid's first."""
        shaped = samples[:, 0] if self._channels == 1 else samples
        return AudioChunk(start_ms=(self._base_ms or 0) + offset_ms, samples=shaped)

    def _time(self, frame: AudioFrame) -> Fraction:
        """Seconds on the media clock; what cannot be true is taken to follow on."""
        if frame.pts is None or frame.time_base is None:
            return self._expected
        time = frame.pts * frame.time_base - self._zero
        restarted = self.position > 0 and time < self._expected - _RESTART
        beyond = time > self._end + _RESTART
        return self._expected if restarted or beyond else time

    def _begin_run(self, time: Fraction) -> Iterator[Samples]:
        if self._base_ms is None:
            self._base_ms = max(to_ms(time), self._wanted_ms or to_ms(time))
        target = round((time - Fraction(self._base_ms, 1000)) * self._rate)
        self._skip = max(self.position - target, 0)
        while self.position < target:
            yield self._count(self._silence(min(target - self.position, self._rate)))
        self._resampler = AudioResampler(
            "flt", LAYOUTS[self._channels], self._rate, options=_MIX_WITHOUT_CLIPPING)

    def _silence(self, n: int) -> Samples:
        return np.zeros((n, self._channels), np.float32)

    def _resample(self, frame: AudioFrame | None) -> Iterator[Samples]:
        assert self._resampler is not None
        if frame is not None:
            frame.pts = None  # the grid knows better than the resampler what time it is
        for out in self._resampler.resample(frame):
            if out is None:  # a resampler that has nothing to do flushes nothing
                continue
            samples = _in_range(cast(Samples, out.to_ndarray())).reshape(-1, self._channels)
            kept = samples[self._skip:]
            self._skip -= len(samples) - len(kept)
            if len(kept):
                yield self._count(kept)

    def _count(self, samples: Samples) -> Samples:
        self.position += len(samples)
        return samples


def _in_range(samples: Samples) -> Samples:
    """Clip what is louder than full scale, as files of floating point may be."""
    return np.clip(samples, -1.0, 1.0, out=samples)


def _laid(timeline: _Timeline, frames: Iterable[AudioFrame]) -> Iterator[Samples]:
    for frame in frames:
        yield from timeline.lay(frame)
    yield from timeline.end_run()


def _until(end_ms: int, timeline: _Timeline, pieces: Iterable[Samples]) -> Iterator[Samples]:
    for piece in pieces:
        surplus = timeline.position - timeline.samples_until(end_ms)
        if surplus >= 0:
            yield piece[:len(piece) - surplus]
            return
        yield piece


def _chunks(
    timeline: _Timeline, pieces: Iterable[Samples], rate: int, chunk_ms: int
) -> Iterator[AudioChunk]:
    held: list[Samples] = []
    begin = laid = start_ms = 0
    for piece in pieces:
        held.append(piece)
        laid += len(piece)
        # Each boundary is computed from zero, so that no rounding adds up over the chunks.
        while laid >= (end := round(Fraction((start_ms + chunk_ms) * rate, 1000))):
            joined = np.concatenate(held)
            yield timeline.chunk(start_ms, joined[:end - begin])
            held, begin, start_ms = [joined[end - begin:]], end, start_ms + chunk_ms
    if laid > begin:
        yield timeline.chunk(start_ms, np.concatenate(held))
