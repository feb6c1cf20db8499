"""A hub on this machine: one model over HTTP, as the hub's library asks for it."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """One model, ``org/name``.

    Attributes:
        files: Its files by name.
        large: Names of those with a SHA-256.
        hashes: SHA-256 that the hub gives where it is not the right one.
        break_after: Bytes after which a connection that sends a file is cut, once.
        status: What the API answers.
        code: The hub's own name for a refusal.
        rubbish: What everything is answered with, by something that is no hub.
        sent: Bytes of files that were sent.
        ranges: Where each request for a file began.
    """

    files: dict[str, bytes]
    large: tuple[str, ...] = ("model.safetensors",)
    hashes: dict[str, str] = field(default_factory=dict)
    break_after: int | None = None
    status: int = 200
    code: str = ""
    rubbish: bytes = b""
    url: str = ""
    sent: int = 0
    ranges: list[tuple[str, int]] = field(default_factory=list)

    def tree(self) -> list[dict[str, object]]:
        """Return the listing of the model."""
        return [self._listed(name) for name in self.files]

    def etag(self, name: str) -> str:
        """Return what names a file's content in the cache."""
        return self.hashes.get(name) or hashlib.sha256(self.files[name]).hexdigest()

    def _listed(self, name: str) -> dict[str, object]:
        size = len(self.files[name])
        listed: dict[str, object] = {
            "type": "file", "path": name, "size": size,
            "oid": hashlib.sha1(self.files[name]).hexdigest()}
        if name in self.large:
            listed["lfs"] = {"oid": self.etag(name), "size": size, "pointerSize": 130}
        return listed


@contextmanager
def serving_hub(hub: Hub) -> Iterator[Hub]:
    """Serve a hub for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            if hub.rubbish:
                self._send(hub.rubbish)
            elif hub.status != 200:
                self._send(b"{}", {"X-Error-Code": hub.code}, hub.status)
            elif "/resolve/" in self.path:
                self._file(self.path.rpartition(f"/resolve/{COMMIT}/")[2], body=body)
            elif "/tree/" in self.path:
                self._send(json.dumps(hub.tree()).encode())
            else:
                self._send(json.dumps({"id": "org/name", "sha": COMMIT, "siblings": [
                    {"rfilename": name} for name in hub.files]}).encode())

        def _file(self, name: str, *, body: bool) -> None:
            start = int((self.headers["Range"] or "bytes=0-")[6:].split("-")[0])
            content = hub.files[name][start:]
            headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{hub.etag(name)}"',
                       "Accept-Ranges": "bytes"}
            if not body:
                self._send(content, headers, send=False)
                return
            hub.ranges.append((name, start))
            cut = hub.break_after if name in hub.large else None
            if cut is not None:
                hub.break_after = None
                self._send(content[:cut], headers, length=len(content))
                self.close_connection = True
                self.connection.close()
                return
            hub.sent += len(content)
            self._send(content, headers, 206 if start else 200)

        def _send(self, content: bytes, headers: dict[str, str] | None = None, status: int = 200,
                  *, send: bool = True, length: int | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content) if length is None else length))
            self.end_headers()
            if send and self.command != "HEAD":
                self.wfile.write(content)
                self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
