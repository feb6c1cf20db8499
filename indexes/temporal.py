"""The temporal query: a question about order in time as a small formal value.

The language model and the rules only fill this in; windows, order and distance are computed from
it by code. It is also the JSON schema that the chat model is held to.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trikal.moments import Track
from trikal.timecode import format_timecode


class Relation(StrEnum):
    """Where the target lies as seen from the anchor."""

    BEFORE = "before"
    AFTER = "after"
    RIGHT_BEFORE = "right before"
    RIGHT_AFTER = "right after"
    DURING = "during"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Absolute(_Value):
    """A window on the media clock.

    Attributes:
        start_ms: Start in ms, or ``None`` for the beginning.
        end_ms: End in ms, or ``None`` for the end. Equal to the start for an instant.
        from_end: Both count back from the medium's end: ``start_ms=120_000`` is the last two
            minutes.
    """

    kind: Literal["absolute"] = "absolute"
    start_ms: int | None = None
    end_ms: int | None = None
    from_end: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start_ms is None or self.end_ms is None:
            return self
        length_ms = self.end_ms - self.start_ms
        if (-length_ms if self.from_end else length_ms) < 0:
            raise ValueError(f"the window ends at {format_timecode(self.end_ms)}, before it "
                             f"starts at {format_timecode(self.start_ms)}")
        return self


class Anchored(_Value):
    """The target stands in a relation to another event, which is found by search."""

    kind: Literal["anchored"] = "anchored"
    relation: Relation
    anchor: "TemporalQuery"


Constraint = Annotated[Absolute | Anchored, Field(discriminator="kind")]


class TemporalQuery(_Value):
    """What is asked for, and where in time it must lie.

    Attributes:
        target: What to search for; empty when whatever is there is wanted.
        tracks: Only these tracks; any when empty.
        constraints: All must hold.
    """

    target: str = ""
    tracks: tuple[Track, ...] = ()
    constraints: tuple[Constraint, ...] = ()

    @property
    def anchored(self) -> Anchored | None:
        """The first anchored constraint, if there is one."""
        return next((c for c in self.constraints if isinstance(c, Anchored)), None)

    @property
    def absolutes(self) -> tuple[Absolute, ...]:
        """The windows on the media clock."""
        return tuple(c for c in self.constraints if isinstance(c, Absolute))

    def words(self) -> str:
        """Say the query in words, for a person to check."""
        what = f"“{self.target}”" if self.target else "whatever is there"
        where = f" on {' or '.join(self.tracks)}" if self.tracks else ""
        return " ".join([f"find {what}{where}", *(_constraint_words(c) for c in self.constraints)])


def _constraint_words(constraint: Absolute | Anchored) -> str:
    if isinstance(constraint, Anchored):
        return f"{constraint.relation} ({constraint.anchor.words()})"
    start, end = constraint.start_ms, constraint.end_ms
    if constraint.from_end:
        opening = f"in the last {format_timecode(start)}" if start is not None else ""
        closing = f"before the last {format_timecode(end)}" if end is not None else ""
        return f"{opening} {closing}".strip()
    if start is not None and start == end:
        return f"at {format_timecode(start)}"
    opening = "the beginning" if start is None else format_timecode(start)
    closing = "the end" if end is None else format_timecode(end)
    return f"from {opening} to {closing}"
