"""Deterministic stand-ins for every role, for tests that are not about a model."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.serving.backends.pictures import checked
from trikal.serving.catalog import Backend
from trikal.serving.models import Writer
from trikal.serving.reports import RoleReport
from trikal.serving.roles import Role, Sound, TextBox, Translation, Turn, Utterance, Word
from trikal.serving.tasks import Choice

DIMENSIONS = 384
SAMPLE_RATE = 16_000

_COLOURS = ("red", "green", "blue")

Reply = str | dict[str, Any] | BaseModel | Exception


class FakeEmbedder:
    """Hashes words to directions, so that texts which share words are alike.

    >>> bridge = FakeEmbedder()
    """

    def __init__(self, fingerprint: str = "fake-words/1", dimensions: int = DIMENSIONS) -> None:
        self.fingerprint = fingerprint
        self.dimensions = dimensions
        self.calls: list[list[str]] = []

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls.append(list(texts))
        vectors = [self._vector(text) for text in texts]
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self.dimensions)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_passages(texts)

    def _vector(self, text: str) -> NDArray[np.float32]:
        total = sum((_direction(word, self.dimensions) for word in _words(text)),
                    np.zeros(self.dimensions))
        if not total.any():
            total = _direction("", self.dimensions)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


@cache
def _direction(word: str, dimensions: int) -> NDArray[np.float64]:
    """Return where a word points to: the same in every test, which read the same few words."""
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dimensions)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def utterance(
    start_ms: int, end_ms: int, text: str, *, language: str = "en", confidence: float = 0.9
) -> Utterance:
    """Make an utterance whose words share its time evenly."""
    spoken = text.split()
    step = (end_ms - start_ms) / max(len(spoken), 1)
    words = tuple(
        Word(
            start_ms=round(start_ms + index * step),
            end_ms=round(start_ms + (index + 1) * step),
            text=word,
            probability=confidence,
        )
        for index, word in enumerate(spoken)
    )
    return Utterance(
        start_ms=start_ms,
        end_ms=end_ms,
        text=text,
        language=language,
        confidence=confidence,
        words=words,
    )


class FakeReranker:
    """Gives each passage the share of the question's words that it has, or what a script says.

    Args:
        script: Scores by passage; what is not in it answers as nothing does. An error is raised.
        languages: BCP-47 tags that it reads; ``None`` for all.
    """

    name = "fake-reranker/1"

    def __init__(
        self, script: Mapping[str, float] | Exception | None = None, *,
        languages: frozenset[str] | None = None,
    ) -> None:
        self.script = script
        self.languages = languages
        self.calls: list[tuple[str, list[str]]] = []

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.calls.append((question, list(passages)))
        if isinstance(self.script, Exception):
            raise self.script
        if self.script is not None:
            return np.array([self.script.get(each, 0.0) for each in passages], dtype=np.float32)
        asked = set(_words(question))
        shares = [len(asked & set(_words(each))) / max(len(asked), 1) for each in passages]
        return np.array(shares, dtype=np.float32)


class FakeTranscriber:
    """Hears a fixed script, cut to the length of the sound; silence is heard as nothing."""

    name = "fake-whisper/1"

    def __init__(self, script: Sequence[Utterance] = ()) -> None:
        self.script = tuple(script) or (utterance(0, 1000, "Hello there."),)
        self.heard: list[tuple[int, str | None]] = []

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str | None = None
    ) -> Iterator[Utterance]:
        self.heard.append((len(samples), language))
        length_ms = len(samples) * 1000 // SAMPLE_RATE
        if not np.any(samples):
            return
        for said in self.script:
            if said.end_ms <= length_ms:
                yield said


class FakeTranslator(FakeTranscriber):
    """Hears a script, and translates each stretch of sound by the next of its lines."""

    translates = True

    def __init__(
        self, script: Sequence[Utterance] = (), lines: Sequence[str | None] = ("In English.",)
    ) -> None:
        super().__init__(script)
        self.lines = list(lines)
        self.translated: list[tuple[int, str]] = []

    def translate(self, samples: NDArray[np.float32], *, language: str) -> Translation | None:
        self.translated.append((len(samples) * 1000 // SAMPLE_RATE, language))
        line = self.lines[(len(self.translated) - 1) % len(self.lines)]
        return None if line is None else Translation(text=line, confidence=0.8)


class FakeDiariser:
    """Tells two voices apart at a time, or breaks."""

    name = "fake-voices/1"

    def __init__(self, change_ms: int | None) -> None:
        self.change_ms = change_ms
        self.given: list[tuple[int, int]] = []

    def turns(self, stretches: Iterable[tuple[int, NDArray[np.float32]]]) -> list[Turn]:
        if self.change_ms is None:
            raise BackendFailed("The encoder broke.")
        self.given += [(start_ms, len(samples)) for start_ms, samples in stretches]
        return [Turn(start_ms=0, end_ms=self.change_ms, speaker="voice 1"),
                Turn(start_ms=self.change_ms, end_ms=9_000, speaker="voice 2")]


class FakeScreenReader:
    """Reads fixed lines from any picture that is not of one colour."""

    name = "fake-ocr/1"

    def __init__(self, lines: Sequence[str] = ("READ ME",)) -> None:
        self.lines = tuple(lines)
        self.seen: list[tuple[int, ...]] = []

    def read(self, picture: NDArray[np.uint8]) -> list[TextBox]:
        self.seen.append(picture.shape)
        if picture.size == 0 or picture.min() == picture.max():
            return []
        height = 1 / max(len(self.lines), 1)
        return [
            TextBox(
                text=line,
                confidence=0.9,
                left=0.1,
                top=index * height,
                right=0.9,
                bottom=(index + 1) * height,
            )
            for index, line in enumerate(self.lines)
        ]


class FakeVoice:
    """Says each sentence as a tone of so many milliseconds a word."""

    name = "fake-voice/1"

    def __init__(self, languages: Sequence[str] = ("en-US",), *, word_ms: int = 50) -> None:
        self.languages = frozenset(languages)
        self.said: list[str] = []
        self._word_ms = word_ms

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        for sentence in re.findall(r"[^.!?]*\w[^.!?]*[.!?]*", text):
            self.said.append(sentence.strip())
            length = len(sentence.split()) * SAMPLE_RATE * self._word_ms // 1000
            tone = 0.5 * np.sin(np.arange(length) * 2 * np.pi * 220 / SAMPLE_RATE)
            yield Sound(samples=tone.astype(np.float32), sample_rate=SAMPLE_RATE)


class FakeDescriber:
    """Names the strongest colour of a picture."""

    name = "fake-vision/1"

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    def describe(self, picture: NDArray[np.uint8], *, ask: str | None = None) -> str:
        self.asked.append(ask)
        colour = _COLOURS[int(checked(picture).reshape(-1, 3).sum(axis=0).argmax())]
        return f"A picture that is mostly {colour}."


    def describe_run(
        self, pictures: Sequence[NDArray[np.uint8]], *, ask: str | None = None
    ) -> str:
        if not pictures:
            raise BadInput("There is no picture to look at.")
        return " Then: ".join(self.describe(picture, ask=ask) for picture in pictures)


class FakeImageEmbedder:
    """Places pictures by their mean colour, and texts by the colours that they name."""

    name = "fake-colours/1"
    fingerprint = "fake-colours/1"
    dimensions = 4

    def __init__(self, *, reads_text: bool = True) -> None:
        self.reads_text = reads_text
        self.seen: list[tuple[int, ...]] = []

    def embed_pictures(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        self.seen.extend(picture.shape for picture in pictures)
        means = [self._unit(checked(picture).mean(axis=(0, 1)) / 255) for picture in pictures]
        return np.array(means, dtype=np.float32).reshape(-1, self.dimensions)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        if not self.reads_text:
            return None
        named = [[float(name in text.lower()) for name in _COLOURS] for text in texts]
        units = [self._unit(np.array(colours)) for colours in named]
        return np.array(units, dtype=np.float32).reshape(-1, self.dimensions)

    @staticmethod
    def _unit(colours: NDArray[np.float64]) -> NDArray[np.float64]:
        # The last place keeps black, and a text without colours, from having no direction.
        whole = np.append(colours, 0.1)
        return np.asarray(whole / np.linalg.norm(whole))


class FakeChat(BaseChatModel):
    """A chat model that gives scripted replies in order, and the last one for ever.

    A reply is a text, a mapping or a model (sent as JSON), or an error to raise. Streams word by
    word. ``bind``, ``bind_tools`` and ``with_structured_output`` keep the script; what was bound
    is remembered in ``bound``, prompts in ``prompts``.
    """

    replies: list[Any] = Field(default_factory=lambda: ["Yes."])
    prompts: list[list[BaseMessage]] = Field(default_factory=list)
    bound: list[dict[str, Any]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "fake"

    def _next(self, messages: list[BaseMessage], bound: dict[str, Any]) -> str:
        index = min(len(self.prompts), len(self.replies) - 1)
        self.prompts.append(messages)
        self.bound.append(bound)
        reply: Reply = self.replies[index]
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, BaseModel):
            return reply.model_dump_json()
        return reply if isinstance(reply, str) else json.dumps(reply)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message = AIMessage(content=self._next(messages, kwargs))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in re.findall(r"\s*\S+|\s+$", self._next(messages, kwargs)) or [""]:
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk

    def bind_tools(
        self, tools: Sequence[Any], **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(tools=list(tools), **kwargs)  # type: ignore[return-value]

    def with_structured_output(
        self, schema: Any, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        chat = self.bind(response_format=schema, **kwargs)
        return chat | RunnableLambda(_structured(schema, include_raw))


def _structured(schema: Any, include_raw: bool) -> Callable[[BaseMessage], Any]:
    def read(message: BaseMessage) -> Any:
        try:
            parsed, error = _parsed(schema, str(message.text)), None
        except (ValueError, ValidationError) as exc:
            if not include_raw:
                raise
            parsed, error = None, exc
        return {"raw": message, "parsed": parsed, "parsing_error": error} if include_raw else parsed

    return read


def _parsed(schema: Any, text: str) -> Any:
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return schema.model_validate_json(text)
    return json.loads(text)


class FakeModels:
    """Stands in for :class:`trikal.serving.models.Models`; give ``None`` for a missing role."""

    def __init__(
        self,
        *,
        chat: BaseChatModel | None = None,
        embedder: FakeEmbedder | None = None,
        transcriber: FakeTranscriber | None = None,
        screen_reader: FakeScreenReader | None = None,
        voice: FakeVoice | None = None,
        describer: FakeDescriber | None = None,
        image_embedder: FakeImageEmbedder | None = None,
        avatar: Any = None,
        diariser: FakeDiariser | None = None,
        keener: FakeTranscriber | None = None,
        reranker: Any = None,
    ) -> None:
        self._keener = keener
        self._filled: dict[Role, Any] = {
            Role.CHAT: chat,
            Role.TEXT_EMBEDDING: embedder or FakeEmbedder(),
            Role.ASR: transcriber,
            Role.OCR: screen_reader,
            Role.TTS: voice,
            Role.VISION: describer,
            Role.IMAGE_EMBEDDING: image_embedder,
            Role.AVATAR: avatar,
            Role.DIARISATION: diariser,
            Role.RERANK: reranker,
        }
        self.closed = False
        self.unloaded: list[Role] = []
        self.expected: list[str] = []

    def chat(self) -> Any:
        return self._get(Role.CHAT)

    def unload(self, role: Role) -> None:
        self.unloaded.append(role)

    def answering(self, question: str) -> tuple[Any, None]:
        return self._get(Role.CHAT), None

    def expect(self, question: str) -> None:
        self.expected.append(question)

    def writers(self, *, load: bool = True) -> Iterator[Writer]:
        yield from ()

    def embedder(self) -> Any:
        return self._get(Role.TEXT_EMBEDDING)

    def reranker(self, language: str | None = None) -> Any:
        return self._filled[Role.RERANK]

    def transcriber(self, language: str | None = None, *, model: str | None = None) -> Any:
        return self._get(Role.ASR)

    def keener_transcriber(self, language: str | None = None) -> Any:
        return self._keener

    def screen_reader(self) -> Any:
        return self._get(Role.OCR)

    def voice(self, language: str = "en") -> Any:
        return self._get(Role.TTS)

    def diariser(self) -> Any:
        return self._get(Role.DIARISATION)

    def avatar(self) -> Any:
        return self._get(Role.AVATAR)

    def describer(self) -> Any:
        return self._get(Role.VISION)

    def image_embedder(self) -> Any:
        return self._get(Role.IMAGE_EMBEDDING)

    def choice(self, role: Role, language: str | None = None) -> Choice:
        self._get(role)
        return Choice(role=role, model="fake", backend=Backend.OPENAI_COMPATIBLE, why="a test")

    def choice_name(self, role: Role | str) -> str:
        return f"fake-{role}"

    def writes(self, language: str) -> bool:
        return True

    def describe_roles(self) -> list[RoleReport]:
        return [RoleReport(role=role, model="fake", why="a test") for role in self._filled]

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> "FakeModels":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get(self, role: Role) -> Any:
        if self._filled.get(role) is None:
            raise ModelUnavailable(f"This test brings no model for {role}.")
        return self._filled[role]
