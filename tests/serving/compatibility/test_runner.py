"""One check is one process: what it says, and what is said of one that crashes or hangs."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from trikal.errors import BadInput
from trikal.serving.compatibility.runner import Runner, watch


def run(tmp_path: Path, code: str, limit_s: float = 20.0) -> dict[str, object]:
    outcome = tmp_path / "outcome.json"
    command = [sys.executable, "-c", f"import sys\nfrom pathlib import Path\n{code}", str(outcome)]
    return watch(command, outcome, limit_s, dict(os.environ))


def test_what_a_process_writes_is_its_outcome(tmp_path: Path) -> None:
    said = json.dumps({"ran": True, "detail": "8 tokens"})
    found = run(tmp_path, f"Path(sys.argv[1]).write_text({said!r})")
    assert found == {"ran": True, "detail": "8 tokens"}


@pytest.mark.parametrize(("code", "says"), [
    ("import os; os.abort()", "ended with signal SIGABRT; it wrote nothing"),
    ("import ctypes; ctypes.string_at(0)", "ended with signal SIGSEGV"),
    ("print('one'); sys.exit(3)", "ended with exit code 3; its last line: one"),
    ("raise ImportError('no module of that name')", "ImportError: no module of that name"),
    ("pass", "ended with exit code 0; it wrote nothing"),
])
def test_a_process_that_says_nothing_is_told_by_its_end(
    tmp_path: Path, code: str, says: str
) -> None:
    found = run(tmp_path, code)
    assert found["ran"] is False
    assert says in str(found["detail"])


def test_what_was_written_before_a_crash_does_not_count(tmp_path: Path) -> None:
    found = run(tmp_path, "import os\nPath(sys.argv[1]).write_text('{\"ran\": true}')\nos.abort()")
    assert found["ran"] is False


def test_a_process_that_hangs_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    found = run(tmp_path, (
        "import subprocess, time\n"
        "child = subprocess.Popen(['sleep', '3600'])\n"
        "Path(sys.argv[1]).with_name('child').write_text(str(child.pid))\n"
        "print('loading', flush=True)\ntime.sleep(3600)"), limit_s=3.0)
    assert found == {"ran": False, "detail": "no answer within 3 s; its last line: loading"}
    child = int((tmp_path / "child").read_text())
    _wait_until_gone(child)


def _wait_until_gone(pid: int) -> None:
    status = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} is still there")


def test_an_environment_without_the_libraries_gives_its_own_error_as_the_reason() -> None:
    runner = Runner(Path(sys.executable), limit_s=60)
    found = runner.check("Qwen2ForCausalLM", "vllm")
    assert (found.architecture, found.backend, found.ran) == ("Qwen2ForCausalLM", "vllm", False)
    assert found.detail.startswith("ModuleNotFoundError: No module named ")
    assert found.versions == runner.versions
    assert found.day


@pytest.mark.parametrize("python", ["/no/such/python", "/bin/false"])
def test_what_is_no_python_is_told_with_the_setting(python: str) -> None:
    with pytest.raises(BadInput, match=r"cannot be run as a Python.*TRIKAL_VLLM_PYTHON"):
        Runner(Path(python))


def test_versions_are_those_of_the_environment(tmp_path: Path) -> None:
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\necho '{json.dumps({'vllm': '9.9'})}'\n")
    fake.chmod(0o755)
    assert Runner(fake).versions == {"vllm": "9.9"}
