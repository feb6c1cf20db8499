"""Starting a server under its guardian, stopping it, and sweeping up after a crash."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
from pydantic import SecretStr

from trikal.errors import BackendFailed, BadInput
from trikal.serving.vllm.environment import Environment
from trikal.serving.vllm.flags import Plan
from trikal.serving.vllm.guardian import GRACE_S
from trikal.serving.vllm.inside import clean_environment
from trikal.serving.vllm.state import Server, is_alive, lock_file, write_server
from trikal.serving.vllm.weights import Target

HOST = "127.0.0.1"
FIRST_PORT = 8_000
_PORTS = 20
_MODULE = "vllm.entrypoints.openai.api_server"  # the command `vllm` wants metadata of that name
_START_S = 10.0
_STEP_S = 0.05


def choose_port(wanted: int | None) -> int:
    """Return a free port of the loopback: the wanted one, or the first from 8000 on.

    Raises:
        BadInput: It is taken, or all of them are.
    """
    if wanted is not None:
        if not _is_free(wanted):
            raise BadInput(
                f"Port {wanted} is taken{_holder(wanted)}. Choose another with --port, or leave it "
                "out and let Trikal take a free one."
            )
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + _PORTS):
        if _is_free(port):
            return port
    raise BadInput(
        f"The ports {FIRST_PORT} to {FIRST_PORT + _PORTS - 1} are all taken. Name a free one with "
        "--port."
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _holder(port: int) -> str:
    try:
        found = [each.pid for each in psutil.net_connections("tcp")
                 if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid]
        return f" by {psutil.Process(found[0]).name()} (process {found[0]})" if found else ""
    except psutil.Error:  # another user's process does not say
        return ""


def start(
    path: Path, target: Target, folder: Path, plan: Plan, environment: Environment, *,
    port: int, log: Path, home: Path,
) -> Server:
    """Start a server under a guardian that outlives this process, and write it down.

    Args:
        path: Where it is written down.
        target: What it serves.
        folder: Where that lies.
        plan: What it is told.
        environment: Where vLLM is.
        port: Where it listens, on the loopback.
        log: Where it writes; emptied first.
        home: Where vLLM keeps what it caches.

    Raises:
        BackendFailed: The guardian does not start.
    """
    key = secrets.token_urlsafe(32)
    command = [
        sys.executable, "-m", "trikal.serving.vllm.guardian", str(lock_file(path)),
        str(environment.python), "-m", _MODULE, "--model", str(folder),
        "--served-model-name", target.name, "--host", HOST, "--port", str(port), *plan.arguments,
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        # The guardian is nobody's child for long: it stays when this process goes.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            cwd=log.parent, env=clean_environment(_variables(plan, key, home)),
        )
    server = Server(
        model=target.name, roles=target.roles, url=f"http://{HOST}:{port}/v1", key=SecretStr(key),
        pid=process.pid, log=log, started_at=time.time(), version=environment.version,
    )
    write_server(path, server)
    _wait_for_guardian(path, process)
    return server


def _variables(plan: Plan, key: str, home: Path) -> dict[str, str]:
    return {
        **plan.variables,
        "VLLM_API_KEY": key,  # not on the command line, which every user of the machine can read
        "VLLM_CACHE_ROOT": str(home),
        "VLLM_NO_USAGE_STATS": "1",
        "DO_NOT_TRACK": "1",
        "HF_HUB_OFFLINE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _wait_for_guardian(path: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _START_S
    while not is_alive(path) and process.poll() is None:
        if time.monotonic() > until:
            process.kill()
            raise BackendFailed(
                f"The guardian of vLLM did not start within {_START_S:.0f} s. The machine is very "
                "busy: try again later."
            )
        time.sleep(_STEP_S)
    # Its end, if it comes while this process lives, is to leave no zombie behind.
    process.returncode = process.returncode or 0


def stop(path: Path, server: Server) -> None:
    """Stop a server and everything that belongs to it, and forget it.

    vLLM is asked first, and killed when it does not listen; what a crash left of a dead server is
    killed at once.
    """
    if is_alive(path):
        os.kill(server.pid, signal.SIGTERM)
        _wait_until_gone(path, GRACE_S + 5.0)
    for process in members(server):
        _kill(process)
    path.unlink(missing_ok=True)
    lock_file(path).unlink(missing_ok=True)


def _wait_until_gone(path: Path, seconds: float) -> None:
    until = time.monotonic() + seconds
    while is_alive(path) and time.monotonic() < until:
        time.sleep(_STEP_S)


def members(server: Server) -> list[psutil.Process]:
    """Return the living processes of a server: its guardian, vLLM, its engines.

    They are told by their process group, whose id the kernel gives to nobody else while one of
    them lives; younger than the server they must be, and the group's leader the guardian.
    """
    found = [process for process in psutil.process_iter() if _belongs(process, server)]
    leader = [process for process in found if process.pid == server.pid]
    if leader and not _is_guardian(leader[0]):
        return []  # the id has gone to another program's leader
    return found


def _belongs(process: psutil.Process, server: Server) -> bool:
    try:
        return (os.getpgid(process.pid) == server.pid
                and process.status() != psutil.STATUS_ZOMBIE
                and process.create_time() >= server.started_at - 60.0)
    except (ProcessLookupError, PermissionError, psutil.Error):
        return False


def _is_guardian(process: psutil.Process) -> bool:
    try:
        return "trikal.serving.vllm.guardian" in process.cmdline()
    except psutil.Error:
        return False


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
        process.wait(timeout=5.0)
    except (psutil.NoSuchProcess, psutil.TimeoutExpired):
        pass  # it is gone, or the kernel will have it


def memory_mb(server: Server) -> int:
    """Return the memory that a server's processes hold, in MiB."""
    return sum(_resident(process) for process in members(server)) >> 20


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
