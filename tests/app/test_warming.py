"""Models get ready between questions, never while one is answered."""

import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from tests.fakes import FakeChat
from trikal.app.warming import Warming
from trikal.errors import BackendFailed
from trikal.graph.evidence import EvidenceItem
from trikal.graph.prompts import answer_messages, plan_messages
from trikal.serving.models import Models

WAIT_S = 30


class _Chats:
    """Models that hand out scripted chat models, each as soon as it may."""

    def __init__(self, *chats: BaseChatModel) -> None:
        self._chats = chats
        self.loaded = 0

    def writers(self) -> Iterator[BaseChatModel]:
        for chat in self._chats:
            self.loaded += 1
            yield chat


def _models(*chats: BaseChatModel) -> Models:
    return cast(Models, _Chats(*chats))


def test_the_head_of_every_prompt_is_read() -> None:
    usual, large = FakeChat(), FakeChat()
    with Warming(_models(usual, large)) as warming:
        assert warming.join(WAIT_S)
    assert usual.prompts == [answer_messages("", ()), plan_messages("")]
    assert large.prompts == [answer_messages("", ())]


def test_what_is_read_is_what_a_real_prompt_begins_with() -> None:
    item = cast(EvidenceItem, {"n": 1, "text": "The dome was damaged."})
    for head, whole in ((answer_messages("", ()), answer_messages("What was damaged?", [item])),
                        (plan_messages(""), plan_messages("What came after that?"))):
        assert head[:-1] == whole[:-1]
        assert len(head) == len(whole)


def test_nothing_is_begun_while_a_question_is_answered() -> None:
    began, goes_on = threading.Event(), threading.Event()

    class Slow(FakeChat):
        def _generate(self, messages: list[BaseMessage], *args: Any, **named: Any) -> Any:
            began.set()
            assert goes_on.wait(WAIT_S)
            return super()._generate(messages, *args, **named)

    slow = Slow()
    with Warming(_models(slow)) as warming:
        assert began.wait(WAIT_S)
        with warming.paused():
            goes_on.set()
            assert not warming.join(0.2)
            assert len(slow.prompts) == 1
        assert warming.join(WAIT_S)
    assert len(slow.prompts) == 2


def test_leaving_begins_nothing_more() -> None:
    chat = FakeChat()
    models = _Chats(chat)
    warming = Warming(cast(Models, models))
    with warming.paused(), warming:
        pass
    assert (models.loaded, chat.prompts) == (0, [])


def test_a_model_that_fails_ends_it_quietly(caplog: pytest.LogCaptureFixture) -> None:
    broken = FakeChat(replies=[BackendFailed("no memory is left")])
    with caplog.at_level("INFO", logger="trikal.app.warming"), \
            Warming(_models(broken)) as warming:
        assert warming.join(WAIT_S)
    assert "no memory is left" in caplog.text
