import base64
import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image
from pydantic import BaseModel

from tests.every import every
from tests.serving.servers import MODELS, Served, completion, events, serving
from trikal.errors import BackendFailed, BadInput
from trikal.serving.backends.openai_compatible import (
    OpenAICompatibleChat,
    OpenAICompatibleVision,
    api_base,
)
from trikal.serving.backends.openai_errors import map_errors
from trikal.serving.backends.pictures import LONGEST_SIDE

KEY = "sk-very-secret"
CHAT = "/v1/chat/completions"
PAGE = "<html><body>Welcome to nginx</body></html>"


class Answer(BaseModel):
    target: str


@contextmanager
def chatting(
    answers: Mapping[str, object],
    *,
    status: int = 200,
    delay_s: float = 0.0,
    kind: str = "application/json",
    model: str | None = "m",
    timeout_s: float = 5.0,
) -> Iterator[tuple[OpenAICompatibleChat, Served]]:
    with serving(answers, status=status, delay_s=delay_s, kind=kind) as served:
        chat = OpenAICompatibleChat(
            served.url, key=KEY, model=model, timeout_s=timeout_s, max_retries=0
        )
        try:
            yield chat, served
        finally:
            chat.close()


@every(
    ("url", "base"),
    [
        ("http://h:8000", "http://h:8000/v1"),
        ("http://h:8000/", "http://h:8000/v1"),
        ("http://h:8000/v1", "http://h:8000/v1"),
        ("http://h:8000/v1/", "http://h:8000/v1"),
        ("https://h/proxy", "https://h/proxy/v1"),
        ("https://h/v1beta/openai", "https://h/v1beta/openai"),
    ],
)
def test_the_version_is_added_where_it_is_missing(url: str, base: str) -> None:
    assert api_base(url) == base


def test_the_first_listed_model_is_used_when_none_is_set() -> None:
    with chatting({"/v1/models": MODELS, CHAT: completion("Hi.")}, model=None) as (chat, served):
        assert chat.chat_model().invoke("Hello").text == "Hi."
        assert chat.name == "first/openai-compatible"
        assert served.bodies[-1]["model"] == "first"
        assert served.bodies[-1]["temperature"] == 0
        assert served.keys == [f"Bearer {KEY}"] * 2


def test_a_named_model_is_used_without_asking_for_the_list() -> None:
    with chatting({CHAT: completion("Hi.")}) as (chat, served):
        chat.chat_model().invoke("Hello")
        assert served.paths == [CHAT]


def test_text_streams_as_it_comes() -> None:
    answers = {CHAT: events("Hel", "lo.")}
    with chatting(answers, kind="text/event-stream") as (chat, _):
        pieces = [str(chunk.text) for chunk in chat.chat_model().stream("Hello")]
        assert "".join(pieces) == "Hello."
        assert len(pieces) > 1


def test_a_structured_answer_obeys_its_schema() -> None:
    with chatting({CHAT: completion('{"target": "goal"}')}) as (chat, served):
        model = chat.chat_model().with_structured_output(Answer, method="json_schema")
        assert model.invoke("?") == Answer(target="goal")
        assert served.bodies[0]["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    ("answer", "status", "kind", "said"),
    [
        ({"error": {"message": f"bad {KEY}"}}, 401, "application/json", "TRIKAL_CHAT_KEY"),
        ({"error": {"message": f"bad {KEY}"}}, 403, "application/json", "TRIKAL_CHAT_KEY"),
        ({"error": {"message": "no such model"}}, 404, "application/json", "TRIKAL_CHAT_MODEL"),
        ({"error": {"message": "slow down"}}, 429, "application/json", "429"),
        ({"error": {"message": "boom"}}, 500, "application/json", "HTTP 500"),
        (PAGE, 502, "text/html", "HTTP 502"),
        (PAGE, 200, "text/html", "did not answer as"),
        ("{not json", 200, "application/json", "did not answer as"),
        ("[1, 2]", 200, "application/json", "did not answer as"),
        ({"hello": "world"}, 200, "application/json", "did not answer as"),
        ({"choices": None}, 200, "application/json", "did not answer as"),
        (
            {"error": {"message": f"bad grammar for {KEY}"}},
            400,
            "application/json",
            "refused the request.*grammar",
        ),
        (
            {"error": {"message": "exceeds the available context size (8 tokens)"}},
            400,
            "application/json",
            "too small a context",
        ),
    ],
)
@pytest.mark.parametrize("streaming", [False, True])
def test_a_bad_answer_names_the_server_and_the_remedy_but_never_the_key(
    answer: object, status: int, kind: str, said: str, streaming: bool
) -> None:
    with chatting({CHAT: answer}, status=status, kind=kind) as (chat, served):
        model = chat.chat_model()
        with pytest.raises(BackendFailed, match=said) as caught:
            _ = list(model.stream("Hello")) if streaming else model.invoke("Hello")
        assert served.url in str(caught.value)
        assert KEY not in str(caught.value)
        assert caught.value.__cause__ is not None


