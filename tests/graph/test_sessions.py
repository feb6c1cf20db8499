"""Sessions: kept by name, listed, forgotten, and finished after a process was killed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from pydantic import SecretStr

from trikal.errors import ArchiveError, BadInput
from trikal.graph.build import build_graph
from trikal.graph.context import Context
from trikal.graph.conversation.turns import Turn
from trikal.graph.sessions import (
    Saver,
    open_sessions,
    remove_session,
    saved_session,
    saved_sessions,
    thread,
)
from trikal.settings import Settings

MakeContext = Callable[..., Context]
STORM = "What was said right after the storm closed the lighthouse?"


Opens = Callable[[], AbstractContextManager[Saver]]


@pytest.fixture
def opens(settings: Settings, tmp_path: Path) -> Opens:
    """Open the same sessions as often as a test likes; at first there are none."""
    path = tmp_path / "sessions.db"
    with open_sessions(settings, path) as opened:
        for each in saved_sessions(opened):
            remove_session(opened, each.name)
    return lambda: open_sessions(settings, path)


@pytest.fixture
def saver(opens: Opens) -> Iterator[Saver]:
    with opens() as opened:
        yield opened


def ask(saver: Saver, context: Context, name: str, question: str) -> dict[str, Any]:
    return build_graph(saver).invoke({"question": question}, thread(name), context=context)


def test_sessions_are_listed_the_latest_first(saver: Saver, context: MakeContext) -> None:
    for name in ("morning", "evening"):
        ask(saver, context(), name, STORM)
    ask(saver, context(), "morning", "And before that?")
    first, second = saved_sessions(saver)
    assert (first.name, second.name) == ("morning", "evening")
    assert [turn["question"] for turn in first.turns] == [STORM, "And before that?"]
    assert [turn["shown"][0]["start_ms"] for turn in first.turns] == [15_000, 10_000]
    assert first.unfinished == ""
    assert first.changed_at > second.changed_at


def test_a_session_goes_on_in_another_process(opens: Opens, context: MakeContext) -> None:
    for question, start_ms in ((STORM, 15_000), ("And before that?", 10_000)):
        with opens() as saver:
            reply = ask(saver, context(), "talk", question)
        assert reply["citations"][0]["start_ms"] == start_ms


def test_a_sessions_turns_are_saved_once_a_turn(saver: Saver, context: MakeContext) -> None:
    if not isinstance(saver, SqliteSaver):
        pytest.skip("PostgreSQL keeps every value once, and shows it in each checkpoint")
    for question in (STORM, "And before that?"):
        ask(saver, context(), "talk", question)
    saved = [each.checkpoint["channel_values"] for each in saver.list(thread("talk"))]
    assert len(saved) > 8
    assert sum("turns" in each for each in saved) == 2


def test_a_session_of_an_older_version_goes_on(saver: Saver, context: MakeContext) -> None:
    """It kept its turns in every checkpoint, whole."""
    ask(saver, context(), "new", STORM)
    known = saved_session(saver, "new")
    assert known is not None
    graph = StateGraph(_Older)
    graph.add_node("verify", lambda state: {"turns": list(known.turns)})
    graph.add_edge(START, "verify")
    graph.add_edge("verify", END)
    graph.compile(saver).invoke({"question": STORM}, thread("old"))
    older = saved_session(saver, "old")
    assert older is not None
    assert older.turns == known.turns
    ask(saver, context(), "old", "And before that?")
    now = saved_session(saver, "old")
    assert now is not None
    assert [turn["shown"][0]["start_ms"] for turn in now.turns] == [15_000, 10_000]


class _Older(TypedDict, total=False):
    question: str
    turns: list[Turn]


def test_a_session_is_forgotten(saver: Saver, context: MakeContext) -> None:
    ask(saver, context(), "talk", STORM)
    remove_session(saver, "talk")
    assert saved_session(saver, "talk") is None
    with pytest.raises(BadInput, match="no session 'talk'"):
        remove_session(saver, "talk")


def test_what_a_stopped_run_left_is_finished_from_its_last_step(
    saver: Saver, context: MakeContext
) -> None:
    question = "Which colour was the harbour bridge painted?"
    with pytest.raises(RuntimeError, match="power cut"):
        ask(saver, context(RuntimeError("power cut")), "talk", question)
    left = saved_session(saver, "talk")
    assert left is not None
    assert (left.unfinished, left.turns) == (question, ())
    agent, resumed = build_graph(saver), context("The bridge was painted green. [1]")
    steps = [step for part in agent.stream(None, thread("talk"), context=resumed,
                                           stream_mode="updates") for step in part]
    assert steps == ["answer", "verify"]
    done = saved_session(saver, "talk")
    assert done is not None
    assert done.unfinished == ""
    assert done.turns[0]["answer"] == "The bridge was painted green. [1]"


def test_an_answer_that_was_written_but_not_filed_is_not_lost_to_the_next_question(
    saver: Saver, context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process may die between the last step's result and the checkpoint that takes it in."""
    put = saver.put

    def cut_off(config: Any, checkpoint: Any, *rest: Any) -> Any:
        if checkpoint["channel_values"].get("turns"):
            raise RuntimeError("power cut")
        return put(config, checkpoint, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(saver, "put", cut_off)
        with pytest.raises(RuntimeError, match="power cut"):
            build_graph(saver).invoke({"question": STORM}, thread("talk"), context=context(),
                                      durability="sync")
    left = saved_session(saver, "talk")
    assert left is not None
    assert left.unfinished == STORM
    build_graph(saver).invoke(None, thread("talk"), context=context(), durability="sync")
    ask(saver, context(), "talk", "And before that?")
    whole = saved_session(saver, "talk")
    assert whole is not None
    assert [turn["question"] for turn in whole.turns] == [STORM, "And before that?"]


KILLED = """
import os, signal, sys
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from trikal.graph.sessions import open_sessions, thread
from trikal.graph.state import AgentState
from trikal.settings import Settings
from pathlib import Path
from pydantic import SecretStr

def plan(state): return {"draft": "planned"}
def answer(state): os.kill(os.getpid(), signal.SIGKILL)

graph = StateGraph(AgentState)
graph.add_node("plan", plan); graph.add_node("answer", answer)
graph.add_edge(START, "plan"); graph.add_edge("plan", "answer"); graph.add_edge("answer", END)
url = SecretStr(sys.argv[2]) if len(sys.argv) > 2 else None
with open_sessions(Settings(sessions_url=url), Path(sys.argv[1])) as saver:
    graph.compile(saver).invoke({"question": "why?"}, thread("talk"), durability="sync")
"""


def test_a_killed_process_leaves_its_finished_steps(
    opens: Opens, settings: Settings, tmp_path: Path
) -> None:
    url = [settings.sessions_url.get_secret_value()] if settings.sessions_url else []
    command = [sys.executable, "-c", KILLED, str(tmp_path / "sessions.db"), *url]
    process = subprocess.run(command, check=False)
    assert process.returncode == -9
    with opens() as saver:
        (kept,) = [each for each in saver.list(thread("talk"), limit=1)]
        left = saved_session(saver, "talk")
    assert kept.checkpoint["channel_values"]["draft"] == "planned"
    assert left is not None
    assert left.unfinished == "why?"


def test_sessions_side_by_side_keep_apart(saver: Saver, context: MakeContext) -> None:
    agent, names = build_graph(saver), [f"talk {n}" for n in range(8)]

    def talk(name: str) -> list[int]:
        first, second = ("And before that?", "And after that?") if int(name[5:]) % 2 else (
            "And after that?", "And before that?")
        replies = [agent.invoke({"question": question}, thread(name), context=context())
                   for question in (STORM, first, second)]
        return [reply["citations"][0]["start_ms"] if reply["citations"] else -1
                for reply in replies]

    with ThreadPoolExecutor(8) as pool:
        shown = dict(zip(names, pool.map(talk, names), strict=True))
    assert {shown[name][0] for name in names} == {15_000}
    assert {tuple(shown[name]) for name in names[1::2]} == {(15_000, 10_000, 15_000)}
    assert {shown[name][1] for name in names[::2]} == {-1}  # nothing comes after the last
    found = {each.name: each for each in saved_sessions(saver)}
    assert set(found) == set(names)
    assert {len(each.turns) for each in found.values()} == {3}


def test_forgetting_one_session_leaves_the_others(saver: Saver, context: MakeContext) -> None:
    for name in ("morning", "noon", "evening"):
        ask(saver, context(), name, STORM)
    remove_session(saver, "noon")
    assert [each.name for each in saved_sessions(saver)] == ["evening", "morning"]
    reply = ask(saver, context(), "morning", "And before that?")
    assert reply["citations"][0]["start_ms"] == 10_000


def test_a_forgotten_session_begins_anew(saver: Saver, context: MakeContext) -> None:
    ask(saver, context(), "talk", STORM)
    remove_session(saver, "talk")
    reply = ask(saver, context(), "talk", "And before that?")
    assert reply["found"] is False
    again = saved_session(saver, "talk")
    assert again is not None
    assert [turn["question"] for turn in again.turns] == ["And before that?"]


def test_a_server_that_is_down_is_said_in_a_sentence(tmp_path: Path) -> None:
    pytest.importorskip("langgraph.checkpoint.postgres")
    settings = Settings(sessions_url=SecretStr("postgresql://me:secret@127.0.0.1:9/trikal"))
    with (pytest.raises(ArchiveError, match="TRIKAL_SESSIONS_URL") as caught,
          open_sessions(settings, tmp_path / "sessions.db")):
        pass
    assert "secret" not in str(caught.value)


def test_nothing_is_listed_where_nothing_was_asked(saver: Saver) -> None:
    assert saved_sessions(saver) == []


def test_a_file_of_sessions_outlives_a_killed_process_without_waiting_for_the_disk(
    tmp_path: Path
) -> None:
    with open_sessions(Settings(), tmp_path / "sessions.db") as saver:
        saved_sessions(saver)
        asked = {name: saver.conn.execute(f"PRAGMA {name}").fetchone()[0]  # type: ignore[attr-defined]
                 for name in ("journal_mode", "synchronous")}
    assert asked == {"journal_mode": "wal", "synchronous": 1}
