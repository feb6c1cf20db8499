"""``trikal models``: which model does what here, and why."""

import pytest

from tests.app.conftest import Trikal
from trikal.serving import readiness


def test_people_are_shown_a_row_for_each_role(trikal: Trikal) -> None:
    head, *rows = trikal("models").out.strip().splitlines()
    assert head.split() == ["role", "model", "backend", "why"]
    roles = {row.split()[0] for row in rows if row.split()}
    assert {"chat", "asr", "text-embedding", "ocr", "tts", "vision"} <= roles


def test_machines_are_told_model_backend_and_reason(trikal: Trikal) -> None:
    rows = {row["role"]: row for row in trikal("models", "--json").json}
    assert rows["chat"] == {"role": "chat", "model": "none", "backend": "openai-compatible",
                            "why": "TRIKAL_CHAT_URL is set", "missing": None}
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
