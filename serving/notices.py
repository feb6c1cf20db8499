"""One-line notices for the user: a model was left for the next, an answer was begun again.

Whoever asks listens in a ``with`` block and finds in a list what was said while it ran, in its own
thread and in what it called; besides, every notice is logged by ``trikal.notices``, which the
command line shows.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LOGGER = "trikal.notices"

_HEARD: ContextVar[tuple[list[str], ...]] = ContextVar("trikal_notices", default=())
_log = logging.getLogger(LOGGER)


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Collect the notices that are given in this block."""
    heard: list[str] = []
    token = _HEARD.set((*_HEARD.get(), heard))
    try:
        yield heard
    finally:
        _HEARD.reset(token)


def notice(text: str) -> None:
    """Give a notice, as one line."""
    line = " ".join(text.split())
    for heard in _HEARD.get():
        if line not in heard:
            heard.append(line)
    _log.warning("%s", line)
