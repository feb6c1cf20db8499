"""The chat model behind every OpenAI-compatible server, with errors mapped at its edge.

Import this module lazily: ``langchain_openai`` takes more than a second.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from trikal.serving.backends.http_clients import async_client_for, client_for
from trikal.serving.backends.openai_errors import UnfinishedAnswer, map_rubbish


class TrikalChatOpenAI(ChatOpenAI):
    """``ChatOpenAI`` that raises only :class:`trikal.errors.BackendFailed`.

    Attributes:
        settings_prefix: Start of the names of the settings that a remedy mentions.
    """

    settings_prefix: str = "TRIKAL_CHAT"

    def _mapped(self) -> AbstractContextManager[None]:
        key = self.openai_api_key
        return map_rubbish(
            self.model_name,
            str(self.openai_api_base),
            prefix=self.settings_prefix,
            key=key.get_secret_value() if isinstance(key, SecretStr) else None,
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with self._mapped():
            return super()._generate(messages, stop, run_manager, **kwargs)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        with self._mapped():
            end = _End()
            for chunk in super()._stream(*args, **kwargs):
                end.see(chunk)
                yield chunk
            end.require()

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with self._mapped():
            return await super()._agenerate(messages, stop, run_manager, **kwargs)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        with self._mapped():
            end = _End()
            async for chunk in super()._astream(*args, **kwargs):
                end.see(chunk)
                yield chunk
            end.require()


class _End:
    """Knows whether a stream came to its end: a dead server's may just stop."""

    def __init__(self) -> None:
        self._pieces = 0
        self._finished = False

    def see(self, chunk: ChatGenerationChunk) -> None:
        self._pieces += 1
        self._finished = self._finished or bool((chunk.generation_info or {}).get("finish_reason"))

    def require(self) -> None:
        # A web page in answer to a streamed request is an event stream without events.
        if not self._pieces:
            raise ValueError("the stream held no event")
        if not self._finished:
            raise UnfinishedAnswer("the stream stopped without a reason")


def make_chat(
    url: str, key: str, model: str, *, timeout_s: float, prefix: str, max_retries: int = 1
) -> TrikalChatOpenAI:
    """Build a chat model for the OpenAI-compatible API at ``url``.

    Args:
        url: The API's base, version included (``http://host:8000/v1``).
        key: API key, or any word for a server that asks for none.
        model: The model's name on that server.
        timeout_s: How long an answer, or its next piece, may be waited for.
        prefix: Start of the names of the settings that a remedy mentions.
        max_retries: How often a failed request is tried again.

    Returns:
        A chat model at temperature 0.
    """
    return TrikalChatOpenAI(
        base_url=url,
        api_key=SecretStr(key),
        model=model,
        temperature=0.0,
        timeout=timeout_s,
        max_retries=max_retries,
        stream_chunk_timeout=timeout_s,
        use_responses_api=False,
        http_client=client_for(url, patience_s=timeout_s),
        http_async_client=async_client_for(url, patience_s=timeout_s),
        settings_prefix=prefix,
    )
