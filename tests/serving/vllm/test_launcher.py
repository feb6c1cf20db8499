"""A server from nothing to answering and back, on a stand-in that behaves as vLLM does."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from tests.serving.servers import serving
from tests.serving.vllm.standin import ROOMY, make_environment, make_model
from trikal.errors import BackendFailed, BadInput, ModelUnavailable
from trikal.serving.catalog import load_catalog
from trikal.serving.roles import Role
from trikal.serving.vllm import health, launcher
from trikal.serving.vllm.launcher import conditions, down, log_of, up
from trikal.serving.vllm.process import choose_port, members
from trikal.serving.vllm.state import Server, running, server_file
from trikal.settings import Settings


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_environment(tmp_path_factory.mktemp("environment") / "env")


@pytest.fixture
def settings(tmp_path: Path, python: Path) -> Iterator[Settings]:
    made = Settings(archive=tmp_path / ".trikal", cache_dir=tmp_path / "cache",
                    vllm_python=python)
    yield made
    down(made)


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "probe_hardware", lambda: ROOMY)
    monkeypatch.setattr(health, "_STEP_S", 0.05)  # the stand-in is up within a second


@pytest.fixture
def model(tmp_path: Path) -> str:
    return str(make_model(tmp_path / "tiny"))


def engine_of(server: Server) -> psutil.Process:
    return psutil.Process(int((server.log.parent / "engine.pid").read_text()))


def left_of(settings: Settings) -> list[int]:
    """The stand-in's engine, if it still lives."""
    pid = int((settings.archive / "logs" / "engine.pid").read_text())
    try:
        dead = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        dead = True
    return [] if dead else [pid]


def parent_of(server: Server) -> psutil.Process:
    return next(each for each in members(server) if each.ppid() == server.pid)


def wait_until_gone(*processes: psutil.Process) -> None:
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]


def test_a_model_is_served_until_it_is_stopped(settings: Settings, model: str) -> None:
    words: list[str] = []
    server, new = up(settings, model, report=words.append)
    assert new
    assert running(settings) == server
    assert server.roles == (Role.CHAT,)
    assert any(each.startswith("starting vLLM 0.32.0 (cpu): context 8,192") for each in words)
    (found,) = conditions(settings)
    assert found.healthy
    assert found.memory_mb > 0
    everyone = members(server)
    assert len(everyone) == 3  # guardian, parent, engine
    assert down(settings) == [server]
    wait_until_gone(*everyone)
    assert running(settings) is None
    assert conditions(settings) == []


def test_a_second_up_finds_the_running_server(settings: Settings, model: str) -> None:
    first, _ = up(settings, model)
    again, new = up(settings, model)
    assert not new
    assert again == first
    unnamed, new = up(settings)
    assert not new
    assert unnamed == first


def test_another_model_is_not_put_over_the_running_one(
    settings: Settings, model: str, tmp_path: Path
) -> None:
    first, _ = up(settings, model)
    with pytest.raises(BadInput, match="serves tiny for chat already.*vllm down"):
        up(settings, str(make_model(tmp_path / "other")))
    assert running(settings) == first


@pytest.mark.thorough
def test_a_vision_model_and_a_chat_model_may_run_side_by_side(
    settings: Settings, model: str, tmp_path: Path
) -> None:
    chat, _ = up(settings, model)
    seer, _ = up(settings, str(make_model(tmp_path / "seer", vision_config={})))
    assert running(settings, Role.CHAT) == chat
    assert running(settings, Role.VISION) == seer
    assert down(settings, Role.VISION) == [seer]
    assert running(settings, Role.CHAT) == chat


def test_a_whisper_model_is_served_for_asr(settings: Settings, tmp_path: Path) -> None:
    whisper = make_model(tmp_path / "whisper", architectures=["WhisperForConditionalGeneration"])
    server, _ = up(settings, str(whisper))
    assert server.roles == (Role.ASR,)
    assert running(settings) is None
    assert running(settings, Role.ASR) == server


