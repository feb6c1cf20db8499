"""Question after question in one process."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.app.conftest import Trikal
from trikal.errors import BackendFailed


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = "What was said at 0:02?\nWho won the tennis match?\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(questions))


@pytest.mark.usefixtures("asked")
def test_each_line_is_answered(filled: Trikal) -> None:
    first, second = [json.loads(line) for line in filled("chat", "--json").out.splitlines()]
    assert [citation["start_ms"] for citation in first["citations"]] == [1000]
    assert second["found"] is False


@pytest.mark.usefixtures("asked")
def test_a_session_is_kept_in_the_archive(begun: Trikal, harbour: Path) -> None:
    begun("ingest", harbour)
    shown = begun("chat", "--session", "evening").out
    assert "painted green" in shown
    assert "does not tell" in shown
    assert (harbour.parent / ".trikal" / "sessions.db").stat().st_size > 0


def test_nothing_typed_ends_it(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert filled("chat").code == 0


def test_a_server_that_is_down_when_the_chat_begins_still_lets_the_evidence_answer(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRIKAL_CHAT_MODEL")  # so that the server is asked for its models first
    monkeypatch.setattr(sys, "stdin", io.StringIO("What was said at 0:02?\n"))
    outcome = filled("chat", "--json")
    assert outcome.code == 0
    assert "cannot be reached" in outcome.err
    assert "quoted as it stands" in outcome.err
    assert outcome.json["found"] is True


def test_only_the_medium_asked_for_is_talked_with(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("What was said at 0:02?\n"))
    assert filled("chat", "--media", "harbour", "--json").json["found"] is True
    outcome = filled("chat", "--media", "nowhere.mp4")
    assert outcome.code == 2
    assert "nowhere.mp4" in outcome.err


def test_an_empty_line_ends_the_chat_and_what_follows_is_not_asked(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("What was said at 0:02?\n\nWhat at 0:06?\n"))
    assert len(filled("chat", "--json").out.splitlines()) == 1


def test_a_question_that_fails_does_not_end_the_chat(
    filled: Trikal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trikal.app.asking import Asker

    answered, ask = iter((False, True)), Asker.ask

    def fails_once(self: Asker, *given: object) -> object:
        if not next(answered):
            raise BackendFailed("The server broke.")
        return ask(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Asker, "ask", fails_once)
    monkeypatch.setattr(sys, "stdin", io.StringIO("What was said at 0:02?\n" * 2))
    outcome = filled("chat", "--json")
    assert "error: The server broke." in outcome.err
    assert outcome.json["found"] is True
    assert outcome.code == 0
