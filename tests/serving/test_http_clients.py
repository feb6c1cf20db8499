"""Which proxies a client uses, and what it gives up on."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import certifi
import pytest

from tests.every import every
from tests.serving.servers import completion, events, serving
from trikal.errors import BackendFailed
from trikal.serving.backends.chat_openai import TrikalChatOpenAI, make_chat
from trikal.serving.backends.http_clients import (
    async_client_for,
    certificates,
    client_for,
    trusts_proxies,
)
from trikal.serving.backends.openai_compatible import OpenAICompatibleChat

PATIENCE_S = 0.3


@every(("url", "trusts"), [
    ("http://127.0.0.1:8000/v1", False), ("http://localhost/v1", False),
    ("http://[::1]:8000/v1", False), ("http://LOCALHOST:1/v1", False),
    ("http://gpu-box:8000/v1", True), ("https://127.0.0.1.example.org/v1", True),
])
def test_proxies_are_for_other_machines_only(url: str, trusts: bool) -> None:
    assert trusts_proxies(url) is trusts


def test_certificates_are_read_once_for_all_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    certificates.cache_clear()
    for url in ("https://gpu-box/v1", "https://gpu-box:8000/v1", "https://other.example/v1"):
        client_for(url, patience_s=1.0).close()
        asyncio.run(async_client_for(url, patience_s=1.0).aclose())
    assert certificates.cache_info().misses == 1
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    client_for("https://gpu-box/v1", patience_s=1.0).close()
    assert certificates.cache_info().misses == 2


@contextmanager
def dripping(
    drip: bytes, *, kind: str = "text/event-stream", drips: int = 10_000, end: str = ""
) -> Iterator[str]:
    """Serve signs of life, one every 20 ms, and after so many of them an end."""
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            try:
                for _ in range(drips):
                    self.wfile.write(drip)
                    self.wfile.flush()
                    time.sleep(0.02)
                self.wfile.write(end.encode())
            except OSError:
                pass  # the client gave up, as it should

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


def chat(url: str, patience_s: float = PATIENCE_S) -> TrikalChatOpenAI:
    return make_chat(url, "key", "m", timeout_s=patience_s, prefix="TRIKAL_CHAT", max_retries=0)


async def gathered(model: TrikalChatOpenAI) -> list[str]:
    return [str(chunk.text) async for chunk in model.astream("Hello")]


@pytest.mark.parametrize("drip", [b": ping\n\n", b":\n", b"\n", b" \r\n"])
def test_a_stream_of_signs_of_life_alone_is_given_up(drip: bytes) -> None:
    with dripping(drip) as url:
        with pytest.raises(BackendFailed, match=r"did not answer in time.*TIMEOUT_S"):
            list(chat(url).stream("Hello"))
        with pytest.raises(BackendFailed, match="in time|stopped in the middle"):
            asyncio.run(gathered(chat(url)))


def test_an_answer_of_blanks_alone_is_given_up() -> None:
    with dripping(b" ", kind="application/json") as url:
        with pytest.raises(BackendFailed, match="did not answer in time"):
            chat(url).invoke("Hello")
        with pytest.raises(BackendFailed, match="did not answer in time"):
            asyncio.run(chat(url).ainvoke("Hello"))
        with pytest.raises(BackendFailed, match="did not answer in time"):
            OpenAICompatibleChat(url, timeout_s=PATIENCE_S, max_retries=0).chat_model()  # its list


def test_signs_of_life_before_an_answer_do_no_harm() -> None:
    with dripping(b": ping\n\n", drips=5, end=events("Hel", "lo.")) as url:
        came = [str(chunk.text) for chunk in chat(url, 10.0).stream("Hello")]
        awaited = asyncio.run(gathered(chat(url, 10.0)))
    assert "".join(came) == "".join(awaited) == "Hello."


def test_a_stream_may_take_longer_than_its_next_piece_may() -> None:
    piece = events("slow ", "but ").split("data: ")[1].replace('"finish_reason": "stop"', "")
    with dripping(f"data: {piece}".encode(), drips=40, end=events("sure.")) as url:
        came = [str(chunk.text) for chunk in chat(url).stream("Hello")]  # 40 x 20 ms in all
    assert "".join(came) == "slow " * 40 + "sure."


def test_what_came_whole_is_not_given_up_however_long_it_is_looked_at() -> None:
    answers = {"/v1/chat/completions": events("Hel", "lo.")}
    with serving(answers, kind="text/event-stream") as served:
        came = []
        for chunk in chat(f"{served.url}/v1").stream("Hello"):
            time.sleep(PATIENCE_S)
            came.append(str(chunk.text))
    assert "".join(came) == "Hello."
    with serving({"/v1/chat/completions": completion("Hi.")}) as served:
        assert chat(f"{served.url}/v1").invoke("Hello").text == "Hi."
