"""An OpenAI-compatible server as a process of its own, to be killed or to behave badly.

Usage: ``python dying_server.py BEHAVIOUR``; prints its port. ``endless`` streams words until it is
killed; the others answer every chat request in their own bad way.
"""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_TOO_LONG = {"error": {"message": "This model's maximum context length is 16 tokens.",
                       "type": "invalid_request_error", "code": "context_length_exceeded"}}
_LISTED = {"object": "list", "data": [{"id": "far", "object": "model"}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._whole(200, json.dumps(_LISTED))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        getattr(self, f"_{sys.argv[1]}")()

    def _endless(self) -> None:
        self._begin("chunked")
        for n in range(10_000):
            self._event(f"far{n} ")
            time.sleep(0.01)

    def _dying(self) -> None:
        self._begin("chunked")
        for text in ("The bridge was painted green in April. [1]", " And then", " the"):
            self._event(text)
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGKILL)

    def _unfinished(self) -> None:
        self._begin("close")
        for n in range(5):
            self.wfile.write(_line(f"far{n} "))
        self.close_connection = True

    def _busy(self) -> None:
        self._whole(429, '{"error": {"message": "slow down"}}', ("Retry-After", "40"))

    def _broken(self) -> None:
        self._whole(500, '{"error": {"message": "out of order"}}')

    def _loading(self) -> None:
        self._whole(503, '{"error": {"message": "Loading model", "type": "unavailable_error"}}')

    def _page(self) -> None:
        self._whole(200, "<html><body>Welcome to the proxy</body></html>",
                    ("Content-Type", "text/html"))

    def _long(self) -> None:
        self._whole(400, json.dumps(_TOO_LONG))

    def _locked(self) -> None:
        said = self.headers["Authorization"]
        self._whole(401, json.dumps({"error": {"message": f"wrong key: {said}"}}))

    def _hanging(self) -> None:
        time.sleep(60)

    def _whole(self, status: int, body: str, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if "Content-Type" not in dict(headers):
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def _begin(self, how: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if how == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Connection", "close")
        self.end_headers()

    def _event(self, text: str) -> None:
        line = _line(text)
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.flush()


def _line(text: str) -> bytes:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "far",
             "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
