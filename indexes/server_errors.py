"""Failures of a Qdrant server as errors of this house; no message holds a key or a password."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from trikal.errors import ArchiveError, BackendFailed, TrikalError

_REFUSED = frozenset({401, 403, "UNAUTHENTICATED", "PERMISSION_DENIED"})
_UNREACHABLE = frozenset({None, "UNAVAILABLE", "DEADLINE_EXCEEDED"})


@contextmanager
def server_errors(url: str, collection: str) -> Iterator[None]:
    """Map what a client raises while it asks a server for a collection.

    Raises:
        BackendFailed: The server cannot be reached or failed.
        ArchiveError: The server refuses the key.
    """
    from grpc import RpcError  # type: ignore[import-untyped]
    from qdrant_client.http.exceptions import ApiException

    try:
        yield
    # ValueError is how the client reports what it finds wrong before, or without, asking.
    except (ApiException, RpcError, ValueError) as exc:
        raise _mapped(exc, without_credentials(url), collection) from exc


def _mapped(exc: Exception, url: str, collection: str) -> TrikalError:
    if _status(exc) in _REFUSED:
        return ArchiveError(
            f"The Qdrant server {url} refuses the API key. Correct TRIKAL_QDRANT_KEY."
        )
    if _status(exc) in _UNREACHABLE:
        return BackendFailed(
            f"The Qdrant server {url} does not answer ({_reason(exc)}). Start it, open its HTTP "
            "and gRPC ports, or correct TRIKAL_QDRANT_URL."
        )
    return BackendFailed(
        f"The Qdrant server {url} failed on collection {collection} ({_reason(exc)}). See the "
        "server's log; if the collection is damaged, build it anew with: trikal reindex"
    )


def _status(exc: Exception) -> int | str | None:
    """Return the HTTP or gRPC status; ``None`` when no answer came at all."""
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    if isinstance(exc, UnexpectedResponse):
        return exc.status_code
    if isinstance(exc, ResponseHandlingException):
        return None
    code = getattr(exc, "code", None)
    return str(code().name) if callable(code) else "INVALID"


def _reason(exc: Exception) -> str:
    details = getattr(exc, "details", None)
    text = details() if callable(details) else str(exc)
    return " ".join(str(text).split())[:200]


def without_credentials(url: str) -> str:
    """Return a server's address as messages may tell it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
