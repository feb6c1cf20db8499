"""What fills each role here and why, and what would fill it better with what; loads nothing."""

from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel, ConfigDict

from trikal.errors import ModelUnavailable
from trikal.serving.catalog import Backend, Catalog, Model
from trikal.serving.estimates import answer_seconds
from trikal.serving.hardware import Hardware
from trikal.serving.readiness import runner
from trikal.serving.roles import Role
from trikal.serving.router import rank
from trikal.serving.tasks import Choice, Situation, Task

REPORTED_ROLES = (
    Role.CHAT, Role.ASR, Role.TEXT_EMBEDDING, Role.RERANK, Role.OCR, Role.TTS, Role.VISION,
    Role.IMAGE_EMBEDDING,
)
SWITCHED_OFF: Final = (
    "nothing reranks: TRIKAL_RERANK is off, so that what a search finds keeps the search's own "
    "order"
)

# What `trikal vllm up` serves.
_ON_VLLM = frozenset({Role.CHAT, Role.VISION, Role.ASR, Role.RERANK})
_PATIENCE_S = 30.0  # for one answer: a model that takes longer wants another machine


class Better(BaseModel):
    """A model that would fill a role better.

    Attributes:
        model: Its name in the catalogue.
        backend: What would run it.
        needs: What it takes: what to install, to start or to set, or what the machine lacks.
        fits: Whether this machine could run it.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    backend: Backend
    needs: str
    fits: bool


class RoleReport(BaseModel):
    """What fills a role here, or what is missing.

    Attributes:
        role: The role.
        model: The chosen model's name; ``None`` when nothing fills the role.
        backend: What would run it, likewise.
        device: ``cpu``, ``gpu`` or ``server``, likewise.
        why: Why this model, likewise.
        missing: What is missing and what to do; ``None`` when the role is filled.
        better: What the catalogue knows that does it better: the best of all, and the best that
            this machine could run.
    """

    model_config = ConfigDict(frozen=True)

    role: Role
    model: str | None = None
    backend: Backend | None = None
    device: str | None = None
    why: str | None = None
    missing: str | None = None
    better: tuple[Better, ...] = ()


def report_role(role: Role, situation: Situation, catalog: Catalog) -> RoleReport:
    """Report on one role.

    Args:
        role: The role.
        situation: The machine, pins, servers, and what models lack here.
        catalog: The known models.

    Raises:
        BadInput: See :func:`trikal.serving.router.rank`.
    """
    try:
        chosen = rank(Task(role=role), situation, catalog)[0]
    except ModelUnavailable as exc:
        return RoleReport(role=role, missing=str(exc))
    return RoleReport(
        role=role, model=chosen.model, backend=chosen.backend, device=chosen.device,
        why=chosen.why, better=_better(chosen, situation, catalog),
    )


def _better(chosen: Choice, situation: Situation, catalog: Catalog) -> tuple[Better, ...]:
    """Return the best of all, of those that fit, and of those that fit and want no hub."""
    entry = chosen.entry or catalog.served_as(chosen.served_as or chosen.model)
    models = [catalog.get(name) for name in entry.better] if entry else []
    known = [(each, model.weights.kind == "hub") for model in models
             if chosen.role in model.roles and (each := _told(model, chosen.role, situation))]
    firsts = (
        [each for each, _ in known][:1],
        [each for each, _ in known if each.fits][:1],
        [each for each, from_hub in known if each.fits and not from_hub][:1],
    )
    return tuple(dict.fromkeys(each for found in firsts for each in found))


def _told(model: Model, role: Role, situation: Situation) -> Better | None:
    """Tell of a model on the first of its backends that is for the role, if any is."""
    wants = list(_wants(model, situation.hardware))
    ways = [backend for backend in model.backends
            if backend is not Backend.VLLM or role in _ON_VLLM]
    return Better(
        model=model.name, backend=ways[0], fits=not wants,
        needs="; ".join([*wants, _step(model, ways[0], role, situation)]),
    ) if ways else None


def _step(model: Model, backend: Backend, role: Role, situation: Situation) -> str:
    setting = f"TRIKAL_MODELS__{role.name}={model.name}"
    return situation.lacks.get(runner(model.name, backend), f"it is ready; set {setting}")


def _wants(model: Model, hardware: Hardware) -> Iterator[str]:
    """Say what of a machine's a model wants that this one does not have."""
    if model.memory_mb <= hardware.gpu_free_mb:
        return
    if model.memory_mb > hardware.free_mb:
        yield (f"it needs {model.memory_mb:,} MB of memory, better a GPU's, and "
               f"{hardware.free_mb:,} MB is free")
    elif (seconds := answer_seconds(model, hardware, "cpu")) > _PATIENCE_S:
        yield (f"it needs a GPU with {model.memory_mb:,} MB (on the CPU here one answer would take "
               f"about {seconds:.0f} s)")
