"""What models are for: one protocol a role, and the values that pass through them.

A backend adapter implements one protocol. It loads nothing until it is first called, may be
called from several threads, and raises only :class:`trikal.errors.ModelError`.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class Role(StrEnum):
    """What a model is for."""

    CHAT = "chat"
    TRIAGE = "triage"
    ASR = "asr"
    VISION = "vision"
    TEXT_EMBEDDING = "text-embedding"
    IMAGE_EMBEDDING = "image-embedding"
    RERANK = "rerank"
    OCR = "ocr"
    TTS = "tts"
    AVATAR = "avatar"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


class Word(_Value):
    """One spoken word on the clock of the samples that were given, half-open, in milliseconds."""

    start_ms: int
    end_ms: int
    text: str
    probability: float


class Utterance(_Value):
    """A stretch of speech by one voice.

    Attributes:
        start_ms: Start, in milliseconds on the clock of the samples that were given.
        end_ms: End, likewise.
        text: What was said, stripped.
        language: BCP-47 tag of the language it was heard in.
        confidence: Mean word probability in ``[0, 1]``.
        words: The words with their times; empty when the backend gives none.
    """

    start_ms: int
    end_ms: int
    text: str
    language: str
    confidence: float
    words: tuple[Word, ...] = ()


class TextBox(_Value):
    """A line of text on a picture.

    Attributes:
        text: The line.
        confidence: In ``[0, 1]``.
        left: Left edge as a fraction of the picture's width.
        top: Top edge as a fraction of its height.
        right: Right edge, likewise.
        bottom: Bottom edge, likewise.
    """

    text: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


class Sound(_Value):
    """Mono sound.

    Attributes:
        samples: float32 of shape ``(n,)`` in ``[-1, 1]``.
        sample_rate: Samples a second, in Hz.
    """

    samples: NDArray[np.float32]
    sample_rate: int


class Embedder(Protocol):
    """Role text-embedding. Vectors are float32, L2-normalised, of shape ``(n, dimensions)``."""

    @property
    def fingerprint(self) -> str:
        """Names the vector space: archives made in one space refuse to be searched in another."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is to be found."""

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is asked."""


class Transcriber(Protocol):
    """Role asr."""

    @property
    def name(self) -> str:
        """Model and version, for a moment's ``source``."""

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str | None = None
    ) -> Iterator[Utterance]:
        """Transcribe 16 kHz mono float32 samples of shape ``(n,)``, with word times.

        Args:
            samples: The sound; its first sample is at 0 ms.
            language: BCP-47 tag that it is in; detected when not given.

        Yields:
            Utterances in time order; nothing when there is no speech.
        """


class ScreenReader(Protocol):
    """Role ocr."""

    @property
    def name(self) -> str:
        """Model and version, for a moment's ``source``."""

    def read(self, picture: NDArray[np.uint8]) -> list[TextBox]:
        """Read an RGB picture of shape ``(height, width, 3)``, in reading order."""


class Voice(Protocol):
    """Role tts."""

    @property
    def name(self) -> str:
        """Model and version."""

    @property
    def languages(self) -> frozenset[str]:
        """BCP-47 tags that it speaks."""

    def speak(self, text: str) -> Iterator[Sound]:
        """Say a text, sentence by sentence, as it is made."""


class Describer(Protocol):
    """Role vision: says what is on a picture."""

    @property
    def name(self) -> str:
        """Model and version, for a moment's ``source``."""

    def describe(self, picture: NDArray[np.uint8], *, ask: str | None = None) -> str:
        """Describe an RGB picture of shape ``(height, width, 3)``, or answer ``ask`` about it."""


class ChatBackend(Protocol):
    """Role chat: hands out a LangChain chat model that streams and obeys JSON schemas."""

    @property
    def name(self) -> str:
        """Model and backend."""

    def chat_model(self) -> "BaseChatModel":
        """Return the chat model, loaded and ready."""
