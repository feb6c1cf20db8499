"""Waiting until a server answers, with a word on how far it is and the reason when it fails."""

import json
import time
import urllib.request
from pathlib import Path

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.vllm.inside import Report
from trikal.serving.vllm.process import stop
from trikal.serving.vllm.reasons import last_reason
from trikal.serving.vllm.state import Server, is_alive

SILENCE_S = 600.0
"""A loading server that writes nothing for so long hangs, in seconds."""

_STEP_S = 0.5
_ASK_S = 5.0

# What vLLM writes, latest stage first, and what it means.
_STAGES = (
    ("Application startup complete", "answering"),
    ("Starting vLLM", "opening the port"),
    ("init engine", "warming up"),
    ("KV cache", "making room for the cache"),
    ("Loading weights took", "weights loaded"),
    ("Loading safetensors", "loading weights"),
    ("Starting to load model", "loading weights"),
    ("Initializing a V1 LLM engine", "starting the engine"),
    ("non-default args", "reading the configuration"),
)
_TAKEN = "address already in use"
_REMEDIES = (
    (("memory",), "Free some memory, or serve a smaller model or context (--context)."),
    ((_TAKEN,), "Choose another port with --port."),
    (("architectures", "not supported"), "vLLM does not run this model; choose another."),
    (("killed by SIGKILL",), "The system kills what takes too much memory: free some, or serve a "
                             "smaller model or context (--context)."),
    (("safetensors", "HeaderTooLarge", "InvalidHeader", "IncompleteMetadata"),
     "The weights are damaged: delete their folder and run trikal vllm up again."),
)


def wait_until_ready(path: Path, server: Server, report: Report) -> None:
    """Wait until a server answers; what fails is stopped and forgotten.

    Args:
        path: Where the server is written down.
        server: The server.
        report: Is told how far it is.

    Raises:
        ModelUnavailable: vLLM ended while loading; the message has its reason.
        BackendFailed: It hangs.
    """
    size, grew_at = -1, time.monotonic()
    while not answers(server):
        if not is_alive(path):
            reason = last_reason(server.log)
            stop(path, server)
            raise ModelUnavailable(_death(server, reason))
        now, length = time.monotonic(), _size(server.log)
        if length != size:
            size, grew_at = length, now
            report(_stage(server.log))
        elif now - grew_at > SILENCE_S:
            stop(path, server)
            raise BackendFailed(
                f"vLLM hangs while loading {server.model}: it has written nothing for "
                f"{SILENCE_S:.0f} s and was stopped. Its log is {server.log}."
            )
        time.sleep(_STEP_S)


def answers(server: Server) -> bool:
    """Whether this very server answers now: to its own key, with its own model."""
    asked = urllib.request.Request(
        f"{server.url}/models",
        headers={"Authorization": f"Bearer {server.key.get_secret_value()}"},
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(asked, timeout=_ASK_S) as answer:
            listed = json.load(answer)["data"]
            return any(each["id"] == server.model for each in listed)
    except (OSError, ValueError, KeyError, TypeError):
        return False  # nobody, or another program that has taken the port


def lost_its_port(server: Server) -> bool:
    """Whether a server that ended did so because another program had taken its port."""
    return _TAKEN in last_reason(server.log).lower()


def _size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _stage(log: Path) -> str:
    text = log.read_text(encoding="utf-8", errors="replace")
    return next((words for sign, words in _STAGES if sign in text), "importing libraries")


def _death(server: Server, reason: str) -> str:
    lowered = reason.lower()
    remedy = next(
        (words for signs, words in _REMEDIES if any(sign.lower() in lowered for sign in signs)),
        "Correct what it says and run trikal vllm up again.",
    )
    return (
        f"vLLM ended while loading {server.model}: {reason.rstrip('.')}. {remedy} The whole log is "
        f"{server.log}."
    )
