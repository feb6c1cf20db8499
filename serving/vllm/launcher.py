"""A vLLM server from nothing to answering, and back: what the command line does."""

from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from trikal.errors import BadInput, ModelUnavailable
from trikal.serving.catalog import Catalog, load_catalog
from trikal.serving.hardware import probe_hardware
from trikal.serving.roles import Role
from trikal.serving.vllm.environment import Device, ensure_environment
from trikal.serving.vllm.flags import plan, read_shape
from trikal.serving.vllm.health import answers, lost_its_port, wait_until_ready
from trikal.serving.vllm.inside import Report
from trikal.serving.vllm.process import choose_port, memory_mb, start, stop
from trikal.serving.vllm.room import expect_room
from trikal.serving.vllm.state import (
    Server,
    is_alive,
    read_server,
    recorded,
    running,
    server_file,
    write_server,
)
from trikal.serving.vllm.weights import Target, find_target, place_target
from trikal.settings import Settings

_PORT_TRIES = 3  # between choosing a free port and vLLM's opening it, another may be quicker


class Condition(BaseModel):
    """How a server is.

    Attributes:
        server: The server.
        alive: Whether its processes live.
        healthy: Whether it answers now.
        memory_mb: What its processes hold, in MiB.
    """

    model_config = ConfigDict(frozen=True)

    server: Server
    alive: bool
    healthy: bool
    memory_mb: int


def up(
    settings: Settings,
    name: str | None = None,
    *,
    port: int | None = None,
    context: int | None = None,
    report: Report = lambda _: None,
    catalog: Catalog | None = None,
) -> tuple[Server, bool]:
    """Serve a model, unless it is served already.

    A server that an earlier, broken-off call left loading is waited for; what a crash left is
    swept up first.

    Args:
        settings: The archive (for the log), the cache, pins, and vLLM's Python if one is set.
        name: A model of the catalogue or a folder with one; chosen when not given.
        port: Where to listen on the loopback; chosen when not given.
        context: Longest prompt with its answer, in tokens; chosen when not given.
        report: Is told how it goes on.
        catalog: The known models; Trikal's own when not given.

    Returns:
        The server, and whether it was started now.

    Raises:
        BadInput: There is no such model, the port is taken, or another model is served already.
        ModelUnavailable: Environment, weights or memory are missing, or vLLM ends while loading.
        WeightsCorrupt: The weights are not the catalogue's.
        BackendFailed: vLLM hangs while loading.
    """
    if name is None and (there := running(settings)):
        return there, False  # whatever it serves, and whether or not weights are installed here
    known = catalog or load_catalog()
    target = find_target(name, settings, known)
    path = server_file(settings, target.roles[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".up")):
        server = _there(path, target if name else None)
        if server is not None and server.ready:
            return server, False
        if server is not None:
            return _awaited(path, server, report), False
        if target.model:
            expect_room(target.model, probe_hardware(), known)
        return _new(path, target, settings, port, context, report), True


def _there(path: Path, target: Target | None) -> Server | None:
    """Return the living server of a role; sweep up after a dead one."""
    server = read_server(path)
    if server is None:
        return None
    if not is_alive(path):
        stop(path, server)
        return None
    if target is not None and server.model != target.name:
        raise BadInput(
            f"vLLM serves {server.model} for {server.roles[0]} already. Stop it first with: trikal "
            "vllm down"
        )
    return server


def _new(
    path: Path, target: Target, settings: Settings, port: int | None, context: int | None,
    report: Report,
) -> Server:
    tries = _PORT_TRIES if port is None else 1
    while True:
        tries -= 1
        server = _started(path, target, settings, port, context, report)
        try:
            return _awaited(path, server, report)
        except ModelUnavailable:
            if not tries or not lost_its_port(server):
                raise
            report("another program took the port in the meantime: taking the next")


def _started(
    path: Path, target: Target, settings: Settings, port: int | None, context: int | None,
    report: Report,
) -> Server:
    chosen = choose_port(port)
    logs = settings.archive.absolute() / "logs"
    making = logs / "vllm-setup.log"
    hardware = probe_hardware()
    device: Device = "cuda" if hardware.gpus else "cpu"
    environment = ensure_environment(settings, device, making, report)
    for note in environment.notes:
        report(note)
    folder = place_target(target, environment, settings, making, report)
    shape = read_shape(target.name, folder)
    planned = plan(shape, probe_hardware(), device=environment.device, context=context)
    report(f"starting vLLM {environment.version} ({environment.device}): {planned.words}")
    return start(
        path, target, folder, planned, environment, port=chosen,
        log=logs / f"vllm-{target.roles[0]}.log", home=settings.cache_dir / "vllm" / "cache",
    )


def _awaited(path: Path, server: Server, report: Report) -> Server:
    try:
        wait_until_ready(path, server, report)
    except KeyboardInterrupt:
        stop(path, server)
        raise
    ready = server.model_copy(update={"ready": True})
    write_server(path, ready)
    return ready


def down(settings: Settings, role: Role | None = None) -> list[Server]:
    """Stop the servers of this machine, or the one of a role, and sweep up after dead ones.

    Returns:
        What was stopped.
    """
    stopped = []
    for path, server in list(recorded(settings)):
        if role is None or role in server.roles:
            stop(path, server)
            stopped.append(server)
    return stopped


def conditions(settings: Settings) -> list[Condition]:
    """Look at every server that has been started here; asks each over the network."""
    return [_condition(path, server) for path, server in recorded(settings)]


def _condition(path: Path, server: Server) -> Condition:
    alive = is_alive(path)
    return Condition(server=server, alive=alive, healthy=alive and answers(server),
                     memory_mb=memory_mb(server))


def log_of(settings: Settings, role: Role | None = None) -> Path:
    """Return the log of the server of a role, or of the only or last one.

    Raises:
        ModelUnavailable: There is none.
    """
    wanted = role or Role.CHAT
    known = [server for _, server in recorded(settings) if role is None or role in server.roles]
    if known:
        return max(known, key=lambda server: server.started_at).log
    log = settings.archive / "logs" / f"vllm-{wanted}.log"
    if not log.exists():
        raise ModelUnavailable(
            f"No vLLM server has written a log in {settings.archive}. Start one with: trikal vllm "
            "up"
        )
    return log
