"""HTTP clients for OpenAI-compatible servers: which proxies they use, and when they give up.

A server, or a proxy before it, that sends a comment or a blank line every few seconds to keep a
connection alive meets every timeout on reading bytes. Here time runs until the next piece of an
answer. Import this module lazily, as ``openai`` takes half a second.
"""

import os
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LIBRARY: ModuleType = import_module(DefaultHttpxClient.__mro__[1].__module__.partition(".")[0])
"""The HTTP library that ``openai`` uses."""

_COMMENT = b":"
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


class _Watch:
    """Raises the library's ``ReadTimeout`` when nothing that counts came for too long."""

    def __init__(self, request: Any, patience_s: float) -> None:
        self._request = request
        self._patience_s = patience_s
        self._since = time.monotonic()

    def see(self, piece: bytes) -> None:
        now = time.monotonic()
        if any(line.strip() and not line.startswith(_COMMENT) for line in piece.splitlines()):
            self._since = now
        elif now - self._since > self._patience_s:
            raise _LIBRARY.ReadTimeout(
                f"nothing but signs of life for {self._patience_s:.0f} s", request=self._request)


class _Watched(_LIBRARY.SyncByteStream):  # type: ignore[name-defined,misc]
    """A response's bytes, watched as they come."""

    def __init__(self, stream: Any, watch: _Watch) -> None:
        self._stream = stream
        self._watch = watch

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._watch.see(piece)
            yield piece

    def close(self) -> None:
        self._stream.close()


class _AsyncWatched(_LIBRARY.AsyncByteStream):  # type: ignore[name-defined,misc]
    """The same for asyncio."""

    def __init__(self, stream: Any, watch: _Watch) -> None:
        self._stream = stream
        self._watch = watch

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._watch.see(piece)
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def client_for(url: str, *, patience_s: float) -> DefaultHttpxClient:
    """Make a client for the server at ``url``.

    Args:
        url: The API's base.
        patience_s: Seconds that may pass without a piece of an answer, whatever else comes.
    """
    def watched(response: Any) -> None:
        response.stream = _Watched(response.stream, _Watch(response.request, patience_s))

    return DefaultHttpxClient(trust_env=trusts_proxies(url), verify=_certificates_for(url),
                              event_hooks={"response": [watched]})


def async_client_for(url: str, *, patience_s: float) -> DefaultAsyncHttpxClient:
    """Make the same for asyncio."""
    async def watched(response: Any) -> None:
        response.stream = _AsyncWatched(response.stream, _Watch(response.request, patience_s))

    return DefaultAsyncHttpxClient(trust_env=trusts_proxies(url), verify=_certificates_for(url),
                                   event_hooks={"response": [watched]})


def trusts_proxies(url: str) -> bool:
    """Whether proxies of the environment are for this URL: they cannot reach our loopback."""
    return urlsplit(url).hostname not in _LOOPBACK


def _certificates_for(url: str) -> ssl.SSLContext:
    return certificates(trusts_proxies(url), *map(os.environ.get, _CERTIFICATES))


@cache
def certificates(trust_env: bool, *_given: str | None) -> ssl.SSLContext:
    """Read the certificates that servers are known by: once, as it takes longer than a request.

    Args:
        trust_env: Whether those count that the environment names.
        _given: What it names, so that others are read anew.
    """
    context: ssl.SSLContext = _LIBRARY.create_ssl_context(trust_env=trust_env)
    return context
