"""How the mouth moves over time: from the sounds of speech, or from loudness and brightness alone.

Each sound pulls the mouth to its shape, before it begins and after it ends, so that neighbours
flow into each other: weights of raised-cosine flanks, smooth in value and in slope. How far the
mouth opens follows the loudness too. On m, b and p it is shut whatever its neighbours do.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.faces.easing import smooth
from trikal.serving.faces.visemes import VISEMES, visemes_of
from trikal.serving.roles import Phone, Sound

Track = NDArray[np.float64]

OPEN: Final = 0
"""The column of a track that tells how far the mouth is open."""

_FLANK_S = 0.055
_WINDOW_S = 0.08
_QUIET = 0.02
_RELEASE_S = 0.05
_ANY = 0.5
_CONTRAST = 1.3
_SHARES = [OPEN, 2, 3, 4]  # teeth, tongue and tuck; only the width goes below 0
_LOUD = 90  # percentile of what is heard that opens the mouth as wide as the sound allows


def mouth_track(sound: Sound, rate: int, frames: int) -> Track:
    """Return the shape of the mouth in each frame.

    Args:
        sound: What is said; without phones, its loudness and brightness tell the shape.
        rate: Frames a second.
        frames: How many.

    Returns:
        float64 of shape ``(frames, 5)``: open, wide, teeth, tongue and tuck, as in
        :class:`trikal.serving.faces.visemes.Shape`.
    """
    loud = envelope(sound, rate, frames)
    track = _spoken(sound.phones, rate, frames) if sound.phones else _heard(sound, rate, frames)
    # Half of the opening is the sound's own, half any sound's: people see loudness first.
    track[:, OPEN] = (_ANY + (1 - _ANY) * track[:, OPEN]) * loud ** _CONTRAST
    track[:, OPEN] *= _released(sound.phones, rate, frames)
    # Smoothing rounds: what is none may come out as less than none.
    track[:, _SHARES] = np.maximum(track[:, _SHARES], 0)
    return track


def envelope(sound: Sound, rate: int, frames: int) -> Track:
    """Return how loud each frame is: 1 is as loud as the loud parts are, 0 is silence.

    Returns:
        float64 of shape ``(frames,)``.
    """
    width = max(int(_WINDOW_S * sound.sample_rate), 2)
    window = np.hanning(width + 2)[1:-1]
    power = np.convolve(np.square(sound.samples, dtype=np.float64), window / window.sum(), "same")
    middles = ((np.arange(frames) + 0.5) / rate * sound.sample_rate).astype(int)
    level = np.sqrt(np.maximum(power[np.minimum(middles, len(power) - 1)], 0))
    heard = level[level > _QUIET * max(float(level.max()), 1e-9)]
    if not heard.size or level.max() < 1e-4:
        return np.zeros(frames)
    return np.asarray(np.clip(level / np.percentile(heard, _LOUD), 0, 1))


def shut_frames(phones: tuple[Phone, ...], rate: int, frames: int) -> list[int]:
    """Return the frame nearest to the middle of each m, b and p."""
    middles = [(each.start_ms + each.end_ms) / 2000 for each in _shut(phones)]
    return [min(int(middle * rate), frames - 1) for middle in middles]


def _shut(phones: tuple[Phone, ...]) -> list[Phone]:
    return [each for each in phones if "closed" in visemes_of(each.ipa)]


def _times(rate: int, frames: int) -> Track:
    return np.asarray((np.arange(frames) + 0.5) / rate)


def _step(distance: Track) -> Track:
    """Rise from 0 to 1 over a flank: the integral of a raised cosine."""
    x = np.clip(distance / _FLANK_S, -1, 1)
    return np.asarray(0.5 + 0.5 * x + np.sin(np.pi * x) / (2 * np.pi))


def _spoken(phones: tuple[Phone, ...], rate: int, frames: int) -> Track:
    times = _times(rate, frames)
    total, track, covered = np.zeros(frames), np.zeros((frames, 5)), np.zeros(frames)
    for phone in phones:
        names = visemes_of(phone.ipa)
        edges = np.linspace(phone.start_ms, phone.end_ms, len(names) + 1) / 1000
        for name, start, end in zip(names, edges, edges[1:], strict=False):
            *shape, weight = VISEMES[name]
            share = _step(times - start) - _step(times - end)
            pull = weight * share
            covered += share
            total += pull
            track += pull[:, None] * np.array(shape)
    return np.asarray(track / (total + np.maximum(1 - covered, 1e-6))[:, None])


def _released(phones: tuple[Phone, ...], rate: int, frames: int) -> Track:
    """Return 0 where lips are shut for m, b and p, and 1 away from there."""
    times, free = _times(rate, frames), np.ones(frames)
    for phone in _shut(phones):
        start, end = phone.start_ms / 1000, phone.end_ms / 1000
        inset = (end - start) / 5
        away = np.maximum(np.maximum(start + inset - times, times - end + inset), 0)
        free *= smooth(away / _RELEASE_S)
    # A short one may fall between two frames, and must be seen all the same.
    free[shut_frames(phones, rate, frames)] = 0
    return free


def _heard(sound: Sound, rate: int, frames: int) -> Track:
    """Guess shapes: bright sounds spread the lips, dark ones round them, hissing shows teeth."""
    bright = _brightness(sound, rate, frames)
    names = ("u", "o", "a", "e", "hiss")
    shapes = np.array([VISEMES[name][:5] for name in names])
    marks = (300.0, 600.0, 1100.0, 1900.0, 3500.0)
    return np.stack([np.interp(bright, marks, column) for column in shapes.T], axis=1)


def _brightness(sound: Sound, rate: int, frames: int) -> Track:
    """Return the centre of each frame's spectrum, in Hz, smoothed over three frames."""
    length = max(sound.sample_rate // rate * 2, 64)
    padded = np.pad(sound.samples, (length // 2, length))
    starts = (np.arange(frames) / rate * sound.sample_rate).astype(int)
    starts = np.minimum(starts, len(padded) - length)
    pieces = np.stack([padded[at:at + length] for at in starts]) * np.hanning(length)
    power = np.abs(np.fft.rfft(pieces)) ** 2 + 1e-12
    hertz = np.fft.rfftfreq(length, 1 / sound.sample_rate)
    centre = (power * hertz).sum(axis=1) / power.sum(axis=1)
    return np.convolve(np.pad(centre, 1, mode="edge"), np.ones(3) / 3, "valid")
