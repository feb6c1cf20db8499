"""Spans reach a real collector over HTTP; in a process of its own, for a tracer is set up once."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

CALL = """
from trikal.serving.calls import Backend, Call, Clock, Role, reporting
from trikal.serving.tracing import tracers
for tracer in tracers():
    with reporting(tracer=tracer):
        clock = Clock(Call(role=Role.OCR, model="m", backend=Backend.RAPIDOCR, does="read"))
        clock.turn(1.0)
        clock.end(None)
"""


def test_a_call_becomes_a_span_at_the_collector() -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    got: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        subprocess.run([sys.executable, "-c", CALL], check=True, timeout=120,
                       env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": url})
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    ((path, body),) = got
    assert path == "/v1/traces"
    assert b"read m" in body
    assert b"gen_ai.request.model" in body
