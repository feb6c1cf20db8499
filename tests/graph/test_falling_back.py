"""A whole question whose chat server is killed in the middle of the answer."""

import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.serving.servers import events, serving
from tests.serving.test_fallback import CHAT, far
from trikal.app.asking import Asker
from trikal.graph.context import Context
from trikal.serving.catalog import Catalog
from trikal.serving.models import Models
from trikal.serving.roles import Role
from trikal.serving.tasks import Served
from trikal.settings import Settings

ANSWER = "The harbour bridge was painted green in April. [1]"
QUESTION = "When was the harbour bridge painted?"


@pytest.fixture
def ask(
    context: Callable[..., Context], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Ask with two chat servers, and return all events."""
    def asked(*urls: str) -> list[dict[str, Any]]:
        known = {Role.CHAT: tuple(Served(model=f"m{n}", url=url, why="a test")
                                  for n, url in enumerate(urls))}
        monkeypatch.setattr("trikal.serving.situation.served", lambda _: known)
        monkeypatch.setattr("trikal.serving.desk._MOMENT_S", (0.0, 0.01))
        with Models(Settings(cache_dir=tmp_path), Catalog(model=())) as models:
            resources = context().resources
            assert resources
            return list(Asker(replace(resources, chat=models.chat)).events(QUESTION))

    return asked


@pytest.mark.parametrize("times", [2, pytest.param(20, marks=pytest.mark.models)])
def test_a_server_killed_in_mid_answer_costs_no_question_its_answer(ask: Any, times: int) -> None:
    for _ in range(times):
        with (far("dying") as first,
              serving({CHAT: events(ANSWER)}, kind="text/event-stream") as second):
            told = ask(first.url, second.url)
            assert first.process.wait(5) == -signal.SIGKILL
        reply = told[-1]["reply"]
        assert reply["found"]
        assert reply["answer"].endswith(ANSWER)
        assert "And then" not in reply["answer"]
        assert reply["answer"].count("painted") == 1
        assert any("Meanwhile m1/openai-compatible does its work" in each
                   for each in reply["notices"])
        kinds = [event["event"] for event in told]
        assert "restart" in kinds
        assert "sentence" not in kinds or kinds.index("restart") >= kinds.index("sentence")


def test_a_question_without_trouble_brings_no_notice(ask: Any) -> None:
    with serving({CHAT: events(ANSWER)}, kind="text/event-stream") as served:
        reply = ask(served.url)[-1]["reply"]
    assert reply["notices"] == []


def test_when_every_server_dies_the_evidence_is_quoted(ask: Any) -> None:
    with far("dying") as first, far("dying") as second:
        reply = ask(first.url, second.url)[-1]["reply"]
    assert "painted green" in reply["answer"]
    assert any("did not answer" in why for why in reply["removed"])
