"""A command line to call, in this process, with an archive of its own."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from trikal.app.cli import main

HARBOUR = """1
00:00:01,000 --> 00:00:04,000
The harbour bridge was painted green in April.

2
00:00:05,000 --> 00:00:08,000
The ferry to the island leaves every hour.

3
00:00:09,000 --> 00:00:12,000
A storm closed the lighthouse for three weeks.
"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The last line of standard output as JSON."""
        return json.loads(self.out.strip().splitlines()[-1])


Trikal = Callable[..., Outcome]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache without joined weights, shared by the tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def trikal(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Trikal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIKAL_CACHE_DIR", str(cache))
    monkeypatch.setenv("TRIKAL_CHAT_URL", "http://127.0.0.1:9/v1")  # no chat model answers here
    monkeypatch.setenv("TRIKAL_CHAT_MODEL", "none")

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["trikal", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as exc:
            code = exc.code if isinstance(exc.code, int) else 1
        printed = capsys.readouterr()
        return Outcome(code=code, out=printed.out, err=printed.err)

    return call


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.srt"
    path.write_text(HARBOUR)
    return path
