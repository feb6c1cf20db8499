"""``trikal ingest``: what is told to people and to machines, and how it ends."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.app.conftest import Outcome, Trikal
from tests.factories import make_tone, make_wav
from tests.fakes import FakeTranscriber, utterance
from tests.harbour import HARBOUR
from trikal.serving.models import Models


def reports(outcome: Outcome) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in outcome.out.splitlines()]
    return [line for line in lines if line["event"] == "file"]


@pytest.fixture
def whisper(monkeypatch: pytest.MonkeyPatch) -> FakeTranscriber:
    """Hears one sentence in every sound."""
    listener = FakeTranscriber((utterance(0, 900, "The bridge is green."),))
    monkeypatch.setattr(Models, "transcriber", lambda self, language=None: listener)
    return listener


def test_the_end_counts_how_the_files_ended(
    begun: Trikal, harbour: Path, tmp_path: Path
) -> None:
    begun("ingest", harbour)
    (tmp_path / "new.srt").write_text(HARBOUR.replace("harbour", "mountain"))
    (tmp_path / "empty.mp4").touch()
    outcome = begun("ingest", tmp_path)
    assert outcome.code == 1
    assert outcome.err.strip().endswith("1 done, 1 unchanged, 1 failed.")


def test_each_file_is_told_on_standard_error_and_nothing_on_standard_output(
    trikal: Trikal, harbour: Path
) -> None:
    outcome = trikal("ingest", harbour)
    assert outcome.out == ""
    assert "harbour.srt: 4 moments" in outcome.err


def test_machines_are_told_each_step_as_json_and_people_nothing(
    begun: Trikal, harbour: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.mp4").touch()
    outcome = begun("ingest", harbour, tmp_path / "empty.mp4", "--json")
    done, failed = reports(outcome)
    assert (done["status"], done["moments"], done["error"]) == ("done", 4, None)
    assert failed["status"] == "failed"
    assert "empty" in failed["error"]
    assert outcome.err == ""


def test_a_language_is_passed_on_to_the_model(
    begun: Trikal, whisper: FakeTranscriber, tmp_path: Path
) -> None:
    make_wav(tmp_path / "talk.wav", make_tone(1))
    assert begun("ingest", tmp_path / "talk.wav", "--language", "hi").code == 0
    assert [language for _, language in whisper.heard] == ["hi"]


def test_what_is_no_language_is_refused_before_anything_is_opened(
    trikal: Trikal, harbour: Path, tmp_path: Path
) -> None:
    outcome = trikal("ingest", harbour, "--language", "klingon!")
    assert outcome.code == 2
    assert "'klingon!'" in outcome.err
    assert not (tmp_path / ".trikal").exists()


def test_subtitles_are_taken_unless_the_model_is_to_listen(
    begun: Trikal, whisper: FakeTranscriber, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        make_wav(tmp_path / f"{name}.wav", make_tone(1 if name == "one" else 1.5))
        (tmp_path / f"{name}.srt").write_text(HARBOUR)
    (taken,) = reports(begun("ingest", tmp_path / "one.wav", "--json"))
    assert taken["notes"] == ["speech taken from file:one.srt (3 cues)"]
    assert whisper.heard == []
    (heard,) = reports(begun("ingest", tmp_path / "two.wav", "--transcribe", "--json"))
    assert heard["notes"] == []
    assert len(whisper.heard) == 1


def test_a_broken_sidecar_is_noted_and_the_sound_is_heard(
    begun: Trikal, whisper: FakeTranscriber, tmp_path: Path
) -> None:
    make_wav(tmp_path / "talk.wav", make_tone(1))
    (tmp_path / "talk.srt").touch()
    outcome = begun("ingest", tmp_path / "talk.wav")
    assert outcome.code == 0
    assert "talk.srt holds no cue" in outcome.err
    assert begun("search", "bridge", "--json").json[0]["text"] == "The bridge is green."


def test_silence_and_a_fifth_of_a_second_are_no_failures(
    begun: Trikal, whisper: FakeTranscriber, tmp_path: Path
) -> None:
    make_wav(tmp_path / "quiet.wav", np.zeros(16_000, np.float32))
    make_wav(tmp_path / "short.wav", make_tone(0.2))
    outcome = begun("ingest", tmp_path / "quiet.wav", tmp_path / "short.wav", "--json")
    assert outcome.code == 0
    assert [report["notes"] for report in reports(outcome)] == [["no speech heard"]] * 2


def test_a_forbidden_file_does_not_stop_the_others(
    trikal: Trikal, harbour: Path, tmp_path: Path,
    as_nobody: Callable[[], AbstractContextManager[None]],
) -> None:
    secret = tmp_path / "secret.srt"
    secret.write_text(HARBOUR.replace("harbour", "secret"))
    secret.chmod(0)
    (tmp_path / "archive").mkdir(mode=0o777)
    (tmp_path / "archive").chmod(0o777)
    with as_nobody():
        outcome = trikal("ingest", secret, harbour, "--archive", tmp_path / "archive", "--json")
    assert outcome.code == 1
    forbidden, taken = reports(outcome)
    assert "permissions" in forbidden["error"]
    assert taken["status"] == "done"


def test_a_name_that_is_not_utf8_does_not_stop_the_others(
    begun: Trikal, harbour: Path, tmp_path: Path
) -> None:
    strange = tmp_path / os.fsdecode(b"\xff.srt")
    strange.write_text(HARBOUR)
    for arguments in ((strange, harbour), (strange, harbour, "--json")):
        outcome = begun("ingest", *arguments)
        assert outcome.code == 1
        assert "not UTF-8. Rename the file" in outcome.out + outcome.err
    assert [row["name"] for row in begun("media", "list", "--json").json] == ["harbour.srt"]


def test_a_subtitle_file_with_an_impossible_time_keeps_the_rest(
    begun: Trikal, tmp_path: Path
) -> None:
    (tmp_path / "odd.srt").write_text(
        f"0\n{'9' * 20}:00:01,000 --> 00:00:02,000\nNever\n\n{HARBOUR}")
    (report,) = reports(begun("ingest", tmp_path / "odd.srt", "--json"))
    assert report["status"] == "done"
    assert begun("search", "ferry", "--json").json[0]["start_ms"] == 5_000


@pytest.mark.thorough
def test_a_cache_that_cannot_be_written_stops_nothing(
    begun: Trikal, harbour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TRIKAL_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert begun("ingest", harbour).code == 0
    assert begun("ask", "What colour was the harbour bridge painted?", "--json").json["found"]


def test_ctrl_c_is_answered_with_what_to_do_and_nothing_is_lost(
    begun: Trikal, harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("trikal.ingest.pipeline.store", _stop)
        outcome = begun("ingest", harbour)
    assert outcome.code == 130
    assert "stopped; what was finished is kept" in outcome.err
    assert "Traceback" not in outcome.err
    assert "1 media, 4 moments, 4 still to embed" in begun("doctor").out
    assert begun("ingest", harbour).code == 0
    assert len(begun("search", "ferry", "--json").json) > 0


def _stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
