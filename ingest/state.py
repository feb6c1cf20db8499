"""What flows through the ingest of one file: plain data, readable in Studio."""

from collections.abc import Mapping
from typing import Annotated, TypedDict


class StageItem(TypedDict):
    """What became of one stage.

    Attributes:
        status: ``done``, ``nothing to do``, or ``failed``.
        seconds: Wall-clock time spent on it.
        notes: What a person should know.
    """

    status: str
    seconds: float
    notes: list[str]


def _merged(old: Mapping[str, StageItem] | None,
            new: Mapping[str, StageItem]) -> dict[str, StageItem]:
    return {**(old or {}), **new}


class File(TypedDict, total=False):
    """What a run starts from.

    Attributes:
        path: The file.
        language: BCP-47 tag of its speech; detected when absent.
    """

    path: str
    language: str


class Ingested(TypedDict, total=False):
    """What a run ends with.

    Attributes:
        status: ``done``, ``unchanged``, ``failed``, or ``left out`` where a person said no.
        media_id: The medium.
        name: Its file name.
        kind: ``video``, ``audio`` or ``text``.
        duration_ms: Its length on the media clock.
        moments: How many moments the archive holds of it.
        stages: What became of each stage.
        error: Why it failed and what to do, when it failed.
    """

    status: str
    media_id: str
    name: str
    kind: str
    duration_ms: int
    moments: int
    stages: Annotated[dict[str, StageItem], _merged]
    error: str


class IngestState(File, Ingested, total=False):
    """Everything a run knows.

    Attributes:
        allowed: What a person has allowed on the way.
    """

    allowed: list[str]
