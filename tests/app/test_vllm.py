"""``trikal vllm``: up, status, logs, down, on a stand-in that behaves as vLLM does."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.app.conftest import Trikal
from tests.serving.vllm.standin import ROOMY, make_environment, make_model
from trikal.serving.vllm import health, launcher
from trikal.serving.vllm.launcher import down
from trikal.serving.vllm.process import members
from trikal.serving.vllm.state import running
from trikal.settings import Settings


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_environment(tmp_path_factory.mktemp("environment") / "env")


@pytest.fixture
def vllm(
    trikal: Trikal, python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Trikal]:
    monkeypatch.setattr(launcher, "probe_hardware", lambda: ROOMY)
    monkeypatch.setattr(health, "_STEP_S", 0.05)  # the stand-in is up within a second
    monkeypatch.setenv("TRIKAL_VLLM_PYTHON", str(python))
    monkeypatch.setenv("TRIKAL_CACHE_DIR", str(tmp_path / "cache"))
    yield lambda *arguments: trikal("vllm", *arguments)
    down(Settings(cache_dir=tmp_path / "cache"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return make_model(tmp_path / "tiny")


def test_a_server_comes_up_is_found_shown_and_goes_down(
    vllm: Trikal, model: Path, tmp_path: Path
) -> None:
    first = vllm("up", model)
    assert first.code == 0
    assert "tiny for chat on vLLM 0.32.0 at http://127.0.0.1:" in first.out
    assert "ready after" in first.out
    assert "starting vLLM" in first.err
    assert "was up already" in vllm("up", model).out
    shown = vllm("status")
    assert shown.code == 0
    assert ": answers," in shown.out
    assert "Application startup complete." in vllm("logs", "-n", "5").out
    assert (tmp_path / ".trikal" / "logs" / "vllm-chat.log").exists()
    assert "stopped tiny" in vllm("down").out
    assert "no vLLM server" in vllm("status").out
    assert "no vLLM server was up" in vllm("down").out


def test_machines_are_told_everything_but_the_key(
    vllm: Trikal, model: Path, tmp_path: Path
) -> None:
    server = vllm("up", model, "--json").json
    assert server["model"] == "tiny"
    assert server["ready"]
    (found,) = vllm("status", "--json").json
    assert found["alive"]
    assert found["healthy"]
    assert "key" not in server.keys() | found.keys()
    running_here = running(Settings(cache_dir=tmp_path / "cache"))
    assert running_here
    everything = vllm("up", model).out + vllm("status").out + vllm("logs").out
    assert running_here.key.get_secret_value() not in everything


@pytest.mark.thorough
def test_a_dead_server_is_shown_as_such(vllm: Trikal, model: Path, tmp_path: Path) -> None:
    vllm("up", model)
    server = running(Settings(cache_dir=tmp_path / "cache"))
    assert server
    everyone = members(server)
    psutil.Process(server.pid).kill()
    psutil.wait_procs(everyone, timeout=5)
    shown = vllm("status")
    assert shown.code == 1
    assert "died; clean up with: trikal vllm down" in shown.out


@pytest.mark.parametrize(("arguments", "code", "says"), [
    (("up", "no-such-model"), 2, "The catalogue has no model"),
    (("up", "piper-en-us-joe-medium"), 2, "is a model for tts"),
    (("up", "--port", "70000"), 2, "65535"),
    (("logs",), 1, "No vLLM server has written a log"),
    (("down", "--role", "cook"), 2, "cook"),
])
def test_what_cannot_be_is_one_sentence(
    vllm: Trikal, arguments: tuple[str, ...], code: int, says: str
) -> None:
    outcome = vllm(*arguments)
    assert outcome.code == code
    assert says in outcome.err
    assert "Traceback" not in outcome.err


def test_a_vllm_that_dies_is_one_sentence(vllm: Trikal, tmp_path: Path) -> None:
    outcome = vllm("up", make_model(tmp_path / "sour", "die"))
    assert outcome.code == 1
    errors = [line for line in outcome.err.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert "ValueError: the weights are sour" in errors[0]


def test_a_context_that_the_model_has_not_is_said(vllm: Trikal, model: Path) -> None:
    outcome = vllm("up", model, "--context", "99999")
    assert outcome.code == 2
    assert "32,768 tokens; 99,999 cannot be had" in outcome.err
