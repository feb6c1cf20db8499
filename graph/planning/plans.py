"""The plan: typed steps under one JSON schema, and nothing that is not in it.

A step says what it does and which steps' evidence it works on. Steps name only steps that stand
before them, so a plan has no circles: what waits for nothing runs side by side, the rest waits.
"""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter, model_validator

from trikal.graph.planning.output_steps import Clip, Export, Say, Show, Stills
from trikal.graph.planning.step import MOST_STEPS, PlanStep, StepId, StepValue
from trikal.indexes.temporal import Relation, TemporalQuery
from trikal.tools.arguments import End, Language, Medium, Start
from trikal.tools.composition import Kind


class Take(StrEnum):
    """What a search takes from the best evidence of an earlier step."""

    MOMENT = "moment"
    SPEAKER = "speaker"
    MEDIUM = "medium"
    TEXT = "text"


class Use(StepValue):
    """Something that a search takes from an earlier step.

    Attributes:
        step: The step.
        take: What is taken: its moment as an event, its speaker, its medium, or its words.
        relation: Where the search lies as seen from the moment.
    """

    step: StepId
    take: Take
    relation: Relation = Relation.RIGHT_AFTER


class Find(PlanStep):
    """Search for moments.

    Attributes:
        query: What is searched for.
        naming: Of these words the best moment must have some; anything will do where it is empty.
        uses: What is taken from earlier steps.
    """

    do: Literal["find"] = "find"
    query: TemporalQuery
    naming: Annotated[str, Field(max_length=300)] = ""
    uses: Annotated[tuple[Use, ...], Field(max_length=4)] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The steps that must have ended before this one can begin."""
        return (*self.after, *(each.step for each in self.uses))


class _Observation(PlanStep):
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


class Compose(PlanStep):
    """Write from evidence, or from a span of a medium."""

    do: Literal["compose"] = "compose"
    kind: Kind
    about: Annotated[str, Field(max_length=300)] = ""
    medium: Medium | None = None
    start_ms: Start = 0
    end_ms: End | None = None
    by_model: bool = True
    granted: bool = False


class Answer(PlanStep):
    """Answer the question from evidence."""

    do: Literal["answer"] = "answer"


Step = Annotated[
    Find | Look | Read | Listen | Compose | Answer | Clip | Export | Stills | Say | Show,
    Field(discriminator="do"),
]
TEXTS: Final = frozenset({"answer", "compose"})
OBSERVATIONS: Final = frozenset({"look", "read", "listen"})
SOURCES: Final = OBSERVATIONS | {"find"}
OUTPUTS: Final = frozenset({"clip", "export", "stills", "say", "show"})

TOLD: Final = "told"
"""The name of the search for somebody who tells the length of time that is measured beside it."""

_STEP: Final[TypeAdapter[Any]] = TypeAdapter(Step)


class StepPlan(StepValue):
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
