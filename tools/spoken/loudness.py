"""Speech of one loudness: each piece is brought to the same level, and nothing clips."""

import numpy as np
from numpy.typing import NDArray

LEVEL_DB = -20.0
"""Mean power of what is loud enough to be speech, in dB below full scale."""

PEAK = 0.89
"""No sample is farther from zero: a codec may overshoot by the rest."""

_BLOCK_MS = 50
_GATE_DB = -10.0  # below the mean of what sounds at all, as EBU R 128 has it
_SILENCE_DB = -60.0
_MOST_GAIN_DB = 30.0

Samples = NDArray[np.float32]


def level_db(samples: Samples, rate: int) -> float | None:
    """Return the mean power of the blocks that are loud enough, in dB; ``None`` for silence."""
    block = max(rate * _BLOCK_MS // 1000, 1)
    whole = samples[:len(samples) // block * block]
    if not len(whole):
        whole, block = samples, max(len(samples), 1)
    if not len(whole):
        return None
    power = np.mean(whole.astype(np.float64).reshape(-1, block) ** 2, axis=1)
    sounding = power[power > 10 ** (_SILENCE_DB / 10)]
    if not len(sounding):
        return None
    loud = sounding[sounding >= sounding.mean() * 10 ** (_GATE_DB / 10)]
    return float(10 * np.log10(loud.mean()))


def levelled(samples: Samples, rate: int) -> Samples:
    """Return speech at :data:`LEVEL_DB`, peaks bent so that none exceeds :data:`PEAK`."""
    level = level_db(samples, rate)
    if level is None:
        return samples
    gain = 10 ** (min(LEVEL_DB - level, _MOST_GAIN_DB) / 20)
    return _limited(samples * np.float32(gain))


def _limited(samples: Samples) -> Samples:
    """Leave all below the knee as it is and bend what is above, smoothly, below the peak."""
    knee = 0.6 * PEAK
    size = np.abs(samples)
    over = size > knee
    room = PEAK - knee
    bent = knee + room * np.tanh((size[over] - knee) / room)
    limited = samples.copy()
    limited[over] = np.copysign(bent, samples[over])
    return limited
