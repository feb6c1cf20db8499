"""Getting chat models ready while a reader types: weights loaded, heads of prompts read.

Most of a prompt is the same for every question. A model of this machine keeps what it has read, for
later processes too, so that whatever it reads beforehand is not waited for. Between two questions
the machine is idle; as soon as one is asked, nothing new is begun.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

from trikal.errors import TrikalError
from trikal.graph.prompts import answer_messages, plan_messages

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from trikal.serving.models import Models

_log = logging.getLogger(__name__)

_LEAVE_S: Final = 60.0
"""So long is a step that has begun waited for at the end."""


class Warming:
    """Gets the chat models of this process ready, step by step, in a thread of its own.

    Use it as a context manager, and hold :meth:`paused` while a question is answered.

    Args:
        models: The run's models. Those behind a URL are left alone.
    """

    def __init__(self, models: "Models") -> None:
        self._steps = _steps(models)
        self._changed = threading.Condition()
        self._busy = 0
        self._over = False
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Begin nothing more, and wait for what has begun."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
        self._thread.join(_LEAVE_S)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Begin nothing for the length of a ``with`` block."""
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait until everything is ready; tell whether it is."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while self._may_go_on():
                next(self._steps)
        except StopIteration:
            return
        except TrikalError as exc:  # told when a question needs the model
            _log.info("not warmed: %s", exc)

    def _may_go_on(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._over or not self._busy)
            return not self._over


def read_heads(models: "Models") -> None:
    """Let the chat models that are loaded read the heads of prompts, for the next process.

    Where that was done before, nothing is done.
    """
    try:
        for backend, plans in models.writers(load=False):
            for head in _heads(plans=plans):
                backend.read(head)
    except TrikalError as exc:
        _log.info("no heads of prompts are read: %s", exc)


def _steps(models: "Models") -> Iterator[None]:
    """Do one thing after the other, what the next question needs most first."""
    for backend, plans in models.writers():
        yield  # its weights are loaded
        for head in _heads(plans=plans):
            backend.read(head)
            yield


def _heads(*, plans: bool) -> "list[list[BaseMessage]]":
    """Return what the prompts of a model begin with."""
    return [answer_messages("", ()), *([plan_messages("")] if plans else [])]
