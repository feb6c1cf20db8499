"""Speech that was recorded elsewhere, read whole and refused where there is none."""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from trikal.errors import BadInput
from trikal.media.audio import read_audio
from trikal.media.probe import probe
from trikal.serving.roles import Sound
from trikal.tools.unheard import not_numbers

LONGEST_S: Final = 1_800
"""Seconds of speech that are taken at once."""

_RATE: Final = 22_050
_SILENT: Final = 1e-3


class Recording(NamedTuple):
    """Speech from a file.

    Attributes:
        sound: Mono sound.
        start_ms: When its first sample sounds, on the file's own clock.
    """

    sound: Sound
    start_ms: int


def read_recording(path: Path, *, longest_s: int = LONGEST_S) -> Recording:
    """Read a recording.

    Args:
        path: Any file with sound.
        longest_s: How many seconds are taken at most.

    Raises:
        BadInput: The file has no sound, is silent, or is too long.
        MediumUnreadable: It cannot be read.
    """
    chunks = list(read_audio(path, rate=_RATE, end_ms=(longest_s + 1) * 1000))
    samples = np.concatenate([np.zeros(0, np.float32), *(each.samples for each in chunks)])
    if not samples.size:
        raise BadInput(f"{path} has no sound. Give a recording of speech.")
    if float(np.abs(samples).max()) < _SILENT:
        wrong = not_numbers(path, probe(path))
        raise BadInput(f"{path} is silent{f' ({wrong})' if wrong else ''}, so there is nothing to "
                       "hear. Give a recording of speech.")
    sound = Sound(samples=samples, sample_rate=_RATE)
    check_length(sound, longest_s=longest_s)
    return Recording(sound, chunks[0].start_ms)


def check_length(sound: Sound, *, longest_s: int = LONGEST_S) -> None:
    """Refuse speech that is too long to be taken at once.

    Raises:
        BadInput: It is.
    """
    if sound.duration_ms > longest_s * 1000:
        raise BadInput(f"The speech is longer than {longest_s // 60} minutes, the most that is "
                       "taken at once. Cut it into parts.")
