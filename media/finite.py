"""Samples that are no finite numbers: files of floating point may hold them, and one is enough.

A resampler spreads one that is no number over all that it looks at around it, and so a few hundred
a second are enough to make a recording silent. They are put right before anything else is done with
the sound, and counted where a person is to be told.
"""

from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from trikal.media.container import open_medium, packets
from trikal.media.probe import MediaInfo

Samples = NDArray[np.float32] | NDArray[np.float64]

_LOUDEST: Final = 1e9
"""What is louder is no sound, and becomes infinite on the way."""

_FLOATS: Final = frozenset({"flt", "fltp", "dbl", "dblp"})
_WRITTEN: Final = MappingProxyType({
    "pcm_f32le": "<f4", "pcm_f32be": ">f4", "pcm_f64le": "<f8", "pcm_f64be": ">f8"})
"""How the codecs of sound that can hold such samples write a sample."""


def made_finite(frame: AudioFrame) -> AudioFrame:
    """Return a frame in which every sample is a finite number.

    What is none lies on the line between those around it; where a whole frame has no other, there
    is silence.
    """
    if frame.format.name not in _FLOATS:
        return frame
    samples = cast(Samples, frame.to_ndarray())
    if np.abs(samples).max(initial=0.0) <= _LOUDEST:  # false for what is no number
        return frame
    channels = samples if frame.format.is_planar else samples.reshape(frame.samples, -1).T
    mended = np.stack([_mended(each) for each in channels])
    packed = mended if frame.format.is_planar else mended.T.reshape(1, -1)
    made = AudioFrame.from_ndarray(
        np.ascontiguousarray(packed), frame.format.name, frame.layout.name)
    made.sample_rate, made.pts, made.time_base = frame.sample_rate, frame.pts, frame.time_base
    return made


def share_not_finite(path: Path, info: MediaInfo) -> Fraction:
    """Return how many of a medium's samples are no finite numbers, as a share of all.

    Args:
        path: A media file.
        info: Its probe.

    Raises:
        MediumUnreadable: The file cannot be opened.
    """
    stream = info.main_audio
    written = _WRITTEN.get(stream.codec) if stream else None
    if stream is None or written is None:
        return Fraction(0)
    wrong = count = 0
    size = np.dtype(written).itemsize
    with open_medium(path) as container:
        for packet in packets(container, container.streams[stream.index]):
            samples = np.frombuffer(bytes(packet), written, packet.size // size)
            wrong += samples.size - int(np.isfinite(samples).sum())
            count += samples.size
    return Fraction(wrong, max(count, 1))


def _mended(samples: Samples) -> Samples:
    known = np.abs(samples) <= _LOUDEST
    if not known.any():
        return np.zeros_like(samples)
    at = np.arange(len(samples))
    return cast(Samples, np.interp(at, at[known], samples[known]).astype(samples.dtype))
