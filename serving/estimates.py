"""What a model would cost here, roughly, told before it is loaded.

A language model reads all its weights once for every token, so that memory's bandwidth bounds its
speed. Measured on two cores: 491 MB of weights (900 MB with all that belongs to them) give 38
tokens a second in llama.cpp; more than eight cores share what the memory brings. The figure for a
GPU is that of a small one (300 GB/s, two thirds of it used). ``trikal models bench`` measures.
"""

from trikal.serving.catalog import Backend, Model
from trikal.serving.hardware import Hardware
from trikal.serving.roles import Role

ANSWER_TOKENS = 120
"""Length of an answer that estimates are about."""

_MB_PER_CORE_SECOND = 17_000
_MOST_CORES = 8
_MB_PER_GPU_SECOND = 200_000
_ON_GPU = frozenset({Backend.FASTER_WHISPER, Backend.SENTENCE_TRANSFORMERS})
_WRITES = frozenset({Role.CHAT, Role.VISION, Role.TRIAGE})


def device(model: Model, backend: Backend, hardware: Hardware) -> str:
    """Return where a backend would put a model: ``gpu`` if it can and there is room, or ``cpu``."""
    roomy = 0 < model.memory_mb <= hardware.gpu_free_mb
    return "gpu" if backend in _ON_GPU and roomy else "cpu"


def room_mb(hardware: Hardware, where: str) -> int:
    """Return the free memory of a device, in MiB."""
    return hardware.gpu_free_mb if where == "gpu" else hardware.free_mb


def answer_seconds(model: Model, hardware: Hardware, where: str) -> float:
    """Return how long a model writes at one answer; 0 for a model that writes none."""
    if model.role not in _WRITES:
        return 0.0
    cores = min(hardware.cores, _MOST_CORES)
    speed = _MB_PER_GPU_SECOND if where == "gpu" else _MB_PER_CORE_SECOND * cores
    return ANSWER_TOKENS * model.memory_mb / speed
