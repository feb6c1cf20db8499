"""A task's models in order: the first that works does it; one that fails is left for the next."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Generic, TypeVar

from trikal.errors import AnswerBrokenOff, BackendFailed, ModelError
from trikal.serving.breaker import Breakers
from trikal.serving.calls import Call, Clock, Gates
from trikal.serving.notices import notice
from trikal.serving.tasks import Choice

T = TypeVar("T")

_DECISION_HOLDS_S = 10.0
_LONGEST_WAIT_S = 5.0
_MOMENT_S = (0.5, 1.5)


class Desk(Generic[T]):
    """Hands out models for one task.

    Args:
        rank: Returns what can do the task, in order; asked anew for every call.
        build: Returns the model of a choice, building it on first use.
        breakers: What failed lately.
        gates: How many calls each model takes at once.
    """

    def __init__(
        self,
        rank: Callable[[], Sequence[Choice]],
        build: Callable[[Choice], T],
        breakers: Breakers,
        gates: Gates,
    ) -> None:
        self._rank = rank
        self._build = build
        self.breakers = breakers
        self.gates = gates
        self._taken: Choice | None = None
        self._ranked: tuple[float, Sequence[Choice]] | None = None

    def choice(self) -> Choice:
        """Return what did the task last, or would do it now."""
        return self._taken or self._choices()[0]

    def current(self) -> T:
        """Return the model that did the task last, or would do it now."""
        return self._build(self.choice())

    def warm(self) -> None:
        """Build the first model that can be built.

        Raises:
            ModelError: None can.
        """
        next(self.attempts("load"))

    def attempts(self, does: str) -> Iterator["Attempt[T]"]:
        """Yield one attempt after the other; see :class:`Attempt`.

        Args:
            does: What is asked of the models, for the log.

        Raises:
            ModelError: Nothing can do the task.
        """
        choices = self._choices()
        if choices[0].instead_of:
            notice(f"{choices[0].why}; {choices[0].runner} does its work.")
        admitted = [each for each in choices if self.breakers.admit(each.runner)] or choices[:1]
        planned = [*admitted, *admitted[-1:]]  # the last one gets a second chance
        for choice, after in zip(planned, [*planned[1:], None], strict=True):
            try:
                model = self._build(choice)
            except ModelError as exc:
                if not self.left(choice, after, exc):
                    raise
                continue
            self._taken = choice
            yield Attempt(self, model, choice, after, does)

    def _choices(self) -> Sequence[Choice]:
        """Return what the router says, or said a moment ago: a query must not wait for it."""
        now = time.monotonic()
        if self._ranked and now < self._ranked[0] and not self.breakers.resting():
            return self._ranked[1]
        choices = self._rank()
        self._ranked = (now + _DECISION_HOLDS_S, choices)
        return choices

    def left(self, choice: Choice, after: Choice | None, error: ModelError) -> bool:
        """Note that a model failed, and tell the user what happens now.

        Returns:
            Whether the next attempt is to be made.
        """
        if after == choice:
            return _waited(error)
        next_one = f"{error} Meanwhile {after.runner} does its work" if after else ""
        if isinstance(error, BackendFailed) and error.of_request:
            words = f"{next_one}." if after else ""
        else:
            asked = error.retry_after_s if isinstance(error, BackendFailed) else None
            rest_s = self.breakers.failed(choice.runner, rest_s=asked)
            words = f"{next_one}; {choice.model} is tried again in {rest_s:.0f} s."
        if after:
            notice(words)
        return after is not None


class Attempt(Generic[T]):
    """One attempt at a task: use it in a ``with`` block that does the task and then leaves.

    When the model fails and another is left, the block ends with a notice and the loop over
    :meth:`Desk.attempts` goes on. When part of an answer has been told by then, the caller has to
    begin again: an answer is never put together from two.
    """

    def __init__(
        self, desk: Desk[T], model: T, choice: Choice, after: Choice | None, does: str
    ) -> None:
        self.choice = choice
        self.call = Call(role=choice.role, model=choice.model, backend=choice.backend, does=does)
        self._desk = desk
        self._model = model
        self._after = after
        self._told = False
        self._clock = Clock(self.call)
        self._turn = ExitStack()

    def __enter__(self) -> T:
        """Wait for the model's turn and return it."""
        turn = self._desk.gates.turn(self.choice.runner, self.choice.backend)
        self._clock.turn(self._turn.enter_context(turn))
        return self._model

    def told(self) -> None:
        """Note that a piece of the answer goes to whoever asked."""
        self._told = True
        self._clock.piece()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Report the call; on failure leave this model for the next."""
        self._turn.close()
        self._clock.end(error)
        if error is None:
            self._desk.breakers.worked(self.choice.runner)
        if not isinstance(error, ModelError):
            return False
        again = self._desk.left(self.choice, self._after, error)
        if again and self._after and self._told:
            raise AnswerBrokenOff(
                f"{self.choice.model} broke off in the middle of an answer. Ask again: "
                f"{self._after.model} answers meanwhile."
            ) from error
        return again


def _waited(error: ModelError) -> bool:
    """Wait a moment, each caller another one, before a request that may do now is made again."""
    if not isinstance(error, BackendFailed) or not error.may_pass:
        return False
    asked_s = error.retry_after_s
    wait_s = random.uniform(*_MOMENT_S) if asked_s is None else asked_s
    if wait_s > _LONGEST_WAIT_S:
        return False
    time.sleep(wait_s)
    return True
