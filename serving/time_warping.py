"""Dynamic time warping: which frame of a recording sounds like which frame of an example.

After Sakoe and Chiba, "Dynamic programming algorithm optimization for spoken word recognition",
1978: the cheapest way through the table of distances that goes forward in both. Sounds are told by
mel cepstra less their mean and spread, so that another voice and another microphone count less.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.mel import RATE, mel_filters

Frames = NDArray[np.float64]

FRAME_MS: Final = 10

_HOP: Final = RATE * FRAME_MS // 1000
_WINDOW: Final = 400
_FOURIER: Final = 512
_BANDS: Final = 26
_CEPSTRA: Final = 13
_SLOPE: Final = 3  # frames on either side that tell how a sound is changing
_PRE_EMPHASIS: Final = 0.97
_GUARD: Final = 1e-7
_DETOUR: Final = 0.6
"""What a step forward in one of both alone costs, in standard deviations."""
_SLACK: Final = 8
"""So many frames from where it is expected a sound may lie for nothing, …"""
_ASTRAY: Final = 0.02
"""… and every frame farther costs this."""


def warped(
    example: NDArray[np.float32], recording: NDArray[np.float32], expected_ms: Frames
) -> Frames:
    """Tell where each frame of an example is heard in a recording.

    Args:
        example: 16 kHz mono samples of shape ``(n,)``.
        recording: The same.
        expected_ms: Where in the recording each frame of the example is expected, of shape
            ``(frame_count(example),)``, never falling.

    Returns:
        Milliseconds in the recording for each frame, of the same shape, never falling.
    """
    own, other = _described(example), _described(recording)
    distance = _distances(own, other) + _ASTRAY * np.maximum(
        np.abs(np.arange(len(other))[None] - expected_ms[:, None] / FRAME_MS) - _SLACK, 0)
    first, second = _way(distance).T
    count = np.bincount(first, minlength=len(own))
    return np.asarray(np.bincount(first, second, minlength=len(own)) / count * FRAME_MS)


def frame_count(samples: NDArray[np.float32]) -> int:
    """Return how many frames of ``FRAME_MS`` describe samples; at least one."""
    return len(samples) // _HOP + 1


def _described(samples: NDArray[np.float32]) -> Frames:
    """Return what each frame sounds like and how it changes, of shape ``(frames, 26)``."""
    cepstra = _scaled(_log_mel(samples) @ _cosines().T)
    around = np.pad(cepstra, ((_SLOPE, _SLOPE), (0, 0)), mode="edge")
    count = len(cepstra)
    slope = sum((step * (around[_SLOPE + step:_SLOPE + step + count]
                         - around[_SLOPE - step:_SLOPE - step + count])
                 for step in range(1, _SLOPE + 1)), np.zeros_like(cepstra))
    return np.hstack([cepstra, _scaled(slope)])


def _log_mel(samples: NDArray[np.float32]) -> Frames:
    flat = samples.astype(np.float64)
    sharp = np.append(flat[:1], flat[1:] - _PRE_EMPHASIS * flat[:-1])
    padded = np.pad(sharp, (_WINDOW // 2, _WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    frames = frames[:frame_count(samples)] * np.hamming(_WINDOW)
    power = np.square(np.abs(np.fft.rfft(frames, _FOURIER, axis=1)))
    return np.asarray(np.log(power @ mel_filters(_FOURIER, _BANDS).T + _GUARD))


def _scaled(values: Frames) -> Frames:
    return np.asarray((values - values.mean(axis=0)) / (values.std(axis=0) + 1e-6))


@cache
def _cosines() -> Frames:
    """Return the cosine transform that makes cepstra of bands."""
    orders, bands = np.arange(_CEPSTRA)[:, None], np.arange(_BANDS)[None] + 0.5
    return np.asarray(np.cos(np.pi / _BANDS * orders * bands))


def _distances(own: Frames, other: Frames) -> Frames:
    """Return the root mean square difference of every frame to every other."""
    squares = (own ** 2).sum(axis=1)[:, None] + (other ** 2).sum(axis=1)[None] - 2 * own @ other.T
    return np.asarray(np.sqrt(np.maximum(squares, 0) / own.shape[1]))


def _way(distance: Frames) -> NDArray[np.intp]:
    """Return the cheapest way from corner to corner as pairs of frames."""
    total = _totals(distance)
    row, column = distance.shape[0] - 1, distance.shape[1] - 1
    way = [(row, column)]
    while row or column:
        both = total[row - 1, column - 1] if row and column else np.inf
        down = total[row - 1, column] + _DETOUR if row else np.inf
        along = total[row, column - 1] + _DETOUR if column else np.inf
        row, column = min((both, row - 1, column - 1), (down, row - 1, column),
                          (along, row, column - 1))[1:]
        way.append((row, column))
    return np.array(way[::-1])


def _totals(distance: Frames) -> Frames:
    """Return what the cheapest way to each pair of frames costs, a row at a time.

    Along a row a total is the cheapest entry from the row before and the steps since, which a
    running minimum finds without a loop.
    """
    total = np.empty_like(distance)
    entry = np.full(distance.shape[1], np.inf)
    entry[0] = 0.0
    for row, costs in enumerate(distance):
        steps = np.cumsum(costs + _DETOUR)
        total[row] = steps + np.minimum.accumulate(entry + costs - steps)
        entry = np.minimum(total[row] + _DETOUR, np.append(np.inf, total[row, :-1]))
    return total
