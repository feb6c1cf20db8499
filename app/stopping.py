"""Being told to end: like Ctrl-C, so that what is half-written is cleared away on the way out."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

INTERRUPTED: Final = 128 + signal.SIGINT
"""The exit code of a command that was stopped with Ctrl-C."""

_NAMES: Final = ("SIGTERM", "SIGHUP")  # the second is missing on Windows


class Stopped(KeyboardInterrupt):
    """A signal that ends the process.

    Attributes:
        code: The exit code that tells which.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise :class:`Stopped` where the process is told to end; the second time it ends at once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    heard = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    # What is ignored, as under nohup, stays so.
    before = {number: signal.getsignal(number) for number in heard
              if signal.getsignal(number) is signal.SIG_DFL}
    for number in before:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _: object) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    raise Stopped(number)
