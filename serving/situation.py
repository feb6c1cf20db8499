"""The situation that a decision is made in, gathered from this machine and the settings."""

from collections.abc import Callable, Mapping, Set
from types import MappingProxyType

from pydantic import SecretStr

from trikal.serving.hardware import probe_hardware
from trikal.serving.roles import Role
from trikal.serving.tasks import Served, Situation
from trikal.serving.vllm.state import running
from trikal.settings import Settings

_Named = tuple[str | None, str | None, SecretStr | None]

_URLS: Mapping[Role, Callable[[Settings], _Named]] = MappingProxyType(
    {
        Role.CHAT: lambda s: (s.chat_url, s.chat_model, s.chat_key),
        Role.VISION: lambda s: (s.vision_url, s.vision_model, s.vision_key),
        Role.ASR: lambda s: (s.asr_url, s.asr_model, s.asr_key),
        Role.TEXT_EMBEDDING: lambda s: (
            s.text_embedding_url, s.text_embedding_model, s.text_embedding_key
        ),
        Role.RERANK: lambda s: (s.rerank_url, s.rerank_model, s.rerank_key),
        Role.TTS: lambda s: (s.tts_url, s.tts_model, s.tts_key),
    }
)


def configured(settings: Settings) -> dict[Role, tuple[Served, ...]]:
    """Return the servers that the settings name, by role."""
    named = {role: read(settings) for role, read in _URLS.items()}
    return {
        role: (Served(model=model or "", url=url, key=key, why=f"TRIKAL_{role.name}_URL is set"),)
        for role, (url, model, key) in named.items()
        if url
    }


def started(settings: Settings) -> dict[Role, tuple[Served, ...]]:
    """Return the servers that ``trikal vllm up`` runs here, by role."""
    found = {role: running(settings, role) for role in _URLS}
    return {
        role: (Served(model=server.model, url=server.url, key=server.key,
                      why="trikal vllm runs it here"),)
        for role, server in found.items()
        if server
    }


def served(settings: Settings) -> dict[Role, tuple[Served, ...]]:
    """Return all servers by role: those that the settings name before those started here."""
    named, here = configured(settings), started(settings)
    return {role: (*named.get(role, ()), *here.get(role, ())) for role in {**named, **here}}


def gather(
    settings: Settings,
    *,
    lacks: Mapping[str, str],
    loaded: Set[str] = frozenset(),
    resting: Mapping[str, float] = MappingProxyType({}),
) -> Situation:
    """Look at everything that a decision depends on; loads nothing.

    Args:
        settings: Pins and URLs.
        lacks: What stands in the way of models, as of
            :func:`trikal.serving.readiness.lacks_of`.
        loaded: Models in this process's memory, as ``model/backend``.
        resting: Seconds until what failed lately is tried again, by ``model/backend``.
    """
    return Situation(
        hardware=probe_hardware(),
        pins=settings.models,
        served=served(settings),
        loaded=frozenset(loaded),
        resting=resting,
        lacks=lacks,
    )
