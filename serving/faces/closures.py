"""Where lips shut in a recording: at the dip of the sound that m, b and p make there.

Alignment is right within some hundredths of a second, and lips that shut so much beside the mark
are seen. While they are shut, what is above the voice's own hum is faint: b and p are nearly
silent, and m sounds through the nose.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.faces.visemes import visemes_of
from trikal.serving.forced_alignment import at_rate
from trikal.serving.roles import Phone, Sound

REACH_MS: Final = 30
"""A dip is looked for so far on either side of where the sound is aligned."""

HOLD_MS: Final = 90
"""Lips are shut for so long, two pictures of 25 a second; longer ones fit the loudness less."""

BEHIND_MS: Final = 20
"""The middle of a sound comes so long behind its dip, for b and p end when the lips have parted: by
the exact times of espeak-ng 15 and 25 ms in two texts."""

_RATE: Final = 16_000
_STEP_MS: Final = 5
_WINDOW: Final = 320
_BAND_HZ: Final = (500.0, 4_000.0)
_NEAR: Final = 0.05
"""What a step away from the aligned middle must gain, in nepers."""


def shut_where_quiet(phones: tuple[Phone, ...], sound: Sound) -> tuple[Phone, ...]:
    """Move each m, b and p to the dip of the sound near it; its neighbours give way.

    Args:
        phones: On the clock of the sound, in time order.
        sound: What they are heard in.
    """
    level = _mouth_level(sound)
    moved = list(phones)
    for place, phone in enumerate(phones):
        if "closed" in visemes_of(phone.ipa):
            aligned_ms = (phone.start_ms + phone.end_ms) // 2
            middle = aligned_ms + _dip(level, aligned_ms) + BEHIND_MS
            half = max(phone.end_ms - phone.start_ms, HOLD_MS) // 2
            moved[place] = phone.model_copy(update={
                "start_ms": max(middle - half, 0), "end_ms": middle + half})
    return tuple(_in_order(moved))


def _mouth_level(sound: Sound) -> NDArray[np.float64]:
    """Return how loud the sound is that only an open mouth lets out, in nepers, each 5 ms."""
    samples = at_rate(sound, _RATE)
    padded = np.pad(samples, (_WINDOW // 2, _WINDOW))
    hop = _RATE * _STEP_MS // 1000
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::hop] * np.hanning(_WINDOW)
    power = np.square(np.abs(np.fft.rfft(frames, axis=1)))
    hertz = np.fft.rfftfreq(_WINDOW, 1 / _RATE)
    band = power[:, (hertz >= _BAND_HZ[0]) & (hertz <= _BAND_HZ[1])].sum(axis=1)
    return np.asarray(0.5 * np.log(band + 1e-6))


def _dip(level: NDArray[np.float64], middle_ms: int) -> int:
    """Return how far from a time the sound is faintest, in milliseconds."""
    reach = REACH_MS // _STEP_MS
    steps = np.arange(-reach, reach + 1)
    at = np.clip(middle_ms // _STEP_MS + steps, 0, len(level) - 1)
    return int(steps[np.argmin(level[at] + _NEAR * np.abs(steps))]) * _STEP_MS


def _in_order(phones: list[Phone]) -> list[Phone]:
    """Let what overlaps a sound that was moved end, or begin, at its edge."""
    settled = list(phones)
    for place, (one, other) in enumerate(zip(phones, phones[1:], strict=False)):
        if one.end_ms <= other.start_ms:
            continue
        if "closed" in visemes_of(other.ipa):
            settled[place] = settled[place].model_copy(
                update={"end_ms": max(other.start_ms, settled[place].start_ms)})
        else:
            settled[place + 1] = other.model_copy(
                update={"start_ms": min(one.end_ms, other.end_ms)})
    return settled
