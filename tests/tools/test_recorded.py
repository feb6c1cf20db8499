"""Recordings of speech: read whole, or refused with a sentence."""

from pathlib import Path

import numpy as np
import pytest

from tests.serving.avatars import spoken
from tests.serving.portraits import portrait
from trikal.errors import BadInput
from trikal.media.audio import write_wav
from trikal.media.encode import encode
from trikal.serving.roles import Sound
from trikal.tools.recorded import LONGEST_S, check_length, read_recording


def test_recorded_speech_is_read_and_silence_refused(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    write_wav(path, spoken(1.0).samples, 16_000)
    assert read_recording(path).sound.duration_ms == pytest.approx(1_000, abs=30)
    write_wav(path, np.zeros(16_000, np.float32), 16_000)
    with pytest.raises(BadInput, match="is silent"):
        read_recording(path)
    write_wav(path, np.zeros(0, np.float32), 16_000)
    with pytest.raises(BadInput):
        read_recording(path)
    path.write_bytes(b"RIFF and noise")
    with pytest.raises(BadInput):
        read_recording(path)
    with pytest.raises(BadInput):
        read_recording(tmp_path / "missing.wav")


def test_a_film_without_sound_is_no_speech(tmp_path: Path) -> None:
    mute = tmp_path / "no-sound.mp4"
    encode(mute, [portrait()] * 5, rate=25)
    with pytest.raises(BadInput, match="has no sound"):
        read_recording(mute)


def test_speech_that_is_too_long_is_refused() -> None:
    long = Sound(samples=np.ones((LONGEST_S + 2) * 10, np.float32), sample_rate=10)
    with pytest.raises(BadInput, match="longer than 30 minutes"):
        check_length(long)
