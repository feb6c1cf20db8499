"""Models of every role, observed: each call recorded, failures left for the next."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.fakes import (
    FakeDescriber,
    FakeEmbedder,
    FakeImageEmbedder,
    FakeReranker,
    FakeScreenReader,
    FakeTranscriber,
    FakeVoice,
)
from trikal.errors import AnswerBrokenOff, BackendFailed, BadInput
from trikal.serving import tracing
from trikal.serving.breaker import Breakers
from trikal.serving.calls import Call, Gates, Outcome, reporting
from trikal.serving.catalog import Backend
from trikal.serving.desk import Desk
from trikal.serving.observed import Observed
from trikal.serving.roles import Role, Sound
from trikal.serving.tasks import Choice

PICTURE = np.zeros((4, 4, 3), np.uint8)
SECOND = np.full(16_000, 0.1, np.float32)


def observed(role: Role, *models: Any, url: str | None = None) -> Any:
    known = {f"m{n}": model for n, model in enumerate(models)}
    choices = [Choice(role=role, model=name, backend=Backend.ONNX, why="a test", url=url)
               for name in known]
    return Observed(role, Desk(lambda: choices, lambda each: known[each.model], Breakers(),
                               Gates()))


@pytest.fixture
def calls() -> Iterator[list[Call]]:
    seen: list[Call] = []
    with reporting(sink=seen.append):
        yield seen


class Broken:
    """Fails in every method, after the given number of pieces where it streams."""

    def __init__(self, pieces: int = 0) -> None:
        self.pieces = pieces

    def read(self, picture: Any) -> Any:
        raise BackendFailed("It is broken.")

    embed_passages = embed_queries = describe = embed_pictures = read

    def speak(self, text: str, **_: Any) -> Iterator[Sound]:
        for _n in range(self.pieces):
            yield Sound(samples=np.zeros(10, np.float32), sample_rate=16_000)
        raise BackendFailed("It is broken.")

    transcribe = speak


@pytest.mark.parametrize(("role", "model", "method", "given", "items", "media_s"), [
    (Role.TEXT_EMBEDDING, FakeEmbedder(), "embed_passages", ["a", "b", "c"], 3, None),
    (Role.TEXT_EMBEDDING, FakeEmbedder(), "embed_queries", ["a"], 1, None),
    (Role.OCR, FakeScreenReader(), "read", PICTURE, 1, None),
    (Role.VISION, FakeDescriber(), "describe", PICTURE, 1, None),
    (Role.VISION, FakeDescriber(), "describe_run", [PICTURE, PICTURE], 2, None),
    (Role.IMAGE_EMBEDDING, FakeImageEmbedder(), "embed_pictures", [PICTURE] * 4, 4, None),
    (Role.IMAGE_EMBEDDING, FakeImageEmbedder(), "embed_queries", ["red"], 1, None),
    (Role.ASR, FakeTranscriber(), "transcribe", SECOND, 1, 1.0),
    (Role.TTS, FakeVoice(), "speak", "One. Two.", 1, None),
])
def test_what_was_given_is_counted(
    role: Role, model: Any, method: str, given: Any, items: int, media_s: float | None,
    calls: list[Call],
) -> None:
    result = getattr(observed(role, model), method)(given)
    if role in (Role.ASR, Role.TTS):
        list(result)
    assert [(call.role, call.does, call.items, call.media_s, call.outcome) for call in calls] == [
        (role, method, items, media_s, Outcome.DONE)]


def test_of_a_question_and_its_passages_the_passages_are_counted(calls: list[Call]) -> None:
    reranker = FakeReranker()
    scores = observed(Role.RERANK, reranker).score("the ferry?", ["the ferry", "a dog", "a cat"])
    assert scores.shape == (3,)
    assert reranker.calls == [("the ferry?", ["the ferry", "a dog", "a cat"])]
    assert [(call.does, call.items) for call in calls] == [("score", 3)]


def test_everything_else_is_the_model_s_own() -> None:
    reader = observed(Role.OCR, FakeScreenReader(["one"]))
    assert reader.name == "fake-ocr/1"
    assert reader.lines == ("one",)
    with pytest.raises(AttributeError):
        _ = reader.nothing_of_the_kind


def test_options_are_handed_on(calls: list[Call]) -> None:
    describer = FakeDescriber()
    observed(Role.VISION, describer).describe(PICTURE, ask="What colour?")
    assert describer.asked == ["What colour?"]


@pytest.mark.parametrize(("role", "method", "given", "second"), [
    (Role.OCR, "read", PICTURE, FakeScreenReader()),
    (Role.VISION, "describe", PICTURE, FakeDescriber()),
    (Role.TEXT_EMBEDDING, "embed_queries", ["a"], FakeEmbedder()),
])
def test_what_fails_is_left_for_the_next(
    role: Role, method: str, given: Any, second: Any, calls: list[Call]
) -> None:
    getattr(observed(role, Broken(), second), method)(given)
    assert [(call.model, call.outcome) for call in calls] == [
        ("m0", Outcome.FAILED), ("m1", Outcome.DONE)]


def test_a_picture_that_is_none_is_nobody_s_fault(calls: list[Call]) -> None:
    with pytest.raises(BadInput):
        observed(Role.VISION, FakeDescriber(), FakeDescriber()).describe(np.zeros((0, 0, 3)))
    assert [call.model for call in calls] == ["m0"]


def test_a_voice_that_breaks_before_a_sound_is_left_for_the_next() -> None:
    said = list(observed(Role.TTS, Broken(), FakeVoice()).speak("One."))
    assert len(said) == 1


def test_a_voice_that_breaks_in_mid_speech_is_not_gone_on_with(calls: list[Call]) -> None:
    spoken = observed(Role.TTS, Broken(pieces=1), FakeVoice()).speak("One.")
    next(spoken)
    with pytest.raises(AnswerBrokenOff):
        next(spoken)


def test_a_server_s_pieces_are_gathered_first(calls: list[Call]) -> None:
    far = observed(Role.TTS, Broken(pieces=2), FakeVoice(), url="http://far")
    assert len(list(far.speak("One. Two."))) == 2
    assert [call.outcome for call in calls] == [Outcome.FAILED, Outcome.DONE]


def test_one_who_stops_listening_has_stopped_the_call(calls: list[Call]) -> None:
    spoken = observed(Role.TTS, FakeVoice()).speak("One. Two. Three.")
    next(spoken)
    spoken.close()
    assert [call.outcome for call in calls] == [Outcome.STOPPED]


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Any:
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), sdk.TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_otel", lambda: provider.get_tracer("test"))
    return exporter


def test_a_call_is_a_span_with_its_counts_and_without_words(spans: Any) -> None:
    with reporting(tracer=tracing.trace_call):
        observed(Role.TEXT_EMBEDDING, FakeEmbedder()).embed_passages(["a secret", "b"])
    (span,) = spans.get_finished_spans()
    assert span.name == "embed_passages m0"
    assert span.attributes["trikal.items"] == 2
    assert span.attributes["gen_ai.provider.name"] == "onnx"
    assert span.status.is_ok or span.status.is_unset
    assert "secret" not in span.to_json()


def test_a_failed_call_is_a_span_that_tells_its_class(spans: Any) -> None:
    with reporting(tracer=tracing.trace_call), pytest.raises(BackendFailed):
        observed(Role.OCR, Broken()).read(PICTURE)
    (span,) = spans.get_finished_spans()
    assert span.attributes["error.type"] == "BackendFailed"
    assert not span.status.is_ok


def test_a_block_s_calls_hang_on_its_span(spans: Any) -> None:
    with tracing.span("ingest"), reporting(tracer=tracing.trace_call):
        observed(Role.OCR, FakeScreenReader()).read(PICTURE)
    inner, outer = spans.get_finished_spans()
    assert (inner.name, outer.name) == ("read m0", "ingest")
    assert inner.parent.span_id == outer.context.span_id


def test_without_spans_everything_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_otel", lambda: None)
    with tracing.span("ingest"):
        pass
    assert tracing.trace_call not in tracing.tracers()


@pytest.mark.parametrize("name", ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2",
                                  "LANGCHAIN_TRACING_V2"])
def test_langsmith_is_switched_on_by_its_own_variables(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "_otel", lambda: None)
    monkeypatch.setenv(name, "True")
    assert tracing.tracers() == [tracing.run_call]
    monkeypatch.setenv(name, "false")
    assert tracing.tracers() == []


def test_a_chat_model_s_calls_are_langchain_s_to_trace() -> None:
    call = Call(role=Role.CHAT, model="m", backend=Backend.ONNX, does="chat")
    assert tracing.run_call(call)(call) is None  # type: ignore[func-returns-value]
