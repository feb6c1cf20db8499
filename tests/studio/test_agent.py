"""The agent through a real LangGraph development server, as Studio drives it."""

from pathlib import Path
from typing import Any

import pytest

from tests.studio.conftest import Studio

pytestmark = pytest.mark.studio

FERRY = "What was said right after the bridge was painted?"
DOUBTFUL = 'What was said right after "the bell rings"?'


def stream(studio: Studio, thread: str | None, question: str, **more: Any) -> list[Any]:
    return list(studio.client.runs.stream(
        thread, "trikal", input={"question": question}, stream_mode=["custom", "values"], **more))


def test_both_graphs_are_offered(studio: Studio) -> None:
    found = {each["graph_id"] for each in studio.client.assistants.search()}
    assert found == {"trikal", "ingest"}


def test_a_run_without_a_thread_waits_for_the_answer(studio: Studio) -> None:
    reply = studio.client.runs.wait(
        None, "trikal", input={"question": "What colour was the harbour bridge painted?"})
    assert reply["found"] is True
    assert reply["citations"][0]["start_ms"] == 1000
    assert "green" in reply["answer"]


def test_a_stream_shows_plan_evidence_and_answer(studio: Studio) -> None:
    parts = stream(studio, None, FERRY)
    told = [part.data["event"] for part in parts if part.event == "custom"]
    assert [each for each in told if each in ("plan", "evidence", "answer")][::2] == [
        "plan", "answer"]
    assert "evidence" in told
    assert parts[-1].event == "values"
    assert "leaves every hour" in parts[-1].data["answer"]


def test_a_thread_is_a_session(studio: Studio) -> None:
    thread = studio.client.threads.create()["thread_id"]
    stream(studio, thread, FERRY)
    *_, last = stream(studio, thread, "And before that?")
    assert last.data["citations"][0]["start_ms"] == 1000
    state = studio.client.threads.get_state(thread)
    assert [turn["question"] for turn in state["values"]["turns"]] == [FERRY, "And before that?"]
    assert state["next"] == []


def test_time_travel_asks_again_from_an_earlier_step(studio: Studio) -> None:
    """What Studio's fork does: take the state before a step, change it, and run on from there."""
    client = studio.client
    thread = client.threads.create()["thread_id"]
    stream(studio, thread, FERRY)
    history = client.threads.get_history(thread, limit=50)
    steps = [node for state in reversed(history) for node in state["next"]]
    assert steps[:3] == ["__start__", "plan", "retrieve"]
    before = next(state for state in history if state["next"] == ["retrieve"])
    plan = before["values"]["plan"]
    window = {"kind": "absolute", "start_ms": 9_000, "end_ms": 12_000}
    find, *others = plan["steps"]
    query = {"target": "", "constraints": [window]}
    changed = {**plan, "steps": [{**find, "query": query}, *others]}
    fork = client.threads.update_state(
        thread, {"plan": changed}, checkpoint_id=before["checkpoint"]["checkpoint_id"])
    list(client.runs.stream(thread, "trikal", input=None,
                            checkpoint_id=fork["checkpoint"]["checkpoint_id"]))
    now = client.threads.get_state(thread)["values"]
    assert [each["start_ms"] for each in now["evidence"]] == [9_000]


def waiting(studio: Studio, question: str) -> tuple[str, dict[str, Any]]:
    """Ask, and return the thread and what it waits for."""
    thread = studio.client.threads.create()["thread_id"]
    stream(studio, thread, question, context={"asks_back": True})
    (interrupt,) = studio.client.threads.get_state(thread)["interrupts"]
    asked = interrupt["value"]
    assert len(asked["choices"]) > 1
    assert asked["default"] == asked["choices"][0]
    return thread, asked


def resumed(studio: Studio, thread: str, reply: str) -> dict[str, Any]:
    *_, last = studio.client.runs.stream(
        thread, "trikal", command={"resume": reply}, stream_mode="values",
        context={"asks_back": True})
    return dict(last.data)


def starts(reply: dict[str, Any]) -> list[int]:
    return [each["start_ms"] for each in reply["citations"]]


@pytest.mark.parametrize(("question", "kind", "first", "second"), [
    (DOUBTFUL, "meaning", 15_000, 21_000),
    ("What was said at 12:30 in watch.srt?", "meaning", 750_000, 45_000_000),
])
def test_an_event_or_a_clock_with_two_meanings_waits_for_the_reader(
    studio: Studio, question: str, kind: str, first: int, second: int
) -> None:
    for reply, start in (("", first), ("1", first), ("2", second)):
        thread, asked = waiting(studio, question)
        assert asked["kind"] == kind
        assert starts(resumed(studio, thread, reply)) == [start]
        assert studio.client.threads.get_state(thread)["interrupts"] == []
    thread, asked = waiting(studio, question)
    assert starts(resumed(studio, thread, asked["choices"][1])) == [second]


def test_what_is_no_choice_is_asked_again(studio: Studio) -> None:
    thread, _ = waiting(studio, DOUBTFUL)
    resumed(studio, thread, "the third one")
    (again,) = studio.client.threads.get_state(thread)["interrupts"]
    assert again["value"]["problem"] == "'the third one' is none of the choices."
    assert starts(resumed(studio, thread, "2")) == [21_000]


@pytest.mark.parametrize(("reply", "status"), [("", "left out"), ("do it", "failed")])
def test_what_takes_too_long_waits_for_the_reader(
    studio: Studio, reply: str, status: str
) -> None:
    """A text with times has no sound: once it is allowed, the step fails and says so."""
    thread, asked = waiting(studio, "Listen to watch.srt again")
    assert (asked["kind"], asked["default"]) == ("cost", "leave it out")
    done = resumed(studio, thread, reply)
    assert ("listen", status) in [(each["do"], each["status"]) for each in done["acts"]]


@pytest.mark.parametrize("reply", ["", "2"])
def test_what_would_write_outside_the_archive_waits_for_the_reader(
    studio: Studio, tmp_path: Path, reply: str
) -> None:
    target = tmp_path / f"ferry-{reply or 'kept'}.md"
    thread, asked = waiting(studio, "Export what is said about the ferry as a Markdown list with "
                                    f"links and save it as {target}")
    assert asked["kind"] == "outside"
    assert not target.exists()
    (file,) = resumed(studio, thread, reply)["files"]
    assert target.exists() == (reply == "2")
    assert Path(file["path"]).name == target.name
    assert "leaves every hour" in Path(file["path"]).read_text(encoding="utf-8")
