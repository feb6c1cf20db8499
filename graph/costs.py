"""What steps will take, roughly, before they are begun: seconds on a machine of two cores."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from trikal.catalogue import Medium
from trikal.graph.evidence import EvidenceItem

_LISTENING: Final = 0.25  # seconds for each second heard
_READING: Final = 0.7  # seconds a picture
_MOST_READ: Final = 60
_LOOKING: Final = 15.0  # seconds a look
_CUTTING: Final = 0.1  # seconds for each second of the reel
_COMPOSING: Final = 1.5  # seconds a piece of evidence, with a chat model
_MOST_COMPOSED: Final = 120
_FIXED: Final[Mapping[str, float]] = MappingProxyType({"say": 3.0, "show": 60.0, "find": 0.1})


def seconds_of(
    step: Mapping[str, Any], given: Sequence[EvidenceItem], media: Mapping[str, Medium]
) -> float:
    """Return how long a step will take, in seconds.

    Args:
        step: The step, as plain data.
        given: The evidence that it works on.
        media: The archive's media, by id.
    """
    length = length_ms(step, given, media) / 1000
    if step["do"] == "listen":
        return length * _LISTENING
    if step["do"] == "read":
        return min(max(length, 1.0), _MOST_READ) * _READING
    if step["do"] == "look":
        return _LOOKING
    if step["do"] == "clip":
        return length * _CUTTING
    if step["do"] == "compose":
        pieces = min(len(given) or length / 4, _MOST_COMPOSED)
        return 0.0 if step.get("kind") == "chapters" else pieces * _COMPOSING
    return _FIXED.get(step["do"], 0.0)


def length_ms(
    step: Mapping[str, Any], given: Sequence[EvidenceItem], media: Mapping[str, Medium]
) -> int:
    """Return how much of media a step works on, in milliseconds."""
    if step.get("medium"):
        start, end = step.get("start_ms", 0), step.get("end_ms")
        named = [each for each in media.values() if each.is_called(step["medium"])]
        last = named[0].duration_ms if named else start
        return int(max((last if end is None else end) - start, 0))
    return sum(max(item["end_ms"] - item["start_ms"], 0) for item in given)
