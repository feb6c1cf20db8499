"""What every step of a plan has."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

MOST_STEPS: Final = 12
"""How many steps a plan may have, whatever the budget."""

StepId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,15}$", description="The step's name.")]
Steps = Annotated[tuple[StepId, ...], Field(
    max_length=MOST_STEPS, description="Earlier steps whose evidence this one works on.")]


class StepValue(BaseModel):
    """A frozen value that takes nothing it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PlanStep(StepValue):
    """What every step has: a name, and the steps whose evidence it works on."""

    id: StepId
    after: Steps = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The steps that must have ended before this one can begin."""
        return self.after
