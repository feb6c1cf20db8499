"""The one boundary where errors of OpenAI-compatible servers become Trikal's.

Remedies name settings; a key never reaches a message, so what a server says is quoted only where
it cannot hold one, and then with the key struck out.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from json import JSONDecodeError
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

from trikal.errors import BackendFailed

_QUOTED_CHARS = 200


class UnfinishedAnswer(ValueError):
    """A stream stopped before the server said that it was done."""


# Matched in order by class name, most particular first, so that `openai` need not be imported
# before an error of its own is at hand.
_REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ContextOverflowError": (
            "has too small a context for this prompt",
            "Ask something narrower, or serve the model with a longer context.",
        ),
        "APITimeoutError": (
            "did not answer in time",
            "Raise TRIKAL_REQUEST_TIMEOUT_S, or use a smaller model.",
        ),
        "TimeoutException": (
            "did not answer in time",
            "Raise TRIKAL_REQUEST_TIMEOUT_S, or use a smaller model.",
        ),
        "StreamChunkTimeoutError": (
            "stopped in the middle of an answer",
            "Raise TRIKAL_REQUEST_TIMEOUT_S, or look at the server's log.",
        ),
        "UnfinishedAnswer": (
            "stopped in the middle of an answer",
            "Look at the server's log, then ask again.",
        ),
        "APIConnectionError": (
            "cannot be reached",
            "Start the server, or correct {prefix}_URL.",
        ),
        "AuthenticationError": (
            "refused the key",
            "Set {prefix}_KEY to a key that the server knows.",
        ),
        "PermissionDeniedError": (
            "refused the key",
            "Set {prefix}_KEY to a key that may use this model.",
        ),
        "NotFoundError": (
            "does not know the model or the path",
            "Correct {prefix}_MODEL or {prefix}_URL.",
        ),
        "RateLimitError": (
            "is busy or over its limit (429)",
            "Wait a minute and ask again.",
        ),
        "InternalServerError": (
            "failed",
            "Look at the server's log, then ask again.",
        ),
        "BadRequestError": (
            "refused the request",
            "Check that it serves this model with structured output.",
        ),
        "UnprocessableEntityError": (
            "refused the request",
            "Check that it serves this model with structured output.",
        ),
        "LengthFinishReasonError": (
            "was cut off before it had finished its answer",
            "Ask something narrower, or use a larger model.",
        ),
        "HTTPError": (
            "broke off the connection",
            "Look at the server's log, then ask again.",
        ),
    }
)
# The backend is well: another request may do.
_OF_REQUEST = frozenset({
    "ContextOverflowError", "BadRequestError", "UnprocessableEntityError",
    "LengthFinishReasonError", "ValidationError", "OutputParserException",
})
_MAY_PASS = frozenset({"RateLimitError", "InternalServerError", "APIConnectionError"})
_RUBBISH = (
    "did not answer as an OpenAI-compatible server does",
    "Correct {prefix}_URL so that it points at the API, or use another model.",
)
_TOO_LONG = re.compile(r"context (size|length|window)|prompt is too long", re.IGNORECASE)
_QUOTABLE = frozenset({"BadRequestError", "UnprocessableEntityError", "ContextOverflowError"})
_REFUSED = frozenset({"BadRequestError", "UnprocessableEntityError"})
_WRITING = frozenset({"TRIKAL_CHAT", "TRIKAL_VISION"})
_NUMBERED = frozenset({"AuthenticationError", "PermissionDeniedError", "InternalServerError"})


@contextmanager
def map_errors(
    who: str, url: str | None = None, *, prefix: str = "TRIKAL_CHAT", key: str | None = None
) -> Iterator[None]:
    """Turn errors of a chat model or its server into :class:`BackendFailed`.

    Chat models handed out by :mod:`trikal.serving` do so themselves; this is for what happens
    around them, such as reading a structured answer.

    Args:
        who: The model, for the message.
        url: Its server, if it has one; a password in it is left out of the message.
        prefix: Start of the names of the settings that the remedy mentions.
        key: The API key, to be struck out of what the server says.

    Raises:
        BackendFailed: Instead of any error of ``openai``, ``httpx`` or ``httpx2``, of JSON that
            cannot be read, and of an answer that does not fit its schema.
    """
    from langchain_core.exceptions import OutputParserException
    from openai import OpenAIError
    from pydantic import ValidationError

    failures: tuple[type[Exception], ...] = (
        OpenAIError, *_http_errors(), JSONDecodeError, ValidationError, OutputParserException
    )
    try:
        yield
    except failures as exc:
        raise failure(exc, who, url, prefix=prefix, key=key) from exc


@contextmanager
def map_rubbish(who: str, url: str, *, prefix: str, key: str | None = None) -> Iterator[None]:
    """Do as :func:`map_errors`, and take any misfit inside a client for a rubbish answer.

    Client libraries stumble over HTML or foreign JSON with ``TypeError``, ``KeyError`` and the
    like, and leave a stream that has fallen silent with ``TimeoutError``. Only for a block that
    does nothing but talk to the server: elsewhere it would hide bugs.
    """
    with map_errors(who, url, prefix=prefix, key=key):
        try:
            yield
        except (TypeError, KeyError, AttributeError, IndexError, ValueError, TimeoutError) as exc:
            raise failure(exc, who, url, prefix=prefix, key=key) from exc


def failure(
    exc: Exception, who: str, url: str | None, *, prefix: str, key: str | None = None
) -> BackendFailed:
    """Say in two sentences what an error means and what to do about it."""
    names = [kind.__name__ for kind in type(exc).__mro__]
    if is_too_long(exc):
        names.insert(0, "ContextOverflowError")
    known = next((name for name in _REASONS if name in names), "")
    reason, remedy = _REASONS.get(known, _RUBBISH)
    if known in _REFUSED and prefix not in _WRITING:
        remedy = "Check that its model is for this: {prefix}_MODEL."
    if known in _QUOTABLE:
        reason = f"{reason} ({_quoted(exc, key)})"
    status = getattr(exc, "status_code", None)
    if status and known in _NUMBERED:
        reason = f"{reason} (HTTP {status})"
    at = f" at {_public(url)}" if url else ""
    return BackendFailed(
        f"{who}{at} {reason}. {remedy.format(prefix=prefix)}",
        of_request=not _OF_REQUEST.isdisjoint(names),
        may_pass=known in _MAY_PASS,
        retry_after_s=_retry_after_s(exc),
    )


def is_too_long(exc: BaseException | None) -> bool:
    """Tell whether a server refused a request because it is longer than the model's context."""
    return exc is not None and bool(_TOO_LONG.search(str(exc)))


def _retry_after_s(exc: Exception) -> float | None:
    headers = getattr(getattr(exc, "response", None), "headers", {})
    asked = str(headers.get("retry-after", ""))
    return float(asked) if asked.isdecimal() else None


def _http_errors() -> tuple[type[Exception], ...]:
    # `openai` 3 speaks through httpx2, older versions and other clients through httpx.
    import httpx
    import httpx2

    return httpx.HTTPError, httpx2.HTTPError


def _quoted(exc: Exception, key: str | None) -> str:
    said = " ".join(str(exc).split())
    if key:
        said = said.replace(key, "…")
    return said[:_QUOTED_CHARS]


def _public(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
