"""Models of the roles other than chat, with every call recorded and failures left for the next."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from trikal.serving.calls import Call
from trikal.serving.desk import Desk
from trikal.serving.roles import Role

_Measure = Callable[[Call, Any], None]

_ASR_RATE = 16_000


def _texts(call: Call, given: Any) -> None:
    call.items = len(given)


def _sound(call: Call, given: Any) -> None:
    call.media_s = np.size(given) / _ASR_RATE


def _one(call: Call, given: Any) -> None:
    call.items = 1


# What is recorded of each method, from its last argument.
_WHOLE: Mapping[Role, Mapping[str, _Measure]] = MappingProxyType(
    {
        Role.ASR: {"translate": _sound},
        Role.TEXT_EMBEDDING: {"embed_passages": _texts, "embed_queries": _texts},
        Role.RERANK: {"score": _texts},
        Role.OCR: {"read": _one},
        Role.VISION: {"describe": _one, "describe_run": _texts},
        Role.IMAGE_EMBEDDING: {"embed_pictures": _texts, "embed_queries": _texts},
        Role.DIARISATION: {"turns": _one},
    }
)
_STREAMED: Mapping[Role, Mapping[str, _Measure]] = MappingProxyType(
    {Role.ASR: {"transcribe": _sound}, Role.TTS: {"speak": _one}, Role.AVATAR: {"play": _one}}
)


class Observed:
    """Stands for the model of a role; everything but its calls goes to the model itself.

    Args:
        role: The role.
        desk: Hands out what can fill it.
    """

    def __init__(self, role: Role, desk: Desk[Any]) -> None:
        self._desk = desk
        self._whole = _WHOLE.get(role, {})
        self._streamed = _STREAMED.get(role, {})

    def __getattr__(self, name: str) -> Any:
        """Return a method that is recorded, or what the model itself has."""
        if name in self._whole:
            return _Whole(self._desk, name, self._whole[name])
        if name in self._streamed:
            return _Streamed(self._desk, name, self._streamed[name])
        return getattr(self._desk.current(), name)


class _Method:
    def __init__(self, desk: Desk[Any], name: str, measure: _Measure) -> None:
        self._desk = desk
        self._name = name
        self._measure = measure


class _Whole(_Method):
    """A method whose result comes at once."""

    def __call__(self, *given: Any, **more: Any) -> Any:
        for attempt in self._desk.attempts(self._name):
            self._measure(attempt.call, given[-1])
            with attempt as model:
                return getattr(model, self._name)(*given, **more)
        raise AssertionError("the last attempt neither returned nor raised")


class _Streamed(_Method):
    """A method whose result comes piece by piece."""

    def __call__(self, given: Any, **more: Any) -> Iterator[Any]:
        for attempt in self._desk.attempts(self._name):
            self._measure(attempt.call, given)
            with attempt as model:
                pieces = getattr(model, self._name)(given, **more)
                if attempt.choice.url:
                    pieces = list(pieces)  # a server may die before the last one
                for piece in pieces:
                    attempt.told()
                    yield piece
                return
