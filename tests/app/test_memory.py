"""``trikal memory`` from the command line."""

from pathlib import Path

import pytest

from tests.app.conftest import Trikal
from trikal.archive import open_archive


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with open_archive(tmp_path / "archive", create=True):
        pass
    return tmp_path / "archive"


def test_what_is_set_is_listed_and_forgotten(trikal: Trikal, archive: Path) -> None:
    assert trikal("memory", "--archive", archive).out.startswith("Nothing is remembered")
    done = trikal("memory", "set", "speaker", "CDR", "Jim [bold] Lovell", "--archive", archive)
    assert done.out.strip() == "Remembered: CDR is Jim [bold] Lovell."
    trikal("memory", "set", "preference", "language", "hi", "--archive", archive)
    trikal("memory", "set", "preference", "aloud", "yes", "--archive", archive)
    trikal("memory", "set", "alias", "the boss", "Anita Rao", "--archive", archive)
    assert trikal("memory", "--archive", archive, "--json").json == {
        "language": "hi", "aloud": True, "speakers": {"CDR": "Jim [bold] Lovell"},
        "aliases": {"the boss": "Anita Rao"}}
    shown = trikal("memory", "--archive", archive).out
    assert all(word in shown for word in ("language", "aloud", "CDR", "[bold]", "Anita Rao"))
    assert trikal("memory", "forget", "alias", "the boss", "--archive", archive).code == 0
    assert trikal("memory", "--archive", archive, "--json").json["aliases"] == {}


@pytest.mark.parametrize(("arguments", "why"), [
    (("set", "colour", "a", "b"), "'colour' cannot be remembered"),
    (("set", "preference", "language", "??"), "no BCP-47 tag"),
    (("forget", "speaker", "CDR"), "Nothing is remembered as speaker 'CDR'"),
])
def test_what_cannot_be_is_said(
    trikal: Trikal, archive: Path, arguments: tuple[str, ...], why: str
) -> None:
    outcome = trikal("memory", *arguments, "--archive", archive)
    assert outcome.code == 2
    assert why in outcome.err


def test_without_an_archive_there_is_no_memory(trikal: Trikal, tmp_path: Path) -> None:
    outcome = trikal("memory", "--archive", tmp_path / "none")
    assert outcome.code == 1
    assert "no archive" in outcome.err
