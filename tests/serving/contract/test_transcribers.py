"""Role asr: one contract for the fake that other tests trust and every real adapter."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.serving.contract.opening import at_once, client, real, saved, torch, transcript
from trikal.serving.backends.openai_speech import OpenAICompatibleTranscriber
from trikal.serving.backends.transformers_speech import TransformersWhisper
from trikal.serving.models import Models
from trikal.serving.roles import Closes, Transcriber, Utterance

RATE = 16_000
SPOKEN = frozenset({"faster-whisper"})  # what hears words only where somebody speaks

Samples = np.ndarray[Any, np.dtype[np.float32]]


@pytest.fixture
def remote() -> Iterator[Transcriber]:
    with client("/v1/audio/transcriptions", transcript, "TRIKAL_ASR") as opened:
        yield OpenAICompatibleTranscriber(opened)


@pytest.fixture(params=["fake", "openai-compatible", real("faster-whisper"),
                        torch("transformers")])
def transcriber(request: pytest.FixtureRequest) -> Transcriber:
    makers: dict[str, Callable[[], Any]] = {
        "fake": fakes.FakeTranscriber,
        "openai-compatible": lambda: request.getfixturevalue("remote"),
        "faster-whisper": lambda: request.getfixturevalue("models").transcriber(),
        "transformers": lambda: TransformersWhisper("tiny", saved("whisper"), threads=1,
                                                    default_language="en"),
    }
    return makers[request.param]()


@pytest.fixture
def speech(transcriber: Transcriber, request: pytest.FixtureRequest) -> Samples:
    """A few seconds that are not silence: real speech for a transcriber that wants it."""
    if request.node.callspec.params["transcriber"] not in SPOKEN:
        return np.random.default_rng(0).uniform(-0.5, 0.5, 2 * RATE).astype(np.float32)
    opened: Models = request.getfixturevalue("models")
    sounds = list(opened.voice("en").speak("The bridge was opened in June. Everybody came."))
    samples = np.concatenate([sound.samples for sound in sounds])
    wanted = np.arange(0, len(samples), sounds[0].sample_rate / RATE)
    return np.interp(wanted, np.arange(len(samples)), samples).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.0, 0.2, 3.0])
def test_silence_says_nothing(transcriber: Transcriber, seconds: float) -> None:
    assert list(transcriber.transcribe(np.zeros(int(seconds * RATE), dtype=np.float32))) == []


def test_utterances_lie_in_the_sound_in_order(
    transcriber: Transcriber, speech: Samples, request: pytest.FixtureRequest
) -> None:
    found = list(transcriber.transcribe(speech))
    if request.node.callspec.params["transcriber"] != "transformers":  # random weights may be mute
        assert found
    assert [one.start_ms for one in found] == sorted(one.start_ms for one in found)
    for one in found:
        _check_utterance(one, len(speech) * 1000 // RATE)


def _check_utterance(one: Utterance, length_ms: int) -> None:
    assert 0 <= one.start_ms < one.end_ms <= length_ms + 100
    assert one.text == one.text.strip() != ""
    assert 0 <= one.confidence <= 1
    assert one.language.islower()
    assert one.words
    for word in one.words:
        assert one.start_ms <= word.start_ms < word.end_ms <= one.end_ms
        assert type(word.start_ms) is int


def test_who_stops_listening_gets_the_next_sound_from_its_start(
    transcriber: Transcriber, speech: Samples
) -> None:
    whole = list(transcriber.transcribe(speech))
    broken_off = transcriber.transcribe(speech)
    next(iter(broken_off), None)
    if hasattr(broken_off, "close"):
        broken_off.close()
    assert [one.text for one in transcriber.transcribe(speech)] == [one.text for one in whole]


def test_threads_hear_each_its_own_sound(transcriber: Transcriber, speech: Samples) -> None:
    wanted = [one.text for one in transcriber.transcribe(speech)]
    for found in at_once(lambda: [one.text for one in transcriber.transcribe(speech)], 3):
        assert found == wanted


def test_one_that_was_closed_hears_again(
    transcriber: Transcriber, speech: Samples, request: pytest.FixtureRequest
) -> None:
    before = [one.text for one in transcriber.transcribe(speech)]
    if isinstance(transcriber, Closes):
        transcriber.close()
        transcriber.close()
    assert [one.text for one in transcriber.transcribe(speech)] == before


def test_it_has_a_name(transcriber: Transcriber) -> None:
    assert transcriber.name.strip()
    assert "\n" not in transcriber.name
