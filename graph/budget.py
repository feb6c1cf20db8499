"""What answering one question may cost: steps, tokens and seconds, counted and kept to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, TypedDict
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult
from langchain_core.tracers.context import register_configure_hook

from trikal.settings import Settings

_CHARACTERS_A_TOKEN: Final = 4


class Spent(TypedDict):
    """What a run has cost so far.

    Attributes:
        steps: Steps of plans that were carried out, failed ones too.
        tokens: Tokens that chat models read and wrote; estimated where a model does not count.
        seconds: Time at work, side by side counted twice; waiting for the reader costs nothing.
    """

    steps: int
    tokens: int
    seconds: float


def added(old: Spent | None, new: Spent) -> Spent:
    """Add two costs."""
    if old is None:
        return new
    return Spent(steps=old["steps"] + new["steps"], tokens=old["tokens"] + new["tokens"],
                 seconds=round(old["seconds"] + new["seconds"], 4))


class BudgetItem(TypedDict):
    """What a run has cost, and what it may.

    Attributes:
        spent: So far.
        limits: At most.
        over: Which limits were reached: ``steps``, ``tokens``, ``seconds``.
    """

    spent: Spent
    limits: Spent
    over: list[str]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What answering one question may cost at most.

    Attributes:
        steps: Steps of plans.
        tokens: Tokens read and written.
        seconds: Time at work.
    """

    steps: int = 12
    tokens: int = 20_000
    seconds: float = 300.0

    def over(self, spent: Spent | None) -> list[str]:
        """Return which limits are reached."""
        if spent is None:
            return []
        told = {"steps": self.steps, "tokens": self.tokens, "seconds": self.seconds}
        return [name for name, most in told.items()
                if spent[name] >= most]  # type: ignore[literal-required]

    def seconds_left(self, spent: Spent | None) -> float:
        """Return how long may still be worked."""
        return max(self.seconds - (spent["seconds"] if spent else 0.0), 0.0)

    def item(self, spent: Spent | None) -> BudgetItem:
        """Return what was spent and what may be, as plain data."""
        used = spent or Spent(steps=0, tokens=0, seconds=0.0)
        most = Spent(steps=self.steps, tokens=self.tokens, seconds=self.seconds)
        return BudgetItem(spent=used, limits=most, over=self.over(used))


def limits_of(settings: Settings) -> Limits:
    """Return the limits that the settings put."""
    return Limits(steps=settings.budget_steps, tokens=settings.budget_tokens,
                  seconds=settings.budget_seconds)


class TokenMeter(BaseCallbackHandler):
    """Counts the tokens of every call of a chat model; :attr:`tokens` is the sum."""

    def __init__(self) -> None:
        self.tokens = 0
        self._asked: dict[UUID, int] = {}

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID,
        **kwargs: Any,
    ) -> None:
        """Remember how much was asked."""
        self._asked[run_id] = sum(len(str(each.text)) for part in messages for each in part)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Count what was asked and answered."""
        asked = self._asked.pop(run_id, 0)
        self.tokens += sum(_tokens(each, asked) for each in response.generations)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """Count what was asked in vain."""
        self.tokens += self._asked.pop(run_id, 0) // _CHARACTERS_A_TOKEN


def _tokens(generations: Sequence[Any], asked: int) -> int:
    message = getattr(generations[0], "message", None) if generations else None
    usage = getattr(message, "usage_metadata", None)
    if usage:
        return int(usage["total_tokens"])
    said = len(generations[0].text) if generations else 0
    return (asked + said) // _CHARACTERS_A_TOKEN


_METER: ContextVar[TokenMeter | None] = ContextVar("trikal_token_meter", default=None)
register_configure_hook(_METER, inheritable=True)


@contextmanager
def metered() -> Iterator[TokenMeter]:
    """Count the tokens of the chat models that are called in this block, and in no other."""
    meter = TokenMeter()
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)
