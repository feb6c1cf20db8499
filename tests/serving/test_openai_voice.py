"""A voice behind a URL, over real HTTP: what is sent, and what is taken for sound."""

import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from tests.serving.servers import MODELS, Served, serving
from trikal.errors import BackendFailed
from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.backends.openai_voice import OpenAICompatibleVoice
from trikal.serving.models import Models
from trikal.serving.roles import Role
from trikal.settings import Settings
from trikal.tools.say import speech

PATH = "/v1/audio/speech"


def wav(seconds: float = 0.5, rate: int = 24_000, channels: int = 1) -> bytes:
    tone = 0.4 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 220 / rate)
    stream = io.BytesIO()
    with wave.open(stream, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.repeat(tone * 32_767, channels).astype("<i2").tobytes())
    return stream.getvalue()


@contextmanager
def speaking(
    answer: object, *, model: str | None = "parler", status: int = 200
) -> Iterator[tuple[OpenAICompatibleVoice, Served]]:
    with serving({PATH: answer, "/v1/models": MODELS}, status=status, kind="audio/wav") as served:
        client = OpenAIClient(f"{served.url}/v1", key="sk-secret", model=model, timeout_s=5,
                              prefix="TRIKAL_TTS", max_retries=0)
        voice = OpenAICompatibleVoice(client, speaker="Divya", languages=frozenset({"hi"}))
        yield voice, served
        voice.close()


def test_each_sentence_is_asked_for_and_comes_as_sound() -> None:
    with speaking(wav()) as (voice, served):
        one, two = voice.speak("बैठक कल है। सब आएँ।", language="hi")
    assert (one.sample_rate, one.duration_ms, two.duration_ms) == (24_000, 500, 500)
    assert one.samples.dtype == np.float32
    assert np.abs(one.samples).max() == pytest.approx(0.4, abs=0.01)
    assert served.paths == [PATH, PATH]
    assert served.bodies[0] == {"model": "parler", "voice": "Divya", "input": "बैठक कल है।",
                                "response_format": "wav"}


def test_two_channels_are_mixed() -> None:
    with speaking(wav(channels=2)) as (voice, _):
        (sound,) = voice.speak("One.")
    assert sound.samples.shape == (12_000,)


@pytest.mark.parametrize("text", ["", " ", "…", "🎉"])
def test_a_text_without_words_asks_nothing(text: str) -> None:
    with speaking(wav()) as (voice, served):
        assert list(voice.speak(text)) == []
    assert served.paths == []


@pytest.mark.parametrize("answer", [b"", b"<html>no</html>", b"RIFF....WAVE", wav()[:30]])
def test_what_is_no_sound_is_told(answer: bytes) -> None:
    with speaking(answer) as (voice, _), pytest.raises(BackendFailed, match="TRIKAL_TTS"):
        list(voice.speak("One."))


def test_a_server_that_fails_is_told_without_the_key() -> None:
    with speaking("sk-secret is wrong", status=500) as (voice, _), \
            pytest.raises(BackendFailed, match="HTTP 500") as told:
        list(voice.speak("One."))
    assert "sk-secret" not in str(told.value)


def test_the_settings_url_wins_and_its_words_get_times() -> None:
    with serving({PATH: wav(1.6), "/v1/models": MODELS}, kind="audio/wav") as served:
        settings = Settings(tts_url=f"{served.url}/v1", tts_model="indic-parler-tts")
        with Models(settings) as models:
            assert models.choice(Role.TTS, "hi").url == f"{served.url}/v1"
            voice = models.voice("hi")
            assert {"hi", "ta"} <= voice.languages
            sound = speech("नमस्ते दुनिया, कल मिलेंगे।", voice, "hi", others=models.voice)
    assert [each.text for each in sound.words] == ["नमस्ते", "दुनिया,", "कल", "मिलेंगे।"]
    assert all(one.end_ms <= other.start_ms for one, other in
               zip(sound.words, sound.words[1:], strict=False))
    assert sound.words[-1].end_ms <= sound.duration_ms
