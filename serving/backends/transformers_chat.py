"""Role chat on ``transformers``, for a machine with a GPU and no server."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trikal.serving.backends.torch_runtime import TorchModel, number_type

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MOST_TOKENS = 1024


class TransformersChat:
    """Chat on a causal language model in this process.

    Args:
        name: The model's name in the catalogue.
        source: A folder of weights, or a hub id.
        threads: CPU threads; as torch chooses when not given.
        most_tokens: How long an answer may grow.
    """

    def __init__(
        self,
        name: str,
        source: Path | str,
        *,
        threads: int | None = None,
        most_tokens: int = MOST_TOKENS,
    ) -> None:
        self._model = TorchModel(name, source, _load, threads=threads)
        self._most_tokens = most_tokens
        self._lock = threading.Lock()
        self._chat: BaseChatModel | None = None

    @property
    def name(self) -> str:
        """Model and backend."""
        return self._model.name

    def chat_model(self) -> "BaseChatModel":
        """Return the chat model, loaded and ready.

        Raises:
            ModelUnavailable: The extra is missing, or the weights cannot be had.
        """
        # Imported here because LangChain takes a second, which only a question should pay.
        from trikal.serving.backends.chat_transformers import TrikalChatTransformers

        with self._lock:
            if self._chat is None:
                with self._model.running():
                    self._chat = TrikalChatTransformers(
                        runner=self._model, most_tokens=self._most_tokens
                    )
            return self._chat

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        with self._lock:
            self._chat = None
        self._model.close()


def _load(source: str) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(source, dtype=number_type())
    return model, AutoTokenizer.from_pretrained(source)
