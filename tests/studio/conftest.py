"""A real LangGraph development server with both graphs over a small archive."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.harbour import HARBOUR
from tests.serving.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
LANGGRAPH = ROOT / ".venv" / "bin" / "langgraph"
SUBTITLES = HARBOUR + """
4
00:00:13,000 --> 00:00:14,000
The bell rings.

5
00:00:15,000 --> 00:00:18,000
The market opens at six in the morning.

6
00:00:19,000 --> 00:00:20,000
The bell rings.

7
00:00:21,000 --> 00:00:24,000
The last boat leaves for the night.
"""


WATCH = """1
00:12:30,000 --> 00:12:34,000
Bread is sold at the pier.

2
12:30:00,000 --> 12:30:04,000
The lighthouse is dark tonight.
"""


@dataclass(frozen=True, kw_only=True)
class Studio:
    """A running development server.

    Attributes:
        url: Its address.
        inbox: The folder that it may ingest from unasked.
        client: A ``langgraph_sdk`` client of it.
    """

    url: str
    inbox: Path
    client: Any


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    sdk = pytest.importorskip("langgraph_sdk")
    folder = tmp_path_factory.mktemp("studio")
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / "harbour.srt").write_text(SUBTITLES)
    (inbox / "watch.srt").write_text(WATCH)
    environment = {**os.environ, "TRIKAL_ARCHIVE": str(folder / "archive"),
                   "TRIKAL_MEDIA_FOLDERS": f'["{inbox}"]', "LANGSMITH_TRACING": "false"}
    trikal = LANGGRAPH.with_name("trikal")
    subprocess.run([trikal, "ingest", str(inbox)], env=environment, check=True)
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", folder / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [LANGGRAPH, "dev", "--no-browser", "--no-reload", "--port", str(port)], cwd=ROOT,
            env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            _wait_until_ready(url, process, log)
            client = sdk.get_sync_client(url=url)
            yield Studio(url=url, inbox=inbox, client=client)
            client.http.client.close()
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)
            shutil.rmtree(ROOT / ".langgraph_api", ignore_errors=True)


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
