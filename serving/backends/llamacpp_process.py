"""The process in which llama.cpp's server runs; :mod:`trikal.serving.backends.llamacpp` starts it.

A process of its own, because ``xllamacpp`` holds Python's lock while it reads a model: here it
loads while the process that asks still imports, and a crash of it takes nobody else down.

It reads its :class:`Order` as one line of JSON, answers with one line (``{"url": …}``, or
``{"error": …}``), and ends when its standard input does: whoever started it, however that ended,
leaves no server behind.
"""

import json
import os
import sys
from typing import Any, TypedDict


class Order(TypedDict):
    """What to serve.

    Attributes:
        path: The GGUF file.
        key: The key that every request must bring.
        threads: CPU threads.
        context_tokens: Context of each slot.
        slots: How many requests are worked on at once; each keeps the prompt it read last.
        cache_mib: Memory for prompts that no slot holds any more.
        kept: The folder into which states of slots are written and from which they are read, with
            a separator at its end; empty for none.
    """

    path: str
    key: str
    threads: int
    context_tokens: int
    slots: int
    cache_mib: int
    kept: str


def main() -> None:
    """Serve until standard input ends."""
    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # nothing that a library prints may be taken for the answer
    order: Order = json.loads(sys.stdin.readline())
    try:
        from xllamacpp import Server

        server = Server(_params(order))
    except (ImportError, RuntimeError) as exc:
        print(json.dumps({"error": str(exc)}), file=told, flush=True)
        os._exit(1)
    print(json.dumps({"url": server.listening_address}), file=told, flush=True)
    sys.stdin.read()
    os._exit(0)  # its threads are not waited for: nothing they do is wanted any more


def _params(order: Order) -> Any:
    from xllamacpp import CommonParams

    params = CommonParams()
    params.model.path = order["path"]
    params.api_keys = [order["key"]]
    params.n_ctx = order["context_tokens"] * order["slots"]  # llama.cpp divides it among the slots
    params.n_parallel = order["slots"]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order["threads"]
    params.cache_ram_mib = order["cache_mib"]
    params.slot_save_path = order["kept"]
    params.no_extra_bufts = True  # repacked weights read prompts a fifth slower (AVX-512)
    params.fit_params = False  # would load the model twice, to learn that the memory is there
    params.verbosity = 0
    params.warmup = params.ui = params.endpoint_slots = False
    return params


if __name__ == "__main__":
    main()
