"""The situation that a decision is made in, gathered from this machine and the settings."""

from collections.abc import Callable, Mapping, Set
from types import MappingProxyType

from trikal.serving.catalog import Catalog
from trikal.serving.hardware import probe_hardware
from trikal.serving.readiness import lacks_of
from trikal.serving.roles import Role
from trikal.serving.router import rank
from trikal.serving.tasks import Choice, Served, Situation, Task
from trikal.settings import Settings

_URLS: Mapping[Role, Callable[[Settings], tuple[str | None, str | None]]] = MappingProxyType(
    {
        Role.CHAT: lambda settings: (settings.chat_url, settings.chat_model),
        Role.VISION: lambda settings: (settings.vision_url, settings.vision_model),
    }
)


def configured(settings: Settings) -> dict[Role, tuple[Served, ...]]:
    """Return the servers that the settings name, by role."""
    named = {role: read(settings) for role, read in _URLS.items()}
    return {
        role: (Served(model=model or "", url=url, why=f"TRIKAL_{role.name}_URL is set"),)
        for role, (url, model) in named.items()
        if url
    }


def gather(
    role: Role,
    settings: Settings,
    catalog: Catalog,
    *,
    loaded: Set[str] = frozenset(),
    resting: Mapping[str, float] = MappingProxyType({}),
) -> Situation:
    """Look at everything that a decision about a role depends on; loads nothing.

    Args:
        role: The role.
        settings: Pins and URLs.
        catalog: The known models.
        loaded: Models in this process's memory, as ``model/backend``.
        resting: Seconds until what failed lately is tried again, by ``model/backend``.
    """
    return Situation(
        hardware=probe_hardware(),
        pins=settings.models,
        served=configured(settings),
        loaded=frozenset(loaded),
        resting=resting,
        lacks=lacks_of(catalog.for_role(role)),
    )


def choose(
    role: Role, settings: Settings, catalog: Catalog, language: str | None = None
) -> Choice:
    """Choose what fills a role on this machine as it is now.

    Args:
        role: What the model is for.
        settings: Pins and URLs.
        catalog: The known models, in order of preference.
        language: BCP-47 tag that the model must be for, if it matters.

    Raises:
        ModelUnavailable: Nothing fills the role here; the message says what to install or set.
        BadInput: See :func:`trikal.serving.router.rank`.
    """
    return rank(Task(role=role, language=language), gather(role, settings, catalog), catalog)[0]
