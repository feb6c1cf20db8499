"""Counters and histograms of model calls, for Prometheus.

Kept in a registry of their own: an application that embeds Trikal exposes what it wants.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    start_http_server,
    write_to_textfile,
)
from pydantic import TypeAdapter

from trikal.serving.calls import Call

_WHICH = ("role", "model", "backend")
_CALL = TypeAdapter(Call)
_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """Counts calls; see the fields' help texts for what is counted."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._calls = Counter(
            "trikal_model_calls", "Calls of models, by how they ended.",
            (*_WHICH, "outcome"), registry=self.registry,
        )
        self._tokens = Counter(
            "trikal_model_tokens", "Tokens read (in) and written (out).",
            (*_WHICH, "direction"), registry=self.registry,
        )
        self._media = Counter(
            "trikal_model_media_seconds", "Seconds of sound heard or spoken.", _WHICH,
            registry=self.registry,
        )
        self._items = Counter(
            "trikal_model_items", "Texts, pictures and prompts given to models.", _WHICH,
            registry=self.registry,
        )
        self._seconds = self._histogram("trikal_model_call_seconds", "From turn to end.")
        self._queue = self._histogram("trikal_model_queue_seconds", "How long calls waited.")
        self._first = self._histogram("trikal_model_first_piece_seconds", "To the first piece.")

    def _histogram(self, name: str, help_text: str) -> Histogram:
        return Histogram(name, help_text, _WHICH, buckets=_SECONDS, registry=self.registry)

    def count(self, call: Call) -> None:
        """Count one call."""
        which = (call.role, call.model, call.backend)
        self._calls.labels(*which, call.outcome).inc()
        self._items.labels(*which).inc(call.items)
        self._seconds.labels(*which).observe(call.ms / 1000)
        self._queue.labels(*which).observe(call.queue_ms / 1000)
        if call.first_ms is not None:
            self._first.labels(*which).observe(call.first_ms / 1000)
        if call.media_s is not None:
            self._media.labels(*which).inc(call.media_s)
        for direction, tokens in (("in", call.tokens_in), ("out", call.tokens_out)):
            if tokens is not None:
                self._tokens.labels(*which, direction).inc(tokens)

    def text(self) -> str:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry).decode()

    def write(self, path: Path) -> None:
        """Write it to a file, whole or not at all, as the node exporter's textfiles want it."""
        write_to_textfile(str(path), self.registry)

    def serve(self, port: int) -> tuple[WSGIServer, Thread]:
        """Expose it on a port of this machine's loopback; returns server and thread.

        Raises:
            OSError: The port is taken.
        """
        return start_http_server(port, addr="127.0.0.1", registry=self.registry)


def read_calls(lines: Iterable[str]) -> Metrics:
    """Count the calls of a log; lines that are none, as a crash leaves them, are left out."""
    metrics = Metrics()
    for line in lines:
        if call := _read(line):
            metrics.count(call)
    return metrics


def _read(line: str) -> Call | None:
    try:
        call = _CALL.validate_python(json.loads(line))
    except ValueError:
        return None
    counted = (call.items, call.tokens_in, call.tokens_out, call.media_s)
    return None if any(each is not None and each < 0 for each in counted) else call
