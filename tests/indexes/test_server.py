import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from qdrant_client import QdrantClient

from tests.indexes.makers import DIMENSIONS, moment, vectors_of
from trikal.errors import ArchiveError, BackendFailed, EmbeddingMismatch, TrikalError
from trikal.indexes.server import ServerIndex, drop_collection

KEY = "a-very-secret-key"

pytestmark = pytest.mark.filterwarnings(
    "ignore:Payload indexes have no effect", "ignore:Api key is used with an insecure connection"
)


@contextmanager
def answering(status: int, error: str) -> Iterator[str]:
    """A server that answers everything with one status; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"status": {"error": error}}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_POST = do_DELETE = do_GET

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def deaf_url() -> str:
    """An address at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def failure_at(url: str, **options: bool) -> TrikalError:
    with pytest.raises(TrikalError) as caught:
        ServerIndex.open(url, key=KEY, collection="c", dimensions=DIMENSIONS, **options)
    assert KEY not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("prefer_grpc", [False, True])
def test_server_that_is_down_is_named(deaf_url: str, prefer_grpc: bool) -> None:
    failure = failure_at(deaf_url, prefer_grpc=prefer_grpc)
    assert isinstance(failure, BackendFailed)
    assert deaf_url in str(failure)
    assert "TRIKAL_QDRANT_URL" in str(failure)


@pytest.mark.parametrize("status", [401, 403])
def test_refused_key_names_the_setting(status: int) -> None:
    with answering(status, f"Invalid api-key {KEY}") as url:
        failure = failure_at(url)
    assert isinstance(failure, ArchiveError)
    assert "TRIKAL_QDRANT_KEY" in str(failure)


def test_failing_server_is_quoted() -> None:
    with answering(500, "disk full") as url:
        failure = failure_at(url)
    assert isinstance(failure, BackendFailed)
    assert "disk full" in str(failure)


def test_password_in_the_address_is_not_told(deaf_url: str) -> None:
    secret = deaf_url.replace("http://", f"http://user:{KEY}@")
    assert deaf_url.removeprefix("http://") in str(failure_at(secret))


def test_collection_of_other_dimensions_is_refused() -> None:
    client = QdrantClient(":memory:")
    ServerIndex(client, url="http://m", collection="c", dimensions=DIMENSIONS).prepare()
    other = ServerIndex(client, url="http://m", collection="c", dimensions=DIMENSIONS + 1)
    with pytest.raises(EmbeddingMismatch, match=f"{DIMENSIONS} dimensions.*trikal reindex"):
        other.prepare()


def test_missing_collection_is_an_error_and_not_an_empty_answer() -> None:
    index = ServerIndex(QdrantClient(":memory:"), url="http://m", collection="gone",
                        dimensions=DIMENSIONS)
    moments = [moment()]
    for use in (index.count, lambda: index.upsert(moments, vectors_of(moments))):
        with pytest.raises(BackendFailed, match="gone"):
            use()


def test_preparing_twice_keeps_what_is_there() -> None:
    client = QdrantClient(":memory:")
    index = ServerIndex(client, url="http://m", collection="c", dimensions=DIMENSIONS)
    index.prepare()
    index.upsert([moment()], vectors_of([moment()]))
    index.prepare()
    assert index.count() == 1
    assert not index.optimize()
    index.flush()
    index.close()


def test_dropping_needs_the_server(deaf_url: str) -> None:
    with pytest.raises(BackendFailed, match=deaf_url):
        drop_collection(deaf_url, key=None, collection="c")
