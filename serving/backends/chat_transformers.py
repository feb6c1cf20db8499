"""A LangChain chat model on ``transformers``: streams, stops when nobody reads, obeys schemas.

Import this module lazily: LangChain takes a second, torch several.
"""

import json
import queue
import threading
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.utils.function_calling import convert_to_json_schema
from pydantic import BaseModel

from trikal.errors import BackendFailed
from trikal.serving.backends.torch_runtime import TorchModel

_ROLES = {"human": "user", "ai": "assistant", "system": "system", "tool": "user"}
_MOST_WITHOUT_LIMIT = 8192
_WORD_BITS = 32


class TrikalChatTransformers(BaseChatModel):
    """Chat model whose answers are the likeliest ones (greedy), a token at a time.

    Attributes:
        runner: Holds the model and its tokenizer.
        most_tokens: How long an answer may grow.
    """

    runner: Any
    most_tokens: int

    @property
    def _llm_type(self) -> str:
        return "trikal-transformers"

    @property
    def model_name(self) -> str:
        """Model and backend."""
        return str(self.runner.name)

    def with_structured_output(
        self, schema: Any, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """Return a runnable whose answers fit a schema: every token that would not is ruled out.

        Args:
            schema: A pydantic class, or a JSON schema.
            include_raw: Give a dict of ``raw``, ``parsed`` and ``parsing_error`` instead.
            **kwargs: ``method`` and ``strict`` of other chat models; there is one method here.
        """
        is_class = isinstance(schema, type) and issubclass(schema, BaseModel)
        plain = schema.model_json_schema() if is_class else convert_to_json_schema(schema)
        parser: Any = PydanticOutputParser(pydantic_object=schema) if is_class else (
            JsonOutputParser()
        )
        chat: Runnable[LanguageModelInput, Any] = self.bind(json_schema=plain)
        if not include_raw:
            answers: Runnable[LanguageModelInput, Any] = chat | parser
            return answers
        parsed = RunnablePassthrough.assign(
            parsed=itemgetter("raw") | parser, parsing_error=lambda _: None
        )
        failed = RunnablePassthrough.assign(parsed=lambda _: None)
        return RunnableMap(raw=chat) | parsed.with_fallbacks(
            [failed], exception_key="parsing_error"
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(self._pieces(messages, stop, kwargs))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in self._pieces(messages, stop, kwargs):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk

    def _pieces(
        self, messages: list[BaseMessage], stop: list[str] | None, asked: dict[str, Any]
    ) -> Iterator[str]:
        """Yield the answer as it is made; whoever stops reading stops the model."""
        answer = _Answer(
            self.runner,
            _plain(messages),
            schema=asked.get("json_schema"),
            most_tokens=asked.get("max_tokens") or self.most_tokens,
        )
        try:
            yield from _until(answer.pieces(), stop or ())
        finally:
            answer.cancel()


class _Answer:
    """One answer in the making, in a thread of its own.

    A thread, because ``generate`` returns only at the end; it holds the model until then.
    """

    def __init__(
        self,
        runner: TorchModel,
        messages: list[dict[str, str]],
        *,
        schema: dict[str, Any] | None,
        most_tokens: int,
    ) -> None:
        self._runner = runner
        self._messages = messages
        self._schema = schema
        self._most_tokens = most_tokens
        self._made: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def pieces(self) -> Iterator[str]:
        while (piece := self._made.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            if piece:
                yield piece

    def cancel(self) -> None:
        self._cancelled.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            with self._runner.running() as (model, tokenizer):
                self._make(model, tokenizer)
        except BaseException as exc:  # raised again in the thread that reads
            self._made.put(exc)
        self._made.put(None)

    def _make(self, model: Any, tokenizer: Any) -> None:
        inputs = _prompt(tokenizer, self._messages).to(model.device)
        room = _room(self._runner.name, model, inputs["input_ids"].shape[1])
        processors = [_Schema(tokenizer, self._schema, model)] if self._schema else []
        model.generate(
            **inputs,
            do_sample=False,
            max_new_tokens=min(room, self._most_tokens),
            streamer=_streamer(tokenizer, self._made),
            stopping_criteria=[lambda ids, *_, **__: _flags(ids, self._cancelled.is_set())],
            logits_processor=processors,
            pad_token_id=tokenizer.pad_token_id or tokenizer.eos_token_id,
        )


class _Schema:
    """A logits processor that leaves only tokens which a JSON schema allows next."""

    def __init__(self, tokenizer: Any, schema: dict[str, Any], model: Any) -> None:
        import llguidance.hf

        vocabulary = model.config.get_text_config().vocab_size
        self._words = -(-vocabulary // _WORD_BITS)
        known = llguidance.hf.from_tokenizer(tokenizer, n_vocab=vocabulary)
        # Free to fill an answer with spaces, a small model does until it is cut off.
        grammar = llguidance.LLMatcher.grammar_from_json_schema(
            json.dumps(schema), overrides={"whitespace_flexible": False}
        )
        self._matcher = llguidance.LLMatcher(known, grammar)
        self._started = False

    def __call__(self, tokens: Any, scores: Any) -> Any:
        import llguidance.numpy as masks
        import torch

        if self._started:
            self._matcher.consume_token(int(tokens[0, -1]))
        self._started = True
        mask = np.zeros((1, self._words), dtype=np.int32)
        masks.fill_next_token_bitmask(self._matcher, mask, 0)
        if self._matcher.get_error():
            raise ValueError(f"the schema cannot be followed: {self._matcher.get_error()}")
        bits = np.unpackbits(mask.view(np.uint8), bitorder="little")[: scores.shape[-1]]
        allowed = torch.from_numpy(bits.astype(bool)).to(scores.device)
        return scores.masked_fill(~allowed, float("-inf"))


def _streamer(tokenizer: Any, made: "queue.SimpleQueue[Any]") -> Any:
    from transformers import TextStreamer

    class _ToQueue(TextStreamer):  # type: ignore[misc]
        def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
            made.put(text)

    return _ToQueue(tokenizer, skip_prompt=True, skip_special_tokens=True)


def _flags(tokens: Any, value: bool) -> Any:
    import torch

    return torch.full((tokens.shape[0],), value, dtype=torch.bool, device=tokens.device)


def _prompt(tokenizer: Any, messages: list[dict[str, str]]) -> Any:
    if getattr(tokenizer, "chat_template", None):
        return tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
    said = [f"{message['role']}: {message['content']}" for message in messages]
    return tokenizer("\n".join([*said, "assistant:"]), return_tensors="pt")


def _room(name: str, model: Any, prompt: int) -> int:
    """Return how many tokens fit behind a prompt."""
    context = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    if context is None:
        return _MOST_WITHOUT_LIMIT
    if prompt >= context:
        raise BackendFailed(
            f"{name} has too small a context for this prompt ({prompt} tokens, {context} fit). "
            "Ask something narrower, or choose a model with a longer context."
        )
    return int(context - prompt)


def _until(pieces: Iterator[str], stops: Sequence[str]) -> Iterator[str]:
    """Yield pieces up to the first stop text, holding back what may begin one."""
    if not stops:
        yield from pieces
        return
    longest, held = max(map(len, stops)), ""
    for piece in pieces:
        held += piece
        found = [held.index(stop) for stop in stops if stop in held]
        if found:
            yield held[: min(found)]
            return
        safe = max(0, len(held) - longest + 1)
        yield held[:safe]
        held = held[safe:]
    yield held


def _plain(messages: Sequence[BaseMessage]) -> list[dict[str, str]]:
    return [
        {"role": _ROLES.get(message.type, "user"), "content": str(message.text)}
        for message in messages
    ]
