"""Models get ready between questions, never while one is answered."""

import threading
from collections.abc import Iterator, Sequence
from typing import cast

import pytest
from langchain_core.messages import BaseMessage

from trikal.app.warming import Warming, read_heads
from trikal.errors import BackendFailed
from trikal.graph.evidence import EvidenceItem
from trikal.graph.prompts import answer_messages, plan_messages
from trikal.serving.models import Models, Writer

WAIT_S = 30


class _Backend:
    """A chat backend that writes down what it reads."""

    def __init__(self) -> None:
        self.heads: list[Sequence[BaseMessage]] = []

    def begin(self) -> None:
        raise AssertionError("what warms waits for the weights")

    def read(self, head: Sequence[BaseMessage]) -> None:
        self.heads.append(head)


class _Models:
    """Models that hand out chat backends, the usual one first, each as soon as it may."""

    def __init__(self, *backends: _Backend) -> None:
        self._backends = backends
        self.loaded = 0

    def writers(self, *, load: bool = True) -> Iterator[Writer]:
        for n, backend in enumerate(self._backends):
            self.loaded += load
            yield Writer(backend, plans=n == 0)


def _models(*backends: _Backend) -> Models:
    return cast(Models, _Models(*backends))


def test_the_head_of_every_prompt_is_read() -> None:
    usual, large = _Backend(), _Backend()
    with Warming(_models(usual, large)) as warming:
        assert warming.join(WAIT_S)
    assert usual.heads == [answer_messages("", ()), plan_messages("")]
    assert large.heads == [answer_messages("", ())]


def test_after_an_answer_nothing_is_loaded_to_read_heads() -> None:
    backend = _Backend()
    models = _Models(backend)
    read_heads(cast(Models, models))
    assert (models.loaded, backend.heads) == (0, [answer_messages("", ()), plan_messages("")])


def test_what_is_read_is_what_a_real_prompt_begins_with() -> None:
    item = cast(EvidenceItem, {"n": 1, "text": "The dome was damaged."})
    for head, whole in ((answer_messages("", ()), answer_messages("What was damaged?", [item])),
                        (plan_messages(""), plan_messages("What came after that?"))):
        assert head[:-1] == whole[:-1]
        assert len(head) == len(whole)


def test_nothing_is_begun_while_a_question_is_answered() -> None:
    began, goes_on = threading.Event(), threading.Event()

    class Slow(_Backend):
        def read(self, head: Sequence[BaseMessage]) -> None:
            began.set()
            assert goes_on.wait(WAIT_S)
            super().read(head)

    slow = Slow()
    with Warming(_models(slow)) as warming:
        assert began.wait(WAIT_S)
        with warming.paused():
            goes_on.set()
            assert not warming.join(0.2)
            assert len(slow.heads) == 1
        assert warming.join(WAIT_S)
    assert len(slow.heads) == 2


def test_leaving_begins_nothing_more() -> None:
    backend = _Backend()
    models = _Models(backend)
    warming = Warming(cast(Models, models))
    with warming.paused(), warming:
        pass
    assert (models.loaded, backend.heads) == (0, [])


class _Broken(_Backend):
    def read(self, head: Sequence[BaseMessage]) -> None:
        raise BackendFailed("no memory is left")


def test_a_model_that_fails_ends_it_quietly(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="trikal.app.warming"), \
            Warming(_models(_Broken())) as warming:
        assert warming.join(WAIT_S)
    assert "no memory is left" in caplog.text


def test_a_model_that_fails_spoils_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="trikal.app.warming"):
        read_heads(_models(_Broken()))
    assert "no memory is left" in caplog.text
