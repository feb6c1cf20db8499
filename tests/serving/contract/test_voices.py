"""Role tts: one contract for the fake that other tests trust and every real adapter."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.serving.contract.opening import at_once, real, saved, torch
from trikal.serving.backends.espeak import Espeak
from trikal.serving.backends.transformers_voice import TransformersVoice
from trikal.serving.roles import Closes, Voice

RATE = 16_000
TEXT = "The answer is at two minutes. It was the second goal!"


@pytest.fixture(params=["fake", "espeak", real("piper"), torch("transformers")])
def voice(request: pytest.FixtureRequest) -> Voice:
    makers: dict[str, Callable[[], Any]] = {
        "fake": fakes.FakeVoice,
        "espeak": lambda: Espeak("espeak-ng", languages=("en", "hi")),
        "piper": lambda: request.getfixturevalue("models").voice("en"),
        "transformers": lambda: TransformersVoice("tiny", saved("vits"),
                                                  languages=frozenset({"en"}), threads=1),
    }
    return makers[request.param]()


def test_a_text_is_said_sentence_by_sentence(voice: Voice) -> None:
    sounds = list(voice.speak("The answer is at two minutes. It was the second goal!"))
    assert len(sounds) == 2
    for sound in sounds:
        assert sound.samples.dtype == np.float32
        assert sound.samples.ndim == 1
        assert 0 < np.abs(sound.samples).max() <= 1
        assert sound.sample_rate >= RATE


@pytest.mark.parametrize("text", ["", "  ", "..."])
def test_no_words_are_not_said(voice: Voice, text: str) -> None:
    assert list(voice.speak(text)) == []


def test_a_voice_says_which_languages_it_speaks(voice: Voice) -> None:
    assert any(tag.startswith("en") for tag in voice.languages)


def test_a_sound_begins_before_the_whole_text_is_said(voice: Voice) -> None:
    saying = voice.speak(TEXT * 50)
    first = next(iter(saying))
    assert first.duration_ms > 0
    if hasattr(saying, "close"):
        saying.close()
    assert len(list(voice.speak(TEXT))) == 2


def test_threads_are_each_told_the_whole_text(voice: Voice) -> None:
    wanted = [len(sound.samples) for sound in voice.speak(TEXT)]
    for found in at_once(lambda: [len(sound.samples) for sound in voice.speak(TEXT)], 3):
        assert found == pytest.approx(wanted, rel=0.5)  # Piper's rhythm is drawn by chance


def test_one_that_was_closed_speaks_again(voice: Voice) -> None:
    assert len(list(voice.speak(TEXT))) == 2
    if isinstance(voice, Closes):
        voice.close()
        voice.close()
    assert len(list(voice.speak(TEXT))) == 2
