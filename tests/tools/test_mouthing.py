"""A recording's words become its speech sounds; where none are heard, that is told."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import FakeTranscriber, utterance
from trikal.errors import BackendFailed, BadInput
from trikal.media.audio import write_wav
from trikal.serving.backends.espeak import example_of
from trikal.serving.faces.motion import shut_frames
from trikal.serving.notices import hearing
from trikal.serving.roles import Sound, Utterance, Word
from trikal.tools.mouthing import with_known_words, with_phones
from trikal.tools.recorded import Recording, read_recording
from trikal.tools.spoken.pieces import said
from trikal.tools.spoken.reading import tokens

TEXT = "My mother and my brother Bob brought a paper map to the beach."


@pytest.fixture(scope="module")
def spoken() -> Sound:
    return example_of(TEXT, "en")


@pytest.fixture
def path(tmp_path: Path, spoken: Sound) -> Path:
    path = tmp_path / "speech.wav"
    write_wav(path, spoken.samples, spoken.sample_rate)
    return path


def heard(words: tuple[Word, ...], off_ms: int = 0) -> FakeTranscriber:
    """Hear words of an utterance, each as late, in turn, as a speech model may be."""
    late = tuple(word.model_copy(update={"start_ms": word.start_ms + off_ms * (n % 2),
                                         "end_ms": word.end_ms + off_ms * (n % 2)})
                 for n, word in enumerate(words))
    said = utterance(late[0].start_ms, late[-1].end_ms, " ".join(word.text for word in late))
    return FakeTranscriber([said.model_copy(update={"words": late})])


class Broken(FakeTranscriber):
    def transcribe(self, *_: object, **__: object) -> Iterator[Utterance]:
        raise BackendFailed("The model broke.")


def test_the_sounds_of_heard_words_are_laid_on_the_sound(path: Path, spoken: Sound) -> None:
    sound = with_phones(read_recording(path), path, heard(spoken.words, off_ms=80))
    named = [each for each in spoken.phones if each.ipa]
    assert [each.ipa for each in sound.phones] == [each.ipa for each in named]
    off = [abs(one.start_ms - other.start_ms)
           for one, other in zip(sound.phones, named, strict=True)]
    assert np.median(off) <= 30


def test_lips_are_shut_when_they_are(path: Path, spoken: Sound) -> None:
    sound = with_phones(read_recording(path), path, heard(spoken.words, off_ms=80))
    count = spoken.duration_ms * 25 // 1000 + 1
    off = np.subtract(shut_frames(sound.phones, 25, count), shut_frames(spoken.phones, 25, count))
    assert len(off) == 12
    assert np.abs(off).max() <= 1


@pytest.mark.parametrize(("text", "language"), [
    (TEXT, "en"), ("मेरी माँ ने पापा को 3 पतंग दी।", "hi"), ("என் அம்மா அப்பாவிடம் பட்டம் கொடுத்தார்.", "ta"),
])
def test_words_that_are_told_are_laid_on_the_sound(text: str, language: str) -> None:
    spoken = example_of(said(tokens(text, language)), language)
    bare = Sound(samples=spoken.samples, sample_rate=spoken.sample_rate)
    sound = with_known_words(bare, text, language)
    count = spoken.duration_ms * 25 // 1000 + 1
    off = np.subtract(shut_frames(sound.phones, 25, count), shut_frames(spoken.phones, 25, count))
    assert len(off) >= 4
    assert np.abs(off).max() <= 1
    assert len(sound.words) == len(spoken.words)


@pytest.mark.parametrize(("seconds", "says"), [(1, "much longer or shorter"), (41, "40 seconds")])
def test_a_recording_that_cannot_be_of_a_text_is_refused(seconds: int, says: str) -> None:
    hum = Sound(samples=np.full(seconds * 8_000, 0.3, np.float32), sample_rate=8_000)
    with pytest.raises(BadInput, match=says):
        with_known_words(hum, TEXT, "en")


@pytest.mark.parametrize(("words_said", "letters", "language"), [
    ("मेरी माँ ने पापा को बताया", "میری ماں نے پاپا کو بتایا", "hi"),
    ("என் அம்மா அப்பா பாலம்", "என் அம்மா அப்பா பாலம்", "ml"),
])
def test_words_in_another_language_s_letters_are_no_hindrance(
    tmp_path: Path, words_said: str, letters: str, language: str
) -> None:
    spoken, path = example_of(words_said, "hi"), tmp_path / "speech.wav"
    write_wav(path, spoken.samples, spoken.sample_rate)
    words = tuple(word.model_copy(update={"text": text}) for word, text in zip(
        spoken.words, letters.split(), strict=True))
    ear = utterance(words[0].start_ms, words[-1].end_ms, letters, language=language)
    sound = with_phones(read_recording(path), path,
                        FakeTranscriber([ear.model_copy(update={"words": words})]))
    count = spoken.duration_ms * 25 // 1000 + 1
    off = np.subtract(shut_frames(sound.phones, 25, count), shut_frames(spoken.phones, 25, count))
    assert len(off) >= 4
    assert np.abs(off).max() <= 1


def test_words_are_laid_on_the_sound_s_own_clock(path: Path, spoken: Sound) -> None:
    later = Recording(read_recording(path).sound, start_ms=400)
    longer = np.append(spoken.samples, np.zeros(spoken.sample_rate, np.float32))
    write_wav(path, longer, spoken.sample_rate)
    moved = tuple(word.model_copy(update={"start_ms": word.start_ms + 400,
                                          "end_ms": word.end_ms + 400}) for word in spoken.words)
    sound = with_phones(later, path, heard(moved))
    assert sound.words == spoken.words
    assert abs(sound.phones[0].start_ms - spoken.words[0].start_ms) <= 40


@pytest.mark.parametrize(("listener", "says"), [
    (FakeTranscriber([utterance(0, 99_000, "Nobody")]), "no words with times"),
    (FakeTranscriber([utterance(0, 900, "Hm").model_copy(update={"words": ()})]), "no words"),
    (FakeTranscriber([utterance(0, 900, "xyz", language="tlh")]), "no voice"),
    (Broken(), "The model broke"),
])
def test_where_no_sounds_are_known_loudness_moves_the_mouth_and_that_is_told(
    path: Path, listener: FakeTranscriber, says: str
) -> None:
    recording = read_recording(path)
    with hearing() as notices:
        assert with_phones(recording, path, listener) is recording.sound
    (told,) = notices
    assert "loudness alone" in told
    assert says in told
