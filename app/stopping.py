"""Being told to end: like Ctrl-C, so that what is half-written is cleared away on the way out."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

INTERRUPTED: Final = 128 + signal.SIGINT
"""The exit code of a command that was stopped with Ctrl-C."""

_AGAIN_S: Final = 0.02
_NAMES: Final = ("SIGTERM", "SIGHUP")  # the second is missing on Windows


class Stopped(KeyboardInterrupt):
    """A signal that ends the process.

    Attributes:
        number: The signal.
        code: The exit code that tells which.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.number = number
        self.code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise :class:`Stopped` where the process is told to end; the second time it ends at once.

    A library in C that calls back swallows what is raised there, Ctrl-C too; it is then told again.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    heard = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    # What is ignored, as under nohup, stays so.
    before = {number: signal.getsignal(number) for number in heard
              if signal.getsignal(number) is signal.SIG_DFL}
    for number in before:
        signal.signal(number, _stop)
    told, sys.unraisablehook = sys.unraisablehook, _swallowed
    try:
        yield
    finally:
        sys.unraisablehook = told
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _: object) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    raise Stopped(number)


def _swallowed(lost: Any) -> None:
    """Tell the process once more to end where nobody heard it; tell all else as ever."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    number = signal.SIGINT
    if isinstance(lost.exc_value, Stopped):
        number = signal.Signals(lost.exc_value.number)
        signal.signal(number, _stop)
    again = threading.Timer(_AGAIN_S, os.kill, (os.getpid(), number))
    again.daemon = True
    again.start()
