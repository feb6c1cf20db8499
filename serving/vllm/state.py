"""Which vLLM servers run on this machine: known from a file each, without asking the network.

A server's file lies in the cache, because it serves every archive of its user. Beside it lies a
lock that the server's guardian holds for as long as it lives: the kernel gives it back however the
guardian ends, so that neither a crash, a reboot nor a reused process id makes a dead server look
alive.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_serializer

from trikal.serving.roles import Role
from trikal.settings import Settings

try:
    import fcntl
except ImportError:  # not on Windows, where vLLM does not run either
    fcntl = None  # type: ignore[assignment]


class Server(BaseModel):
    """One vLLM server that was started here.

    Attributes:
        model: The name that it serves its model under, which is the catalogue's.
        roles: What it is for; the first one names its file.
        url: Its OpenAI-compatible API, ``/v1`` included.
        key: The API key that it wants.
        pid: Process id of its guardian, which is also the id of its process group.
        log: Where it writes what happens.
        started_at: When it was started, in seconds since 1970.
        ready: Whether it has answered; until then it is loading.
        version: The version of vLLM.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    roles: tuple[Role, ...]
    url: str
    key: SecretStr
    pid: int
    log: Path
    started_at: float
    ready: bool = False
    version: str = ""

    @field_serializer("key", when_used="json")
    def _write_key(self, key: SecretStr) -> str:
        return key.get_secret_value()

    def public(self) -> dict[str, object]:
        """Return everything that may be shown."""
        told: dict[str, object] = self.model_dump(mode="json", exclude={"key"})
        return told


def running(settings: Settings, role: Role = Role.CHAT) -> Server | None:
    """Return the ready server that fills a role on this machine, or ``None``.

    Asks a file and a lock, not the network: some ten microseconds where no server was started.
    """
    able = (server for server in servers(settings) if server.ready and role in server.roles)
    # A vision model chats too; a server that was started for the role goes before it.
    return min(able, key=lambda server: server.roles.index(role), default=None)


def servers(settings: Settings) -> Iterator[Server]:
    """Yield the servers that live, loading ones too."""
    for path in _files(settings):
        server = read_server(path)
        if server is not None and is_alive(path):
            yield server


def recorded(settings: Settings) -> Iterator[tuple[Path, Server]]:
    """Yield every server that has a file, dead ones too."""
    for path in _files(settings):
        server = read_server(path)
        if server is not None:
            yield path, server


def server_file(settings: Settings, role: Role) -> Path:
    """Return where the server of a role is written down."""
    return _folder(settings) / f"{role}.json"


def lock_file(path: Path) -> Path:
    """Return the lock that the guardian of the server in ``path`` holds."""
    return path.with_suffix(".alive")


def is_alive(path: Path) -> bool:
    """Whether the guardian of the server in ``path`` lives."""
    try:
        handle = os.open(lock_file(path), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two who look at once do not see each other.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def read_server(path: Path) -> Server | None:
    """Read a server's file; ``None`` when there is none or a crash left it unreadable."""
    try:
        return Server.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, ValidationError):
        return None


def write_server(path: Path, server: Server) -> None:
    """Write a server's file, whole or not at all, for its user's eyes only: it holds a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(server.model_dump_json())
    partial.replace(path)


def _folder(settings: Settings) -> Path:
    return settings.cache_dir / "vllm" / "servers"


def _files(settings: Settings) -> list[Path]:
    try:
        names = os.listdir(_folder(settings))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []  # in a cache that cannot be looked into, no server of ours was started
    return [_folder(settings) / name for name in sorted(names) if name.endswith(".json")]
