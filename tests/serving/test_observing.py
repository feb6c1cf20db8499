import json
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.serving.servers import events, free_port, serving
from trikal.errors import BadInput
from trikal.serving.catalog import Catalog
from trikal.serving.metrics import read_calls
from trikal.serving.models import Models
from trikal.serving.observing import CALLS_FILE, observing
from trikal.settings import Settings

CHAT = "/v1/chat/completions"
SAID = "a secret word"


pytestmark = pytest.mark.usefixtures("no_server_here")


def asked(settings: Settings) -> None:
    with Models(settings, Catalog(model=())) as models:
        list(models.chat().stream(SAID))


def test_a_call_is_one_line_of_json_without_what_was_said(tmp_path: Path) -> None:
    with serving({CHAT: events("One ", "two.")}, kind="text/event-stream") as served:
        settings = Settings(archive=tmp_path, log_calls=True, chat_url=served.url, chat_model="m")
        with observing(settings):
            asked(settings)
        asked(settings)
    text = (tmp_path / CALLS_FILE).read_text()
    (line,) = text.splitlines()
    call = json.loads(line)
    assert (call["role"], call["model"], call["tokens_out"]) == ("chat", "m", 2)
    assert call["ms"] >= call["first_ms"] > 0
    assert SAID not in text
    assert 'trikal_model_calls_total{backend="openai-compatible",model="m"' in (
        read_calls([line, "{half a li"]).text())


def test_a_failed_call_is_counted_as_failed(tmp_path: Path) -> None:
    settings = Settings(archive=tmp_path, metrics_file=tmp_path / "trikal.prom",
                        chat_url="http://127.0.0.1:9", chat_model="m")
    with observing(settings), pytest.raises(Exception, match="cannot be reached"):
        asked(settings)
    assert 'outcome="failed"' in (tmp_path / "trikal.prom").read_text()


def test_counters_are_exposed_on_a_port_and_no_longer(tmp_path: Path) -> None:
    port = free_port()
    with serving({CHAT: events("One.")}, kind="text/event-stream") as served:
        settings = Settings(archive=tmp_path, metrics_port=port, chat_url=served.url,
                            chat_model="m")
        with observing(settings):
            asked(settings)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as page:
                assert b"trikal_model_call_seconds_bucket" in page.read()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics")


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(archive=tmp_path, metrics_port=taken.getsockname()[1])
        with pytest.raises(BadInput, match="TRIKAL_METRICS_PORT"), observing(settings):
            pass
