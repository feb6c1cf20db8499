"""Real HTTP servers on loopback that answer like an OpenAI-compatible one, or badly."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

MODELS = {"object": "list", "data": [{"id": "first", "object": "model"}, {"id": "second"}]}


def completion(text: str, finish: str = "stop") -> dict[str, Any]:
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "first",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def events(*texts: str) -> str:
    chunks = [
        {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "first",
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}],
        }
        for text in texts
    ]
    chunks[-1]["choices"][0]["finish_reason"] = "stop"  # type: ignore[index]
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"


@dataclass
class Served:
    """A running server: its URL, and what it was asked."""

    url: str
    paths: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@contextmanager
def serving(
    answers: Mapping[str, object],
    *,
    status: int = 200,
    delay_s: float = 0.0,
    kind: str = "application/json",
    port: int = 0,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Served]:
    """Serve one answer a path; a text and bytes are sent as they are, anything else as JSON.

    A function is asked for its answer, given the request's body: JSON read, or bytes of a form. An
    answer may be a pair of its own status and what is sent.
    """
    served = Served(url="")

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kind = self.headers["Content-Type"]
            self._answer(json.loads(body) if kind == "application/json" else body)

        def _answer(self, body: Any) -> None:
            served.paths.append(self.path)
            served.bodies.append(body)
            served.keys.append(self.headers["Authorization"])
            time.sleep(delay_s)
            answer = answers.get(self.path, "nothing here")
            if callable(answer):
                answer = answer(body)
            told = status if self.path in answers else 404
            if isinstance(answer, tuple):
                told, answer = answer
            payload = answer if isinstance(answer, bytes) else (
                answer if isinstance(answer, str) else json.dumps(answer)).encode()
            try:
                self.send_response(told)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(payload)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(payload)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client gave up waiting: that is the test

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
