"""Slaney's mel bands: how a power spectrum is summed to what an ear tells apart."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 16_000
"""Samples a second of the sound that is heard so."""


@cache
def mel_filters(fourier: int, bands: int) -> NDArray[np.float64]:
    """Return the weights of a spectrum's frequencies in each band.

    Args:
        fourier: Length of the Fourier transform, in samples of 16 kHz.
        bands: How many bands.

    Returns:
        An array of shape ``(bands, fourier // 2 + 1)``, which all callers share.
    """
    from faster_whisper.feature_extractor import FeatureExtractor

    filters = np.asarray(FeatureExtractor.get_mel_filters(RATE, fourier, bands), np.float64)
    filters.setflags(write=False)
    return filters
