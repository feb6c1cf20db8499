"""What one check found, and what a row of the report is made of."""

from pydantic import BaseModel, ConfigDict, Field


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Outcome(_Value):
    """One architecture asked on one backend.

    Attributes:
        architecture: The class that was tried.
        backend: ``vllm`` or ``transformers``.
        ran: Whether a tiny model was loaded and answered.
        detail: What came back, or the last line of the error.
        listed: Whether vLLM's registry lists it; ``None`` where nobody could be asked.
        seconds: How long loading and asking took.
        versions: What was installed, by package.
        day: When, as an ISO date.
    """

    architecture: str
    backend: str
    ran: bool
    detail: str = Field(min_length=1)
    listed: bool | None = None
    seconds: float = 0.0
    versions: dict[str, str] = Field(default_factory=dict)
    day: str = ""


class Row(_Value):
    """One architecture in the report.

    Attributes:
        architecture: Its name.
        models: The catalogue's models of it.
        roles: What they are for.
        use: What Trikal uses it for, or what serves its purpose instead.
        outcomes: What was found, vLLM first.
    """

    architecture: str
    models: tuple[str, ...]
    roles: tuple[str, ...]
    use: str
    outcomes: tuple[Outcome, ...]

    @property
    def vllm(self) -> Outcome:
        """What vLLM did."""
        return self.outcomes[0]

    @property
    def other(self) -> Outcome | None:
        """What the next backend did; ``None`` where vLLM ran."""
        return self.outcomes[1] if len(self.outcomes) > 1 else None
