"""The loaded models of this process, each once, for as long as somebody holds it."""

import ctypes
import gc
import sys
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from trikal.serving.roles import Closes


@dataclass
class _Place:
    lock: threading.Lock = field(default_factory=threading.Lock)
    model: Any = None
    holders: int = 0


class Pool:
    """Builds a model on first use, shares it, and unloads it when its last holder lets go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: dict[Hashable, _Place] = {}

    def hold(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """Return the model of a key; every call is to be answered by one :meth:`release`.

        Two models may be built at once, one model never twice.

        Args:
            key: What tells this model from all others.
            build: Makes it, if nobody holds it.
        """
        with self._lock:
            place = self._places.setdefault(key, _Place())
            place.holders += 1
        try:
            with place.lock:
                if place.model is None:
                    place.model = build()
                return place.model
        except BaseException:
            self.release(key)
            raise

    def release(self, key: Hashable) -> None:
        """Let go of a model; the last to do so unloads it."""
        with self._lock:
            place = self._places[key]
            place.holders -= 1
            if place.holders:
                return
            del self._places[key]
        model, place.model = place.model, None
        if isinstance(model, Closes):
            model.close()
        del model
        give_memory_back()


def give_memory_back() -> None:
    """Return freed memory to the system, which the C library would keep for later."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own
        if trim is not None:
            trim(0)


POOL = Pool()
"""What all runs in this process share."""
