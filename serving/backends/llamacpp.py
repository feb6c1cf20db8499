"""Role chat on llama.cpp inside this process, for a machine with no server.

``xllamacpp`` runs llama.cpp's own HTTP server on a random loopback port; a random key keeps other
users of the machine out. Two slots keep two prompt prefixes warm, so that planning and answering
do not push each other out of the cache.
"""

import os
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trikal.errors import ModelUnavailable
from trikal.serving.backends.openmp import short_spins

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from trikal.serving.backends.chat_openai import TrikalChatOpenAI

CONTEXT_TOKENS = 8192

_SLOTS = 2
_PROMPT_CACHE_MIB = 256  # llama.cpp would take 8 GiB


class LlamaCpp:
    """Chat on a GGUF model in this process.

    Args:
        name: The model's name in the catalogue.
        path: The GGUF file.
        threads: CPU threads; all cores when not given.
        timeout_s: How long one answer may take.
    """

    def __init__(
        self, name: str, path: Path, *, threads: int | None = None, timeout_s: float = 60.0
    ) -> None:
        self._name = name
        self._path = path
        self._threads = threads or os.cpu_count() or 1
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._server: Any = None
        self._chat: TrikalChatOpenAI | None = None

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/llamacpp"

    def chat_model(self) -> "BaseChatModel":
        """Return the chat model; the first call loads the weights.

        Raises:
            ModelUnavailable: llama.cpp cannot load them.
        """
        with self._lock:
            if self._chat is None:
                self._chat = self._load()
            return self._chat

    def close(self) -> None:
        """Stop the server and give its memory back; the next call loads again."""
        with self._lock:
            if self._chat:
                self._chat.root_client.close()
            self._chat = self._server = None

    def _load(self) -> "TrikalChatOpenAI":
        # Imported here because both take seconds, which only a question should pay.
        from trikal.serving.backends.chat_openai import make_chat

        key = secrets.token_urlsafe(32)
        try:
            with short_spins():
                from xllamacpp import Server
            self._server = Server(self._params(key))
        except (ImportError, RuntimeError) as exc:
            raise ModelUnavailable(
                f"{self._name} cannot be loaded from {self._path} ({exc}). Free some memory, or "
                "set TRIKAL_CHAT_URL to a server."
            ) from exc
        url = f"{self._server.listening_address}/v1"
        return make_chat(
            url,
            key,
            self._name,
            timeout_s=self._timeout_s,
            prefix="TRIKAL_CHAT",
            max_retries=0,  # it would only queue the same work behind itself
        )

    def _params(self, key: str) -> Any:
        from xllamacpp import CommonParams

        params = CommonParams()
        params.model.path = str(self._path)
        params.api_keys = [key]
        params.n_ctx = CONTEXT_TOKENS * _SLOTS  # llama.cpp divides it among the slots
        params.n_parallel = _SLOTS
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self._threads
        params.cache_ram_mib = _PROMPT_CACHE_MIB
        params.no_extra_bufts = True  # repacked weights read prompts a fifth slower (AVX-512)
        params.fit_params = False  # would load the model twice, to learn that the memory is there
        params.verbosity = 0
        params.warmup = params.ui = params.endpoint_slots = False
        return params
