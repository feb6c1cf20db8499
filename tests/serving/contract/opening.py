"""Opens the adapters that the contracts are held against, each from what a test machine has.

Real small models where a carrier or a library brings one, tiny random ones where not, and real
clients before servers of this process that answer as OpenAI's do.
"""

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest

from tests import fakes
from tests.serving.servers import MODELS, completion, events, serving
from trikal.serving.backends.openai_client import OpenAIClient


def real(name: str) -> Any:
    """A parameter for what needs the carriers' weights and seconds of inference."""
    return pytest.param(name, marks=pytest.mark.models)


def torch(name: str) -> Any:
    """A parameter for what needs the extra ``torch``, which warns of itself."""
    return pytest.param(name, marks=[pytest.mark.torch, pytest.mark.filterwarnings("ignore")])


@cache
def saved(kind: str) -> Path:
    """Save a tiny random model of the ``transformers`` library, once a run."""
    pytest.importorskip("transformers")
    from tests.serving import tiny_models

    folder: Path = getattr(tiny_models, f"save_{kind}")(Path(mkdtemp()) / kind)
    return folder


@contextmanager
def client(path: str, answer: object, prefix: str, **more: Any) -> Iterator[OpenAIClient]:
    """Open a client before a server that gives one answer."""
    with serving({"/v1/models": MODELS, path: answer}, **more) as served:
        opened = OpenAIClient(f"{served.url}/v1", key="k", model="m", timeout_s=10.0,
                              prefix=prefix, max_retries=0)
        yield opened
        opened.close()


def vectors(body: dict[str, Any]) -> dict[str, Any]:
    """Answer a request for vectors with those of the fake, which are alike for like words."""
    made = fakes.FakeEmbedder().embed_passages(body["input"])
    data = [{"object": "embedding", "index": index,
             "embedding": base64.b64encode(vector.astype("<f4").tobytes()).decode()}
            for index, vector in enumerate(made)]
    return {"object": "list", "model": body["model"], "data": data,
            "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def reranked(body: dict[str, Any]) -> dict[str, Any]:
    """Answer a request for an order with the scores of the fake, the best first."""
    scores = fakes.FakeReranker().score(body["query"], body["documents"])
    results = [{"index": index, "relevance_score": float(score)}
               for index, score in enumerate(scores)]
    return {"id": "1", "model": body["model"],
            "results": sorted(results, key=lambda each: -each["relevance_score"])}


def transcript(_: bytes) -> dict[str, Any]:
    """Answer any sound with two words in its first second."""
    words = [{"word": "Hello", "start": 0.1, "end": 0.4}, {"word": "there.", "start": 0.5,
                                                             "end": 0.9}]
    segment = {"id": 0, "start": 0.0, "end": 1.0, "text": "Hello there.", "avg_logprob": -0.1,
               "no_speech_prob": 0.01}
    return {"task": "transcribe", "language": "english", "duration": 2.0, "text": "Hello there.",
            "words": words, "segments": [segment]}


def chat_answer(text: str, *pieces: str) -> Callable[[dict[str, Any]], object]:
    """Answer a chat whole, or in pieces where a stream is asked for."""
    return lambda body: events(*(pieces or (text,))) if body.get("stream") else completion(text)


def noise(*shape: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a picture of noise, the same for the same shape."""
    return np.random.default_rng(sum(shape)).integers(0, 255, shape, dtype=np.uint8)


def at_once(work: Callable[[], Any], count: int = 4) -> list[Any]:
    """Do the same in several threads, and return what each got; an error fails the test."""
    with ThreadPoolExecutor(count) as pool:
        return [each.result() for each in [pool.submit(work) for _ in range(count)]]
