"""The plain client of OpenAI-compatible servers, for the roles that LangChain has no class for."""

import threading
from typing import TYPE_CHECKING, Any

from trikal.serving.backends.openai_errors import map_rubbish

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

NO_KEY = "none"
RETRIES = 2


class OpenAIClient:
    """A client that connects on first use, shared by threads.

    A request that was refused for the moment (no connection, a time-out, 408, 409, 429, 5xx) is
    sent again up to ``RETRIES`` times, after a random and growing wait or the one that the server
    asks for; any other refusal is final.

    Args:
        url: The API's base, version included.
        key: API key, if it wants one.
        model: The model's name there; the first that the server lists when not given.
        timeout_s: How long one answer may take.
        prefix: Start of the names of the settings that a remedy mentions.
        max_retries: How often a request that may be sent again is.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        model: str | None = None,
        timeout_s: float = 60.0,
        prefix: str,
        max_retries: int = RETRIES,
    ) -> None:
        self._url = url
        self._key = key or NO_KEY
        self._model = model
        self._timeout_s = timeout_s
        self._prefix = prefix
        self._max_retries = max_retries
        self._lock = threading.Lock()
        self._client: Any = None

    @property
    def url(self) -> str:
        """The API's base, version included."""
        return self._url

    @property
    def name(self) -> str:
        """Model and backend; asks nothing of the server."""
        return f"{self._model or 'its first model'}/openai-compatible"

    def mapped(self) -> "AbstractContextManager[None]":
        """Return a block whose errors become :class:`trikal.errors.BackendFailed`."""
        who = self._model or "The server"
        return map_rubbish(who, self._url, prefix=self._prefix, key=self._key)

    def api(self) -> Any:
        """Return the client of ``openai``."""
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def model(self) -> str:
        """Return the model's name; asks the server once, if none was given.

        Raises:
            BackendFailed: The server cannot be asked, or lists no model.
        """
        if self._model is None:
            with self.mapped():
                self._model = str(self.api().models.list().data[0].id)
        return self._model

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client:
            client.close()

    def _connect(self) -> Any:
        # Imported here because it takes half a second, which only a request should pay.
        from openai import OpenAI

        from trikal.serving.backends.http_clients import client_for

        return OpenAI(
            http_client=client_for(self._url, patience_s=self._timeout_s),
            base_url=self._url,
            api_key=self._key,
            timeout=self._timeout_s,
            max_retries=self._max_retries,
        )
