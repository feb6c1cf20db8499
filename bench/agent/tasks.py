"""The tasks: what is asked, turn by turn, and what code can check about the answers.

A task's gold is written as places in the sources, never in the index: ``memo: ginger`` means the
sentence of ``memo.wav`` that holds the word, ``observatory/screen: Budget`` what stands on the
screen, ``apollo13: #201335`` what begins at that second, ``kennedy: *`` all of a short recording.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, model_validator

FOLDER = Path(__file__).parent / "tasks"

Half = Literal["dev", "test", "more", "blind", "unseen", "fresh", "newest", "stranger",
               "visitor"]
"""What a task is for: ``dev``, ``more`` and, by now, ``blind``, ``unseen``, ``fresh``, ``newest``
and ``stranger`` to work on; ``test`` and ``visitor`` to be asked alone."""

_HALVES: Final[Mapping[str, tuple[Half, Half]]] = {
    ".": ("dev", "test"), "more": ("more", "blind"), "unseen": ("unseen", "unseen"),
    "fresh": ("fresh", "fresh"), "newest": ("newest", "newest"),
    "stranger": ("stranger", "stranger"), "visitor": ("visitor", "visitor")}
"""By the folder that they stand in: the first task of a kind's, the second's, and so in turns."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileGold(_Value):
    """A file that the turn must leave behind.

    Attributes:
        suffixes: Any of these.
        count: So many of them.
        least_s: How long it plays at least, in seconds.
        most_s: And at most.
        holds: A text that must stand in it.
    """

    suffixes: tuple[str, ...]
    count: int = 1
    least_s: float | None = None
    most_s: float | None = None
    holds: str = ""


class Turn(_Value):
    """One question and what a right answer must be like; all of it must hold.

    Attributes:
        ask: The question.
        cites: Places of which the answer must cite one.
        first: Only the earliest of those places is right.
        last: Only the latest is.
        all: Media of each of which something must be cited.
        least: So many moments must be cited.
        says: Patterns that the answer's text must hold, in any case.
        count: Medium, word, and perhaps speaker: the answer must be how often it is said there.
        absent: The archive does not tell, and the answer must say so.
        file: What must be written.
    """

    ask: str
    cites: tuple[str, ...] = ()
    first: bool = False
    last: bool = False
    all: tuple[str, ...] = ()
    least: int = 1
    says: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    absent: bool = False
    file: FileGold | None = None

    @model_validator(mode="after")
    def _can_fail(self) -> "Turn":
        if not (self.cites or self.says or self.count or self.absent or self.file or self.all):
            raise ValueError(f"nothing can be checked about {self.ask!r}")
        return self


class Task(_Value):
    """One task: a question, or a dialogue in one session."""

    id: str
    kind: str
    half: Half
    turns: tuple[Turn, ...]


def read_tasks(folder: Path = FOLDER) -> list[Task]:
    """Read all tasks; every second one of a kind, of each folder, is for testing only."""
    return [task for place, halves in _HALVES.items()
            for task in _read(folder / place, halves, "" if place == "." else f"{place}-")]


def _read(folder: Path, halves: tuple[Half, Half], lead: str) -> Iterator[Task]:
    seen: dict[str, int] = {}
    for path in sorted(folder.glob("*.toml")):
        for raw in _raw(tomllib.loads(path.read_text(encoding="utf-8"))):
            kind = raw["kind"]
            assert isinstance(kind, str)
            seen[kind] = seen.get(kind, 0) + 1
            half = halves[(seen[kind] - 1) % 2]
            yield Task.model_validate(
                {"id": f"{lead}{kind}-{seen[kind]:02d}", "half": half, **raw})


def _raw(table: Mapping[str, object]) -> Iterator[dict[str, object]]:
    shared = {key: value for key, value in table.items() if key != "task"}
    kind = shared.pop("kind", None)
    listed = table["task"]
    assert isinstance(listed, Sequence)
    for raw in listed:
        own = {"kind": raw.get("kind", kind)}
        turns = raw.get("turns") or [{key: value for key, value in raw.items() if key != "kind"}]
        yield {**own, "turns": [{**shared, **turn} for turn in turns]}
