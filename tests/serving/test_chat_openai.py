"""The chat model behind a URL: streaming, waiting and failing, with and without asyncio."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.serving.servers import completion, events, serving
from trikal.errors import BackendFailed
from trikal.serving.backends.chat_openai import TrikalChatOpenAI, make_chat

CHAT = "/v1/chat/completions"
PAGE = "<html>Welcome</html>"


def chat(url: str, **options: Any) -> TrikalChatOpenAI:
    given = {"timeout_s": 5.0, "prefix": "TRIKAL_CHAT", "max_retries": 0, **options}
    return make_chat(f"{url}/v1", "sk-secret", "m", **given)


async def gathered(model: TrikalChatOpenAI) -> list[str]:
    return [str(chunk.text) async for chunk in model.astream("Hello")]


def test_answers_come_without_chance_and_name_their_model() -> None:
    with serving({CHAT: completion("Hi.")}) as served:
        assert chat(served.url).invoke("Hello").text == "Hi."
        (body,) = served.bodies
    assert (body["model"], body["temperature"]) == ("m", 0)
    assert served.keys == ["Bearer sk-secret"]


def test_an_answer_can_be_awaited() -> None:
    with serving({CHAT: completion("Hi.")}) as served:
        assert asyncio.run(chat(served.url).ainvoke("Hello")).text == "Hi."


def test_a_stream_can_be_awaited() -> None:
    with serving({CHAT: events("Hel", "lo.")}, kind="text/event-stream") as served:
        pieces = asyncio.run(gathered(chat(served.url)))
    assert "".join(pieces) == "Hello."


BAD: tuple[tuple[Mapping[str, object], int, str, str], ...] = (
    ({CHAT: {"error": {"message": "bad key sk-secret"}}}, 401, "application/json", "refused"),
    ({CHAT: {"error": {"message": "boom"}}}, 500, "application/json", "HTTP 500"),
    ({CHAT: PAGE}, 200, "text/html", "did not answer as"),
    ({CHAT: {"choices": None}}, 200, "application/json", "did not answer as"),
    ({}, 200, "application/json", "does not know the model or the path"),
)


@pytest.mark.parametrize(("answers", "status", "kind", "says"), BAD)
def test_a_bad_answer_that_is_awaited_is_mapped_as_well(
    answers: Mapping[str, object], status: int, kind: str, says: str
) -> None:
    with serving(answers, status=status, kind=kind) as served:
        with pytest.raises(BackendFailed, match=says) as waited:
            asyncio.run(chat(served.url).ainvoke("Hello"))
        with pytest.raises(BackendFailed, match=says) as streamed:
            asyncio.run(gathered(chat(served.url)))
    for caught in (waited, streamed):
        assert served.url in str(caught.value)
        assert "sk-secret" not in str(caught.value)


def test_a_stream_of_nothing_is_no_answer() -> None:
    with serving({CHAT: "data: [DONE]\n\n"}, kind="text/event-stream") as served:
        with pytest.raises(BackendFailed, match="did not answer as"):
            list(chat(served.url).stream("Hello"))
        with pytest.raises(BackendFailed, match="did not answer as"):
            asyncio.run(gathered(chat(served.url)))


def test_a_stream_that_breaks_off_keeps_what_came_and_says_so() -> None:
    broken = events("Hel", "lo.").replace("data: [DONE]\n\n", "data: {not json\n\n")
    came: list[str] = []
    with serving({CHAT: broken}, kind="text/event-stream") as served:
        with pytest.raises(BackendFailed, match="did not answer as"):
            came.extend(str(chunk.text) for chunk in chat(served.url).stream("Hello"))
    assert "".join(came) == "Hello."


def test_a_slow_server_is_given_up_when_it_is_awaited() -> None:
    with serving({CHAT: completion("late")}, delay_s=0.4) as served:
        with pytest.raises(BackendFailed, match="in time"):
            asyncio.run(chat(served.url, timeout_s=0.1).ainvoke("Hello"))


@pytest.mark.parametrize("retries", [0, 1])
def test_a_failure_is_tried_again_as_often_as_told(retries: int) -> None:
    with serving({CHAT: {"error": {"message": "boom"}}}, status=500) as served:
        with pytest.raises(BackendFailed):
            chat(served.url, max_retries=retries).invoke("Hello")
    assert served.paths == [CHAT] * (1 + retries)


def test_a_refusal_is_not_tried_again() -> None:
    with serving({CHAT: {"error": {"message": "no"}}}, status=401) as served:
        with pytest.raises(BackendFailed):
            chat(served.url, max_retries=3).invoke("Hello")
    assert served.paths == [CHAT]


def test_the_remedy_names_the_settings_of_its_role() -> None:
    with serving({}) as served:
        gone = served.url
    with pytest.raises(BackendFailed, match="correct TRIKAL_VISION_URL"):
        chat(gone, prefix="TRIKAL_VISION").invoke("Hello")


def test_a_key_is_in_no_representation() -> None:
    assert "sk-secret" not in repr(chat("http://127.0.0.1:9"))
