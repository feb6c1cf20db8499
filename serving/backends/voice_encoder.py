"""The voice of speech as a vector: the GE2E speaker encoder on NumPy.

Wan et al., "Generalized End-to-End Loss for Speaker Verification", 2018; weights and constants are
Resemblyzer's: 1.6 s of sound as 40 Slaney mel bands, three LSTM layers of 256, and the last state
of the uppermost through a linear layer, rectified, of length one.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.torch_file import read_torch

RATE: Final = 16_000
WINDOW_MS: Final = 1_600

_HOP: Final = 160
_FRAMES: Final = WINDOW_MS * RATE // 1000 // _HOP
_FOURIER: Final = 400
_BANDS: Final = 40
_LAYERS: Final = 3
_BATCH: Final = 64
_LEVEL_DB: Final = -30.0

Vectors = NDArray[np.float32]


class VoiceEncoder:
    """The network, loaded.

    Args:
        path: Resemblyzer's ``pretrained.pt``.

    Raises:
        ValueError: The file is not what it should be.
        OSError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        state: dict[str, Any] = read_torch(path)["model_state"]
        self._layers = [
            (state[f"lstm.weight_ih_l{n}"].T, state[f"lstm.weight_hh_l{n}"].T,
             state[f"lstm.bias_ih_l{n}"] + state[f"lstm.bias_hh_l{n}"]) for n in range(_LAYERS)]
        self._weight, self._bias = state["linear.weight"].T, state["linear.bias"]

    def vectors(self, samples: NDArray[np.float32], starts: NDArray[np.int_]) -> Vectors:
        """Return the voice of windows of ``WINDOW_MS``.

        Args:
            samples: 16 kHz mono of shape ``(n,)``; behind its end is silence.
            starts: The sample at which each window begins.

        Returns:
            Vectors of length one, of shape ``(len(starts), 256)``.
        """
        bands = _mel(_loud_enough(samples))
        rows = starts[:, None] // _HOP + np.arange(_FRAMES)
        padded = np.pad(bands, ((0, max(int(rows.max(initial=0)) + 1 - len(bands), 0)), (0, 0)))
        batches = [self._voice(padded[rows[at:at + _BATCH]]) for at in range(0, len(rows), _BATCH)]
        return np.concatenate([np.empty((0, len(self._bias)), np.float32), *batches])

    def _voice(self, bands: Vectors) -> Vectors:
        below = bands.transpose(1, 0, 2)
        for layer in self._layers:
            below = _lstm(below, *layer)
        voice = np.maximum(below[-1] @ self._weight + self._bias, 0)
        return np.asarray(voice / np.maximum(np.linalg.norm(voice, axis=1, keepdims=True), 1e-9))


def _lstm(given: Vectors, into: Vectors, back: Vectors, bias: Vectors) -> Vectors:
    """Run one layer over ``(frames, batch, width)``; torch's gates: in, forget, cell, out."""
    size = back.shape[0]
    driven = given @ into + bias
    state = cell = np.zeros((given.shape[1], size), np.float32)
    states = np.empty((*given.shape[:2], size), np.float32)
    for frame, drive in enumerate(driven):
        gates = drive + state @ back
        let, keep, tell = (_sigmoid(gates[:, n * size:(n + 1) * size]) for n in (0, 1, 3))
        cell = keep * cell + let * np.tanh(gates[:, 2 * size:3 * size])
        state = states[frame] = tell * np.tanh(cell)
    return states


def _sigmoid(x: Vectors) -> Vectors:
    return np.asarray(0.5 * np.tanh(0.5 * x) + 0.5, np.float32)


def _loud_enough(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    level = 10 * np.log10(max(float(np.mean(np.square(samples))), 1e-10)) if len(samples) else 0.0
    return samples * np.float32(10 ** (max(_LEVEL_DB - level, 0) / 20))


def _mel(samples: NDArray[np.float32]) -> Vectors:
    padded = np.pad(samples, _FOURIER // 2)
    if len(padded) < _FOURIER:
        return np.empty((0, _BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FOURIER)[::_HOP]
    window = np.hanning(_FOURIER + 1)[:-1].astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(frames * window, axis=1))).astype(np.float32)
    return np.asarray(power @ _filters().T)


@cache
def _filters() -> Vectors:
    from faster_whisper.feature_extractor import FeatureExtractor

    return np.asarray(FeatureExtractor.get_mel_filters(RATE, _FOURIER, _BANDS), np.float32)
