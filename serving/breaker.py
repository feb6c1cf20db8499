"""Circuit breakers: what failed is left alone for a while, and then tried by one caller first.

Written here because the libraries looked at (pybreaker, purgatory) neither let the rest grow with
every failure nor tell how long it lasts without making a call, and the router needs both.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FIRST_REST_S = 15.0
LONGEST_REST_S = 600.0


@dataclass
class _State:
    until: float = 0.0
    failures: int = 0


class Breakers:
    """One breaker a name; all methods may be called from several threads.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._states: dict[str, _State] = {}

    def failed(self, name: str, *, rest_s: float | None = None) -> float:
        """Let something rest after a failure, each time in a row twice as long.

        Args:
            name: What failed.
            rest_s: How long it asked to be left alone, if it did.

        Returns:
            How long it rests, in seconds.
        """
        with self._lock:
            state = self._states.setdefault(name, _State())
            doubled = FIRST_REST_S * 2.0 ** min(state.failures, 16)
            rest = min(max(doubled, rest_s or 0.0), LONGEST_REST_S)
            state.failures += 1
            state.until = self._clock() + rest
            return rest

    def worked(self, name: str) -> None:
        """Forget the failures of what works again."""
        with self._lock:
            self._states.pop(name, None)

    def admit(self, name: str) -> bool:
        """Tell whether something may be called now.

        When its rest is over one caller is let through to try it; the others are told to wait for
        what comes of that.
        """
        with self._lock:
            state = self._states.get(name)
            if state is None:
                return True
            if self._clock() < state.until:
                return False
            state.until = self._clock() + FIRST_REST_S
            return True

    def resting(self) -> dict[str, float]:
        """Return what rests, with the seconds that are left."""
        with self._lock:
            now = self._clock()
            left = {name: state.until - now for name, state in self._states.items()}
        return {name: seconds for name, seconds in left.items() if seconds > 0}
