"""What ingest tells whoever watches it: small values, one for each thing that happens."""

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Stage(StrEnum):
    """The stages of ingest, in the order in which a medium passes through them."""

    IDENTIFY = "identify"
    LISTEN = "listen"
    TRANSLATE = "translate"
    WATCH = "watch"
    READ = "read"
    DESCRIBE = "describe"
    EMBED = "embed"
    STORE = "store"


class Status(StrEnum):
    """How one file ended."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)


class StageProgress(_Event):
    """One stage of one file has come this far.

    Attributes:
        path: The file.
        stage: The stage.
        done: Units done: milliseconds of media, or moments when the stage is ``store``.
        total: Units in all, or 0 when it cannot be known.
    """

    path: Path
    stage: Stage
    done: int
    total: int


class FileReport(_Event):
    """One file has ended.

    Attributes:
        path: The file.
        status: How it ended.
        media_id: The medium, when the file could be identified.
        duration_ms: Its length on the media clock.
        seconds: Wall-clock time spent on it.
        stage_seconds: The same by stage; stages that had been done before are absent.
        moments: How many moments the archive holds of it.
        notes: What a person should know: what was skipped and why, which subtitles were used.
        error: Why it failed and what to do, when it failed.
    """

    path: Path
    status: Status
    media_id: str | None = None
    duration_ms: int = 0
    seconds: float = 0.0
    stage_seconds: dict[str, float] = {}
    moments: int = 0
    notes: tuple[str, ...] = ()
    error: str | None = None


Event = StageProgress | FileReport
