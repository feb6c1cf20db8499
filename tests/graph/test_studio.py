"""The agent answers through a real LangGraph development server."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
LANGGRAPH = ROOT / ".venv" / "bin" / "langgraph"

pytestmark = pytest.mark.studio

SUBTITLES = """1
00:00:01,000 --> 00:00:04,000
The harbour bridge was painted green in April.

2
00:00:05,000 --> 00:00:08,000
The ferry to the island leaves every hour.
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("studio")
    (folder / "harbour.srt").write_text(SUBTITLES)
    environment = {**os.environ, "TRIKAL_ARCHIVE": str(folder / "archive"),
                   "LANGSMITH_TRACING": "false"}
    trikal = LANGGRAPH.with_name("trikal")
    subprocess.run([trikal, "ingest", str(folder / "harbour.srt")], env=environment, check=True)
    port = _free_port()
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [LANGGRAPH, "dev", "--no-browser", "--no-reload", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process, folder / "server.log")
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
        log.close()
        shutil.rmtree(ROOT / ".langgraph_api", ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/ok", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    pytest.fail(f"the development server did not start:\n{log.read_text()[-3000:]}")


def _body(question: str, **more: object) -> dict[str, object]:
    return {"assistant_id": "trikal", "input": {"question": question}, **more}


def test_a_run_waits_for_the_answer(server: str) -> None:
    response = httpx.post(f"{server}/runs/wait", timeout=120,
                          json=_body("What colour was the harbour bridge painted?"))
    reply = response.json()
    assert response.status_code == 200
    assert reply["found"] is True
    assert reply["citations"][0]["start_ms"] == 1000
    assert "green" in reply["answer"]


def test_a_stream_shows_plan_evidence_and_answer(server: str) -> None:
    body = _body("What was said right after the bridge was painted?",
                 stream_mode=["custom", "values"])
    with httpx.stream("POST", f"{server}/runs/stream", json=body, timeout=120) as response:
        text = "".join(response.iter_text())
    assert '"event":"plan"' in text.replace(" ", "")
    assert '"event":"evidence"' in text.replace(" ", "")
    assert "leaves every hour" in text
    assert "event: error" not in text
