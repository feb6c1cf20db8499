"""Failures of engines: told in this house's errors, with the remedy and without a secret."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from tests.every import every
from trikal.errors import ArchiveError, ArchiveLocked, BackendFailed, EmbeddingMismatch
from trikal.indexes.edge_errors import engine_error, engine_errors
from trikal.indexes.server_errors import server_errors, without_credentials

FOLDER = Path("/archive/index")
URL = "https://me:s3cret@host:6333/path"


class PanicException(BaseException):  # noqa: N818 - the engine's own name
    """Named as the engine's, whose class cannot be imported."""


class Refused(grpc.RpcError):  # type: ignore[misc]
    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return "what the server\nsays"


def answered(status: int) -> UnexpectedResponse:
    return UnexpectedResponse(status, "reason", b"content", SimpleNamespace())  # type: ignore[arg-type]


@pytest.mark.parametrize(("reason", "kind", "says"), [
    ("Resource busy: WouldBlock", ArchiveLocked, "another process"),
    ("expected vector size 8, got 9", EmbeddingMismatch, "trikal reindex"),
    ("Vector dimension error: 3", EmbeddingMismatch, "trikal reindex"),
    ("out of luck", ArchiveError, "Nothing is lost"), ("", ArchiveError, "Nothing is lost"),
])
@pytest.mark.parametrize("raised", [Exception, PanicException])
def test_the_embedded_engine_s_failures_have_a_kind_and_a_remedy(
    reason: str, kind: type[ArchiveError], says: str, raised: type[BaseException]
) -> None:
    with pytest.raises(kind, match=says) as told, engine_errors(FOLDER):
        raise raised(reason)
    assert type(told.value) is kind
    assert str(FOLDER) in str(told.value)
    assert isinstance(told.value.__cause__, raised)
    assert type(engine_error(FOLDER, reason)) is kind


@pytest.mark.parametrize("other", [
    ValueError("ours"), KeyboardInterrupt(), ArchiveLocked("told before"), MemoryError()])
def test_what_is_not_the_engine_s_passes_through(other: BaseException) -> None:
    with pytest.raises(type(other)) as told, engine_errors(FOLDER):
        raise other
    assert told.value is other


@every(("raised", "kind", "says"), [
    (answered(401), ArchiveError, "TRIKAL_QDRANT_KEY"),
    (answered(403), ArchiveError, "TRIKAL_QDRANT_KEY"),
    (answered(500), BackendFailed, "failed on collection films"),
    (answered(404), BackendFailed, "trikal reindex"),
    (ResponseHandlingException(OSError("refused")), BackendFailed, "does not answer"),
    (Refused(grpc.StatusCode.UNAUTHENTICATED), ArchiveError, "TRIKAL_QDRANT_KEY"),
    (Refused(grpc.StatusCode.UNAVAILABLE), BackendFailed, "does not answer"),
    (Refused(grpc.StatusCode.DEADLINE_EXCEEDED), BackendFailed, "TRIKAL_QDRANT_URL"),
    (Refused(grpc.StatusCode.INTERNAL), BackendFailed, "what the server says"),
    (ValueError("wrong before asking"), BackendFailed, "wrong before asking"),
])
def test_a_server_s_failures_have_a_kind_and_a_remedy(
    raised: Exception, kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind, match=says) as told, server_errors(URL, "films"):
        raise raised
    assert type(told.value) is kind
    assert "s3cret" not in str(told.value)
    assert "https://host:6333/path" in str(told.value)
    assert "\n" not in str(told.value)


def test_what_is_not_the_server_s_passes_through() -> None:
    with pytest.raises(TypeError, match="ours"), server_errors(URL, "films"):
        raise TypeError("ours")


word = st.text(alphabet="abcXYZ019-_.~%!", min_size=1, max_size=12)


@given(word, st.one_of(st.none(), word), st.sampled_from(["host", "127.0.0.1", "[::1]"]),
       st.sampled_from(["", ":6333"]), st.sampled_from(["", "/", "/a/b"]))
def test_an_address_is_told_without_name_and_password(
    user: str, password: str | None, host: str, port: str, path: str
) -> None:
    who: Any = user if password is None else f"{user}:{password}"
    plain = f"http://{host}{port}{path}"
    assert without_credentials(f"http://{who}@{host}{port}{path}") == plain
    assert without_credentials(plain) == plain