@pytest.mark.parametrize("streaming", [False, True])
def test_a_slow_server_is_given_up_after_the_timeout(streaming: bool) -> None:
    with chatting({CHAT: completion("late")}, delay_s=0.4, timeout_s=0.1) as (chat, _):
        model = chat.chat_model()
        with pytest.raises(BackendFailed, match=r"in time.*TRIKAL_REQUEST_TIMEOUT_S"):
            _ = list(model.stream("Hello")) if streaming else model.invoke("Hello")


@pytest.mark.parametrize("model", ["m", None])
def test_a_server_that_is_down_says_what_to_start_or_correct(model: str | None) -> None:
    with serving({}) as served:
        gone = served.url
    chat = OpenAICompatibleChat(gone, key=KEY, model=model, timeout_s=1, max_retries=0)
    with pytest.raises(BackendFailed, match=r"cannot be reached.*TRIKAL_CHAT_URL"):
        chat.chat_model().invoke("Hello")
    chat.close()


@pytest.mark.parametrize("answer", [PAGE, {"data": []}, {"models": 1}, "{rubbish"])
def test_a_list_of_models_that_is_none_is_a_clear_error(answer: object) -> None:
    with chatting({"/v1/models": answer}, model=None) as (chat, served):
        with pytest.raises(BackendFailed, match="did not answer as") as caught:
            chat.chat_model()
        assert served.url in str(caught.value)


@pytest.mark.parametrize(
    "reply", [completion("{rubbish"), completion('{"anchor": 1}'), completion("", "length")]
)
def test_an_answer_that_breaks_its_schema_is_a_backend_failure(reply: object) -> None:
    with chatting({CHAT: reply}) as (chat, _):
        model = chat.chat_model().with_structured_output(Answer, method="json_schema")
        with pytest.raises(BackendFailed):
            model.invoke("?")


def test_what_happens_around_a_model_is_mapped_too() -> None:
    with pytest.raises(BackendFailed, match="m did not answer as"), map_errors("m"):
        Answer.model_validate_json("{")


def test_a_password_in_a_url_is_not_repeated() -> None:
    with (
        pytest.raises(BackendFailed) as caught,
        map_errors("m", "http://joe:hunter2@host:1/v1?key=hunter2"),
    ):
        Answer.model_validate_json("{")
    assert "http://host:1/v1" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_bug_of_ours_is_not_taken_for_the_servers() -> None:
    with pytest.raises(TypeError), map_errors("m"):
        raise TypeError("ours")


def test_a_picture_travels_small_and_in_its_own_colours() -> None:
    picture = np.zeros((1000, 3000, 3), dtype=np.uint8)
    picture[..., 0] = 255
    with chatting({CHAT: completion(" A red wall. ")}) as (chat, served):
        describer = OpenAICompatibleVision(chat)
        assert describer.describe(picture, ask="Which colour?") == "A red wall."
        question, image = served.bodies[0]["messages"][0]["content"]
    assert question["text"] == "Which colour?"
    sent = base64.b64decode(image["image_url"]["url"].removeprefix("data:image/jpeg;base64,"))
    decoded = np.asarray(Image.open(io.BytesIO(sent)))
    assert decoded.shape[1] == LONGEST_SIDE
    assert decoded[10, 10, 0] > 200 > decoded[10, 10, 2]


