"""llama.cpp's server in a process of its own: the real library, and where told real weights."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from trikal.errors import ModelUnavailable
from trikal.serving.backends.llamacpp import LlamaCpp
from trikal.serving.carriers import place_weights
from trikal.serving.catalog import load_catalog
from trikal.settings import Settings

HEAD = [SystemMessage("You say of which colour things are, in one word, and nothing else at all."),
        HumanMessage("Of which colour is the sky?")]
WAIT_S = 30


@pytest.fixture(scope="module")
def weights() -> Path:
    model = load_catalog().get("qwen2.5-coder-0.5b-instruct")
    return next(place_weights(model, Settings().cache_dir).glob("*.gguf"))


@pytest.fixture
def qwen(weights: Path, tmp_path: Path) -> Iterator[LlamaCpp]:
    engine = LlamaCpp("qwen", weights, cache_dir=tmp_path, threads=2)
    yield engine
    engine.close()


@pytest.mark.parametrize("given", [b"", b"no weights at all " * 100, b"GGUF" + b"\0" * 100])
def test_a_file_that_is_no_model_is_a_clear_error(tmp_path: Path, given: bytes) -> None:
    (tmp_path / "none.gguf").write_bytes(given)
    engine = LlamaCpp("x", tmp_path / "none.gguf", cache_dir=tmp_path)
    engine.begin()  # says nothing yet
    for _ in range(2):  # the second time as the first
        with pytest.raises(ModelUnavailable, match="x cannot be loaded from .*none.gguf .*Free"):
            engine.chat_model()
    engine.close()


def test_a_file_that_is_missing_is_a_clear_error(tmp_path: Path) -> None:
    engine = LlamaCpp("x", tmp_path / "none.gguf", cache_dir=tmp_path)
    with pytest.raises(ModelUnavailable, match="x cannot be loaded from .*none.gguf"):
        engine.chat_model()


def test_what_never_began_can_be_closed_twice(tmp_path: Path) -> None:
    engine = LlamaCpp("x", tmp_path / "none.gguf", cache_dir=tmp_path)
    engine.close()
    engine.close()


@pytest.mark.models
def test_a_head_is_read_once_on_a_machine(qwen: LlamaCpp, weights: Path, tmp_path: Path) -> None:
    qwen.read(HEAD)  # nothing is loaded, and nothing for it
    assert not list(tmp_path.rglob("*.head"))
    said = qwen.chat_model().invoke(HEAD).text
    qwen.read(HEAD)
    qwen.close()
    kept = list(tmp_path.rglob("*.head"))
    assert len(kept) == 1

    later = LlamaCpp("qwen", weights, cache_dir=tmp_path, threads=2)
    try:
        assert later.chat_model().invoke(HEAD).text == said
        answer: Any = httpx.post(
            f"{_url(later)}/chat/completions", trust_env=False, timeout=WAIT_S,
            headers={"Authorization": f"Bearer {_key(later)}"},
            json={"messages": [{"role": "system", "content": HEAD[0].text},
                               {"role": "user", "content": "Of which colour is grass?"}]}).json()
        assert answer["timings"]["cache_n"] > answer["timings"]["prompt_n"]
        later.read(HEAD)
        assert list(tmp_path.rglob("*.head")) == kept
    finally:
        later.close()


@pytest.mark.models
def test_a_damaged_head_is_read_anew(qwen: LlamaCpp, weights: Path, tmp_path: Path) -> None:
    said = qwen.chat_model().invoke(HEAD).text
    qwen.read(HEAD)
    qwen.close()
    kept, = tmp_path.rglob("*.head")
    damaged = bytearray(kept.read_bytes())
    damaged[len(damaged) // 2] ^= 255
    kept.write_bytes(damaged)
    assert qwen.chat_model().invoke(HEAD).text == said
    qwen.read(HEAD)
    anew, = tmp_path.rglob("*.head")
    assert anew.read_bytes() != bytes(damaged)


@pytest.mark.models
def test_a_server_that_crashed_is_started_anew(qwen: LlamaCpp) -> None:
    said = qwen.chat_model().invoke(HEAD).text
    os.kill(_pid(qwen), signal.SIGKILL)
    _wait_for(lambda: qwen._server is not None and qwen._server.ended)
    assert qwen.chat_model().invoke(HEAD).text == said


HOLDER = """
import sys
from pathlib import Path
from trikal.serving.backends.llamacpp import LlamaCpp
engine = LlamaCpp("qwen", Path(sys.argv[1]), cache_dir=Path(sys.argv[2]))
engine.begin()
if sys.argv[3] == "loaded":
    engine.chat_model()
print(engine._server._process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.models
@pytest.mark.parametrize("state", ["loading", "loaded"])
def test_a_killed_process_leaves_no_server_behind(
    weights: Path, tmp_path: Path, state: str
) -> None:
    command = [sys.executable, "-c", HOLDER, str(weights), str(tmp_path), state]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        server = int(holder.stdout.readline())
        assert _runs(server)
        holder.kill()
    _wait_for(lambda: not _runs(server))


def _url(engine: LlamaCpp) -> str:
    chat: Any = engine.chat_model()
    return str(chat.openai_api_base)


def _key(engine: LlamaCpp) -> str:
    chat: Any = engine.chat_model()
    return str(chat.openai_api_key.get_secret_value())


def _pid(engine: LlamaCpp) -> int:
    assert engine._server is not None
    return engine._server._process.pid


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _wait_for(done: Any) -> None:
    end = time.monotonic() + WAIT_S
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)
