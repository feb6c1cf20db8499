"""Reading the catalogue: one TOML file a role, each in order of preference."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from trikal.errors import BadInput
from trikal.serving.catalog.entries import Catalog
from trikal.serving.roles import Role


def read_catalog(*paths: Path) -> Catalog:
    """Read and check catalogue files and join them in the order given.

    Raises:
        BadInput: A file is not TOML, an entry is wrong, two have one name, or one names a better
            one that does nothing of what it does; the message says which.
    """
    models = [model for path in paths for model in _read(path).models]
    joined = _check({"model": models}, paths)
    _check_better(joined)
    return joined


@cache
def load_catalog() -> Catalog:
    """Return Trikal's own catalogue."""
    with resources.as_file(resources.files("trikal.serving.catalog")) as folder:
        paths = [folder / f"{role}.toml" for role in Role]
        return read_catalog(*(path for path in paths if path.is_file()))


def _read(path: Path) -> Catalog:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise BadInput(f"The model catalogue {path} cannot be read: {exc}.") from exc
    return _check(found, [path])


def _check_better(catalog: Catalog) -> None:
    """See that what is called better is another model for the same, which Trikal uses."""
    roles = {model.name: set(model.roles) for model in catalog.models if not model.instead}
    for model in catalog.models:
        for name in model.better:
            if name == model.name or not roles.get(name, set()) & set(model.roles):
                raise BadInput(
                    f"The model catalogue calls {name} better than {model.name}, but it is no "
                    "other model for the same role."
                )


def _check(found: dict[str, object], paths: Sequence[Path]) -> Catalog:
    try:
        return Catalog.model_validate(found)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        names = ", ".join(map(str, paths))
        raise BadInput(
            f"The model catalogue {names} is wrong at {where or 'its top'}: {first['msg']}."
        ) from exc
