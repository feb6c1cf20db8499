"""What our client costs before a vLLM server, and how fast vLLM and llama.cpp are side by side.

``python -m bench vllm throughput`` sends the same requests, 16 at once, through Trikal's chat model
and raw over HTTP, in turn, so that both meet the machine in the same mood. ``python -m bench vllm
speed NAME…`` measures the time to the first token and tokens a second of several models in one run,
each on llama.cpp and then on vLLM, whose server it starts and stops. For ``throughput`` start one
with ``trikal vllm up [NAME]`` first.
"""

import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from langchain_core.language_models import BaseChatModel

from trikal.serving.backends.llamacpp import LlamaCpp
from trikal.serving.backends.openai_compatible import OpenAICompatibleChat
from trikal.serving.carriers import place_weights
from trikal.serving.catalog import load_catalog
from trikal.serving.vllm.launcher import down, up
from trikal.serving.vllm.state import Server, running
from trikal.settings import load_settings

AT_ONCE = 16
REQUESTS = 16
ROUNDS = 4
TOKENS = 24
TIMEOUT_S = 600.0
SPEED_TOKENS = 64
TOPICS = ("a lighthouse", "the budget", "a storm", "a mirror", "the harbour", "a long debate",
          "tea", "the last bus", "an observatory", "a bridge", "the moon", "a ferry", "snow",
          "a market", "the council", "a quiet hill")
EVIDENCE = " ".join(f"[{n}] <<Sentence {n} is about {topic} and what became of it.>>"
                    for n, topic in enumerate(TOPICS, 1))


def prompt(topic: str) -> str:
    return f"Count from one to one hundred in words, and think of {topic}."


def main() -> None:
    mode, names = (sys.argv[1:] or ["throughput"])[0], sys.argv[2:]
    if mode == "throughput":
        throughput(_server())
    else:
        speed(names or ["qwen2.5-coder-0.5b-instruct"])


def _server() -> Server:
    server = running(load_settings())
    if server is None:
        sys.exit("no vLLM server is up; start one with: trikal vllm up")
    return server


def _chat(server: Server) -> BaseChatModel:
    backend = OpenAICompatibleChat(server.url, key=server.key.get_secret_value(),
                                   model=server.model, timeout_s=TIMEOUT_S, max_retries=0)
    return backend.chat_model()


def throughput(server: Server) -> None:
    chat = _chat(server)
    headers = {"Authorization": f"Bearer {server.key.get_secret_value()}"}
    with httpx.Client(headers=headers, timeout=TIMEOUT_S, trust_env=False) as client:

        def ours(topic: str) -> int:
            reply = chat.invoke(prompt(topic), max_tokens=TOKENS)
            return int(reply.response_metadata["token_usage"]["completion_tokens"])

        def raw(topic: str) -> int:
            body: dict[str, Any] = {
                "model": server.model, "temperature": 0.0, "max_tokens": TOKENS,
                "messages": [{"role": "user", "content": prompt(topic)}]}
            answer = client.post(f"{server.url}/chat/completions", json=body).raise_for_status()
            return int(answer.json()["usage"]["completion_tokens"])

        _round(ours), _round(raw)  # connections, and vLLM's cache of prefixes
        found: dict[str, list[float]] = {"ours": [], "raw": []}
        for number in range(ROUNDS):
            pair = (("ours", ours), ("raw", raw))
            for name, ask in pair if number % 2 else reversed(pair):
                found[name].append(_round(ask))
                print(f"round {number + 1}, {name}: {found[name][-1]:.1f} tokens/s", flush=True)
    means = {name: statistics.harmonic_mean(rates) for name, rates in found.items()}
    print(f"{AT_ONCE} at once, {REQUESTS} requests of {TOKENS} tokens, {ROUNDS} rounds in turn: "
          f"ours {means['ours']:.1f}, raw {means['raw']:.1f} tokens/s, "
          f"ratio {means['ours'] / means['raw']:.3f}")


def _round(ask: Callable[[str], int]) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tokens = sum(pool.map(ask, (TOPICS[n % len(TOPICS)] for n in range(REQUESTS))))
    return tokens / (time.perf_counter() - started)


def speed(names: list[str]) -> None:
    settings, catalog = load_settings(), load_catalog()
    print("| model | backend | first token, s | tokens/s |\n| --- | --- | --- | --- |")
    for name in names:
        model = catalog.get(name)
        folder = place_weights(model, settings.cache_dir)
        local = LlamaCpp(name, next(folder.glob("*.gguf")), cache_dir=settings.cache_dir,
                         threads=settings.threads, timeout_s=TIMEOUT_S)
        print(f"| {name} | llamacpp | {_measured(local.chat_model())} |", flush=True)
        local.close()
        server, is_new = up(settings, name)
        print(f"| {name} | vllm {server.version} | {_measured(_chat(server))} |", flush=True)
        if is_new:
            down(settings, server.roles[0])


def _measured(chat: BaseChatModel) -> str:
    chat.invoke("Say hello.", max_tokens=8)  # what is loaded on first use
    firsts, rates = [], []
    for topic in TOPICS[:3]:
        started = time.perf_counter()
        # The topic comes first, so that no prefix is cached: the whole evidence is read.
        times = [time.perf_counter() for chunk in
                 chat.stream(f"{topic}: {EVIDENCE}\n{prompt(topic)}", max_tokens=SPEED_TOKENS)
                 if chunk.text]
        firsts.append(times[0] - started)
        rates.append((len(times) - 1) / (times[-1] - times[0]))
    return f"{statistics.median(firsts):.2f} | {statistics.median(rates):.1f}"
