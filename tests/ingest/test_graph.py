"""The ingest of one file as a graph: the same stages, with a person asked where it matters."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from tests.factories import make_tone, make_video, make_wav
from tests.fakes import FakeModels, FakeScreenReader, FakeTranscriber
from tests.indexes_lent import lent_index
from trikal.archive import open_archive
from trikal.ingest.admit import long, outside
from trikal.ingest.app import ingest
from trikal.ingest.context import IngestContext, Opened
from trikal.ingest.events import Stage
from trikal.ingest.graph import build_ingest
from trikal.ingest.pipeline import Pipeline
from trikal.settings import Settings

SRT = "1\n00:00:00,500 --> 00:00:01,500\nThe bridge is green.\n"
THREAD: dict[str, Any] = {"configurable": {"thread_id": "one"}}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    models = FakeModels(transcriber=FakeTranscriber(), screen_reader=FakeScreenReader())
    settings = Settings(archive=tmp_path / "archive")
    with ExitStack() as stack:
        archive = stack.enter_context(open_archive(settings.archive, create=True))
        index = stack.enter_context(lent_index(models.embedder().dimensions))
        yield Opened(archive=archive, index=index, models=models, writing=Lock())


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def context(opened: Opened, inbox: Path, **more: Any) -> IngestContext:
    return IngestContext(opened=opened, folders=(str(inbox),), **more)


def run(path: Path, asked: IngestContext) -> dict[str, Any]:
    return build_ingest().invoke({"path": str(path)}, context=asked)


def test_the_exported_graph_has_a_node_a_stage_and_no_checkpointer() -> None:
    nodes = [name for name in ingest.get_graph().nodes if not name.startswith("__")]
    assert nodes == ["admit", *(stage.value for stage in Stage)]
    assert ingest.checkpointer is None


def test_a_film_leaves_what_the_pipeline_leaves(
    opened: Opened, inbox: Path, tmp_path: Path
) -> None:
    film = make_video(inbox / "film.mp4", duration=2, sound=make_tone(2))
    result = run(film, context(opened, inbox))
    assert result["status"] == "done"
    assert (result["name"], result["kind"]) == ("film.mp4", "video")
    assert result["stages"]["describe"]["notes"]
    assert result["moments"] == opened.archive.catalogue.count_moments(result["media_id"]) > 0
    assert opened.archive.catalogue.count_moments(indexed=False) == 0
    (report,) = Pipeline(opened.archive.catalogue, opened.index, opened.models).run([film])
    assert (report.status, report.media_id) == ("unchanged", result["media_id"])


def test_state_is_plain_data_that_a_person_can_read(opened: Opened, inbox: Path) -> None:
    (inbox / "talk.srt").write_text(SRT)
    result = run(inbox / "talk.srt", context(opened, inbox))
    assert json.loads(json.dumps(result)) == result
    assert {name: item["status"] for name, item in result["stages"].items()} == {
        "identify": "done", "listen": "done", "translate": "nothing to do",
        "watch": "nothing to do", "read": "nothing to do",
        "describe": "nothing to do", "embed": "nothing to do", "store": "done"}


def test_progress_is_told_as_it_happens(opened: Opened, inbox: Path) -> None:
    wav = make_wav(inbox / "a.wav", make_tone(1))
    told: list[Any] = list(build_ingest().stream(
        {"path": str(wav)}, context=context(opened, inbox), stream_mode="custom"))
    assert {"event": "progress", "stage": "listen"}.items() <= told[1].items()
    assert told[-1]["event"] == "file"
    assert told[-1]["path"] == str(wav)


def test_what_was_done_is_not_done_again(opened: Opened, inbox: Path) -> None:
    wav = make_wav(inbox / "a.wav", make_tone(1))
    first, second = (run(wav, context(opened, inbox)) for _ in range(2))
    assert (first["status"], second["status"]) == ("done", "unchanged")
    assert len(opened.models.transcriber().heard) == 1  # type: ignore[attr-defined]


def test_a_broken_file_ends_the_run_with_the_reason(opened: Opened, inbox: Path) -> None:
    (inbox / "bad.mp4").write_bytes(b"nonsense" * 100)
    result = run(inbox / "bad.mp4", context(opened, inbox))
    assert result["status"] == "failed"
    assert "bad.mp4" in result["error"]
    assert list(result["stages"]) == ["identify"]


def test_a_stage_that_fails_ends_the_run_and_the_next_one_goes_on_there(
    opened: Opened, inbox: Path
) -> None:
    wav = make_wav(inbox / "a.wav", make_tone(1))
    deaf = Opened(archive=opened.archive, index=opened.index, models=FakeModels(), writing=Lock())
    failed = run(wav, context(deaf, inbox))
    assert failed["status"] == "failed"
    assert failed["stages"]["listen"]["status"] == "failed"
    assert "no model for asr" in failed["error"]
    assert run(wav, context(opened, inbox))["status"] == "done"


@pytest.mark.parametrize(("replies", "status"), [
    (["ingest it"], "done"), (["1"], "done"), (["INGEST  IT"], "done"), ([""], "left out"),
    (["2"], "left out"), (["leave it out"], "left out"), (["perhaps", "1"], "done"),
])
def test_a_file_outside_waits_for_a_person(
    opened: Opened, inbox: Path, tmp_path: Path, replies: list[str], status: str
) -> None:
    (tmp_path / "else.srt").write_text(SRT)
    agent, asked = build_ingest(InMemorySaver()), context(opened, inbox)
    result = agent.invoke({"path": str(tmp_path / "else.srt")}, THREAD, context=asked)
    for reply in replies:
        (waiting,) = result["__interrupt__"]
        assert "outside of the folders" in waiting.value["question"]
        result = agent.invoke(Command(resume=reply), THREAD, context=asked)
    assert result["status"] == status
    assert (opened.archive.catalogue.count_moments() > 0) == (status == "done")


def test_what_is_no_choice_is_said(opened: Opened, inbox: Path, tmp_path: Path) -> None:
    agent, asked = build_ingest(InMemorySaver()), context(opened, inbox)
    agent.invoke({"path": str(tmp_path / "x.srt")}, THREAD, context=asked)
    result = agent.invoke(Command(resume="perhaps"), THREAD, context=asked)
    assert "'perhaps' is none of the choices" in result["__interrupt__"][0].value["problem"]


def test_a_long_file_outside_is_asked_about_twice(
    opened: Opened, inbox: Path, tmp_path: Path
) -> None:
    wav = make_wav(tmp_path / "long.wav", make_tone(2))
    agent, asked = build_ingest(InMemorySaver()), context(opened, inbox, longest_minutes=0)
    first = agent.invoke({"path": str(wav)}, THREAD, context=asked)
    assert "outside" in first["__interrupt__"][0].value["question"]
    second = agent.invoke(Command(resume="1"), THREAD, context=asked)
    assert "2 s long" in second["__interrupt__"][0].value["question"]
    result = agent.invoke(Command(resume="1"), THREAD, context=asked)
    assert result["status"] == "done"
    assert len(agent.get_state(THREAD).values["allowed"]) == 2


def test_a_link_out_of_the_folder_is_outside(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.srt").write_text(SRT)
    (inbox / "link.srt").symlink_to(tmp_path / "secret.srt")
    (inbox / "plain.srt").write_text(SRT)
    assert outside(inbox / "link.srt", [inbox])
    assert outside(inbox / ".." / "secret.srt", [inbox])
    assert outside(inbox / "plain.srt", [])
    assert outside(inbox / "plain.srt", [inbox]) == ""


def test_only_media_are_long(inbox: Path) -> None:
    (inbox / "talk.srt").write_text(SRT)
    (inbox / "bad.mp4").write_bytes(b"nonsense" * 100)
    assert long(inbox / "talk.srt", 0) == ""
    assert long(inbox / "bad.mp4", 0) == ""
    assert long(make_wav(inbox / "a.wav", make_tone(1)), 999)
    assert long(inbox / "a.wav", 1_500) == ""


def test_a_thread_keeps_nothing_of_the_file_before(opened: Opened, inbox: Path) -> None:
    agent, asked = build_ingest(InMemorySaver()), context(opened, inbox)
    (inbox / "bad.mp4").write_bytes(b"nonsense" * 100)
    (inbox / "talk.srt").write_text(SRT)
    agent.invoke({"path": str(inbox / "bad.mp4")}, THREAD, context=asked)
    result = agent.invoke({"path": str(inbox / "talk.srt")}, THREAD, context=asked)
    assert (result["status"], result["error"]) == ("done", "")
    assert len(result["stages"]) == 8
