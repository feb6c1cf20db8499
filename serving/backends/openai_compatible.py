"""Roles chat and vision on any OpenAI-compatible server: vLLM, llama.cpp, a hosted one."""

import re
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed
from trikal.serving.backends.openai_errors import map_rubbish
from trikal.serving.backends.pictures import ASK, ASK_RUN, data_url, sampled

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from trikal.serving.backends.chat_openai import TrikalChatOpenAI

_NO_KEY = "none"
_VERSION = re.compile(r"/v\d")


def api_base(url: str) -> str:
    """Return a server's URL with the API version that it may have been given without."""
    bare = url.rstrip("/")
    return bare if _VERSION.search(urlsplit(bare).path) else f"{bare}/v1"


class OpenAICompatibleChat:
    """Chat on an OpenAI-compatible server.

    Args:
        url: The server, with or without ``/v1``.
        key: API key, if it wants one.
        model: The model's name there; the first that the server lists when not given.
        timeout_s: How long one answer may take.
        prefix: Start of the names of the settings that a remedy mentions.
        max_retries: How often a failed request is tried again.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        model: str | None = None,
        timeout_s: float = 60.0,
        prefix: str = "TRIKAL_CHAT",
        max_retries: int = 1,
    ) -> None:
        self._url = api_base(url)
        self._key = key or _NO_KEY
        self._model = model
        self._timeout_s = timeout_s
        self._prefix = prefix
        self._max_retries = max_retries
        self._lock = threading.Lock()
        self._chat: TrikalChatOpenAI | None = None

    @property
    def name(self) -> str:
        """Model and backend; asks nothing of the server."""
        model = self._chat.model_name if self._chat else self._model or "its first model"
        return f"{model}/openai-compatible"

    def chat_model(self) -> "BaseChatModel":
        """Return the chat model; the server is asked only for its model's name, if none is set.

        Raises:
            BackendFailed: The server cannot be asked, or lists no model.
        """
        with self._lock:
            if self._chat is None:
                self._chat = self._build()
            return self._chat

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        with self._lock:
            if self._chat:
                self._chat.root_client.close()
            self._chat = None

    def _build(self) -> "TrikalChatOpenAI":
        # Imported here because it takes more than a second, which only a question should pay.
        from trikal.serving.backends.chat_openai import make_chat

        return make_chat(
            self._url,
            self._key,
            self._model or self._first_model(),
            timeout_s=self._timeout_s,
            prefix=self._prefix,
            max_retries=self._max_retries,
        )

    def _first_model(self) -> str:
        from openai import OpenAI

        from trikal.serving.backends.http_clients import client_for

        client = OpenAI(
            http_client=client_for(self._url, patience_s=self._timeout_s),
            base_url=self._url,
            api_key=self._key,
            timeout=self._timeout_s,
            max_retries=self._max_retries,
        )
        who = "The server"
        with client, map_rubbish(who, self._url, prefix=self._prefix, key=self._key):
            listed = client.models.list().data
            return str(listed[0].id)


class OpenAICompatibleVision:
    """Describer on an OpenAI-compatible server with a vision model.

    Args:
        chat: The server; its model must accept pictures.
    """

    def __init__(self, chat: OpenAICompatibleChat) -> None:
        self._chat = chat

    @property
    def name(self) -> str:
        """Model and backend."""
        return self._chat.name

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self._chat.close()

    def describe(self, picture: NDArray[np.uint8], *, ask: str | None = None) -> str:
        """Describe an RGB picture of shape ``(height, width, 3)``, or answer ``ask`` about it.

        Raises:
            BackendFailed: The server failed, or said nothing.
            BadInput: The picture has no pixels, or is no RGB picture.
        """
        return self._answer([picture], ask or ASK)

    def describe_run(
        self, pictures: Sequence[NDArray[np.uint8]], *, ask: str | None = None
    ) -> str:
        """Say what happens over a run of frames, or answer ``ask``; errors as :meth:`describe`."""
        return self._answer(sampled(pictures), ask or ASK_RUN)

    def _answer(self, pictures: Sequence[NDArray[np.uint8]], ask: str) -> str:
        from langchain_core.messages import HumanMessage

        shown = [
            {"type": "image_url", "image_url": {"url": data_url(picture)}} for picture in pictures
        ]
        message = HumanMessage(content=[{"type": "text", "text": ask}, *shown])
        text = str(self._chat.chat_model().invoke([message]).text).strip()
        if not text:
            raise BackendFailed(
                f"{self.name} said nothing about a picture. Set TRIKAL_VISION_MODEL to a model "
                "that accepts pictures."
            )
        return text
