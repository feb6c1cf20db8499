"""Role chat: one contract for the fake that other tests trust and every real adapter."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from tests import fakes
from tests.serving.contract.opening import at_once, chat_answer, real, saved, torch
from tests.serving.servers import MODELS, serving
from trikal.serving.backends.openai_compatible import OpenAICompatibleChat
from trikal.serving.backends.transformers_chat import TransformersChat

REPLY = '{"colour": "red"}'
UNTRAINED = frozenset({"transformers"})
ROUNDED = frozenset({"llamacpp"})  # adds up in an order that what runs beside it may change


def same(request: pytest.FixtureRequest, found: str, wanted: str) -> bool:
    """Whether an answer is the one expected, to the letter where the backend is that exact."""
    exact = request.node.callspec.params["chat"] not in ROUNDED
    return found == wanted if exact else bool(found)


@pytest.fixture
def remote() -> Iterator[Any]:
    answer = chat_answer(REPLY, '{"colour":', ' "red"}')
    with serving({"/v1/models": MODELS, "/v1/chat/completions": answer}) as served:
        opened = OpenAICompatibleChat(served.url, key="k", model="first", timeout_s=10.0,
                                      max_retries=0)
        yield opened.chat_model()
        opened.close()


@pytest.fixture
def tiny() -> Iterator[Any]:
    opened = TransformersChat("tiny", saved("chat"), threads=1, most_tokens=64)
    yield opened.chat_model()
    opened.close()


@pytest.fixture(params=["fake", "openai-compatible", real("llamacpp"), torch("transformers")])
def chat(request: pytest.FixtureRequest) -> Any:
    makers: dict[str, Callable[[], Any]] = {
        "fake": lambda: fakes.FakeChat(replies=[REPLY]),
        "openai-compatible": lambda: request.getfixturevalue("remote"),
        "llamacpp": lambda: request.getfixturevalue("models").chat(),
        "transformers": lambda: request.getfixturevalue("tiny"),
    }
    return makers[request.param]()


class Colour(BaseModel):
    colour: str


def test_a_chat_model_obeys_a_schema(chat: Any) -> None:
    model = chat.with_structured_output(Colour, method="json_schema")
    assert isinstance(model.invoke("Which colour has blood? Answer with one word."), Colour)


def test_a_chat_model_streams(chat: Any, request: pytest.FixtureRequest) -> None:
    pieces = [str(chunk.text) for chunk in chat.stream("Count from one to five.", max_tokens=20)]
    # Random weights write bytes that become text only at the end, so that they come as one.
    least = 1 if request.node.callspec.params["chat"] in UNTRAINED else 2
    assert len([piece for piece in pieces if piece]) >= least


def test_what_streams_is_what_is_answered(chat: Any, request: pytest.FixtureRequest) -> None:
    whole = str(chat.invoke("Count from one to five.", max_tokens=20).text)
    pieces = [str(chunk.text) for chunk in chat.stream("Count from one to five.", max_tokens=20)]
    assert same(request, "".join(pieces), whole)


def test_who_stops_reading_gets_the_next_answer_from_its_start(
    chat: Any, request: pytest.FixtureRequest
) -> None:
    whole = str(chat.invoke("Count from one to five.", max_tokens=20).text)
    stream = chat.stream("Count from one to five.", max_tokens=20)
    next(stream)
    stream.close()
    again = str(chat.invoke("Count from one to five.", max_tokens=20).text)
    assert same(request, again, whole)


def test_questions_at_once_get_an_answer_each(chat: Any) -> None:
    answers = at_once(lambda: str(chat.invoke("Say yes.", max_tokens=8).text), 4)
    assert len(answers) == 4
    assert all(answers)


def test_a_batch_is_answered_in_its_order(chat: Any, request: pytest.FixtureRequest) -> None:
    alone = [str(chat.invoke(f"Say {word}.", max_tokens=8).text) for word in ("one", "two")]
    together = chat.batch(["Say one.", "Say two."], max_tokens=8)
    assert len(together) == 2
    for answer, wanted in zip(together, alone, strict=True):
        assert same(request, str(answer.text), wanted)
