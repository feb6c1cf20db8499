import json
import wave
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from tests.every import every
from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.serving.roles import Sound
from trikal.tools.say import (
    LONGEST_TEXT,
    load_ahead,
    speech,
    stream,
    write_sound,
    write_timings,
)

_RATE = 8_000


class Hummer:
    """A voice that hums a tenth of a second for each sentence."""

    name = "hummer"
    languages = frozenset({"en"})

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        for number, _ in enumerate(filter(None, text.split(".")), start=1):
            samples = np.full(_RATE // 10, number / 10, np.float32)
            yield Sound(samples=samples, sample_rate=_RATE)


class Breaking(Hummer):
    """A voice that breaks in its second sentence."""

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        if "Two" in text:
            raise BackendFailed("the voice broke")
        yield from super().speak(text)


class Mute(Hummer):
    """A voice that makes no sound at all."""

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        yield from ()


def said(text: str, target: Path, voice: Hummer | None = None) -> Sound:
    speaker = voice or Hummer()
    return write_sound(stream(text, speaker), target, voice=speaker.name)


def test_sentences_are_parted_by_a_pause_and_nothing_follows_the_last() -> None:
    sound = speech("One. Two", Hummer())
    assert sound.sample_rate == _RATE
    assert len(sound.samples) == 800 + 1_600 + 800
    assert np.all(sound.samples[800:2_400] == 0)
    assert np.all(sound.samples[:800] > 0.05)
    assert np.all(sound.samples[2_400:] > 0.05)


def test_words_have_the_times_of_the_whole_as_they_are_written() -> None:
    sound = speech("It costs $5. Good", Hummer())
    assert [word.text for word in sound.words] == ["It", "costs", "$5.", "Good"]
    assert sound.words[0].start_ms == 0
    assert sound.words[2].end_ms <= 100
    assert 300 <= sound.words[3].start_ms < sound.words[3].end_ms <= 400


def test_the_file_holds_what_was_said(tmp_path: Path) -> None:
    target = tmp_path / "Answer.WAV"
    sound = said("One. Two", target)
    with wave.open(str(target)) as file:
        assert (file.getframerate(), file.getnchannels()) == (_RATE, 1)
        assert file.getnframes() == len(sound.samples)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".opus", ".ogg", ".m4a"])
def test_every_format_plays_as_long_and_says_that_it_is_synthetic(
    suffix: str, tmp_path: Path
) -> None:
    target = tmp_path / f"a{suffix}"
    sound = said("One. Two. Three. Four.", target)
    with av.open(str(target)) as container:
        told = {**container.metadata, **container.streams.audio[0].metadata}
        rate = container.streams.audio[0].rate
        heard = sum(frame.samples for frame in container.decode(audio=0)) / rate
    assert heard == pytest.approx(sound.duration_ms / 1000, abs=0.15)
    assert any("ynthetic speech" in value for value in told.values())


def test_the_first_sentence_is_given_before_the_second_is_made() -> None:
    coming = stream("One. Two", Breaking())
    assert len(next(coming).samples) == 800
    with pytest.raises(BackendFailed, match="broke"):
        next(coming)


@every("text", ["", "  \n", "…?!", "—", "🎉", "\x00\x07", "\u202e", "***"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no words"):
        speech(text, Hummer())


def test_a_megabyte_of_text_is_refused_with_what_can_be_said() -> None:
    with pytest.raises(BadInput, match=f"{LONGEST_TEXT:,} can be said at once"):
        speech("word " * 200_000, Hummer())


@every("text", ["7", "नमस्ते", "é", "a\u202eb", "مرحبا hello", "hi 😀"])
def test_a_text_with_a_word_in_any_script_is_said(text: str) -> None:
    assert len(speech(text, Hummer()).samples) == 800


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        said("One", tmp_path / "missing" / "a.wav")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_the_file_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        said("One", tmp_path / "a.wav")
    assert [each.name for each in tmp_path.iterdir()] == ["a.wav"]


def test_a_voice_that_breaks_leaves_the_earlier_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "a.wav"
    target.write_bytes(b"earlier")
    with pytest.raises(BackendFailed, match="broke"):
        said("One. Two", target, Breaking())
    assert target.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [target]


def test_a_voice_that_stays_mute_is_told() -> None:
    with pytest.raises(BackendFailed, match="hummer"):
        speech("One", Mute())


def test_the_times_of_words_are_written_as_captions_and_as_json(tmp_path: Path) -> None:
    sound = speech("One two. Three", Hummer())
    write_timings(sound, tmp_path / "a.vtt")
    write_timings(sound, tmp_path / "a.json")
    assert (tmp_path / "a.vtt").read_text(encoding="utf-8").startswith("WEBVTT\n\n00:00:00.000 -->")
    rows = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert [row["text"] for row in rows] == ["One", "two.", "Three"]
    with pytest.raises(BadInput, match="exists"):
        write_timings(sound, tmp_path / "a.vtt")


class Slow(Hummer):
    """A voice that takes long to load, or cannot be."""

    def __init__(self, error: Exception | None = None) -> None:
        self.begun = 0
        self._error = error

    def load_ahead(self) -> None:
        self.begun += 1
        if self._error:
            raise self._error


def test_a_voice_that_takes_long_begins_to_load_ahead_and_others_need_not() -> None:
    slow = Slow()
    load_ahead(slow)
    load_ahead(Hummer())
    assert slow.begun == 1


def test_a_voice_that_cannot_be_loaded_is_told_when_something_is_said() -> None:
    broken = Slow(ModelUnavailable("The voice is broken."))
    load_ahead(broken)
    assert broken.begun == 1