def test_a_model_that_says_nothing_about_a_picture_failed() -> None:
    with (
        chatting({CHAT: completion(" ")}) as (chat, _),
        pytest.raises(BackendFailed, match="TRIKAL_VISION_MODEL"),
    ):
        OpenAICompatibleVision(chat).describe(np.zeros((8, 8, 3), dtype=np.uint8))


def test_a_proxy_of_the_environment_is_not_asked_for_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    answers = {"/v1/models": MODELS, CHAT: completion("Hi.")}
    with chatting(answers, model=None) as (chat, _):
        assert chat.chat_model().invoke("Hello").text == "Hi."


def test_a_closed_chat_connects_anew() -> None:
    with chatting({CHAT: completion("Hi.")}) as (chat, _):
        first = chat.chat_model()
        assert chat.chat_model() is first
        chat.close()
        chat.close()
        again = chat.chat_model()
        assert again is not first
        assert again.invoke("Hello").text == "Hi."


@pytest.mark.parametrize(("model", "name"), [("m", "m"), (None, "its first model")])
def test_a_name_asks_nothing_of_the_server(model: str | None, name: str) -> None:
    with chatting({}, model=model) as (chat, served):
        assert chat.name == f"{name}/openai-compatible"
        assert served.paths == []


def test_a_server_that_wants_no_key_is_sent_a_word() -> None:
    with serving({CHAT: completion("Hi.")}) as served:
        chat = OpenAICompatibleChat(served.url, model="m", max_retries=0)
        chat.chat_model().invoke("Hello")
        chat.close()
    assert served.keys == ["Bearer none"]


def test_many_threads_share_one_chat_and_one_question_for_the_models() -> None:
    with chatting({"/v1/models": MODELS}, model=None) as (chat, served):
        found: list[object] = []
        threads = [threading.Thread(target=lambda: found.append(chat.chat_model()))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 4
    assert len({id(each) for each in found}) == 1
    assert served.paths == ["/v1/models"]


@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 3_000, 3), (3_000, 4, 3), (1_024, 1_024, 3)])
def test_a_picture_of_any_shape_keeps_its_sides(shape: tuple[int, ...]) -> None:
    with chatting({CHAT: completion("Grey.")}) as (chat, served):
        OpenAICompatibleVision(chat).describe(np.full(shape, 99, dtype=np.uint8))
        question, image = served.bodies[0]["messages"][0]["content"]
    sent = base64.b64decode(image["image_url"]["url"].partition(",")[2])
    height, width, _ = np.asarray(Image.open(io.BytesIO(sent))).shape
    assert max(height, width) == min(max(shape[:2]), LONGEST_SIDE)
    assert (height > width) == (shape[0] > shape[1])
    assert "Describe this picture" in question["text"]


def test_a_describer_is_named_after_its_chat_and_closes_it() -> None:
    with chatting({CHAT: completion("Grey.")}) as (chat, _):
        vision = OpenAICompatibleVision(chat)
        assert vision.name == chat.name
        model = chat.chat_model()
        vision.close()
        assert chat.chat_model() is not model


def test_the_frames_of_a_run_travel_in_time_order() -> None:
    frames = [np.full((8, 8, 3), value, dtype=np.uint8) for value in (10, 120, 240)]
    with chatting({CHAT: completion("It gets light.")}) as (chat, served):
        assert OpenAICompatibleVision(chat).describe_run(frames) == "It gets light."
        question, *images = served.bodies[0]["messages"][0]["content"]
    assert "time order" in question["text"]
    levels = [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(
            image["image_url"]["url"].partition(",")[2])))).mean()
        for image in images
    ]
    assert levels == pytest.approx([10, 120, 240], abs=3)


def test_a_picture_without_pixels_is_never_sent() -> None:
    with chatting({CHAT: completion("Nothing.")}) as (chat, served):
        vision = OpenAICompatibleVision(chat)
        with pytest.raises(BadInput, match="0x0"):
            vision.describe(np.zeros((0, 0, 3), dtype=np.uint8))
        with pytest.raises(BadInput, match="no picture"):
            vision.describe_run([])
    assert served.paths == []
