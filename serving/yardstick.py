"""What the chosen models do on this machine: seconds to load, speed, memory."""

import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from trikal.errors import ModelError
from trikal.serving.forced_alignment import at_rate
from trikal.serving.models import Models
from trikal.serving.reports import REPORTED_ROLES
from trikal.serving.roles import Role, Sound

_SAID = (
    "The harbour bridge was painted green in April, and the ferry to the island leaves every hour "
    "from the old pier beside the lighthouse."
)
_PASSAGES = 16
_PASSAGE = " ".join([_SAID] * 3)  # about a hundred tokens
_CANDIDATES = 40  # as many as a question has
_TOKENS = 64
_RATE = 16_000
_MB = 1 << 20


class Measure(BaseModel):
    """What one model did.

    Attributes:
        role: Its role.
        model: Its name; empty when none fills the role.
        backend: What ran it.
        load_s: Seconds to the first result, loading included.
        speed: What it did, in words: ``31.2 tokens/s``.
        memory_mb: By how much this process grew, in MiB; a server's memory is its own.
        note: What went wrong, or nothing.
    """

    model_config = ConfigDict(frozen=True)

    role: Role
    model: str = ""
    backend: str = ""
    load_s: float = 0.0
    speed: str = ""
    memory_mb: int = 0
    note: str = ""


def measure_roles(models: Models) -> Iterator[Measure]:
    """Measure each role's model in turn, each unloaded before the next."""
    for role in REPORTED_ROLES:
        if role in _HOW:
            yield _measured(models, role)
            models.unload(role)


def _measured(models: Models, role: Role) -> Measure:
    before = _resident_mb()
    try:
        chosen = models.choice(role)
        started = time.perf_counter()
        _HOW[role](models, True)
        loaded = time.perf_counter()
        speed = _HOW[role](models, False)
    except ModelError as exc:
        return Measure(role=role, note=str(exc))
    return Measure(
        role=role, model=chosen.model, backend=chosen.backend, load_s=loaded - started,
        speed=speed, memory_mb=max(_resident_mb() - before, 0),
    )


def _chat(models: Models, brief: bool) -> str:
    started, first, pieces = time.perf_counter(), 0.0, 0
    ask = "Count from one to a hundred in words."
    for piece in models.chat().stream(ask, max_tokens=1 if brief else _TOKENS):
        if piece.text:
            pieces += 1
            first = first or time.perf_counter()
    if not pieces:
        return "it said nothing"
    writing = time.perf_counter() - first
    speed = (pieces - 1) / writing if pieces > 1 else 0.0
    return f"{speed:.1f} tokens/s, first after {first - started:.2f} s"


def _embed(models: Models, brief: bool) -> str:
    texts = [f"{n} {_PASSAGE}" for n in range(1 if brief else _PASSAGES)]
    started = time.perf_counter()
    models.embedder().embed_passages(texts)
    return f"{len(texts) / (time.perf_counter() - started):.1f} passages/s of about 100 tokens"


def _rerank(models: Models, brief: bool) -> str:
    texts = [f"{n} {_SAID}" for n in range(1 if brief else _CANDIDATES)]
    reranker = models.reranker()
    if reranker is None:
        return "nothing reranks"
    started = time.perf_counter()
    reranker.score("When does the ferry to the island leave?", texts)
    return f"{len(texts) / (time.perf_counter() - started):.1f} moments/s of about 30 tokens"


def _hear(models: Models, brief: bool) -> str:
    samples = _speech(models)[: _RATE if brief else None]
    started = time.perf_counter()
    heard = list(models.transcriber("en").transcribe(samples, language="en"))
    speed = samples.size / _RATE / (time.perf_counter() - started)
    return f"{speed:.1f} × real time" + ("" if heard else " (heard nothing)")


def _read(models: Models, brief: bool) -> str:
    picture = _slide()
    started = time.perf_counter()
    models.screen_reader().read(picture)
    return f"{time.perf_counter() - started:.2f} s a picture of 1280×720"


def _say(models: Models, brief: bool) -> str:
    started = time.perf_counter()
    sounds = list(models.voice("en").speak("One." if brief else _SAID))
    return f"{_seconds(sounds) / (time.perf_counter() - started):.1f} × real time"


def _describe(models: Models, brief: bool) -> str:
    started = time.perf_counter()
    models.describer().describe(_slide())
    return f"{time.perf_counter() - started:.2f} s a picture"


def _speech(models: Models) -> NDArray[np.float32]:
    """Return speech at 16 kHz by the voice that is here; without one, silence."""
    try:
        sounds = list(models.voice("en").speak(_SAID))
    except ModelError:
        return np.zeros(10 * _RATE, dtype=np.float32)
    said = np.concatenate([sound.samples for sound in sounds])
    return at_rate(Sound(samples=said, sample_rate=sounds[0].sample_rate), _RATE)


def _slide() -> NDArray[np.uint8]:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1280, 720), (18, 32, 60))
    font = ImageFont.load_default(48)
    ImageDraw.Draw(image).multiline_text((80, 200), _SAID.replace(", ", ",\n"), font=font)
    return np.asarray(image)


def _seconds(sounds: list[Sound]) -> float:
    return sum(sound.samples.size / sound.sample_rate for sound in sounds)


def _resident_mb() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss) // _MB


_HOW: Mapping[Role, Callable[[Models, bool], str]] = MappingProxyType(
    {
        Role.CHAT: _chat,
        Role.TEXT_EMBEDDING: _embed,
        Role.RERANK: _rerank,
        Role.ASR: _hear,
        Role.OCR: _read,
        Role.TTS: _say,
        Role.VISION: _describe,
    }
)
