import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.tools.spoken.loudness import LEVEL_DB, PEAK, level_db, levelled

RATE = 16_000


def noise(seconds: float, amplitude: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (amplitude * rng.standard_normal(int(seconds * RATE))).astype(np.float32)


@pytest.mark.parametrize("amplitude", [0.005, 0.05, 0.2])
def test_quiet_and_loud_speech_come_to_one_level(amplitude: float) -> None:
    made = levelled(np.clip(noise(2, amplitude), -1, 1), RATE)
    assert level_db(made, RATE) == pytest.approx(LEVEL_DB, abs=0.3)


def test_pauses_do_not_make_speech_louder() -> None:
    talk = noise(1, 0.1)
    paused = np.concatenate([talk, np.zeros(4 * RATE, np.float32), talk])
    assert level_db(paused, RATE) == pytest.approx(level_db(talk, RATE), abs=0.1)


@given(st.integers(0, 3_000), st.floats(0.001, 1))
def test_nothing_clips(length: int, peak: float) -> None:
    samples = np.zeros(length, np.float32)
    samples[::97] = peak
    made = levelled(samples, RATE)
    assert made.dtype == np.float32
    assert np.abs(made).max(initial=0) <= PEAK


def test_silence_stays_silence() -> None:
    silence = np.zeros(RATE, np.float32)
    assert level_db(silence, RATE) is None
    assert np.array_equal(levelled(silence, RATE), silence)
