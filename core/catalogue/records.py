"""What the catalogue tells of: media, finished stages, and stages stopped in the middle."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, JsonValue

Vectors = NDArray[np.float32]


class Medium(BaseModel):
    """One media file, known by the SHA-256 of its bytes and never by its name.

    Attributes:
        id: SHA-256 of the file's bytes, in hex.
        name: The file name under which it was first seen.
        kind: ``video``, ``audio`` or ``text`` (timed text).
        size_bytes: Length of the file.
        duration_ms: Length on the media clock, in milliseconds.
        recorded_at: Wall-clock time of the medium's zero, if known.
        info: What probing found, as plain data.
        paths: Every path under which these bytes were seen, oldest first.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    kind: str
    size_bytes: int
    duration_ms: int
    recorded_at: datetime | None = None
    info: dict[str, JsonValue] = {}
    paths: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The oldest path under which these bytes were seen, or nothing when none is known."""
        return self.paths[0] if self.paths else ""

    def is_called(self, name: str) -> bool:
        """Whether a name means this medium: its file name, or the start of its id."""
        return name == self.name or self.id.startswith(name)


class StageRecord(BaseModel):
    """That one stage of ingest is finished for one medium, by what, and with what result."""

    model_config = ConfigDict(frozen=True)

    media_id: str
    stage: str
    source: str
    detail: dict[str, JsonValue] = {}
    finished_at: datetime


class StagePart(BaseModel):
    """That a stage was stopped in the middle: by what it was done, and up to where.

    Attributes:
        source: What the stage observed with.
        reached_ms: What begins before this time on the media clock is done, in milliseconds.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    reached_ms: int
