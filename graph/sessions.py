"""Sessions: conversations by name, kept so that a killed process goes on where it stopped."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite import SqliteSaver

from trikal.errors import BadInput
from trikal.graph.build import build_graph
from trikal.graph.conversation.turns import Turn
from trikal.graph.postgres import on_postgres
from trikal.settings import Settings

if TYPE_CHECKING:
    from langgraph.checkpoint.postgres import PostgresSaver

Saver = BaseCheckpointSaver[Any]


@dataclass(frozen=True, kw_only=True)
class SavedSession:
    """A session as it was left.

    Attributes:
        name: What it is called.
        turns: What was asked and answered, oldest first.
        unfinished: The question that a killed process left unanswered; empty when there is none.
        changed_at: When it was last written to, ISO 8601 in UTC.
    """

    name: str
    turns: tuple[Turn, ...]
    unfinished: str
    changed_at: str


@contextmanager
def open_sessions(settings: Settings, path: Path) -> Iterator[Saver]:
    """Hold the sessions open for the length of a ``with`` block.

    Args:
        settings: ``sessions_url`` names a PostgreSQL server; without it a file is used.
        path: That file, an SQLite database; made when missing.

    Raises:
        ArchiveError: A server is set, but it cannot be reached or its library is not installed.
    """
    if settings.sessions_url is None:
        with SqliteSaver.from_conn_string(str(path)) as saver:
            # A killed process loses nothing by it; only where power fails can the last turn be
            # gone. Waiting for the disk six times a turn holds up every session of the file.
            saver.conn.execute("PRAGMA synchronous=NORMAL")
            yield saver
        return
    url = settings.sessions_url.get_secret_value()
    with on_postgres("sessions", url, _connected) as saver:
        yield saver


def _connected(url: str) -> "AbstractContextManager[PostgresSaver]":
    from langgraph.checkpoint.postgres import PostgresSaver

    return PostgresSaver.from_conn_string(url)


def saved_sessions(saver: Saver) -> list[SavedSession]:
    """Return every session, the latest first."""
    names = dict.fromkeys(
        str(each.config["configurable"]["thread_id"]) for each in saver.list(None))
    found = (saved_session(saver, name) for name in names)
    return sorted((each for each in found if each), key=lambda each: each.changed_at, reverse=True)


def saved_session(saver: Saver, name: str) -> SavedSession | None:
    """Return a session as it was left, or ``None`` when there is none of that name."""
    state = build_graph(saver).get_state(thread(name))
    if state.created_at is None:
        return None
    turns = tuple(cast(list[Turn], state.values.get("turns") or []))
    # Tasks, not what comes next: a step that is done, whose result no checkpoint has taken in yet,
    # is no more to be done, but a new question would throw its result away.
    unfinished = str(state.values.get("question") or "") if state.tasks else ""
    return SavedSession(name=name, turns=turns, unfinished=unfinished, changed_at=state.created_at)


def remove_session(saver: Saver, name: str) -> None:
    """Forget a session.

    Raises:
        BadInput: There is none of that name.
    """
    if saver.get_tuple(thread(name)) is None:
        raise BadInput(f"There is no session {name!r}. List them with: trikal sessions")
    saver.delete_thread(name)


def thread(name: str) -> RunnableConfig:
    """Return the configuration that makes a run part of a session."""
    return {"configurable": {"thread_id": name}}

