"""Question after question in one process."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.app.conftest import Trikal


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = "What was said at 0:02?\nWho won the tennis match?\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(questions))


@pytest.mark.usefixtures("asked")
def test_each_line_is_answered(trikal: Trikal, harbour: Path) -> None:
    trikal("ingest", harbour)
    first, second = [json.loads(line) for line in trikal("chat", "--json").out.splitlines()]
    assert [citation["start_ms"] for citation in first["citations"]] == [1000]
    assert second["found"] is False


@pytest.mark.usefixtures("asked")
def test_a_session_is_kept_in_the_archive(trikal: Trikal, harbour: Path) -> None:
    trikal("ingest", harbour)
    shown = trikal("chat", "--session", "evening").out
    assert "painted green" in shown
    assert "does not tell" in shown
    assert (harbour.parent / ".trikal" / "sessions.db").stat().st_size > 0


def test_nothing_typed_ends_it(
    trikal: Trikal, harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trikal("ingest", harbour)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert trikal("chat").code == 0
