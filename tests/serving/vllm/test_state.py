"""Which servers run: told by a file and a lock, whatever became of the processes."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from trikal.serving.roles import Role
from trikal.serving.vllm.state import (
    Server,
    is_alive,
    lock_file,
    read_server,
    running,
    server_file,
    servers,
    write_server,
)
from trikal.settings import Settings

HOLD = (
    "import fcntl, os, sys; h = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT); "
    "fcntl.flock(h, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
)


def a_server(*roles: Role, ready: bool = True, model: str = "tiny") -> Server:
    return Server(model=model, roles=roles or (Role.CHAT,), url="http://127.0.0.1:8000/v1",
                  key=SecretStr("hush"), pid=4_000_000, log=Path("vllm.log"), started_at=1.0,
                  ready=ready)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path)


@contextmanager
def guarded(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the lock of the server in ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(lock_file(path))],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    try:
        yield holder
    finally:
        holder.kill()
        holder.communicate()


def test_where_nothing_was_started_nothing_runs(settings: Settings) -> None:
    assert running(settings) is None
    assert not list(servers(settings))


def test_a_ready_server_with_a_living_guardian_runs(settings: Settings) -> None:
    path = server_file(settings, Role.CHAT)
    write_server(path, a_server())
    with guarded(path):
        found = running(settings)
        assert found == a_server()
        assert running(settings, Role.ASR) is None
    assert running(settings) is None


def test_a_loading_server_lives_but_does_not_serve(settings: Settings) -> None:
    path = server_file(settings, Role.CHAT)
    write_server(path, a_server(ready=False))
    with guarded(path):
        assert running(settings) is None
        assert [server.ready for server in servers(settings)] == [False]


def test_a_killed_guardian_is_dead_at_once(settings: Settings) -> None:
    path = server_file(settings, Role.CHAT)
    write_server(path, a_server())
    with guarded(path) as holder:
        assert is_alive(path)
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert not is_alive(path)
        assert running(settings) is None


def test_a_living_process_with_the_same_id_does_not_make_a_dead_server_alive(
    settings: Settings
) -> None:
    path = server_file(settings, Role.CHAT)
    write_server(path, a_server().model_copy(update={"pid": os.getpid()}))
    lock_file(path).touch()
    assert running(settings) is None


def test_two_who_look_at_once_do_not_see_each_other(settings: Settings) -> None:
    path = server_file(settings, Role.CHAT)
    write_server(path, a_server())
    lock_file(path).touch()
    handle = os.open(lock_file(path), os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_SH)
    try:
        assert not is_alive(path)
    finally:
        os.close(handle)


def test_a_server_started_for_a_role_goes_before_one_that_can_do_it_too(
    settings: Settings
) -> None:
    chat, vision = server_file(settings, Role.CHAT), server_file(settings, Role.VISION)
    write_server(chat, a_server(model="talker"))
    write_server(vision, a_server(Role.VISION, Role.CHAT, model="seer"))
    with guarded(vision):
        found = running(settings)
        assert found
        assert found.model == "seer"
        with guarded(chat):
            found = running(settings)
            assert found
            assert found.model == "talker"
            found = running(settings, Role.VISION)
            assert found
            assert found.model == "seer"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"model": "x"}', "\x00" * 40])
def test_what_a_crash_left_of_a_file_is_no_server(settings: Settings, content: str) -> None:
    path = server_file(settings, Role.CHAT)
    write_server(path, a_server())
    path.write_text(content)
    with guarded(path):
        assert running(settings) is None


def test_the_file_holds_the_key_and_is_its_users_own(settings: Settings) -> None:
    path = server_file(settings, Role.CHAT)
    write_server(path, a_server())
    assert path.stat().st_mode & 0o077 == 0
    found = read_server(path)
    assert found
    assert found.key.get_secret_value() == "hush"
    assert "hush" not in repr(found)
    assert "hush" not in str(found.public())


def test_a_look_asks_no_server_and_starts_no_process(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = server_file(settings, Role.CHAT)
    write_server(path, a_server())
    with guarded(path):
        for module, name in ((socket, "socket"), (subprocess, "Popen"), (time, "sleep")):
            monkeypatch.setattr(module, name, lambda *_, **__: pytest.fail("a look costs more"))
        assert running(settings)
