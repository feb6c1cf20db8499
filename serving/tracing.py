"""Model calls as spans: OpenTelemetry and LangSmith, switched on by their own variables.

Chat models are LangSmith runs through LangChain already; the other roles become runs here.
Spans follow OpenTelemetry's conventions for generative AI and hold no text.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from trikal.serving.calls import Call, Outcome, Sink, Tracer
from trikal.serving.roles import Role

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_LANGSMITH = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2")
_RUN_TYPES = {Role.TEXT_EMBEDDING: "embedding", Role.IMAGE_EMBEDDING: "embedding"}
_SCOPE = "trikal"
_log = logging.getLogger(__name__)


def tracers() -> list[Tracer]:
    """Return what the environment asks for."""
    wanted: list[Tracer] = []
    if _otel() is not None:
        wanted.append(trace_call)
    if any(os.environ.get(name, "").lower() == "true" for name in _LANGSMITH):
        wanted.append(run_call)
    return wanted


def trace_call(call: Call) -> Sink:
    """Begin a span of a model call; what is returned ends it."""
    from opentelemetry.trace import SpanKind, Status, StatusCode

    span = _otel().start_span(
        f"{call.does} {call.model}",
        kind=SpanKind.CLIENT,
        attributes={
            "gen_ai.operation.name": "chat" if call.role is Role.CHAT else call.does,
            "gen_ai.request.model": call.model,
            "gen_ai.provider.name": str(call.backend),
            "trikal.role": str(call.role),
        },
    )

    def end(done: Call) -> None:
        for name, value in _measured(done).items():
            span.set_attribute(name, value)
        if done.outcome is Outcome.FAILED:
            span.set_attribute("error.type", done.error)
            span.set_status(Status(StatusCode.ERROR, done.error))
        span.end()

    return end


def run_call(call: Call) -> Sink:
    """Begin a LangSmith run of a call of anything but a chat model; what is returned ends it."""
    if call.role is Role.CHAT:
        return lambda _: None
    from langsmith.run_trees import RunTree

    given: dict[str, Any] = {
        "name": f"{call.does} {call.model}",
        "run_type": _RUN_TYPES.get(call.role, "tool"),
        "inputs": {"items": call.items, "role": str(call.role), "backend": str(call.backend)},
    }
    run = RunTree.from_runnable_config(None, **given) or RunTree(**given)
    run.post()

    def end(done: Call) -> None:
        run.end(outputs=done.as_data(), error=done.error or None)
        run.patch()

    return end


@contextmanager
def span(name: str) -> Iterator[None]:
    """Put a block into a span of its own, if spans are wanted."""
    tracer = _otel()
    if tracer is None:
        yield
        return
    with tracer.start_as_current_span(name):
        yield


def _measured(call: Call) -> dict[str, Any]:
    known = {
        "gen_ai.usage.input_tokens": call.tokens_in,
        "gen_ai.usage.output_tokens": call.tokens_out,
        "trikal.media_s": call.media_s,
        "trikal.items": call.items,
        "trikal.queue_ms": call.queue_ms,
        "trikal.first_ms": call.first_ms,
    }
    return {name: value for name, value in known.items() if value is not None}


def _otel() -> Any:
    """Return a tracer where the environment names a collector or the program set one up."""
    named = any(os.environ.get(name) for name in _ENDPOINTS)
    if not named and "opentelemetry.sdk.trace" not in sys.modules:
        return None
    try:
        from opentelemetry import trace
    except ImportError:
        _warn_once()
        return None
    if named:
        _set_up()
    return trace.get_tracer(_SCOPE)


def _set_up() -> None:
    """Send spans to the collector, unless the program has seen to that."""
    from opentelemetry import trace

    if type(trace.get_tracer_provider()).__name__ != "ProxyTracerProvider":
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        _warn_once()
        return
    os.environ.setdefault("OTEL_SERVICE_NAME", _SCOPE)
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


_warned = False


def _warn_once() -> None:
    global _warned
    if not _warned:
        _warned = True
        _log.error("no spans are sent although a collector is named; install them with: "
                   'pip install "trikal[otel]"')
