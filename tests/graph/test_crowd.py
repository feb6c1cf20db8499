"""Sixteen sessions at once in one process: each keeps to itself, and none loses a turn."""

import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from tests.fakes import FakeChat
from tests.graph.conftest import SAID
from trikal.app.asking import Asker
from trikal.graph.context import Context
from trikal.graph.sessions import Saver, open_sessions, saved_session, saved_sessions
from trikal.settings import Settings

SESSIONS, TURNS = 16, 6
ORDER = [start for start, _ in SAID]


class EchoChat(FakeChat):
    """Says the first evidence again, after a while: runs of other sessions come in between."""

    def _next(self, messages: list[BaseMessage], bound: dict[str, Any]) -> str:
        time.sleep(random.uniform(0, 0.01))
        found = re.search(r"\[(\d+)\] <<(.*?)>>", str(messages[-1].text))
        return f"{found[2]} [{found[1]}]" if found else "Nothing."


@pytest.fixture
def saver(tmp_path: Path) -> Iterator[Saver]:
    with open_sessions(Settings(), tmp_path / "sessions.db") as opened:
        yield opened


def walk(seed: int) -> tuple[list[str], list[int]]:
    """Make a dialogue that steps from moment to moment, and where each step must arrive."""
    draw, place = random.Random(seed), seed % len(SAID)
    questions, arrivals = [f"Where is “{SAID[place][1]}” said?"], [ORDER[place]]
    for _ in range(TURNS - 1):
        forward = place == 0 or (place < len(SAID) - 1 and draw.random() < 0.5)
        place += 1 if forward else -1
        questions.append("And after that?" if forward else "And before that?")
        arrivals.append(ORDER[place])
    return questions, arrivals


@pytest.mark.thorough
def test_sessions_at_once_do_not_mix_and_lose_nothing(
    saver: Saver, context: Callable[..., Context]
) -> None:
    resources = context("unused").resources
    assert resources is not None
    chat = EchoChat()
    shared = replace(resources, chat=lambda: chat)

    def talk(seed: int) -> list[list[int]]:
        asker = Asker(shared, checkpointer=saver, session=f"talk {seed}")
        return [[each["start_ms"] for each in asker.ask(question)["citations"]]
                for question in walk(seed)[0]]

    with ThreadPoolExecutor(SESSIONS) as pool:
        shown = list(pool.map(talk, range(SESSIONS)))
    for seed, cited in enumerate(shown):
        questions, arrivals = walk(seed)
        assert [each[0] for each in cited] == arrivals, f"session {seed} went astray"
        saved = saved_session(saver, f"talk {seed}")
        assert saved is not None
        assert [turn["question"] for turn in saved.turns] == questions
        assert [turn["shown"][0]["start_ms"] for turn in saved.turns] == arrivals
        assert saved.unfinished == ""
    assert len(saved_sessions(saver)) == SESSIONS
