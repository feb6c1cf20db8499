"""The guardian, on real processes that behave as vLLM does: a parent with engines."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from trikal.serving.vllm.state import is_alive, lock_file

# A parent with an engine that no death of the parent ends, as vLLM's engines are.
PARENT = """
import os, signal, subprocess, sys, time
engine = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(f"engine {engine.pid} parent {os.getpid()}", flush=True)
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "short" in sys.argv:
    sys.exit(3)
time.sleep(600)
"""


class Guarded:
    """A guardian with a parent and its engine."""

    def __init__(self, folder: Path, *how: str) -> None:
        self.state = folder / "chat.json"
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.guardian = subprocess.Popen(
                [sys.executable, "-m", "trikal.serving.vllm.guardian", str(lock_file(self.state)),
                 sys.executable, "-c", PARENT, *how],
                stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: "engine" in self.log.read_text())
        words = self.log.read_text().split()
        self.engine, self.parent = int(words[1]), int(words[3])

    def gone(self) -> bool:
        self.guardian.poll()
        return not any(is_there(pid) for pid in (self.guardian.pid, self.parent, self.engine))


def wait_until(done: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def is_there(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[Callable[..., Guarded]]:
    made: list[Guarded] = []

    def make(*how: str) -> Guarded:
        made.append(Guarded(tmp_path, *how))
        return made[-1]

    yield make
    for guarded in made:
        for pid in (guarded.guardian.pid, guarded.parent, guarded.engine):
            if is_there(pid):
                os.kill(pid, signal.SIGKILL)
        guarded.guardian.wait()


def test_the_lock_is_held_while_the_guardian_lives(guard: Callable[..., Guarded]) -> None:
    guarded = guard()
    assert is_alive(guarded.state)
    guarded.guardian.kill()
    guarded.guardian.wait()
    assert not is_alive(guarded.state)


def test_a_stop_ends_parent_and_engine(guard: Callable[..., Guarded]) -> None:
    guarded = guard()
    guarded.guardian.terminate()
    wait_until(guarded.gone)
    assert "vLLM was stopped" in guarded.log.read_text()


def test_no_engine_outlives_a_killed_parent(guard: Callable[..., Guarded]) -> None:
    guarded = guard()
    os.kill(guarded.parent, signal.SIGKILL)
    wait_until(guarded.gone)
    assert "killed by SIGKILL" in guarded.log.read_text()
    assert not is_alive(guarded.state)


def test_no_engine_outlives_a_parent_that_gives_up(guard: Callable[..., Guarded]) -> None:
    guarded = guard("short")
    wait_until(guarded.gone)
    assert "exit code 3" in guarded.log.read_text()


def test_the_parent_does_not_outlive_a_killed_guardian(guard: Callable[..., Guarded]) -> None:
    guarded = guard()
    guarded.guardian.kill()
    wait_until(lambda: not is_there(guarded.parent))


def test_ctrl_c_at_the_terminal_does_not_reach_the_server(guard: Callable[..., Guarded]) -> None:
    guarded = guard()
    assert os.getpgid(guarded.parent) == guarded.guardian.pid != os.getpgrp()
    assert os.getsid(guarded.parent) != os.getsid(0)


def test_a_parent_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ("import sys; from trikal.serving.vllm import guardian; guardian.GRACE_S = 0.1; "
           "guardian.main(sys.argv[1:])")
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", run, str(tmp_path / "lock"), sys.executable, "-c", PARENT,
             "stubborn"], stdout=out, stderr=out, start_new_session=True)
    wait_until(lambda: "engine" in log.read_text())
    words = log.read_text().split()
    process.terminate()
    process.wait(timeout=10)
    wait_until(lambda: not is_there(int(words[1])) and not is_there(int(words[3])))


def test_a_second_guardian_of_a_server_gives_up(
    guard: Callable[..., Guarded], tmp_path: Path
) -> None:
    guarded = guard()
    run = ("import sys; from trikal.serving.vllm import guardian; guardian.LOCK_WAIT_S = 0.1; "
           "guardian.main(sys.argv[1:])")
    second = subprocess.run([sys.executable, "-c", run, str(lock_file(guarded.state)), "true"],
                            capture_output=True, text=True, start_new_session=True, check=False)
    assert second.returncode == 1
    assert "another guardian" in second.stderr
