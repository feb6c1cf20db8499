"""What is remembered for good, across sessions: preferences, names of speakers, aliases.

Memories live in a LangGraph store, so that Studio, the command line and the agent read the same
ones. They are few, written by people only, and plain texts; nothing out of media gets in.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import langcodes
from langgraph.store.base import BaseStore
from langgraph.store.sqlite import SqliteStore

from trikal.errors import ArchiveError, BadInput
from trikal.graph.postgres import on_postgres
from trikal.settings import Settings

if TYPE_CHECKING:
    from langgraph.store.postgres import PostgresStore

LONGEST: Final = 200
"""Characters that a memory's name and its meaning may each have."""

MOST: Final = 500
"""Memories of one kind that are kept."""

_ROOT: Final = "trikal"
_ON: Final = frozenset({"yes", "on", "true", "1"})
_OFF: Final = frozenset({"no", "off", "false", "0"})


class Kind(StrEnum):
    """What can be remembered."""

    PREFERENCE = "preference"
    SPEAKER = "speaker"
    ALIAS = "alias"


class Preference(StrEnum):
    """What a person can prefer."""

    LANGUAGE = "language"
    ALOUD = "aloud"


@dataclass(frozen=True, kw_only=True)
class Memories:
    """All that is remembered.

    Attributes:
        language: BCP-47 tag of the language that answers are wanted in; empty for the question's.
        aloud: Whether answers are also to be said.
        speakers: By what a transcript calls a speaker, who it is: ``CDR`` is ``Jim Lovell``.
        aliases: By what people say, what they mean: "the telescope" is "the Webb Space Telescope".
    """

    language: str = ""
    aloud: bool = False
    speakers: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)


NOTHING: Final = Memories()


class Memory:
    """The memories of one archive.

    Args:
        store: Where they are kept.
    """

    def __init__(self, store: BaseStore) -> None:
        self._store = store

    def all(self) -> Memories:
        """Return everything that is remembered."""
        preferences = self._of(Kind.PREFERENCE)
        return Memories(language=preferences.get(Preference.LANGUAGE, ""),
                        aloud=preferences.get(Preference.ALOUD, "") in _ON,
                        speakers=self._of(Kind.SPEAKER), aliases=self._of(Kind.ALIAS))

    def remember(self, kind: Kind, name: str, means: str) -> None:
        """Remember something; what was remembered under the same name is forgotten.

        Args:
            kind: What it is.
            name: The preference, the transcript's name of a speaker, or what people say.
            means: Its value, the person's name, or what is meant.

        Raises:
            BadInput: A text is empty or too long, or there is no such preference or value.
        """
        name, means = _checked(name), _checked(means)
        if kind is Kind.PREFERENCE:
            name, means = _preference(name, means)
        known = self._of(kind)
        key = _first_written(known, name)
        if kind is Kind.ALIAS and key.casefold() == means.casefold():
            raise BadInput(f"{name!r} means itself. Say what else it means.")
        if key not in known and len(known) >= MOST:
            raise BadInput(f"{MOST} memories of this kind are kept. Forget one first.")
        self._store.put((_ROOT, kind), key, {"means": means})

    def forget(self, kind: Kind, name: str) -> None:
        """Forget something.

        Raises:
            BadInput: Nothing is remembered under that name.
        """
        known = self._of(kind)
        key = _first_written(known, _checked(name))
        if key not in known:
            raise BadInput(f"Nothing is remembered as {kind} {name!r}. List all with: "
                           "trikal memory")
        self._store.delete((_ROOT, kind), key)

    def _of(self, kind: Kind) -> dict[str, str]:
        found = self._store.search((_ROOT, kind), limit=MOST)
        return {item.key: str(item.value["means"]) for item in sorted(found, key=lambda i: i.key)}


@contextmanager
def open_memory(settings: Settings, path: Path) -> Iterator[Memory]:
    """Hold the memories open for the length of a ``with`` block.

    Args:
        settings: ``sessions_url`` names a PostgreSQL server; without it a file is used.
        path: That file, an SQLite database; made when missing.

    Raises:
        ArchiveError: The server or the file cannot be used.
    """
    url = settings.sessions_url
    kept: AbstractContextManager[BaseStore] = (
        on_postgres("memories", url.get_secret_value(), _connected) if url else _sqlite(path))
    with kept as store:
        yield Memory(store)


def remembered(settings: Settings, path: Path) -> Memories:
    """Return everything that is remembered; no file is made for nothing.

    Raises:
        ArchiveError: The server or the file cannot be used.
    """
    if settings.sessions_url is None and not path.exists():
        return NOTHING
    with open_memory(settings, path) as memory:
        return memory.all()


@contextmanager
def _sqlite(path: Path) -> Iterator[BaseStore]:
    try:
        with SqliteStore.from_conn_string(str(path)) as store:
            store.setup()
            yield store
    except sqlite3.Error as exc:
        raise ArchiveError(f"The memories in {path} cannot be used ({exc}). Move the file away to "
                           "begin with none.") from exc


def _connected(url: str) -> "AbstractContextManager[PostgresStore]":
    from langgraph.store.postgres import PostgresStore

    return PostgresStore.from_conn_string(url)


def _first_written(known: Mapping[str, str], name: str) -> str:
    """Return a name as it was first written: names differ by more than case."""
    return next((key for key in known if key.casefold() == name.casefold()), name)


def _checked(text: str) -> str:
    flat = " ".join(text.split())
    if not flat or len(flat) > LONGEST:
        raise BadInput(f"A memory's texts have 1 to {LONGEST} characters, and this one has "
                       f"{len(flat)}.")
    return flat


def _preference(name: str, value: str) -> tuple[str, str]:
    if name.casefold() not in set(Preference):
        raise BadInput(f"{name!r} is no preference. Known: {', '.join(Preference)}.")
    preference = Preference(name.casefold())
    return preference, _VALUES[preference](value)


def _language(value: str) -> str:
    if not langcodes.tag_is_valid(value):
        raise BadInput(f"{value!r} is no BCP-47 tag. Write one like en, hi or pt-BR.")
    return langcodes.standardize_tag(value)


def _switch(value: str) -> str:
    if value.casefold() not in _ON | _OFF:
        raise BadInput(f"Answers are said aloud or not: yes or no, and not {value!r}.")
    return "yes" if value.casefold() in _ON else "no"


_VALUES: Final[Mapping[Preference, Callable[[str], str]]] = {
    Preference.LANGUAGE: _language, Preference.ALOUD: _switch,
}
