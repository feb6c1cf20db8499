"""What models are for: one protocol a role, and the values that pass through them.

A backend adapter implements one protocol. It loads nothing until it is first called, may be
called from several threads, and raises only :class:`trikal.errors.ModelError`, or
:class:`trikal.errors.BadInput` for what no model can take (a picture without pixels). What holds
memory, connections or a server is :class:`Closes` too.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


STAND_IN: Final = "/tags"
"""How the name of a describer ends that gives tags where captions are wanted."""


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
    DIARISATION = "diarisation"


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
        language_probability: How sure the listener is of the language, in ``[0, 1]``; ``None``
            where the language was named to it, or where it does not tell.
        speaker: Who speaks, where a diariser told.
    """

    start_ms: int
    end_ms: int
    text: str
    language: str
    confidence: float
    words: tuple[Word, ...] = ()
    language_probability: float | None = None
    speaker: str | None = None


class Turn(_Value):
    """One voice speaking, no other and no long pause in between, in milliseconds, half-open.

    Attributes:
        start_ms: Start, on the clock of the sound that was given.
        end_ms: End, likewise.
        speaker: Who speaks, named the same throughout one sound: ``voice 1`` for the first.
    """

    start_ms: int
    end_ms: int
    speaker: str


class Translation(_Value):
    """What was said, in English.

    Attributes:
        text: The translation, stripped.
        confidence: Mean token probability in ``[0, 1]``.
    """

    text: str
    confidence: float


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


class Phone(_Value):
    """One speech sound on the clock of the sound that it is in, half-open, in milliseconds.

    Attributes:
        start_ms: Start.
        end_ms: End.
        ipa: The sound in the International Phonetic Alphabet, without stress marks; empty for a
            pause.
    """

    start_ms: int
    end_ms: int
    ipa: str


class Sound(_Value):
    """Mono sound.

    Attributes:
        samples: float32 of shape ``(n,)`` in ``[-1, 1]``.
        sample_rate: Samples a second, in Hz.
        words: The words that are spoken in it, each as the text spells it between spaces; empty
            where the voice does not tell when it says what.
        phones: The speech sounds that it is made of, likewise.
    """

    samples: NDArray[np.float32]
    sample_rate: int
    words: tuple[Word, ...] = ()
    phones: tuple[Phone, ...] = ()

    @property
    def duration_ms(self) -> int:
        """How long it sounds, in ms."""
        return len(self.samples) * 1000 // self.sample_rate


@runtime_checkable
class Closes(Protocol):
    """What holds memory, connections or a server that can be given back."""

    def close(self) -> None:
        """Give them back; the next call loads or connects anew."""


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


class Reranker(Protocol):
    """Role rerank: a cross-encoder, which reads a question and a passage together."""

    @property
    def name(self) -> str:
        """Model and backend; loads nothing, and asks nothing of a server."""

    @property
    def languages(self) -> frozenset[str] | None:
        """BCP-47 tags that it reads; ``None`` for about all, or where nobody knows."""

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Tell how well each passage answers a question.

        Args:
            question: What is asked.
            passages: What may answer it; of a long one the beginning is read.

        Returns:
            float32 of shape ``(len(passages),)`` in ``[0, 1]``, in the passages' order: the
            higher, the better. It is no probability, and may be compared within one call only.
        """


class ImageEmbedder(Protocol):
    """Role image-embedding. Vectors are float32, L2-normalised, of shape ``(n, dimensions)``."""

    @property
    def name(self) -> str:
        """Model and backend, for a moment's ``source``."""

    @property
    def fingerprint(self) -> str:
        """Names the vector space: archives made in one space refuse to be searched in another."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    @property
    def reads_text(self) -> bool:
        """Whether texts have vectors in this space, so that they find pictures; loads nothing."""

    def embed_pictures(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embed RGB pictures, each of shape ``(height, width, 3)``; sizes may differ.

        Raises:
            BadInput: A picture has no pixels, or is no RGB picture.
        """

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Embed what is asked in the pictures' space; ``None`` when no text has a place there."""


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


