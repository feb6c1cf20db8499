"""A real vLLM server, from nothing to the demo's answers, and killed in the middle of one.

Its environment and weights are made on first use, in the user's own cache, and kept there.
``TRIKAL_TEST_VLLM_PYTHON`` names an environment that has vLLM; ``TRIKAL_TEST_VLLM_CACHE`` another
cache. ``TRIKAL_TEST_VLLM_KILLS`` says how often the real server is killed: once, if not told.
"""

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from langchain_core.outputs import ChatGenerationChunk

from tests.harbour import HARBOUR
from tests.serving.vllm.standin import ROOMY, make_environment, make_model
from tests.vllm_settings import vllm_settings
from trikal.app.asking import Asker
from trikal.app.session import open_session
from trikal.graph.planning.model_reading import ask_for_query
from trikal.ingest.pipeline import Pipeline
from trikal.serving.backends.chat_openai import TrikalChatOpenAI
from trikal.serving.backends.openai_compatible import OpenAICompatibleChat
from trikal.serving.notices import hearing
from trikal.serving.vllm import launcher
from trikal.serving.vllm.launcher import down, up
from trikal.serving.vllm.process import members
from trikal.serving.vllm.state import Server, running
from trikal.settings import Settings

pytestmark = pytest.mark.vllm

ROUNDS = 20
KILL_S = 300
REAL_ROUNDS = int(os.environ.get("TRIKAL_TEST_VLLM_KILLS", "1"))
ANCHORED = (
    "What was said right after the storm damaged the dome?",
    "What did the council approve after the mirror was polished by hand?",
    "What was on the slide when the narrator said the mirror was polished by hand?",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vllm") / ".trikal"


@pytest.fixture(scope="module")
def settings(archive: Path) -> Settings:
    return vllm_settings(archive)


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[Server]:
    """The server of this module, made from nothing where nothing is cached."""
    if running(settings):
        pytest.fail("a vLLM server is up already; stop it with: trikal vllm down")
    started, _ = up(settings, "qwen2.5-coder-0.5b-instruct", report=_say)
    yield started
    down(settings)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def test_the_demo_is_answered_by_vllm(server: Server, settings: Settings, tmp_path: Path) -> None:
    before = generated(server)
    run = subprocess.run(
        [str(Path(sys.executable).with_name("trikal")), "demo", "--keep", str(tmp_path / "demo")],
        env={**os.environ, "TRIKAL_CACHE_DIR": str(settings.cache_dir),
             "TRIKAL_REQUEST_TIMEOUT_S": "300"},
        capture_output=True, text=True, check=False)
    assert "7 of 7 answers right" in run.stdout, run.stdout + run.stderr
    assert generated(server) > before + 50  # it was vLLM that wrote


def test_plans_come_as_structured_output(server: Server) -> None:
    backend = OpenAICompatibleChat(server.url, key=server.key.get_secret_value(),
                                   model=server.model, timeout_s=300)
    for question in ANCHORED:
        query = ask_for_query(question, backend.chat_model())
        assert query is not None
        assert query.target or query.anchored
    backend.close()


def test_an_answer_arrives_when_vllm_is_killed_in_the_middle_of_it(
    server: Server, settings: Settings, filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = TrikalChatOpenAI._stream
    for number in range(REAL_ROUNDS):
        served, _ = up(settings, server.model)
        begun, killed = threading.Event(), threading.Event()

        def held(
            *arguments: Any, begun: threading.Event = begun, killed: threading.Event = killed,
            **named: Any,
        ) -> Iterator[ChatGenerationChunk]:
            """Stream as ever, but wait at the first piece until the server is dead."""
            for piece in stream(*arguments, **named):
                begun.set()
                killed.wait(KILL_S)
                yield piece

        def kills(
            served: Server = served, begun: threading.Event = begun,
            killed: threading.Event = killed,
        ) -> None:
            kill(served, begun.is_set)
            killed.set()

        monkeypatch.setattr(TrikalChatOpenAI, "_stream", held)
        reply, notices = ask_while(filled, settings, kills)
        assert begun.is_set(), number
        assert "April" in reply["answer"], number
        assert notices, number
        assert not [each for each in members(served) if each.is_running()]
        assert running(settings) is None


def test_a_second_up_finds_environment_and_weights_made(server: Server, settings: Settings) -> None:
    down(settings)
    began = time.monotonic()
    again, new = up(settings, server.model, report=_say)
    seconds = time.monotonic() - began
    _say(f"second up: ready after {seconds:.1f} s")
    assert new
    assert running(settings) == again


@pytest.fixture(scope="module")
def filled(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An archive that holds the harbour."""
    folder = tmp_path_factory.mktemp("harbour")
    (folder / "harbour.srt").write_text(HARBOUR)
    here = settings.model_copy(update={"archive": folder / ".trikal"})
    with open_session(here, create=True) as session:
        pipeline = Pipeline(session.archive.catalogue, session.index, session.models)
        pipeline.run([folder / "harbour.srt"])
    return here


def test_twenty_of_twenty_answers_arrive_when_their_server_is_killed(
    filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "probe_hardware", lambda: ROOMY)
    python = make_environment(tmp_path / "env")
    model = str(make_model(tmp_path / "tiny"))
    here = filled.model_copy(update={
        "cache_dir": tmp_path / "cache", "vllm_python": python})
    # The fallback is real, and its weights are joined once.
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "weights").symlink_to(filled.cache_dir / "weights")
    streaming = filled.archive / "logs" / "streaming"
    for number in range(ROUNDS):
        streaming.unlink(missing_ok=True)
        server, new = up(here, model)
        assert new
        reply, notices = ask_while(here, here, lambda: kill(server, streaming.exists))  # noqa: B023
        assert "April" in reply["answer"], (number, reply["answer"])
        assert notices, number
        assert running(here) is None
    down(here)


def ask_while(
    filled: Settings, served: Settings, kills: Callable[[], None]
) -> tuple[dict[str, Any], list[str]]:
    """Ask a question whose server is killed while it answers."""
    here = filled.model_copy(update={"cache_dir": served.cache_dir})
    killer = threading.Thread(target=kills)
    with open_session(here) as session, hearing() as notices:
        asker = Asker(session.resources())
        killer.start()
        reply = asker.ask("When was the harbour bridge painted green?")
        killer.join()
    return reply, [*notices, *reply.get("notices", ())]


def kill(server: Server, writes: Callable[[], bool]) -> None:
    """Kill vLLM, not its guardian, as soon as it writes an answer."""
    # Looked for beforehand: on a busy machine that takes longer than a short answer.
    everybody = members(server)
    victims = [process for process in everybody if process.ppid() == server.pid]
    until = time.monotonic() + KILL_S
    while not writes() and time.monotonic() < until:
        time.sleep(0.02)
    for process in victims:
        process.kill()
    psutil.wait_procs(everybody, timeout=10)


def generated(server: Server) -> float:
    """The tokens that vLLM has written so far, by its own count."""
    request = urllib.request.Request(server.url.replace("/v1", "/metrics"))
    with urllib.request.urlopen(request, timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    counts = [line for line in lines if line.startswith("vllm:generation_tokens_total")]
    return sum(float(line.rsplit(" ", 1)[1]) for line in counts)
