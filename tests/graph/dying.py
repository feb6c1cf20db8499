"""A process that answers real questions in a session, to be killed at any moment.

The archive is a real one on the embedded engine, the graph and the sessions are the product's;
only the models follow a script. What it does to the world outside is written into a ledger.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from langchain_core.messages import BaseMessage
from pydantic import Field

from tests.fakes import FakeChat, FakeModels
from tests.harbour import HARBOUR
from trikal.app.asking import Asker
from trikal.app.session import Session
from trikal.archive import open_archive
from trikal.graph.sessions import SavedSession, open_sessions, saved_session
from trikal.indexes.opening import open_index
from trikal.ingest.pipeline import Pipeline
from trikal.settings import Settings

SUBTITLES = HARBOUR + """
4
00:00:13,000 --> 00:00:16,000
The keeper of the lighthouse is called Anita Rao.
"""
QUESTIONS = (
    "Which colour was the harbour bridge painted?",
    "And after that?",
    "Who is the keeper of the lighthouse?",
    "What was said right after the storm closed the lighthouse?",
    "And before that?",
    "Export the subtitles of harbour.srt as VTT.",
    "Export what was said about the lighthouse as a Markdown list with links.",
)
NAME = "talk"


class LedgerChat(FakeChat):
    """Writes down each call, and answers from the first evidence."""

    ledger: Path = Field(default=Path("/dev/null"))

    def _next(self, messages: list[BaseMessage], bound: dict[str, Any]) -> str:
        with self.ledger.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()} {str(messages[-1].text)[-40:]!r}\n")
        return super()._next(messages, bound)


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a process left behind: the session, the ledger, and the files it wrote by name."""

    session: SavedSession | None
    calls: tuple[str, ...]
    files: dict[str, bytes]


def make_archive(folder: Path) -> None:
    """Ingest the subtitles."""
    film = folder / "harbour.srt"
    film.write_text(SUBTITLES, encoding="utf-8")
    settings, models = Settings(archive=folder / "archive"), FakeModels()
    with open_archive(settings.archive, create=True) as archive:
        embedder = models.embedder()
        with open_index(archive, settings, fingerprint=embedder.fingerprint,
                        dimensions=embedder.dimensions) as index:
            Pipeline(archive.catalogue, index, models).run([film])


def talk(folder: Path, ready: Connection) -> None:
    """Go on with the session where it stopped, and ask what is still to ask."""
    settings = Settings(archive=folder / "archive", cache_dir=folder / "cache")
    models = FakeModels(chat=LedgerChat(
        ledger=folder / "ledger", replies=["The harbour bridge was painted green in April. [1]"]))
    with open_archive(settings.archive) as archive:
        embedder = models.embedder()
        with (open_index(archive, settings, fingerprint=embedder.fingerprint,
                         dimensions=embedder.dimensions) as index,
              open_sessions(settings, archive.sessions_path) as saver):
            session = Session(settings=settings, archive=archive, index=index,
                              models=models)  # type: ignore[arg-type]
            asker = Asker(session.resources(), checkpointer=saver, session=NAME)
            saved = saved_session(saver, NAME)
            ready.send("ready")
            if saved and saved.unfinished:
                list(asker.resume())
            known = saved_session(saver, NAME)
            for question in QUESTIONS[len(known.turns) if known else 0:]:
                asker.ask(question)
    ready.send("done")


def run(context: ForkServerContext, folder: Path, kill_after_s: float | None) -> float:
    """Let a process talk, and kill it after so long; return how long it talked, in seconds."""
    here, there = context.Pipe()
    process = context.Process(target=talk, args=(folder, there))
    process.start()
    there.close()
    assert here.recv() == "ready"
    started = time.monotonic()
    if kill_after_s is not None and not here.poll(kill_after_s):
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    seconds = time.monotonic() - started
    if kill_after_s is None and process.exitcode != 0:
        sys.exit(f"the resumed process ended with {process.exitcode}")
    return seconds


def left(folder: Path) -> Left:
    """Look at what is there."""
    settings = Settings(archive=folder / "archive")
    with (open_archive(settings.archive) as archive,
          open_sessions(settings, archive.sessions_path) as saver):
        session = saved_session(saver, NAME)
        files = {str(path.relative_to(archive.outputs_path)): path.read_bytes()
                 for path in archive.outputs_path.rglob("*") if path.is_file()}
    ledger = folder / "ledger"
    calls: Sequence[str] = ledger.read_text().splitlines() if ledger.exists() else []
    return Left(session=session, calls=tuple(calls), files=files)
