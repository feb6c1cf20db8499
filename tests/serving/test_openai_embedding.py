import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from tests.serving.servers import MODELS, Served, serving
from trikal.errors import BackendFailed
from trikal.serving.backends.openai_client import OpenAIClient
from trikal.serving.backends.openai_embedding import OpenAICompatibleEmbedder
from trikal.serving.remote_builders import known_prefixes

PATH = "/v1/embeddings"
KEY = "sk-very-secret"


def vectors_for(body: dict[str, Any]) -> dict[str, Any]:
    """Answer in another order than asked, as a server may, in the encoding that was asked for."""
    data = []
    for index, text in enumerate(body["input"]):
        vector = np.array([len(text), text.count("a"), 1], dtype="<f4")
        encoded = base64.b64encode(vector.tobytes()).decode()
        data.append({"object": "embedding", "index": index,
                     "embedding": encoded if body.get("encoding_format") == "base64"
                     else vector.tolist()})
    return {"object": "list", "model": body["model"], "data": data[::-1],
            "usage": {"prompt_tokens": 1, "total_tokens": 1}}


@contextmanager
def embedding(
    answer: object = vectors_for, *, model: str | None = "m", timeout_s: float = 5.0,
    retries: int = 0, **options: Any,
) -> Iterator[tuple[OpenAICompatibleEmbedder, Served]]:
    with serving({"/v1/models": MODELS, PATH: answer}, **options) as served:
        client = OpenAIClient(f"{served.url}/v1", key=KEY, model=model, timeout_s=timeout_s,
                              prefix="TRIKAL_TEXT_EMBEDDING", max_retries=retries)
        embedder = OpenAICompatibleEmbedder(client, prefixes=known_prefixes)
        yield embedder, served
        embedder.close()


def test_vectors_are_put_in_the_order_of_the_texts_and_to_length_one() -> None:
    with embedding() as (embedder, _):
        vectors = embedder.embed_passages(["a", "bbbb"])
    assert vectors.dtype == np.float32
    assert vectors[0] == pytest.approx(np.array([1, 1, 1]) / np.sqrt(3))
    assert vectors[1] == pytest.approx(np.array([4, 0, 1]) / np.sqrt(17))


def test_many_texts_travel_in_several_requests() -> None:
    with embedding() as (embedder, served):
        vectors = embedder.embed_passages(["a" * (1 + index % 7) for index in range(150)])
    assert vectors.shape == (150, 3)
    assert [len(body["input"]) for body in served.bodies] == [64, 64, 22]


def test_a_server_that_ignores_the_encoding_is_understood() -> None:
    def plain(body: dict[str, Any]) -> dict[str, Any]:
        return vectors_for({**body, "encoding_format": "float"})

    with embedding(plain) as (embedder, _), embedding() as (other, _):
        assert embedder.embed_queries(["abc"]) == pytest.approx(other.embed_queries(["abc"]))


def test_dimensions_are_learnt_from_the_server_once() -> None:
    with embedding() as (embedder, served):
        assert embedder.dimensions == 3
        assert embedder.embed_passages([]).shape == (0, 3)
        assert embedder.dimensions == 3
    assert len(served.paths) == 1


def test_the_space_is_named_after_the_model_of_the_server() -> None:
    with embedding(model=None) as (embedder, served):
        assert embedder.fingerprint == "first/openai-compatible"
        assert embedder.fingerprint == "first/openai-compatible"
    assert served.paths == ["/v1/models"]


def test_a_known_model_is_sent_its_prefixes() -> None:
    with embedding(model="intfloat/multilingual-e5-small") as (embedder, served):
        embedder.embed_passages(["x"])
        embedder.embed_queries(["x"])
    assert [body["input"] for body in served.bodies] == [["passage: x"], ["query: x"]]
    assert known_prefixes("somebody/unknown") == ("", "")


def test_an_empty_text_is_sent_as_a_dot() -> None:
    with embedding() as (embedder, served):
        embedder.embed_passages(["", " \n", "a\x00b"])
    assert served.bodies[0]["input"] == [".", ".", "a b"]


@pytest.mark.parametrize(
    "answer",
    [
        {"object": "list", "data": []},
        {"object": "list", "data": [{"index": 0, "embedding": [0.0, 0.0]}]},
        {"object": "list", "data": [{"index": 0, "embedding": [float("nan"), 1.0]}]},
        {"error": "no"},
        "<html>Welcome to nginx</html>",
    ],
)
def test_an_answer_without_vectors_is_a_failure_that_names_a_setting(answer: object) -> None:
    with (
        embedding(answer) as (embedder, _),
        pytest.raises(BackendFailed, match="TRIKAL_TEXT_EMBEDDING_"),
    ):
        embedder.embed_passages(["a"])


@pytest.mark.parametrize(
    ("status", "says"), [(401, "refused the key"), (429, "429"), (500, "HTTP 500"), (404, "path")]
)
def test_a_refusal_is_told_without_the_key(status: int, says: str) -> None:
    with (
        embedding({"error": {"message": f"bad {KEY}"}}, status=status) as (embedder, _),
        pytest.raises(BackendFailed, match=says) as caught,
    ):
        embedder.embed_passages(["a"])
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(("status", "asked"), [(429, 3), (503, 3), (400, 1), (401, 1)])
def test_only_what_may_be_asked_again_is(status: int, asked: int) -> None:
    with (
        embedding({"error": "x"}, status=status, retries=2,
                  headers={"retry-after-ms": "10"}) as (embedder, served),
        pytest.raises(BackendFailed),
    ):
        embedder.embed_passages(["a"])
    assert len(served.paths) == asked


def test_a_server_that_hangs_is_left() -> None:
    with (
        embedding(delay_s=1.0, timeout_s=0.1) as (embedder, _),
        pytest.raises(BackendFailed, match="in time"),
    ):
        embedder.embed_passages(["a"])


def test_threads_share_one_client() -> None:
    found: list[Any] = []
    with embedding() as (embedder, served):
        threads = [threading.Thread(target=lambda: found.append(embedder.embed_queries(["abc"])))
                   for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == len(served.paths) == 6
    assert all(each == pytest.approx(found[0]) for each in found)
