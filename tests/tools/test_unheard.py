"""What of a medium cannot be heard is told wherever somebody listens to it."""

from pathlib import Path

import numpy as np
import pytest

from tests.factories import make_noise, make_tone, make_video
from tests.fakes import FakeTranscriber, utterance
from trikal.catalogue import Catalogue
from trikal.errors import BadInput
from trikal.ingest.identify import identify
from trikal.media.probe import probe
from trikal.tools.footage import footage
from trikal.tools.listen import listen
from trikal.tools.question import heard_question
from trikal.tools.recorded import read_recording
from trikal.tools.unheard import unheard

SAID = FakeTranscriber([utterance(100, 900, "Good evening.")])


@pytest.fixture
def cut_short(tmp_path: Path) -> Path:
    path = make_noise(tmp_path / "cut.wav", "pcm_s16le")
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) // 2])
    return path


def test_a_recording_that_was_cut_short_is_told(cut_short: Path) -> None:
    told = unheard(cut_short, probe(cut_short))
    assert told == ("5 s of its sound cannot be read: the file is damaged or was cut off. Copy or "
                    "export it again")


def test_a_film_that_goes_on_without_sound_is_told(tmp_path: Path) -> None:
    path = make_video(tmp_path / "film.mp4", duration=8, sound=make_tone(2))
    told = unheard(path, probe(path))
    assert told is not None
    assert told.startswith("its sound ends at 0:02, its pictures at 0:08. ")


def test_samples_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    samples = make_tone(1)
    samples[::40], samples[1:101] = np.nan, np.inf
    path = make_video(tmp_path / "a.wav", fps=0, sound=samples, audio_codec="pcm_f32le")
    told = unheard(path, probe(path))
    assert told is not None
    assert told.startswith("3.1 % of its samples are no numbers, and are filled in")
    samples[:] = 0
    samples[5] = np.nan
    path = make_video(path, fps=0, sound=samples, audio_codec="pcm_f32le")
    with pytest.raises(BadInput, match="is silent \\(less than 0.1 % of its samples are no num"):
        read_recording(path)


def test_an_opus_file_that_was_cut_off_is_told(tmp_path: Path) -> None:
    path = make_noise(tmp_path / "a.opus", "libopus")
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) // 2])
    told = unheard(path, probe(path))
    assert told is not None
    assert told.startswith("its end is missing: it was cut off")
    assert heard_question(path, SAID).missing == told


def test_what_is_whole_needs_no_word(tmp_path: Path) -> None:
    path = make_noise(tmp_path / "a.wav", "pcm_s16le")
    assert unheard(path, probe(path)) is None


def test_listening_to_all_of_a_medium_tells_it_and_to_a_span_does_not(
    cut_short: Path, catalogue: Catalogue
) -> None:
    there = footage(identify(cut_short, catalogue))
    assert "cannot be read" in listen(there, SAID).words
    assert "cannot be read" not in listen(there, SAID, end_ms=2_000).words


def test_a_question_that_was_cut_short_is_told(cut_short: Path, tmp_path: Path) -> None:
    assert heard_question(cut_short, SAID).missing.startswith("5 s of its sound cannot be read")
    whole = make_noise(tmp_path / "whole.wav", "pcm_s16le")
    assert heard_question(whole, SAID).missing == ""
