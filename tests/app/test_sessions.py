"""``trikal sessions``."""

import io
import sys

import pytest

from tests.app.conftest import Trikal


@pytest.fixture
def talked(filled: Trikal, monkeypatch: pytest.MonkeyPatch) -> Trikal:
    monkeypatch.setattr(sys, "stdin", io.StringIO("What was said at 0:02?\nAnd after that?\n"))
    filled("chat", "--session", "evening", "--json")
    return filled


def test_no_session_is_said_so(filled: Trikal) -> None:
    assert "No session is kept" in filled("sessions").out


def test_sessions_are_listed(talked: Trikal) -> None:
    (session,) = talked("sessions", "--json").json
    assert (session["name"], session["turns"], session["unfinished"]) == ("evening", 2, "")
    assert "And after that?" in talked("sessions").out


def test_a_session_is_shown(talked: Trikal) -> None:
    first, second = talked("sessions", "show", "evening", "--json").json
    assert first["question"] == "What was said at 0:02?"
    assert second["citations"][0]["start_ms"] > first["citations"][0]["start_ms"]
    assert "And after that?" in talked("sessions", "show", "evening").out


def test_a_session_is_removed(talked: Trikal) -> None:
    assert "forgotten" in talked("sessions", "remove", "evening").out
    outcome = talked("sessions", "show", "evening")
    assert outcome.code == 2
    assert "no session 'evening'" in outcome.err
    assert talked("sessions", "remove", "evening").code == 2
