"""Makes the adapters of models behind a URL, or a command, that the settings or vLLM name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pydantic import SecretStr

from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.backends.openai_compatible import (
    OpenAICompatibleChat,
    OpenAICompatibleVision,
    api_base,
)
from trikal.serving.backends.openai_embedding import OpenAICompatibleEmbedder
from trikal.serving.backends.openai_rerank import OpenAICompatibleReranker
from trikal.serving.backends.openai_speech import OpenAICompatibleTranscriber
from trikal.serving.backends.openai_voice import OpenAICompatibleVoice
from trikal.serving.catalog import Model, load_catalog
from trikal.serving.roles import Avatar, Role
from trikal.serving.tasks import Choice
from trikal.settings import Settings

_AVATAR_PATIENCE_S = 600.0
_TEN = frozenset({"en", "hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa"})


def build_remote(choice: Choice, settings: Settings) -> object:
    """Make the adapter of a model that a server runs; asks the server nothing."""
    return _REMOTE[choice.role](choice, settings)


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


def remote_reranker(
    url: str, key: str | None, model: str | None, settings: Settings
) -> OpenAICompatibleReranker:
    """Make a reranker behind a URL, which may end in the path of the request itself."""
    base = url.rstrip("/").removesuffix("/rerank").removesuffix("/score")
    client = OpenAIClient(
        api_base(base), key=key, model=model, prefix="TRIKAL_RERANK",
        timeout_s=settings.request_timeout_s,
        max_retries=0,  # as for chat: the desk tries again
    )
    return OpenAICompatibleReranker(client, languages=known_languages)


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


def known_languages(model: str) -> frozenset[str] | None:
    """Return what languages the catalogue says that a reranker reads; ``None`` for about all.

    Args:
        model: The name that a server gives it.
    """
    entry = load_catalog().served_as(model)
    if entry is None or entry.languages == "multilingual":
        return None
    return frozenset(entry.languages)


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


def _secret(key: SecretStr | None) -> str | None:
    return key.get_secret_value() if key else None


def _remote_chat(
    choice: Choice, settings: Settings, prefix: str = "TRIKAL_CHAT"
) -> OpenAICompatibleChat:
    return OpenAICompatibleChat(
        choice.url or "",
        key=_secret(choice.key),
        model=choice.served_as,
        timeout_s=settings.request_timeout_s,
        prefix=prefix,
        max_retries=0,  # the desk tries again, where no other model can do the work at once
    )


def _remote_vision(choice: Choice, settings: Settings) -> OpenAICompatibleVision:
    return OpenAICompatibleVision(_remote_chat(choice, settings, "TRIKAL_VISION"))


_REMOTE: Mapping[Role, Callable[[Choice, Settings], object]] = MappingProxyType(
    {
        Role.CHAT: _remote_chat,
        Role.VISION: _remote_vision,
        Role.ASR: lambda choice, settings: remote_transcriber(
            choice.url or "", _secret(choice.key), choice.served_as, settings
        ),
        Role.TEXT_EMBEDDING: lambda choice, settings: remote_embedder(
            choice.url or "", _secret(choice.key), choice.served_as, settings
        ),
        Role.RERANK: lambda choice, settings: remote_reranker(
            choice.url or "", _secret(choice.key), choice.served_as, settings
        ),
        Role.TTS: lambda choice, settings: remote_voice(
            choice.url or "", _secret(choice.key), choice.served_as, settings
        ),
    }
)
