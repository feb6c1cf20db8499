"""Role chat on llama.cpp on this machine, where no server is set up.

``xllamacpp`` runs llama.cpp's own HTTP server on a random loopback port, in a process of its own
(:mod:`trikal.serving.backends.llamacpp_process`); a random key keeps other users of the machine
out. Two slots keep two prompt prefixes warm, so that planning and answering do not push each other
out of the cache.
"""

import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from trikal.errors import ModelUnavailable
from trikal.serving.backends import llamacpp_process
from trikal.serving.backends.llamacpp_heads import Heads, heads_folder, prepared
from trikal.serving.backends.llamacpp_process import Order
from trikal.serving.backends.openmp import short_spins

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from trikal.serving.backends.chat_openai import TrikalChatOpenAI

CONTEXT_TOKENS = 8192

_SLOTS = 2
_PROMPT_CACHE_MIB = 256  # llama.cpp would take 8 GiB
_LEAVE_S = 5.0
"""So long may the server take to end before it is killed."""


class LlamaCpp:
    """Chat on a GGUF model.

    Args:
        name: The model's name in the catalogue.
        path: The GGUF file.
        cache_dir: Heads of prompts are kept under ``cache_dir/prompts``.
        threads: CPU threads; all cores when not given.
        timeout_s: How long one answer may take.
    """

    def __init__(
        self, name: str, path: Path, *, cache_dir: Path, threads: int | None = None,
        timeout_s: float = 60.0,
    ) -> None:
        self._name = name
        self._path = path
        self._cache = cache_dir / "prompts"
        self._threads = threads or os.cpu_count() or 1
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._chat: TrikalChatOpenAI | None = None
        self._heads: Heads | None = None

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/llamacpp"

    def begin(self) -> None:
        """Begin to load the weights, and do not wait for them."""
        with self._lock:
            self._begun()

    def chat_model(self) -> "BaseChatModel":
        """Return the chat model; the first call loads the weights, as does one after a crash.

        Raises:
            ModelUnavailable: llama.cpp cannot load them.
        """
        with self._lock:
            server = self._begun()
            if self._chat is None:
                self._chat = self._load(server)
            return self._chat

    def read(self, head: "Sequence[BaseMessage]") -> None:
        """Read the beginning of prompts now, and keep it for later processes.

        Args:
            head: Messages with which prompts begin.
        """
        with self._lock:
            heads = self._heads
        if heads is not None:
            heads.read(head)

    def close(self) -> None:
        """Stop the server and give its memory back; the next call loads again."""
        with self._lock:
            self._stop()

    def _begun(self) -> "_Server":
        if self._server is not None and self._server.ended:
            self._stop()
        if self._server is None:
            self._server = _Server(self._order())
        return self._server

    def _stop(self) -> None:
        if self._chat:
            self._chat.root_client.close()
        if self._server:
            self._server.stop()
        self._chat = self._server = self._heads = None

    def _load(self, server: "_Server") -> "TrikalChatOpenAI":
        # Imported here because it takes seconds, which only a question should pay.
        from trikal.serving.backends.chat_openai import make_chat

        try:
            address = server.address()
        except RuntimeError as exc:
            self._stop()
            raise ModelUnavailable(
                f"{self._name} cannot be loaded from {self._path} ({exc}). Free some memory, or "
                "set TRIKAL_CHAT_URL to a server."
            ) from exc
        chat = make_chat(
            f"{address}/v1",
            server.order["key"],
            self._name,
            timeout_s=self._timeout_s,
            prefix="TRIKAL_CHAT",
            max_retries=0,  # it would only queue the same work behind itself
        )
        kept = server.order["kept"]
        self._heads = Heads(chat.root_client, address, Path(kept) if kept else None, _SLOTS)
        self._heads.restore()
        return chat

    def _order(self) -> Order:
        try:
            kept = prepared(heads_folder(self._cache, self._path, CONTEXT_TOKENS))
        except OSError:
            kept = ""  # the weights cannot be read, which llama.cpp tells
        return Order(
            path=str(self._path), key=secrets.token_urlsafe(32), threads=self._threads,
            context_tokens=CONTEXT_TOKENS, slots=_SLOTS, cache_mib=_PROMPT_CACHE_MIB, kept=kept,
        )


class _Server:
    """llama.cpp's server in a process of its own, which ends with this one, however this ends.

    Args:
        order: What it serves.
    """

    def __init__(self, order: Order) -> None:
        self.order = order
        # -P: a folder in which somebody works may hold files with names of modules.
        command = [sys.executable, "-P", "-m", llamacpp_process.__name__]
        with short_spins():
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for the process that asks
            )
        with suppress(OSError):  # it ended already, which reading tells
            print(json.dumps(order), file=_pipe(self._process.stdin), flush=True)

    @property
    def ended(self) -> bool:
        """Whether it crashed, or was stopped."""
        return self._process.poll() is not None

    def address(self) -> str:
        """Wait until it serves; return where (``http://127.0.0.1:port``).

        Raises:
            RuntimeError: It cannot, and why.
        """
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise RuntimeError(f"llama.cpp ended with code {self._process.wait()}")
        told = json.loads(line)
        if "error" in told:
            raise RuntimeError(told["error"])
        return str(told["url"])

    def stop(self) -> None:
        """End it, and wait for its end."""
        self._process.terminate()
        try:
            self._process.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise ValueError("the process was started without pipes")
    return pipe