@runtime_checkable
class Translator(Protocol):
    """What a transcriber can be too: Whisper was taught to translate speech into English."""

    @property
    def name(self) -> str:
        """Model and version, for a moment's ``source``."""

    @property
    def translates(self) -> bool:
        """Whether this model was taught it; loads nothing."""

    def translate(self, samples: NDArray[np.float32], *, language: str) -> Translation | None:
        """Return in English what is said in at most 30 s of 16 kHz mono float32 samples.

        Args:
            samples: Of shape ``(n,)``.
            language: BCP-47 tag that is spoken.

        Returns:
            The translation; ``None`` where nothing is understood.
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

    def speak(self, text: str, *, language: str | None = None) -> Iterator[Sound]:
        """Say a text, sentence by sentence, as it is made.

        Args:
            text: Plain text.
            language: BCP-47 tag that the text is in, for a voice of several languages.
        """


class Performance(_Value):
    """What an avatar is to play.

    Attributes:
        portrait: RGB, uint8 of shape ``(height, width, 3)``.
        sound: What it says; its phones tell the shapes of the mouth.
        rate: Pictures a second.
        alone: Whether the portrait's background is to be left away.
        matte: Where the portrait is to be seen then: uint8 of shape ``(height, width)``, from 0
            (not at all) to 255; ``None`` where the avatar is to find that out.
    """

    portrait: NDArray[np.uint8]
    sound: Sound
    rate: int = 25
    alone: bool = False
    matte: NDArray[np.uint8] | None = None

    @property
    def frames(self) -> int:
        """How many pictures the sound lasts for, at least one."""
        return max(-(-len(self.sound.samples) * self.rate // self.sound.sample_rate), 1)


class Diariser(Protocol):
    """Role diarisation: tells voices apart."""

    @property
    def name(self) -> str:
        """Model and backend."""

    def turns(self, stretches: Iterable[tuple[int, NDArray[np.float32]]]) -> list[Turn]:
        """Tell who speaks when.

        Args:
            stretches: All of one sound piece by piece, each with its start in ms and 16 kHz mono
                float32 samples of shape ``(n,)``; no more than one of them need be held.

        Returns:
            Turns in time order; none where nobody speaks.
        """


class Avatar(Protocol):
    """Role avatar: lets a face on a portrait say something."""

    @property
    def name(self) -> str:
        """Model and backend."""

    def play(self, performance: Performance) -> Iterator[NDArray[np.uint8]]:
        """Yield as many pictures as the performance has frames, all of the portrait's size.

        They are RGB; without the background, RGBA with a matte that moves along.

        Raises:
            BadInput: The portrait shows no face, or several; or the background is to be left away,
                and this avatar cannot do that.
        """


class Describer(Protocol):
    """Role vision: says what is on a picture."""

    @property
    def name(self) -> str:
        """Model and version, for a moment's ``source``."""

    def describe(self, picture: NDArray[np.uint8], *, ask: str | None = None) -> str:
        """Describe an RGB picture of shape ``(height, width, 3)``, or answer ``ask`` about it.

        Raises:
            BadInput: The picture has no pixels, or is no RGB picture.
        """

    def describe_run(
        self, pictures: Sequence[NDArray[np.uint8]], *, ask: str | None = None
    ) -> str:
        """Say what happens over a short run of frames, or answer ``ask`` about them.

        Args:
            pictures: RGB pictures in time order; of many, some at even distances are looked at.
            ask: A question about them.

        Raises:
            BadInput: There is no picture, or one of them as in :meth:`describe`.
        """


class ChatBackend(Protocol):
    """Role chat: hands out a LangChain chat model that streams and obeys JSON schemas."""

    @property
    def name(self) -> str:
        """Model and backend."""

    def chat_model(self) -> "BaseChatModel":
        """Return the chat model, loaded and ready."""


@runtime_checkable
class ReadsAhead(Protocol):
    """A chat backend of this machine that can work before it is asked."""

    def begin(self) -> None:
        """Begin to load the weights, and do not wait for them."""

    def read(self, head: Sequence["BaseMessage"]) -> None:
        """Read the beginning of prompts now, so that no prompt waits for it later.

        Args:
            head: Messages with which prompts begin; of the last one only the beginning is shared.
        """
