"""The moment: one observation of a medium with an interval, the unit of everything.

A moment is what is embedded, stored, retrieved and cited.
"""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

_NAMESPACE = uuid.UUID("6f0f6e5c-2b43-5d3a-9a53-7472696b616c")


class Track(StrEnum):
    """One kind of observation of a medium.

    A translation tells in English what is said in another language; it is found, and never quoted
    as what was said.
    """

    SPEECH = "speech"
    TRANSLATION = "translation"
    SCREEN = "screen"
    CAPTION = "caption"
    FRAME = "frame"
    SOUND = "sound"


class Unit(StrEnum):
    """How much one moment holds: a single observation, or a passage of several."""

    OBSERVATION = "observation"
    PASSAGE = "passage"


class Moment(BaseModel):
    """One observation of a medium over the half-open interval ``[start_ms, end_ms)``.

    Attributes:
        media_id: SHA-256 of the medium's bytes, in hex.
        track: What kind of observation this is.
        unit: A single observation, or a passage of consecutive ones.
        start_ms: Start on the media clock, in milliseconds; may be negative.
        end_ms: End on the media clock, in milliseconds, not before the start.
        text: What was said, shown or seen.
        language: BCP-47 tag of the text, if known.
        speaker: Who speaks, if known.
        confidence: The observer's own confidence in ``[0, 1]``, if it gives one.
        source: The model and version, or the subtitle file, that observed it.
        recorded_at: Wall-clock time of the medium's zero, if known.
    """

    model_config = ConfigDict(frozen=True)

    media_id: str
    track: Track
    unit: Unit = Unit.OBSERVATION
    start_ms: int
    end_ms: int
    text: str
    language: str | None = None
    speaker: str | None = None
    confidence: float | None = None
    source: str
    recorded_at: datetime | None = None

    @model_validator(mode="after")
    def _interval_is_ordered(self) -> Self:
        if self.end_ms < self.start_ms:
            raise ValueError(f"a moment cannot end ({self.end_ms}) before it starts "
                             f"({self.start_ms})")
        return self

    @property
    def id(self) -> str:
        """UUIDv5 of everything that tells two observations apart.

        Storing the same observation twice changes nothing; two speakers at one time, or two
        cues with equal times, stay two moments.
        """
        name = "\x1f".join((self.media_id, self.track, self.unit, str(self.start_ms),
                            str(self.end_ms), self.source, self.speaker or "", self.text))
        return str(uuid.uuid5(_NAMESPACE, name))
