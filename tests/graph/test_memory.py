"""What is remembered across sessions, in SQLite and in PostgreSQL."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pydantic import SecretStr

from trikal.errors import ArchiveError, BadInput
from trikal.graph.memory import (
    MOST,
    NOTHING,
    Kind,
    Memories,
    Memory,
    open_memory,
    remembered,
)
from trikal.settings import Settings


@pytest.fixture
def memory(settings: Settings, tmp_path: Path) -> Iterator[Memory]:
    with opened(settings, tmp_path) as found:
        known = found.all()
        for kind, names in ((Kind.SPEAKER, known.speakers), (Kind.ALIAS, known.aliases),
                            (Kind.PREFERENCE, ["language"] * bool(known.language))):
            for name in names:
                found.forget(kind, name)
        if known.aloud:
            found.forget(Kind.PREFERENCE, "aloud")
        yield found


def opened(settings: Settings, folder: Path) -> AbstractContextManager[Memory]:
    return open_memory(settings, folder / "memory.db")


def test_nothing_is_remembered_at_first(memory: Memory) -> None:
    assert memory.all() == NOTHING


def test_all_kinds_are_remembered_for_the_next_process(
    memory: Memory, settings: Settings, tmp_path: Path
) -> None:
    memory.remember(Kind.SPEAKER, "CDR", "Jim Lovell")
    memory.remember(Kind.ALIAS, "the telescope", "the Webb Space Telescope")
    memory.remember(Kind.PREFERENCE, "Language", "HI")
    memory.remember(Kind.PREFERENCE, "aloud", "on")
    with opened(settings, tmp_path) as again:
        assert again.all() == Memories(
            language="hi", aloud=True, speakers={"CDR": "Jim Lovell"},
            aliases={"the telescope": "the Webb Space Telescope"})


def test_the_last_word_counts_whatever_its_case(memory: Memory) -> None:
    memory.remember(Kind.SPEAKER, "CDR", "James Lovell")
    memory.remember(Kind.SPEAKER, "cdr", "Jim Lovell")
    assert memory.all().speakers == {"CDR": "Jim Lovell"}


def test_a_preference_can_be_taken_back(memory: Memory) -> None:
    memory.remember(Kind.PREFERENCE, "aloud", "yes")
    memory.remember(Kind.PREFERENCE, "aloud", "no")
    assert memory.all().aloud is False


def test_what_is_forgotten_is_gone(memory: Memory) -> None:
    memory.remember(Kind.ALIAS, "the boss", "Anita Rao")
    memory.forget(Kind.ALIAS, "The Boss")
    assert memory.all() == NOTHING
    with pytest.raises(BadInput, match="Nothing is remembered as alias 'the boss'"):
        memory.forget(Kind.ALIAS, "the boss")


@pytest.mark.parametrize(("kind", "name", "means", "why"), [
    (Kind.PREFERENCE, "colour", "red", "is no preference"),
    (Kind.PREFERENCE, "language", "klingonish!", "no BCP-47 tag"),
    (Kind.PREFERENCE, "aloud", "perhaps", "yes or no"),
    (Kind.ALIAS, " ", "something", "1 to 200 characters"),
    (Kind.ALIAS, "it", "x" * 201, "has 201"),
    (Kind.ALIAS, "The Dome", "the dome", "means itself"),
])
def test_what_cannot_be_remembered_is_refused(
    memory: Memory, kind: Kind, name: str, means: str, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        memory.remember(kind, name, means)
    assert memory.all() == NOTHING


def test_memories_do_not_grow_without_end(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST > 2
    monkeypatch.setattr("trikal.graph.memory.MOST", 2)
    for n in range(2):
        memory.remember(Kind.ALIAS, f"thing {n}", "something")
    with pytest.raises(BadInput, match="Forget one first"):
        memory.remember(Kind.ALIAS, "thing 3", "something")
    memory.remember(Kind.ALIAS, "thing 1", "something else")
    assert memory.all().aliases["thing 1"] == "something else"


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "memory.db").write_bytes(b"no database at all, but long enough to be one" * 50)
    with (pytest.raises(ArchiveError, match="memory.db cannot be used"),
          opened(Settings(), tmp_path)):
        pass


def test_a_server_that_is_down_is_said_without_its_password(tmp_path: Path) -> None:
    settings = Settings(sessions_url=SecretStr("postgresql://me:secret@127.0.0.1:9/trikal"))
    with (pytest.raises(ArchiveError, match="TRIKAL_SESSIONS_URL") as caught,
          opened(settings, tmp_path)):
        pass
    assert "secret" not in str(caught.value)


def test_where_nothing_was_remembered_no_file_is_made(tmp_path: Path) -> None:
    assert remembered(Settings(), tmp_path / "memory.db") == NOTHING
    assert list(tmp_path.iterdir()) == []


def test_what_is_remembered_is_read_at_once(
    memory: Memory, settings: Settings, tmp_path: Path
) -> None:
    memory.remember(Kind.SPEAKER, "CDR", "Jim Lovell")
    assert remembered(settings, tmp_path / "memory.db").speakers == {"CDR": "Jim Lovell"}
