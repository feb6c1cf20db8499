"""Where the time goes: every node reports how long it took."""

import time
from types import TracebackType
from typing import Self


class Stopwatch:
    """Times a ``with`` block; :attr:`timings_ms` is the node's update of the state."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._started = 0.0
        self.timings_ms: dict[str, float] = {}

    def __enter__(self) -> Self:
        """Start."""
        self._started = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        elapsed = (time.perf_counter() - self._started) * 1000
        self.timings_ms = {self._name: round(elapsed, 1)}
