"""Where a model's weights come from: carriers, a library, or a hub."""

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Entry(BaseModel):
    """A frozen part of the catalogue that knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _inside(path: str) -> str:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts:
        raise ValueError(f"{path!r} leads out of its folder")
    return path


class Part(Entry):
    """One file inside an installed package, relative to where packages are installed."""

    package: str
    path: str

    _stays_inside = field_validator("path")(_inside)


class WeightFile(Entry):
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


class CarrierWeights(Entry):
    """Weights carried as data by packages of the Python index.

    Attributes:
        kind: Tells the kinds of weights apart.
        version: Of all the packages, where they have one; an extra of ours pins it.
        install: The command that installs them.
        files: The files that the backend reads, the weights themselves first.
    """

    kind: Literal["carrier"]
    version: str | None = None
    install: str
    files: tuple[WeightFile, ...] = Field(min_length=1)

    @property
    def packages(self) -> tuple[str, ...]:
        """The carriers, each once, in order."""
        return tuple(dict.fromkeys(part.package for file in self.files for part in file.parts))


class LibraryWeights(Entry):
    """Weights inside the backend's own library."""

    kind: Literal["library"]
    install: str
    package: str
    version: str


class HubWeights(Entry):
    """Weights that are pulled from a hub by name.

    Attributes:
        kind: Tells the kinds of weights apart.
        install: The command that installs what runs them.
        id: Their name on the hub, ``owner/name``.
        files: Patterns of the files that are needed; nothing else is pulled.
        leave: Patterns of files among them that are not: the same weights for other libraries.
    """

    kind: Literal["hub"]
    install: str
    id: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    files: tuple[str, ...] = ("*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")
    leave: tuple[str, ...] = ("onnx/*", "openvino/*", "original/*", "coreml/*")


Weights = Annotated[CarrierWeights | LibraryWeights | HubWeights, Field(discriminator="kind")]
