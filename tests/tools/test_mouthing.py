"""A recording's words become its speech sounds; where none are heard, that is told."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeTranscriber, utterance
from trikal.errors import BackendFailed
from trikal.media.audio import write_wav
from trikal.serving.faces.motion import shut_frames
from trikal.serving.notices import hearing
from trikal.serving.roles import Utterance
from trikal.tools.mouthing import with_phones
from trikal.tools.recorded import Recording, read_recording

RATE = 16_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "speech.wav"
    tone = 0.5 * np.sin(np.arange(3 * RATE) * 2 * np.pi * 220 / RATE)
    write_wav(path, tone.astype(np.float32), RATE)
    return path


class Broken(FakeTranscriber):
    def transcribe(self, *_: object, **__: object) -> Iterator[Utterance]:
        raise BackendFailed("The model broke.")


def test_each_word_s_phones_are_stretched_over_the_time_in_which_it_was_heard(path: Path) -> None:
    heard = FakeTranscriber([utterance(500, 2_500, "Papa naps")])
    sound = with_phones(read_recording(path), path, heard)
    assert [(each.start_ms, each.end_ms, each.text) for each in sound.words] == [
        (500, 1_500, "Papa"), (1_500, 2_500, "naps")]
    assert (sound.phones[0].start_ms, sound.phones[-1].end_ms) == (500, 2_500)
    assert all(one.end_ms <= other.start_ms + 1
               for one, other in zip(sound.phones, sound.phones[1:], strict=False))
    assert [each.ipa for each in sound.phones if each.ipa == "p"] == ["p"] * 3
    shut = shut_frames(sound.phones, 25, 75)
    assert shut == sorted(shut)
    assert all(12 <= frame <= 63 for frame in shut)


def test_words_are_laid_on_the_sound_s_own_clock(path: Path) -> None:
    recording = Recording(read_recording(path).sound, start_ms=400)
    sound = with_phones(recording, path, FakeTranscriber([utterance(500, 1_500, "Papa")]))
    assert (sound.words[0].start_ms, sound.phones[0].start_ms) == (100, 100)


@pytest.mark.parametrize(("heard", "says"), [
    (FakeTranscriber([utterance(0, 99_000, "Nobody")]), "no words with times"),
    (FakeTranscriber([utterance(0, 900, "Hm").model_copy(update={"words": ()})]), "no words"),
    (FakeTranscriber([utterance(0, 900, "xyz", language="tlh")]), "no voice"),
    (Broken(), "The model broke"),
])
def test_where_no_sounds_are_known_loudness_moves_the_mouth_and_that_is_told(
    path: Path, heard: FakeTranscriber, says: str
) -> None:
    recording = read_recording(path)
    with hearing() as notices:
        assert with_phones(recording, path, heard) is recording.sound
    (told,) = notices
    assert "loudness alone" in told
    assert says in told
