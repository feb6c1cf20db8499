"""Asking about every architecture of the catalogue, one after the other."""

import difflib
from collections.abc import Callable, Iterator, Sequence

from trikal.errors import BadInput
from trikal.serving.catalog import Catalog, Model
from trikal.serving.compatibility.memory import Memory
from trikal.serving.compatibility.outcome import Outcome, Row

Check = Callable[[str, str], Outcome]


def architectures(catalog: Catalog) -> dict[str, list[Model]]:
    """Return the models of each architecture, in the catalogue's order."""
    found: dict[str, list[Model]] = {}
    for model in catalog.models:
        found.setdefault(model.architecture, []).append(model)
    return found


def survey(
    catalog: Catalog, check: Check, memory: Memory, *, only: Sequence[str] = (), again: bool = False
) -> Iterator[Row]:
    """Yield a row for each architecture as soon as it is known.

    Args:
        catalog: The models.
        check: Asks one backend about one architecture.
        memory: What was found before; it is not asked again.
        only: Names of architectures or models; all of them when empty.
        again: Ask again all the same.

    Raises:
        BadInput: A name is neither a model nor an architecture.
    """
    known = architectures(catalog)
    for name in _wanted(known, catalog, only):
        yield _row(name, known[name], check, memory, again)


def _wanted(
    known: dict[str, list[Model]], catalog: Catalog, only: Sequence[str]
) -> Sequence[str]:
    if not only:
        return list(known)
    return list(dict.fromkeys(_architecture(name, known, catalog) for name in only))


def _architecture(name: str, known: dict[str, list[Model]], catalog: Catalog) -> str:
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=3)
    if near and name not in {model.name for model in catalog.models}:
        raise BadInput(f"No architecture is named {name!r}. Nearest: {', '.join(near)}.")
    return catalog.get(name).architecture


def _row(
    name: str, models: list[Model], check: Check, memory: Memory, again: bool
) -> Row:
    outcomes: list[Outcome] = []
    for backend in ("vllm", "transformers"):
        found = None if again else memory.get(name, backend)
        if found is None:
            found = check(name, backend)
            memory.keep(found)
        outcomes.append(found)
        if found.ran:
            break
    roles = dict.fromkeys(str(role) for model in models for role in model.roles)
    return Row(
        architecture=name, models=tuple(model.name for model in models), roles=tuple(roles),
        use=_use(models), outcomes=tuple(outcomes))


def _use(models: list[Model]) -> str:
    """Say what the first model that Trikal uses is for, or what stands in for all of them."""
    used = [model.use for model in models if not model.instead and model.use]
    unused = [model.instead for model in models if model.instead]
    return (used or unused or [f"role {models[0].role}"])[0]
