"""``trikal doctor``: every finding has a state, and what is wrong says what to do."""

import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.app.conftest import Trikal
from trikal.app.commands import doctor
from trikal.archive import open_archive
from trikal.catalogue import Medium
from trikal.moments import Moment, Track
from trikal.serving import readiness

DISK = namedtuple("DISK", "total used free")  # noqa: PYI024


def findings(trikal: Trikal, *arguments: str) -> dict[str, Any]:
    outcome = trikal("doctor", "--json", *arguments)
    found = {finding["what"]: finding for finding in outcome.json}
    assert (outcome.code == 1) == any(each["state"] == "broken" for each in found.values())
    return found


def test_each_thing_is_looked_at_once_and_in_a_known_state(trikal: Trikal) -> None:
    rows = trikal("doctor", "--json").json
    names = [row["what"] for row in rows]
    assert len(names) == len(set(names))
    assert {"machine", "decoding", "disk", "archive", "chat", "asr", "text-embedding", "ocr",
            "tts", "vision", "image-embedding", "rerank", "avatar", "faces"} == set(names)
    assert {row["state"] for row in rows} <= {"ok", "missing", "broken"}


def test_a_missing_archive_is_no_fault_and_says_how_to_make_one(trikal: Trikal) -> None:
    found = findings(trikal)["archive"]
    assert found["state"] == "missing"
    assert "trikal ingest" in found["detail"]


def test_a_damaged_archive_is_broken(trikal: Trikal, tmp_path: Path) -> None:
    (tmp_path / ".trikal").mkdir()
    (tmp_path / ".trikal" / "catalogue.db").write_bytes(b"no database" * 100)
    found = findings(trikal)["archive"]
    assert found["state"] == "broken"
    assert "backup" in found["detail"]


def test_an_archive_in_use_is_broken_for_now_and_names_its_holder(
    trikal: Trikal, tmp_path: Path
) -> None:
    with open_archive(tmp_path / ".trikal", create=True):
        found = findings(trikal)["archive"]
    assert found["state"] == "broken"
    assert "in use by process" in found["detail"]


def test_what_waits_to_be_embedded_is_told(trikal: Trikal, tmp_path: Path) -> None:
    with open_archive(tmp_path / "films", create=True) as archive:
        archive.catalogue.add_medium(Medium(id="ab" * 32, name="a.srt", kind="text",
                                            size_bytes=1, duration_ms=1))
        archive.catalogue.finish_stage("ab" * 32, "listen", source="t", moments=[
            Moment(media_id="ab" * 32, track=Track.SPEECH, start_ms=0, end_ms=1, text="x",
                   source="t")])
    found = findings(trikal, "--archive", str(tmp_path / "films"))["archive"]
    assert found["state"] == "ok"
    assert "1 media, 1 moments, 1 still to embed: run the same trikal ingest again" in (
        found["detail"])


def test_a_full_disk_is_broken_and_names_both_ways_out(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: DISK(1, 1, 5 * 1024**2))
    found = findings(trikal)["disk"]
    assert found["state"] == "broken"
    assert "0.0 GiB free" in found["detail"]
    assert "free 2 GiB or set TRIKAL_CACHE_DIR" in found["detail"]


def test_a_cache_that_is_not_there_yet_is_looked_for_further_up(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIKAL_CACHE_DIR", str(tmp_path / "deep" / "down"))
    assert str(tmp_path / "deep" / "down") in findings(trikal)["disk"]["detail"]
    assert not (tmp_path / "deep").exists()


def test_a_configured_server_fills_its_role(trikal: Trikal) -> None:
    chat = findings(trikal)["chat"]
    assert chat["state"] == "ok"
    assert "TRIKAL_CHAT_URL is set" in chat["detail"]


def test_roles_that_are_needed_are_broken_and_others_only_missing(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: None)
    found = findings(trikal)
    for role in ("asr", "text-embedding", "ocr", "tts"):
        assert found[role]["state"] == "broken"
        assert "pip install" in found[role]["detail"]
    assert found["vision"]["state"] == "missing"
    assert "TRIKAL_VISION_URL" in found["vision"]["detail"]


def test_people_are_shown_a_mark_and_a_line_for_each(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_roles", lambda _: iter(()))
    lines = trikal("doctor").out.strip().splitlines()
    assert [line[0] for line in lines] == ["✓", "✓", "✓", "–"]
    assert lines[0].startswith("✓ machine: Python ")


def test_what_makes_faces_speak_is_looked_at(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIKAL_AVATAR_COMMAND", '["no-such-program", "{portrait}"]')
    monkeypatch.setenv("TRIKAL_PORTRAIT", str(tmp_path / "face.png"))
    found = findings(trikal)
    assert (found["avatar"]["state"], found["portrait"]["state"]) == ("broken", "broken")
    assert "no-such-program" in found["avatar"]["detail"]
    assert "does not exist" in found["portrait"]["detail"]
    Image.new("RGB", (80, 90)).save(tmp_path / "face.png")
    assert "--consent" in findings(trikal)["portrait"]["detail"]
    monkeypatch.setenv("TRIKAL_PORTRAIT_IS", "drawn")
    monkeypatch.setenv("TRIKAL_AVATAR_URL", "http://127.0.0.1:9/talk")
    found = findings(trikal)
    assert found["portrait"]["detail"].endswith("80 x 90, drawn")
    assert "a server" in found["avatar"]["detail"]
