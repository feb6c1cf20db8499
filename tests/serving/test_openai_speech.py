import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from tests.serving.servers import Served, serving
from trikal.errors import BackendFailed
from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.backends.openai_speech import (
    CHUNK_S,
    SAMPLE_RATE,
    OpenAICompatibleTranscriber,
)
from trikal.serving.remote_builders import known_translator

PATH = "/v1/audio/transcriptions"


def said(*words: tuple[str, float, float], **segment: Any) -> dict[str, Any]:
    whole = {"id": 0, "start": words[0][1], "end": words[-1][2], "avg_logprob": -0.1,
             "no_speech_prob": 0.01, "text": " ".join(word for word, *_ in words), **segment}
    return {
        "task": "transcribe", "language": "english", "duration": 2.0, "text": whole["text"],
        "segments": [whole],
        "words": [{"word": word, "start": start, "end": end} for word, start, end in words],
    }


HELLO = said(("Hello", 0.1, 0.5), ("there.", 0.5, 1.0), ("Goodbye.", 1.5, 1.9))


def noise(seconds: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    random = np.random.default_rng(0)
    return random.uniform(-0.5, 0.5, int(seconds * SAMPLE_RATE)).astype(np.float32)


@contextmanager
def listening(
    answer: object = HELLO, *, timeout_s: float = 5.0, language: str | None = None,
    **options: Any,
) -> Iterator[tuple[OpenAICompatibleTranscriber, Served]]:
    with serving({PATH: answer}, **options) as served:
        client = OpenAIClient(f"{served.url}/v1", key="sk-secret", model="whisper",
                              timeout_s=timeout_s, prefix="TRIKAL_ASR", max_retries=0)
        transcriber = OpenAICompatibleTranscriber(client, default_language=language)
        yield transcriber, served
        transcriber.close()


def test_sentences_become_utterances_with_their_words() -> None:
    with listening() as (transcriber, _):
        first, last = transcriber.transcribe(noise(2))
    assert (first.start_ms, first.end_ms, first.text) == (100, 1000, "Hello there.")
    assert (last.start_ms, last.end_ms, last.text) == (1500, 1900, "Goodbye.")
    assert [(word.start_ms, word.end_ms) for word in first.words] == [(100, 500), (500, 1000)]
    assert first.language == "en"
    assert first.confidence == pytest.approx(np.exp(-0.1))


def test_the_sound_travels_as_16_khz_wav_with_what_is_asked() -> None:
    with listening() as (transcriber, served):
        list(transcriber.transcribe(noise(2), language="en-GB"))
    body: bytes = served.bodies[0]
    start = body.index(b"RIFF")
    with wave.open(io.BytesIO(body[start:])) as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (SAMPLE_RATE, 1)
        assert sound.getnframes() == 2 * SAMPLE_RATE
    for field in (b"verbose_json", b"whisper", b"\r\nen\r\n", b"word"):
        assert field in body


def test_silence_is_not_sent() -> None:
    with listening() as (transcriber, served):
        assert list(transcriber.transcribe(np.zeros(SAMPLE_RATE, dtype=np.float32))) == []
        assert list(transcriber.transcribe(np.zeros(0, dtype=np.float32))) == []
    assert served.paths == []


def test_a_segment_that_the_server_takes_for_silence_is_dropped() -> None:
    answer = said(("Thanks", 0.0, 0.5), no_speech_prob=0.9, avg_logprob=-1.5)
    with listening(answer) as (transcriber, _):
        assert list(transcriber.transcribe(noise(1))) == []


def test_segments_do_where_a_server_gives_no_words() -> None:
    with listening({**HELLO, "words": None}) as (transcriber, _):
        (one,) = transcriber.transcribe(noise(2))
    assert (one.start_ms, one.end_ms, one.words) == (100, 1900, ())
    assert one.text == "Hello there. Goodbye."


def test_a_server_that_refuses_word_times_is_asked_without() -> None:

    with listening(
        {"error": {"message": "timestamp_granularities word is unsupported"}}, status=400
    ) as (transcriber, served):
        with pytest.raises(BackendFailed, match="refused"):
            list(transcriber.transcribe(noise(1)))
        first, again = served.bodies
    assert b"granularities" in first
    assert b"granularities" not in again


def test_long_sound_is_sent_in_chunks_on_one_clock() -> None:
    with listening(said(("One.", 0.5, 1.0))) as (transcriber, served):
        found = list(transcriber.transcribe(noise(CHUNK_S + 2)))
    assert len(served.paths) == 2
    assert [each.start_ms for each in found] == [500, CHUNK_S * 1000 + 500]
    assert found[1].words[0].start_ms == CHUNK_S * 1000 + 500


def test_nothing_lies_behind_the_end_of_the_sound() -> None:
    answer = said(("In", 0.2, 1.5), ("after", 3.0, 4.0))
    with listening(answer) as (transcriber, _):
        found = list(transcriber.transcribe(noise(1)))
    assert [(each.text, each.end_ms) for each in found] == [("In", 1000)]
    assert all(word.end_ms <= 1000 for each in found for word in each.words)


@pytest.mark.parametrize(
    ("told", "asked", "tag"),
    [("hindi", None, "hi"), ("de", None, "de"), (None, "ta", "ta"), ("klingonese", None, "und"),
     (None, None, "und")],
)
def test_languages_become_tags(told: str | None, asked: str | None, tag: str) -> None:
    with listening({**HELLO, "language": told}, language=asked) as (transcriber, _):
        assert {each.language for each in transcriber.transcribe(noise(2))} == {tag}


def test_scripts_without_spaces_get_none() -> None:
    answer = {**said(("会議", 0.0, 0.5), ("は", 0.5, 0.8)), "language": "ja"}
    with listening(answer) as (transcriber, _):
        (one,) = transcriber.transcribe(noise(1))
    assert one.text == "会議は"


@pytest.mark.parametrize(
    "answer",
    ["<html>nginx</html>", {"error": "x"}, {"text": "words but no times", "language": "en"},
     {"text": "a", "segments": "none"}],
)
def test_what_is_no_transcript_is_a_failure_that_names_a_setting(answer: object) -> None:
    with (
        listening(answer) as (transcriber, _),
        pytest.raises(BackendFailed, match="TRIKAL_ASR_URL"),
    ):
        list(transcriber.transcribe(noise(1)))


@pytest.mark.parametrize(
    ("status", "says"), [(429, "429"), (500, "HTTP 500"), (413, "did not answer as")]
)
def test_a_refusal_is_a_failure(status: int, says: str) -> None:
    with (
        listening({"error": {"message": "no"}}, status=status) as (transcriber, _),
        pytest.raises(BackendFailed, match=says),
    ):
        list(transcriber.transcribe(noise(1)))


def test_a_server_that_hangs_is_left() -> None:
    with (
        listening(delay_s=1.0, timeout_s=0.1) as (transcriber, _),
        pytest.raises(BackendFailed, match="TRIKAL_REQUEST_TIMEOUT_S"),
    ):
        list(transcriber.transcribe(noise(1)))


TRANSLATED = {**HELLO, "task": "translate", "text": "Hello there. Goodbye."}


@pytest.mark.parametrize(("answer", "text"), [
    (TRANSLATED, "Hello there. Goodbye."), ({**TRANSLATED, "text": "  "}, None),
    ({"text": "Hello."}, "Hello."),
    (said(("Thanks.", 0.1, 0.5), no_speech_prob=0.9, avg_logprob=-1.5), None),
])
def test_speech_is_translated_by_a_server_whose_model_can(
    answer: dict[str, Any], text: str | None
) -> None:
    with serving({"/v1/audio/translations": answer}) as served:
        client = OpenAIClient(f"{served.url}/v1", key=None, model="openai/whisper-large-v3",
                              timeout_s=5, prefix="TRIKAL_ASR", max_retries=0)
        transcriber = OpenAICompatibleTranscriber(client, is_translator=known_translator)
        assert transcriber.translates
        made = transcriber.translate(noise(2), language="hi")
        transcriber.close()
    assert (made.text if made else None) == text
    assert made is None or 0 < made.confidence <= 1


@pytest.mark.parametrize("model", ["whisper-large-v3-turbo", "qwen3-asr-1.7b", "anything"])
def test_a_model_that_is_not_known_to_translate_is_not_asked_to(model: str) -> None:
    assert not known_translator(model)
