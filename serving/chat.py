"""The chat model that everybody is given: it falls back, and every call is recorded.

Import this module lazily: ``langchain_core``'s models take a second.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from pydantic import ConfigDict, SkipValidation

from trikal.serving.backends.openai_errors import map_errors
from trikal.serving.calls import Call
from trikal.serving.desk import Desk


class FallbackChat(BaseChatModel):
    """A chat model over all that can chat here, in the router's order.

    A stream that dies after its first piece raises :class:`trikal.errors.AnswerBrokenOff`; asked
    again, the next backend answers from the beginning. Everything else falls back by itself.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    desk: SkipValidation[Desk[BaseChatModel]]

    @property
    def model_name(self) -> str:
        """Name of the model that answered last, or would answer now."""
        return self.desk.choice().model

    @property
    def _llm_type(self) -> str:
        return "trikal"

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> Any:
        known = super()._get_ls_params(stop=stop, **kwargs)
        return {**known, "ls_model_name": self.model_name}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        for attempt in self.desk.attempts("chat"):
            with attempt as chat:
                result = chat._generate(messages, stop, run_manager, **kwargs)
                _count(attempt.call, result.generations[0].message)
                return result
        raise AssertionError("the last attempt neither returned nor raised")

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for attempt in self.desk.attempts("chat"):
            with attempt as chat:
                attempt.call.tokens_out = 0  # llama.cpp and vLLM send a token a piece
                for chunk in chat._stream(messages, stop, run_manager, **kwargs):
                    if chunk.text:
                        attempt.told()
                        attempt.call.tokens_out += 1
                    _count(attempt.call, chunk.message)
                    yield chunk
                return

    def bind_tools(
        self, tools: Sequence[Any], **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return a runnable that may call tools; it falls back as a whole."""

        def ask(given: LanguageModelInput, config: RunnableConfig) -> AIMessage:
            for attempt in self.desk.attempts("chat"):
                with attempt as chat:
                    said = chat.bind_tools(tools, **kwargs).invoke(given, config)
                    _count(attempt.call, said)
                    return said
            raise AssertionError("the last attempt neither returned nor raised")

        return RunnableLambda(ask, name="tools")

    def with_structured_output(
        self, schema: Any, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """Return a runnable that answers in a schema; it falls back as a whole."""

        def ask(given: LanguageModelInput, config: RunnableConfig) -> Any:
            for attempt in self.desk.attempts("structured"):
                with attempt as chat, map_errors(attempt.choice.runner):
                    bound = chat.with_structured_output(schema, include_raw=True, **kwargs)
                    reply = cast("dict[str, Any]", bound.invoke(given, config))
                    _count(attempt.call, reply["raw"])
                    if include_raw:
                        return reply
                    if reply["parsing_error"]:
                        raise reply["parsing_error"]
                    return reply["parsed"]
            raise AssertionError("the last attempt neither returned nor raised")

        return RunnableLambda(ask, name="structured")


def _count(call: Call, message: BaseMessage) -> None:
    usage: UsageMetadata | None = getattr(message, "usage_metadata", None)
    if usage:
        call.tokens_in, call.tokens_out = usage["input_tokens"], usage["output_tokens"]
