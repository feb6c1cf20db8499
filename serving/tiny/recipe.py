"""What it takes to make a tiny model of an architecture, and what it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

HIDDEN, HEADS, HEAD, LAYERS, CONTEXT = 64, 2, 32, 2, 512
"""Width, heads, width of a head, layers and context of everything tiny.

32 is the narrowest head that vLLM's attention on a CPU has a kernel for.
"""


class Ask(StrEnum):
    """The one request that a tiny model answers."""

    TEXT = "text"
    IMAGE = "image"
    SPEECH = "speech"
    VECTOR = "vector"
    IMAGE_VECTOR = "image-vector"
    SCORE = "score"
    VOICE = "voice"
    FILL = "fill"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to make a tiny model and ask it.

    Attributes:
        ask: The kind of request.
        build: Writes model, tokenizer and processor into a folder.
        prompt: What stands before the text for a request with an image or with speech.
        engine: More arguments for vLLM's engine.
        loader: The class of Transformers that loads it, where the automatic one does not.
    """

    ask: Ask
    build: Callable[[Path], None]
    prompt: str = ""
    engine: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    loader: str = ""
