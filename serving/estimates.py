"""What a model would cost here, roughly, told before it is loaded.

A language model reads all its weights once for every token, so that memory's bandwidth bounds its
speed. Measured on two cores: 491 MB of weights (900 MB with all that belongs to them) give 38
tokens a second in llama.cpp; more than eight cores share what the memory brings. The figure for a
GPU is that of a small one (300 GB/s, two thirds of it used).

A reranker reads 40 moments at once, so that arithmetic bounds it and not memory: two cores, which
others used too, read 40 pairs of 24 to 48 tokens in 1.5 to 2.5 s with 95 MB of weights (the shape
of MiniLM-L6, in float32) and in 20 to 32 s with 2,300 MB (that of XLM-R large). A GPU is not waited
for. ``trikal models bench`` measures.
"""

from trikal.serving.catalog import Backend, Model
from trikal.serving.hardware import Hardware
from trikal.serving.roles import Role

ANSWER_TOKENS = 120
"""Length of an answer that estimates are about."""

_MB_PER_CORE_SECOND = 17_000
_MOST_CORES = 8
_MB_PER_GPU_SECOND = 200_000
_RERANKED_MB_PER_CORE_SECOND = 40
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
    """Return how long one question waits for a model: while it writes an answer, or reranks.

    0 for a model that does neither.
    """
    if model.role is Role.RERANK and where != "gpu":
        return model.memory_mb / (_RERANKED_MB_PER_CORE_SECOND * hardware.cores)
    if model.role not in _WRITES:
        return 0.0
    cores = min(hardware.cores, _MOST_CORES)
    speed = _MB_PER_GPU_SECOND if where == "gpu" else _MB_PER_CORE_SECOND * cores
    return ANSWER_TOKENS * model.memory_mb / speed
