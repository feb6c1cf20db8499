"""The ingest of one file through a real LangGraph development server."""

from pathlib import Path
from typing import Any

import pytest

from tests.studio.conftest import Studio

pytestmark = pytest.mark.studio

CUES = """1
00:00:01,000 --> 00:00:04,000
The {what} market opens at six in the morning.
"""
STAGES = ["identify", "listen", "translate", "watch", "read", "describe", "embed", "store"]


def written(folder: Path, what: str) -> Path:
    path = folder / f"{what}.srt"
    path.write_text(CUES.format(what=what))
    return path


def stream(studio: Studio, thread: str | None, path: Path, **more: Any) -> list[Any]:
    return list(studio.client.runs.stream(
        thread, "ingest", input={"path": str(path)},
        stream_mode=["custom", "updates", "values"], **more))


def test_a_file_goes_through_all_stages_and_can_be_asked_about(studio: Studio) -> None:
    parts = stream(studio, None, written(studio.inbox, "fish"))
    steps = [node for part in parts if part.event == "updates" for node in part.data]
    assert steps == ["admit", *STAGES]
    told = [part.data for part in parts if part.event == "custom"]
    assert {each["stage"] for each in told if each["event"] == "progress"} == {
        "identify", "listen", "store"}
    assert told[-1]["event"] == "file"
    result = parts[-1].data
    assert (result["status"], result["kind"], result["moments"]) == ("done", "text", 1)
    assert result["stages"]["watch"]["status"] == "nothing to do"
    reply = studio.client.runs.wait(
        None, "trikal", input={"question": "When does the fish market open?"})
    assert reply["citations"][0]["text"].startswith("The fish market")


def test_again_there_is_nothing_to_do(studio: Studio) -> None:
    path = written(studio.inbox, "flower")
    first, second = (stream(studio, None, path)[-1].data for _ in range(2))
    assert (first["status"], second["status"]) == ("done", "unchanged")
    assert first["media_id"] == second["media_id"]


def test_a_thread_shows_each_stage_in_its_history(studio: Studio) -> None:
    thread = studio.client.threads.create()["thread_id"]
    stream(studio, thread, written(studio.inbox, "cattle"))
    history = studio.client.threads.get_history(thread, limit=50)
    assert [node for state in reversed(history) for node in state["next"]] == [
        "__start__", "admit", *STAGES]
    listened = next(state for state in history if state["next"] == ["translate"])
    assert listened["values"]["stages"]["listen"]["status"] == "done"
    assert "store" not in listened["values"]["stages"]


@pytest.mark.parametrize(("reply", "status"), [("ingest it", "done"), ("", "left out")])
def test_a_file_outside_waits_for_a_person(
    studio: Studio, tmp_path: Path, reply: str, status: str
) -> None:
    client = studio.client
    path = written(tmp_path, f"{status.replace(' ', '-')}-stamp")
    thread = client.threads.create()["thread_id"]
    stream(studio, thread, path)
    (waiting,) = client.threads.get_state(thread)["interrupts"]
    assert "outside of the folders" in waiting["value"]["question"]
    *_, last = client.runs.stream(thread, "ingest", command={"resume": reply},
                                  stream_mode="values")
    assert last.data["status"] == status
    assert client.threads.get_state(thread)["interrupts"] == []


def test_a_broken_file_is_said_and_the_server_goes_on(studio: Studio) -> None:
    broken = studio.inbox / "broken.mp4"
    broken.write_bytes(b"nonsense" * 100)
    result = stream(studio, None, broken)[-1].data
    assert result["status"] == "failed"
    assert "broken.mp4" in result["error"]
    assert list(result["stages"]) == ["identify"]
    assert stream(studio, None, written(studio.inbox, "book"))[-1].data["status"] == "done"
