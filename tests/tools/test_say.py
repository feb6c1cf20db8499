import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from trikal.errors import BackendFailed, BadInput
from trikal.serving.roles import Sound
from trikal.tools.say import say, speech

_RATE = 8_000


class Hummer:
    """A voice that hums a tenth of a second for each sentence."""

    name = "hummer"
    languages = frozenset({"en"})

    def speak(self, text: str) -> Iterator[Sound]:
        for number, _ in enumerate(filter(None, text.split(".")), start=1):
            samples = np.full(_RATE // 10, number / 10, np.float32)
            yield Sound(samples=samples, sample_rate=_RATE)


class Breaking(Hummer):
    """A voice that breaks in its second sentence."""

    def speak(self, text: str) -> Iterator[Sound]:
        yield next(super().speak(text))
        raise BackendFailed("the voice broke")


class Mute(Hummer):
    """A voice that makes no sound at all."""

    def speak(self, text: str) -> Iterator[Sound]:
        yield from ()


def test_sentences_are_parted_by_a_pause_and_nothing_follows_the_last() -> None:
    sound = speech("One. Two", Hummer())
    assert sound.sample_rate == _RATE
    assert len(sound.samples) == 800 + 1_600 + 800
    assert np.all(sound.samples[800:2_400] == 0)
    assert sound.samples[799] == pytest.approx(0.1)
    assert sound.samples[-1] == pytest.approx(0.2)


def test_the_file_holds_what_was_said(tmp_path: Path) -> None:
    target = tmp_path / "Answer.WAV"
    sound = say("One. Two", Hummer(), target)
    with wave.open(str(target)) as file:
        assert (file.getframerate(), file.getnchannels()) == (_RATE, 1)
        assert file.getnframes() == len(sound.samples)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("text", ["", "  \n", "…?!", "—", "🎉"])
def test_a_text_without_words_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no words"):
        say(text, Hummer(), tmp_path / "a.wav")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["7", "नमस्ते", "é"])
def test_a_text_with_a_word_in_any_script_is_said(text: str) -> None:
    assert len(speech(text, Hummer()).samples) == 800


@pytest.mark.parametrize("name", ["answer.mp3", "answer", "wav"])
def test_another_suffix_is_refused_before_anything_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"must end in \.wav"):
        say("One", Breaking(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        say("One", Hummer(), tmp_path / "missing" / "a.wav")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(BadInput, match="cannot be written"):
        say("One", Hummer(), tmp_path / "file" / "a.wav")


def test_a_folder_in_the_place_of_the_file_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        say("One", Hummer(), tmp_path / "a.wav")
    assert [each.name for each in tmp_path.iterdir()] == ["a.wav"]


def test_a_voice_that_breaks_leaves_the_earlier_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "a.wav"
    target.write_bytes(b"earlier")
    with pytest.raises(BackendFailed, match="broke"):
        say("One. Two", Breaking(), target)
    assert target.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [target]


def test_a_voice_that_stays_mute_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackendFailed, match="hummer"):
        say("One", Mute(), tmp_path / "a.wav")