def test_what_vllm_is_given_holds_no_secret_on_the_command_line(
    settings: Settings, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIKAL_TEST_CHAT_KEY", "hush")
    server, _ = up(settings, model)
    given = json.loads((server.log.parent / "arguments.json").read_text())
    key = server.key.get_secret_value()
    assert given["environment"]["VLLM_API_KEY"] == key
    assert given["environment"]["HF_HUB_OFFLINE"] == "1"
    assert given["environment"]["VLLM_NO_USAGE_STATS"] == "1"
    assert not [name for name in given["environment"] if name.startswith("TRIKAL_")]
    assert "--enforce-eager" in given["rest"]
    assert not [each for each in members(server) if key in " ".join(each.cmdline())]
    assert stat.S_IMODE(server_file(settings, Role.CHAT).stat().st_mode) == 0o600


@pytest.mark.thorough
def test_no_engine_outlives_a_killed_vllm_and_the_next_up_starts_anew(
    settings: Settings, model: str
) -> None:
    first, _ = up(settings, model)
    everyone = members(first)
    parent_of(first).kill()
    wait_until_gone(*everyone)
    assert running(settings) is None
    assert [each.alive for each in conditions(settings)] == [False]
    second, new = up(settings, model)
    assert new
    assert running(settings) == second


@pytest.mark.thorough
def test_what_outlives_a_killed_guardian_is_swept_up(settings: Settings, model: str) -> None:
    first, _ = up(settings, model)
    guardian, engine = psutil.Process(first.pid), engine_of(first)
    guardian.kill()  # the kernel stops vLLM; the stand-in's engine stays
    guardian.wait(timeout=5)
    assert engine.is_running()
    second, new = up(settings, model)
    assert new
    wait_until_gone(engine)
    assert len(members(second)) == 3
    psutil.Process(second.pid).kill()
    left = engine_of(second)
    assert down(settings) == [second]
    wait_until_gone(left)


# What runs behind a script's & is born deaf to Ctrl-C; a terminal's programs are not.
UP = ("import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
      "from pathlib import Path; from trikal.settings import Settings; "
      "from trikal.serving.hardware import Hardware; from trikal.serving.vllm import launcher; "
      "launcher.probe_hardware = lambda: Hardware(cores=2, memory_mb=24_000, free_mb=12_000); "
      "a = sys.argv; launcher.up(Settings("
      "archive=Path(a[1]), cache_dir=Path(a[2]), vllm_python=Path(a[3])), a[4])")


def start_up(settings: Settings, model: Path) -> subprocess.Popen[bytes]:
    assert settings.vllm_python
    return subprocess.Popen([sys.executable, "-c", UP, settings.archive, settings.cache_dir,
                             settings.vllm_python, model], stderr=subprocess.PIPE)


def wait_for_log(settings: Settings) -> None:
    log = settings.archive / "logs" / "vllm-chat.log"
    until = time.monotonic() + 20
    while not (log.exists() and "non-default" in log.read_text()):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.thorough
def test_a_crash_of_trikal_while_loading_leaves_a_server_that_the_next_up_waits_for(
    settings: Settings, tmp_path: Path
) -> None:
    slow = make_model(tmp_path / "slow", "hang")
    crashing = start_up(settings, slow)
    wait_for_log(settings)
    crashing.kill()
    crashing.communicate()
    (left,) = [each.server for each in conditions(settings)]
    assert not left.ready
    assert running(settings) is None
    assert down(settings) == [left]
    assert members(left) == []


def test_ctrl_c_while_loading_stops_what_was_started(settings: Settings, tmp_path: Path) -> None:
    loading = start_up(settings, make_model(tmp_path / "slow", "hang"))
    wait_for_log(settings)
    (left,) = [each.server for each in conditions(settings)]
    everyone = members(left)
    loading.send_signal(signal.SIGINT)
    loading.communicate(timeout=30)
    wait_until_gone(*everyone)
    assert conditions(settings) == []


@pytest.mark.thorough
def test_two_ups_at_once_start_one_server(settings: Settings, model: str) -> None:
    both = [start_up(settings, Path(model)) for _ in range(2)]
    for each in both:
        _, said = each.communicate(timeout=60)
        assert each.returncode == 0, said
    (found,) = conditions(settings)
    assert found.healthy


@pytest.mark.parametrize(("behave", "says"), [
    ("die", "ValueError: the weights are sour. Correct what it says"),
    ("killed", "was killed by SIGKILL. The system kills what takes too much memory"),
])
def test_a_vllm_that_dies_while_loading_says_why_in_one_line(
    settings: Settings, tmp_path: Path, behave: str, says: str
) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        up(settings, str(make_model(tmp_path / "sour", behave)))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(settings.archive / "logs" / "vllm-chat.log") in str(caught.value)
    assert left_of(settings) == []
    assert conditions(settings) == []


@pytest.mark.thorough
def test_a_vllm_that_hangs_while_loading_is_stopped(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "SILENCE_S", 1.5)
    with pytest.raises(BackendFailed, match="hangs while loading slow"):
        up(settings, str(make_model(tmp_path / "slow", "hang")))
    assert conditions(settings) == []


def test_a_port_that_is_taken_names_its_holder(settings: Settings, model: str) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(BadInput, match=rf"Port {port} is taken.*process {os.getpid()}"):
            up(settings, model, port=port)
    server, _ = up(settings, model, port=port)
    assert server.url == f"http://127.0.0.1:{port}/v1"


def test_a_port_is_found_beside_taken_ones() -> None:
    first = choose_port(None)
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", first))
        held.listen()
        assert choose_port(None) > first


@pytest.mark.thorough
def test_a_port_that_is_lost_before_vllm_opens_it_is_replaced(
    settings: Settings, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as held, socket.socket() as free:
        held.bind(("127.0.0.1", 0))
        held.listen()
        free.bind(("127.0.0.1", 0))
        ports = iter([held.getsockname()[1], free.getsockname()[1]])
        free.close()
        monkeypatch.setattr(launcher, "choose_port", lambda _: next(ports))
        words: list[str] = []
        server, _ = up(settings, model, report=words.append)
    assert health.answers(server)
    assert any("taking the next" in each for each in words)


def test_another_program_on_the_port_is_not_taken_for_the_server(
    settings: Settings, model: str
) -> None:
    server, _ = up(settings, model)
    stranger = server.model_copy(update={"key": SecretStr("another")})
    assert health.answers(server)
    assert not health.answers(stranger)
    assert not health.answers(server.model_copy(update={"model": "another"}))
    with serving({"/v1/models": "<html>hello</html>"}) as other:
        assert not health.answers(server.model_copy(update={"url": f"{other.url}/v1"}))


@pytest.mark.thorough
def test_the_log_is_the_servers_or_the_last_ones(settings: Settings, model: str) -> None:
    with pytest.raises(ModelUnavailable, match="trikal vllm up"):
        log_of(settings)
    server, _ = up(settings, model)
    assert log_of(settings) == server.log == settings.archive / "logs" / "vllm-chat.log"
    down(settings)
    assert log_of(settings) == server.log
    assert "Application startup complete" in server.log.read_text()


@pytest.mark.parametrize(("name", "says"), [
    ("qwen2.5-coder-0.5b-instrukt", "qwen2.5-coder-0.5b-instruct"),
    ("pp-ocrv6-small", "vLLM does not serve"),
])
def test_what_cannot_be_served_is_said(settings: Settings, name: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        up(settings, name, catalog=load_catalog())
