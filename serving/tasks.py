"""What the router is asked and what it knows when it answers: values that a test can make."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from trikal.serving.catalog import Backend, Model
from trikal.serving.hardware import Hardware
from trikal.serving.roles import Role


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Modality(StrEnum):
    """What a task puts before a model."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"


class Size(StrEnum):
    """Which of several models: the quick one, or the one that understands more."""

    SMALL = "small"
    LARGE = "large"


class Budget(_Value):
    """What a task may cost.

    Attributes:
        seconds: How long one answer may take; unlimited when not given.
        memory_mb: How much memory a model may take; all that is free when not given.
    """

    seconds: float | None = Field(default=None, gt=0)
    memory_mb: int | None = Field(default=None, gt=0)


class Task(_Value):
    """What a model is wanted for.

    Attributes:
        role: What it is to do.
        language: BCP-47 tag that it must be for, if that matters.
        modality: What is put before it; a picture put before a chat model needs a vision model.
        model: The one model of the catalogue that is wanted this once, whatever is pinned.
        size: Which of several models; the catalogue's first when it does not matter.
        budget: What it may cost.
    """

    role: Role
    language: str | None = None
    modality: Modality = Modality.TEXT
    model: str | None = None
    size: Size | None = None
    budget: Budget = Budget()

    @property
    def filled_by(self) -> Role:
        """The role whose models can do this."""
        looks = self.role is Role.CHAT and self.modality is Modality.IMAGE
        return Role.VISION if looks else self.role


class Served(_Value):
    """A model that a server runs already.

    Attributes:
        model: Its name there; empty when the server is to be asked.
        url: The server.
        why: How we know of it, in a few words.
        key: Its API key, if it wants one.
    """

    model: str
    url: str
    why: str
    key: SecretStr | None = Field(default=None, exclude=True)


class Situation(_Value):
    """Everything that a decision depends on, besides the task and the catalogue.

    Attributes:
        hardware: What the machine has.
        pins: Role → model name, from the settings.
        served: What servers run for each role, the preferred one first.
        loaded: Models in this process's memory, as ``model/backend``.
        resting: Seconds until what failed lately is tried again, by ``model/backend``.
        lacks: What stands in the way of a model of the catalogue, by ``model/backend``.
    """

    hardware: Hardware
    pins: Mapping[str, str] = Field(default_factory=dict)
    served: Mapping[Role, tuple[Served, ...]] = Field(default_factory=dict)
    loaded: frozenset[str] = frozenset()
    resting: Mapping[str, float] = Field(default_factory=dict)
    lacks: Mapping[str, str] = Field(default_factory=dict)


class Choice(_Value):
    """One model on one backend for one role.

    Attributes:
        role: What it is for.
        model: Its name.
        backend: What runs it.
        why: One line that says why this one.
        device: ``cpu``, ``gpu`` or ``server``.
        url: The server that runs it, if one does.
        served_as: The model's name on that server; ``None`` when the server is to be asked.
        key: That server's API key, if it wants one.
        instead_of: What failed lately and would come before it, as ``model/backend``.
        entry: Its entry in the catalogue; ``None`` for a model behind a URL.
    """

    role: Role
    model: str
    backend: Backend
    why: str
    device: str = "cpu"
    url: str | None = None
    served_as: str | None = None
    key: SecretStr | None = Field(default=None, exclude=True)
    instead_of: str = ""
    entry: Model | None = None

    @property
    def runner(self) -> str:
        """Model and backend, as one name."""
        return f"{self.model}/{self.backend}"
