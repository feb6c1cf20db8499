"""What NeMo's speech models hear: logarithms of 80 mel bands, each of mean 0 and deviation 1.

The constants are those of NeMo's ``AudioToMelSpectrogramPreprocessor``: pre-emphasis, frames of 400
samples every 160 in a Hann window, Fourier transforms of 512, Slaney's mel bands.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.mel import mel_filters

HOP: Final = 160
BANDS: Final = 80

_FOURIER: Final = 512
_WINDOW: Final = 400
_PRE_EMPHASIS: Final = 0.97
_LOG_GUARD: Final = 2.0 ** -24
_DEVIATION_GUARD: Final = 1e-5


def nemo_features(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the features of 16 kHz mono samples, of shape ``(BANDS, len(samples) // HOP + 1)``.

    Args:
        samples: More than ``_FOURIER // 2`` of them.
    """
    emphasised = np.concatenate([samples[:1], samples[1:] - _PRE_EMPHASIS * samples[:-1]])
    padded = np.pad(emphasised, _FOURIER // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FOURIER)[::HOP]
    power = np.square(np.abs(np.fft.rfft(frames * _hann(), axis=1)))
    bands = np.log(mel_filters(_FOURIER, BANDS) @ power.T + _LOG_GUARD)
    mean = bands.mean(axis=1, keepdims=True)
    deviation = bands.std(axis=1, ddof=1, keepdims=True) + _DEVIATION_GUARD
    scaled: NDArray[np.float32] = ((bands - mean) / deviation).astype(np.float32)
    return scaled


@cache
def _hann() -> NDArray[np.float64]:
    edge = (_FOURIER - _WINDOW) // 2
    return np.pad(np.hanning(_WINDOW), edge)
