"""The plan: typed steps under one JSON schema, and nothing that is not in it.

A step says what it does and which steps' evidence it works on. Steps name only steps that stand
before them, so a plan has no circles: what waits for nothing runs side by side, the rest waits.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from trikal.indexes.temporal import Relation, TemporalQuery
from trikal.tools.arguments import End, FileName, Language, Medium, Start
from trikal.tools.composition import Kind

MOST_STEPS: Final = 12
"""How many steps a plan may have, whatever the budget."""

StepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,15}$", description="The step's name.")]
Steps = Annotated[tuple[StepId, ...], Field(
    max_length=MOST_STEPS, description="Earlier steps whose evidence this one works on.")]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Step(_Value):
    id: StepId
    after: Steps = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The steps that must have ended before this one can begin."""
        return self.after


class Take(StrEnum):
    """What a search takes from the best evidence of an earlier step."""

    MOMENT = "moment"
    SPEAKER = "speaker"
    MEDIUM = "medium"
    TEXT = "text"


class Use(_Value):
    """Something that a search takes from an earlier step.

    Attributes:
        step: The step.
        take: What is taken: its moment as an event, its speaker, its medium, or its words.
        relation: Where the search lies as seen from the moment.
    """

    step: StepId
    take: Take
    relation: Relation = Relation.RIGHT_AFTER


class Find(_Step):
    """Search for moments."""

    do: Literal["find"] = "find"
    query: TemporalQuery
    uses: Annotated[tuple[Use, ...], Field(max_length=4)] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The steps that must have ended before this one can begin."""
        return (*self.after, *(each.step for each in self.uses))


class _Observation(_Step):
    """A look at a span: of the evidence of an earlier step, or one that is named.

    Attributes:
        medium: The medium; that of the evidence when not given.
        start_ms: From here.
        end_ms: Up to here; only this time, or (of listening) up to the end, when not given.
        about: What it is to tell something about; empty where anything is wanted.
        granted: Whether a person allowed it to go over the budget.
    """

    medium: Medium | None = None
    start_ms: Start = 0
    end_ms: End | None = None
    about: Annotated[str, Field(max_length=300)] = ""
    granted: bool = False

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.medium is None and not self.after:
            raise ValueError("names neither a medium nor a step whose evidence shows where")
        if self.end_ms is not None and self.end_ms <= self.start_ms:
            raise ValueError(f"the span ends ({self.end_ms}) before it starts ({self.start_ms})")
        return self


class Look(_Observation):
    """Say what is seen over a span, or answer a question about it."""

    do: Literal["look"] = "look"
    ask: Annotated[str, Field(max_length=300)] = ""


class Read(_Observation):
    """Read what is written on the screen."""

    do: Literal["read"] = "read"


class Listen(_Observation):
    """Transcribe a span again, in another language or with another model."""

    do: Literal["listen"] = "listen"
    language: Language | None = None
    model: Annotated[str, Field(max_length=100)] | None = None


class Compose(_Step):
    """Write from evidence, or from a span of a medium."""

    do: Literal["compose"] = "compose"
    kind: Kind
    about: Annotated[str, Field(max_length=300)] = ""
    medium: Medium | None = None
    start_ms: Start = 0
    end_ms: End | None = None
    by_model: bool = True
    granted: bool = False


class Answer(_Step):
    """Answer the question from evidence."""

    do: Literal["answer"] = "answer"


class _Output(_Step):
    """A file that is made of evidence, or of what was answered.

    Attributes:
        file: What the file is to be called; made of its content when not given.
        granted: Whether a person allowed what the step asked for: to write outside the allowed
            folders, or to go over the budget. Only a person's reply sets it.
    """

    file: FileName | None = None
    granted: bool = False


class Clip(_Output):
    """Cut the evidence and join it into a reel."""

    do: Literal["clip"] = "clip"
    most: Annotated[int, Field(ge=1, le=50, description="How many moments are cut.")] = 1
    captions: bool = True


class _Spoken(_Output):
    """What was answered, spoken.

    Attributes:
        language: BCP-47 tag of the language that the voice speaks.
        translate: Whether the answer is to be put into it, because it was asked for by name.
    """

    language: Language = "en"
    translate: bool = False


class Say(_Spoken):
    """Say aloud what was answered."""

    do: Literal["say"] = "say"


class Show(_Spoken):
    """Let an avatar say what was answered."""

    do: Literal["show"] = "show"


Step = Annotated[
    Find | Look | Read | Listen | Compose | Answer | Clip | Say | Show, Field(discriminator="do")
]
TEXTS: Final = frozenset({"answer", "compose"})
OBSERVATIONS: Final = frozenset({"look", "read", "listen"})
OUTPUTS: Final = frozenset({"clip", "say", "show"})

_STEP: Final[TypeAdapter[Any]] = TypeAdapter(Step)


class StepPlan(_Value):
    """What is done to answer a question.

    Attributes:
        steps: In an order in which they could be done one by one; exactly one writes the text.

    Raises:
        ValueError: Two steps share a name, one names a step that does not stand before it, or not
            exactly one writes the text.
    """

    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        known: set[str] = set()
        for step in self.steps:
            if step.id in known:
                raise ValueError(f"two steps are called {step.id}")
            if unknown := set(step.needs) - known:
                raise ValueError(f"{step.id} waits for {min(unknown)}, which does not stand "
                                 "before it")
            known.add(step.id)
        if sum(step.do in TEXTS for step in self.steps) != 1:
            raise ValueError("exactly one step answers or composes")
        return self

    def data(self) -> list[dict[str, Any]]:
        """Return the steps as plain data, without what is as usual."""
        return [step_data(step) for step in self.steps]


def step_of(data: dict[str, Any]) -> Any:
    """Return the step that plain data stands for.

    Raises:
        ValidationError: It stands for none.
    """
    return _STEP.validate_python(data)


def step_data(step: BaseModel) -> dict[str, Any]:
    """Return a step as plain data, without what is as usual but with what it does."""
    data = step.model_dump(mode="json", exclude_defaults=True)
    if isinstance(step, Find):  # its parts are told apart by what is as usual
        data["query"] = step.query.model_dump(mode="json")
    return {"id": data.pop("id"), "do": step.do, **data}  # type: ignore[attr-defined]


def steps_of(data: list[dict[str, Any]]) -> Iterator[Any]:
    """Yield the steps that a plan's plain data stands for."""
    return map(step_of, data)
