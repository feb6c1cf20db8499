"""What of model calls is seen from outside, switched on by settings and the usual variables."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trikal.errors import BadInput
from trikal.serving.call_log import file_handler, listen, log_call, stop
from trikal.serving.calls import reporting
from trikal.serving.tracing import tracers
from trikal.settings import Settings

if TYPE_CHECKING:
    from trikal.serving.metrics import Metrics

CALLS_FILE = Path("logs") / "calls.jsonl"
"""Where an archive keeps the log of its model calls."""


@contextmanager
def observing(settings: Settings) -> Iterator[None]:
    """Log, count and trace model calls during a block, as the settings and environment say.

    Raises:
        BadInput: The port for metrics is taken, or their file cannot be written.
    """
    with ExitStack() as stack:
        if settings.log_calls:
            stack.enter_context(logged(file_handler(settings.archive / CALLS_FILE)))
        if settings.metrics_port is not None or settings.metrics_file is not None:
            stack.enter_context(_counted(settings))
        for tracer in tracers():
            stack.enter_context(reporting(tracer=tracer))
        yield


@contextmanager
def logged(handler: logging.Handler) -> Iterator[None]:
    """Send a line for every call to a handler during a block."""
    listen(handler)
    try:
        with reporting(sink=log_call):
            yield
    finally:
        stop(handler)


@contextmanager
def _counted(settings: Settings) -> Iterator[None]:
    # Imported here because only those who want metrics should pay for their library.
    from trikal.serving.metrics import Metrics

    metrics = Metrics()
    with ExitStack() as stack:
        if settings.metrics_port is not None:
            stack.enter_context(_exposed(metrics, settings.metrics_port))
        try:
            with reporting(sink=metrics.count):
                yield
        finally:
            if settings.metrics_file is not None:
                _written(metrics, settings.metrics_file)


@contextmanager
def _exposed(metrics: "Metrics", port: int) -> Iterator[None]:
    try:
        server, thread = metrics.serve(port)
    except OSError as exc:
        raise BadInput(
            f"Metrics cannot be exposed on port {port} ({exc.strerror}). Set TRIKAL_METRICS_PORT "
            "to a free one."
        ) from exc
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _written(metrics: "Metrics", path: Path) -> None:
    try:
        metrics.write(path)
    except OSError as exc:
        raise BadInput(
            f"Metrics cannot be written to {path} ({exc.strerror}). Set TRIKAL_METRICS_FILE to a "
            "file in a folder that exists."
        ) from exc
