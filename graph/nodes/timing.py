"""Where time and tokens go: every node reports what it took."""

import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from langgraph.config import get_stream_writer

from trikal.graph.acts import ActItem
from trikal.graph.budget import Spent, TokenMeter, metered


class Stopwatch:
    """Times a ``with`` block and counts its tokens.

    Args:
        name: The node's name.
        steps: How many steps of the plan are carried out in it.

    Attributes:
        ms: How long it took.
        tokens: What chat models read and wrote in it.
    """

    def __init__(self, name: str, *, steps: int = 0) -> None:
        self._name = name
        self._steps = steps
        self._started = 0.0
        self._metered: AbstractContextManager[TokenMeter] = metered()
        self.ms = 0.0
        self.tokens = 0

    def __enter__(self) -> Self:
        """Start."""
        self._meter = self._metered.__enter__()
        self._started = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self.ms = round((time.perf_counter() - self._started) * 1000, 1)
        self._metered.__exit__(kind, error, traceback)
        self.tokens = self._meter.tokens

    @property
    def timings_ms(self) -> dict[str, float]:
        """The time as the reply gives it."""
        return {self._name: self.ms}

    @property
    def spent(self) -> Spent:
        """The cost as the budget counts it."""
        return Spent(steps=self._steps, tokens=self.tokens, seconds=self.ms / 1000)

    def ended(self, made: ActItem, **more: Any) -> dict[str, Any]:
        """Tell those who watch what became of a step, and return the node's update of the state.

        Args:
            made: The step's record.
            more: What else the event tells.
        """
        made["ms"] = self.ms
        shown = {**made, "evidence": len(made["evidence"])}
        get_stream_writer()({"event": "act", "act": shown, **more})
        return {"acts": [made], **self.update}

    @property
    def update(self) -> dict[str, Any]:
        """Time and cost as a node's update of the state."""
        return {"timings_ms": self.timings_ms, "spent": self.spent}
