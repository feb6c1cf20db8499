"""A server that fails is left for the next: real processes, real HTTP, real kill -9."""

import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from tests.serving.servers import completion, events, serving
from trikal.errors import AnswerBrokenOff, BackendFailed
from trikal.serving.catalog import Catalog
from trikal.serving.models import Models
from trikal.serving.notices import hearing
from trikal.serving.roles import Role
from trikal.serving.tasks import Served
from trikal.settings import Settings

SERVER = Path(__file__).with_name("dying_server.py")
KEY = "sk-very-secret-0123456789"
CHAT = "/v1/chat/completions"


class Far:
    """The process of a server that misbehaves."""

    def __init__(self, behaviour: str) -> None:
        self.process = subprocess.Popen([sys.executable, str(SERVER), behaviour],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}/v1"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@contextmanager
def far(behaviour: str) -> Iterator[Far]:
    server = Far(behaviour)
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def near() -> Iterator[str]:
    """A second server, which always answers."""
    with serving({CHAT: events("Here ", "I ", "am.")}, kind="text/event-stream") as served:
        yield served.url


@pytest.fixture
def two(near: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make models whose first choice is the given server and whose second always answers."""
    def make(url: str, **settings: Any) -> Models:
        def served(_: object) -> dict[Role, tuple[Served, ...]]:
            first = Served(model="far", url=url, why="first", key=SecretStr(KEY))
            return {Role.CHAT: (first, Served(model="near", url=near, why="second"))}

        monkeypatch.setattr("trikal.serving.situation.served", served)
        given = {"cache_dir": tmp_path, "request_timeout_s": 5, **settings}
        return Models(Settings(**given), Catalog(model=()))

    return make


def test_a_server_killed_in_mid_answer_is_left_for_the_next(two: Any) -> None:
    for _ in range(3):
        with far("endless") as server, two(server.url) as models, hearing() as notices:
            chat = models.chat()
            stream = chat.stream("?")
            begun = [next(stream).text for _ in range(3)]
            assert all(piece.startswith("far") for piece in begun)
            server.kill()
            with pytest.raises(AnswerBrokenOff, match="broke off in the middle.*near answers"):
                list(stream)
            assert "".join(chunk.text for chunk in chat.stream("?")) == "Here I am."
            assert len(notices) == 2
            assert f"far at {server.url} " in notices[0]
            assert "Meanwhile near/openai-compatible does its work" in notices[0]
            assert "far failed and is tried again in" in notices[1]


def test_a_stream_that_just_stops_is_no_answer(two: Any) -> None:
    with far("unfinished") as server, two(server.url) as models:
        with pytest.raises(AnswerBrokenOff):
            list(models.chat().stream("?"))


@pytest.mark.parametrize(("behaviour", "says"), [
    ("busy", r"is busy or over its limit \(429\)"),
    ("broken", r"failed \(HTTP 500\)"),
    ("loading", r"failed \(HTTP 503\)"),
    ("page", "did not answer as"),
    ("long", "has too small a context for this prompt"),
    ("locked", "refused the key"),
    ("hanging", "did not answer in time"),
])
def test_a_bad_server_is_one_sentence_and_the_next_one_answers(
    two: Any, behaviour: str, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with far(behaviour) as server, two(server.url, request_timeout_s=0.5) as models:
        with hearing() as notices:
            said = "".join(chunk.text for chunk in models.chat().stream("?"))
        assert said == "Here I am."
        assert len(notices) == 1
        assert re.search(says, notices[0])
        assert "\n" not in notices[0]
    assert KEY not in caplog.text + "".join(notices)


@pytest.mark.parametrize(("behaviour", "rests"), [("busy", True), ("long", False)])
def test_only_a_fault_of_the_server_lets_it_rest(
    two: Any, behaviour: str, rests: bool
) -> None:
    with far(behaviour) as server, two(server.url) as models:
        list(models.chat().stream("?"))
        resting = models.situation(Role.CHAT).resting
    assert bool(resting) is rests
    if rests:
        assert 30 < resting["far/openai-compatible"] <= 40  # what Retry-After asked for


def test_after_its_rest_a_server_is_tried_again(
    two: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trikal.serving.breaker.FIRST_REST_S", 0.0)
    answers = {CHAT: events("Back."), "/v1/models": {"data": [{"id": "far"}]}}
    with far("broken") as server, two(server.url) as models:
        list(models.chat().stream("?"))
        port = int(server.url.split(":")[2].split("/")[0])
        server.kill()
        with serving(answers, kind="text/event-stream", port=port):
            said = "".join(chunk.text for chunk in models.chat().stream("?"))
    assert said == "Back."


def test_without_fallback_the_error_is_the_answer(two: Any) -> None:
    with far("broken") as server, two(server.url, fallback=False) as models:
        with pytest.raises(BackendFailed, match="failed"):
            list(models.chat().stream("?"))


class _Colour(BaseModel):
    name: str


def test_a_structured_answer_falls_back_as_a_whole(two: Any) -> None:
    with (far("broken") as server,
          serving({CHAT: completion('{"name": "red"}')}) as second,
          pytest.MonkeyPatch.context() as patch):
        models = two(server.url)
        patch.setattr("trikal.serving.situation.served", lambda _: {Role.CHAT: (
            Served(model="far", url=server.url, why="first"),
            Served(model="near", url=second.url, why="second"))})
        with models, hearing() as notices:
            bound = models.chat().with_structured_output(_Colour, method="json_schema")
            assert bound.invoke("?") == _Colour(name="red")
    assert len(notices) == 1


def test_when_all_fail_the_last_error_says_so(two: Any) -> None:
    with far("broken") as server, two(server.url) as models, pytest.MonkeyPatch.context() as patch:
        patch.setattr("trikal.serving.situation.served", lambda _: {Role.CHAT: (
            Served(model="far", url=server.url, why="first"),
            Served(model="gone", url="http://127.0.0.1:9/v1", why="second"))})
        with pytest.raises(BackendFailed, match="gone .*cannot be reached"):
            list(models.chat().stream("?"))


@pytest.mark.parametrize(("status", "requests"), [(429, 2), (500, 2), (400, 1), (401, 1)])
def test_the_last_one_is_tried_again_where_that_may_help(
    tmp_path: Path, status: int, requests: int
) -> None:
    with serving({CHAT: {"error": {"message": "no"}}}, status=status) as served:
        settings = Settings(cache_dir=tmp_path, chat_url=served.url, chat_model="m")
        with Models(settings, Catalog(model=())) as models, pytest.raises(BackendFailed):
            models.chat().invoke("?")
    assert len(served.paths) == requests


def test_where_another_can_answer_nobody_waits(two: Any) -> None:
    with serving({CHAT: {"error": {"message": "no"}}}, status=429) as served:
        with two(served.url) as models:
            list(models.chat().stream("?"))
    assert len(served.paths) == 1
