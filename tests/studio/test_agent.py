"""The agent through a real LangGraph development server, as Studio drives it."""

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


def test_a_doubt_waits_for_the_reader_and_goes_on_with_the_choice(studio: Studio) -> None:
    client = studio.client
    thread = client.threads.create()["thread_id"]
    stream(studio, thread, DOUBTFUL, context={"asks_back": True})
    (waiting,) = client.threads.get_state(thread)["interrupts"]
    asked = waiting["value"]
    assert len(asked["choices"]) > 1
    assert asked["default"] == asked["choices"][0]
    *_, last = client.runs.stream(
        thread, "trikal", command={"resume": asked["choices"][0]}, stream_mode="values",
        context={"asks_back": True})
    assert last.data["answer"]
    assert client.threads.get_state(thread)["interrupts"] == []
