"""The guardian: a small process that outlives ``trikal vllm up`` and that no vLLM outlives.

vLLM is a parent with engine processes. Killed, the parent leaves them behind with all their
memory. So each server stands in a process group of its own whose leader is this guardian: when
vLLM ends, however it ends, the guardian kills what is left of the group, itself last. Should the
guardian be killed first, the kernel tells vLLM to stop.

Standard library only: it stays in memory for as long as the server.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

LOCK_WAIT_S = 10.0
GRACE_S = 15.0
"""How long vLLM may take to stop before it is killed, in seconds."""

_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def main(arguments: Sequence[str]) -> None:
    """Hold the lock named first, run the command that follows, and sweep up after it."""
    lock, *command = arguments
    held = _hold(lock)
    # Blocked until there is a process to pass it on to: a stop must not fall between.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_before)
    asked: list[float] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if not asked:
            process.terminate()
        asked.append(time.monotonic())

    for number in _STOPS:
        signal.signal(number, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    code = _wait(process, asked)
    sys.stdout.write(f"{_last_words(code, bool(asked))}\n")
    sys.stdout.flush()
    os.close(held)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _hold(path: str) -> int:
    import fcntl

    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                sys.exit("guardian: another guardian holds this server's lock")
            time.sleep(0.02)  # somebody is looking at it
        else:
            return handle


def _before() -> None:
    """In vLLM's process, before it starts: ask the kernel for a signal at the guardian's death."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    with contextlib.suppress(OSError, AttributeError):  # Linux only
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


def _wait(process: "subprocess.Popen[bytes]", asked: Sequence[float]) -> int:
    while True:
        try:
            return process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            if asked and time.monotonic() - asked[0] > GRACE_S:
                process.kill()


def _last_words(code: int, asked: bool) -> str:
    if asked:
        return "guardian: vLLM was stopped"
    if code < 0:
        return f"guardian: vLLM was killed by {signal.Signals(-code).name}"
    return f"guardian: vLLM ended with exit code {code}"


if __name__ == "__main__":
    main(sys.argv[1:])
