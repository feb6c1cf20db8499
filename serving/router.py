"""Which model does a task here, on what backend, and why: decided without loading anything.

A model pinned in the settings wins, then a server that runs one, then the first model of the
catalogue that is ready here, is for the language, and fits the memory and the budget. All others
that could do the task follow in order: they are what a failing one is left for.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

import langcodes

from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.catalog import Backend, Catalog, LibraryWeights, Model
from trikal.serving.estimates import answer_seconds, device, room_mb
from trikal.serving.readiness import runner
from trikal.serving.roles import Role
from trikal.serving.tasks import Choice, Situation, Size, Task

_PATIENCE_S = 60.0  # a large model is worth waiting for, but not for ever
_RERANK_S = 10.0  # what a question may wait for its evidence to be put in order, unasked
_ONE_SPACE = frozenset({Role.TEXT_EMBEDDING, Role.IMAGE_EMBEDDING})  # no other model is a second

OTHER_WAYS: Mapping[Role, str] = MappingProxyType(
    {
        Role.CHAT: ", or set TRIKAL_CHAT_URL to an OpenAI-compatible server",
        Role.VISION: ", or set TRIKAL_VISION_URL to a server that has a vision model",
        Role.RERANK: ", or set TRIKAL_RERANK_URL to a server that reranks. Until then what a "
                     "search finds keeps the search's own order",
        Role.TTS: ", or set TRIKAL_TTS_URL to an OpenAI-compatible server with a voice for it",
    }
)


class _Candidate(Choice):
    """A choice with what orders it."""

    seconds: float = 0.0
    obstacle: str = ""


def rank(task: Task, situation: Situation, catalog: Catalog) -> tuple[Choice, ...]:
    """Return what can do a task, the chosen one first and then its seconds in order.

    A pure function of its arguments.

    Args:
        task: What a model is wanted for.
        situation: Machine, pins, servers, what is loaded, and what rests after a failure.
        catalog: The known models, in order of preference.

    Raises:
        ModelUnavailable: Nothing can; the message says what to install, set or free.
        BadInput: The settings pin a model that does not exist or is for another role, or the
            language is no BCP-47 tag.
    """
    _check(task, situation)
    local = list(_local(task, situation, catalog))
    able = [each for each in local if not each.obstacle]
    ordered = [
        *_pinned(task, situation, catalog),
        *_served(task, situation),
        *_in_order(task, able, local),
    ]
    if not ordered:
        raise ModelUnavailable(_nothing(task, situation, catalog, local))
    once: dict[tuple[str, str | None], Choice] = {}
    for each in ordered:
        once.setdefault((each.runner, each.url), each)
    unique = list(once.values())
    if task.filled_by in _ONE_SPACE:
        return tuple(unique[:1])
    return _rested(unique, situation.resting)


def _check(task: Task, situation: Situation) -> None:
    unknown = sorted(set(situation.pins) - {role.value for role in Role})
    if unknown:
        known = ", ".join(role.value for role in Role)
        raise BadInput(f"The setting models names no role {unknown[0]!r}. Roles are: {known}.")
    if task.language and not _is_tag(task.language):
        raise BadInput(
            f"{task.language!r} is no BCP-47 tag of a language; write one like en or hi."
        )


@lru_cache(maxsize=256)
def _is_tag(language: str) -> bool:
    return langcodes.tag_is_valid(language)


@lru_cache(maxsize=4096)
def _speaks(name: str, languages: str | tuple[str, ...], language: str) -> bool:
    """Remember :meth:`Model.speaks`: reading tags is most of what a decision would cost."""
    if languages == "multilingual":
        return True
    wanted = langcodes.get(language).language
    return any(langcodes.get(tag).language == wanted for tag in languages)


def _pinned(task: Task, situation: Situation, catalog: Catalog) -> Iterator[Choice]:
    name = task.model or situation.pins.get(task.filled_by)
    if name is None:
        return
    model = catalog.get(name)
    pinned = f"The settings pin {name} for {task.filled_by}"
    wanted = f"{name} is asked for" if task.model else pinned
    if task.filled_by not in model.roles:
        raise BadInput(
            f"The settings pin {name} to the role {task.filled_by}, but it is a model for "
            f"{model.role}. Models for {task.filled_by}: {_names(task.filled_by, catalog)}."
        )
    if not model.backends:
        raise ModelUnavailable(
            f"{wanted}, but nothing here runs it. "
            f"{model.instead or 'Pin another model.'}"
        )
    lacks = [situation.lacks.get(runner(name, backend)) for backend in model.backends]
    ready = [backend for backend, lack in zip(model.backends, lacks, strict=True) if not lack]
    if not ready:
        raise ModelUnavailable(f"{wanted}, but {lacks[0]}")
    for backend in ready:
        found = _candidate(task, model, backend, situation)
        if found.obstacle:
            raise ModelUnavailable(
                f"{wanted}, but {found.obstacle}. "
                f"{_what_fits(task, situation, catalog)}"
            )
        why = "asked for by name" if task.model else "pinned in the settings"
        yield found.model_copy(update={"why": why})


def _served(task: Task, situation: Situation) -> Iterator[Choice]:
    for served in situation.served.get(task.filled_by, ()):
        yield Choice(
            role=task.filled_by,
            model=served.model or "the server's first model",
            backend=Backend.OPENAI_COMPATIBLE,
            why=served.why,
            device="server",
            url=served.url,
            served_as=served.model or None,
            key=served.key,
        )


def _local(task: Task, situation: Situation, catalog: Catalog) -> Iterator[_Candidate]:
    """Yield what is ready here and for the language; what does not fit says so."""
    for model in catalog.for_role(task.filled_by):
        if task.language and not _speaks(model.name, model.languages, task.language):
            continue
        for backend in model.backends:
            if runner(model.name, backend) not in situation.lacks:
                found = _candidate(task, model, backend, situation)
                slow = found.obstacle or _slowness(found)
                yield found.model_copy(update={"obstacle": slow}) if slow else found


def _candidate(task: Task, model: Model, backend: Backend, situation: Situation) -> _Candidate:
    where = device(model, backend, situation.hardware)
    loaded = runner(model.name, backend) in situation.loaded
    return _Candidate(
        role=task.filled_by,
        model=model.name,
        backend=backend,
        why=_why(model, task.language),
        device=where,
        entry=model,
        seconds=answer_seconds(model, situation.hardware, where),
        obstacle="" if loaded else _obstacle(model, task, room_mb(situation.hardware, where)),
    )


def _slowness(found: _Candidate) -> str:
    """Say why what every question would wait for is not used unless it is pinned."""
    if found.role is not Role.RERANK or found.seconds <= _RERANK_S:
        return ""
    return (f"every question would wait about {found.seconds:.0f} s for it without a GPU; pin it "
            f"to have it so (TRIKAL_MODELS__RERANK={found.model})")


def _obstacle(model: Model, task: Task, free_mb: int) -> str:
    """Say why a model does not fit, or nothing when it does."""
    if model.memory_mb > free_mb:
        return f"it needs {model.memory_mb:,} MB of memory and {free_mb:,} MB is free"
    allowed = task.budget.memory_mb
    if allowed is not None and model.memory_mb > allowed:
        return f"it needs {model.memory_mb:,} MB of memory and the budget is {allowed:,} MB"
    return ""


def _in_order(
    task: Task, able: list[_Candidate], local: list[_Candidate]
) -> list[_Candidate]:
    allowed = task.budget.seconds or (_PATIENCE_S if task.size is Size.LARGE else None)
    late = {each.runner for each in able if allowed and each.seconds > allowed}
    ordered = sorted(
        able,
        key=lambda each: (each.runner in late, each.seconds if each.runner in late else 0.0,
                          _by_size(each, task.size)),
    )
    return [_explained(each, task, late, ordered, local) for each in ordered]


def _by_size(choice: Choice, size: Size | None) -> int:
    memory_mb = choice.entry.memory_mb if choice.entry else 0
    return {None: 0, Size.SMALL: memory_mb, Size.LARGE: -memory_mb}[size]


def _explained(
    each: _Candidate,
    task: Task,
    late: set[str],
    ordered: list[_Candidate],
    local: list[_Candidate],
) -> _Candidate:
    """Put into one line why this one, and why not the one that would come before it."""
    why = each.why
    if task.size and len(ordered) > 1 and each is ordered[0]:
        kind = "quickest" if task.size is Size.SMALL else "largest"
        why = f"the {kind} of {len(ordered)} that are ready here"
    preferred = sorted(local, key=lambda other: _by_size(other, task.size))
    before = preferred[: preferred.index(each)]
    if passed := next((other for other in before if other.obstacle), None):
        why += f"; {passed.model} would come first, but {passed.obstacle}"
    elif each.runner in late:
        why += f"; one answer takes it about {each.seconds:.0f} s, more than the budget"
    elif slow := next((other for other in before if other.runner in late), None):
        why += f"; {slow.model} would take about {slow.seconds:.0f} s, more than the budget"
    return each.model_copy(update={"why": why})


def _rested(choices: list[Choice], resting: Mapping[str, float]) -> tuple[Choice, ...]:
    """Put what failed lately behind the rest, and say so in the reason of what comes first."""
    awake = [each for each in choices if each.runner not in resting]
    asleep = [each for each in choices if each.runner in resting]
    if awake and asleep and choices[0] in asleep:
        left = choices[0]
        seconds = max(round(resting[left.runner]), 1)
        why = f"{awake[0].why}; {left.model} failed and is tried again in {seconds} s"
        awake[0] = awake[0].model_copy(update={"why": why, "instead_of": left.runner})
    return (*awake, *asleep)


def _why(model: Model, language: str | None) -> str:
    where = "inside its library" if isinstance(model.weights, LibraryWeights) else "on this machine"
    hub = "its weights come from the hub" if model.weights.kind == "hub" else None
    first = hub or f"first in the catalogue with its weights {where}"
    return f"{first}, for {language}" if language else first


def _nothing(
    task: Task, situation: Situation, catalog: Catalog, local: list[_Candidate]
) -> str:
    role = task.filled_by
    known = list(catalog.for_role(role))
    able = [m for m in known if not task.language
            or _speaks(m.name, m.languages, task.language)]
    if local:
        return (
            f"No model for {role} fits: {local[0].model}: {local[0].obstacle}. "
            f"{_what_fits(task, situation, catalog)}"
        )
    if able:
        lack = situation.lacks[runner(able[0].name, able[0].backends[0])]
        spoken = f" in the language {task.language}" if task.language else ""
        return (f"No model for {role}{spoken} is ready: {able[0].name}: {lack}"
                f"{OTHER_WAYS.get(role, '')}")
    if known:
        return (
            f"No known model for {role} is for the language {task.language}. There are some for: "
            f"{_languages(known, situation)}. Choose one of these{OTHER_WAYS.get(role, '')}."
        )
    remedy = OTHER_WAYS.get(role, "")
    return f"This version of Trikal brings no model for {role}: leave out what asks for it{remedy}."


def _languages(known: list[Model], situation: Situation) -> str:
    """Name the languages of models that are ready here; where none is, of all known ones."""
    ready = [model for model in known
             if any(runner(model.name, backend) not in situation.lacks
                    for backend in model.backends)]
    return ", ".join(sorted({tag for model in ready or known for tag in model.languages}))


def _what_fits(task: Task, situation: Situation, catalog: Catalog) -> str:
    """Name the largest model for a task that would fit, installed or not."""
    fitting = [
        model
        for model in catalog.for_role(task.filled_by)
        if not task.language or _speaks(model.name, model.languages, task.language)
        for backend in model.backends
        if not _obstacle(
            model, task, room_mb(situation.hardware, device(model, backend, situation.hardware))
        ) and not _slowness(_candidate(task, model, backend, situation))
    ]
    if not fitting:
        return "Nothing smaller is known: free some memory, or close other programs."
    best = max(fitting, key=lambda model: model.memory_mb)
    lack = next((situation.lacks[name] for backend in best.backends
                 if (name := runner(best.name, backend)) in situation.lacks), "")
    return f"{best.name} fits ({best.memory_mb:,} MB{f'; {lack}' if lack else ''})."


def _names(role: Role, catalog: Catalog) -> str:
    return ", ".join(model.name for model in catalog.for_role(role)) or "none"
