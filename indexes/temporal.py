"""The temporal query: a question about order in time as a small formal value.

The rules and the language model only fill this in; windows, order, counts and lengths are computed
from it by code. It is also the JSON schema that a chat model is held to, so every field is bounded
and nothing unknown is let in.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trikal.moments import Moment, Track
from trikal.timecode import format_timecode

MAX_DEPTH: Final = 3
"""How many events may hang on each other: "after A, which came before B, which …"."""

_LONGEST_TEXT = 2_000
_MOST = 8
MAX_CONSTRAINTS: Final = _MOST
"""How many constraints a query may have."""

_FURTHEST_MS = 2**52


class Relation(StrEnum):
    """Where the target lies as seen from the anchor."""

    BEFORE = "before"
    AFTER = "after"
    RIGHT_BEFORE = "right before"
    RIGHT_AFTER = "right after"
    DURING = "during"
    OVERLAPPING = "overlapping"
    NEAR = "around"
    FROM = "from"
    BETWEEN = "between"
    UNTIL_NEXT = "until the next"


PAIRED: Final = frozenset({Relation.BETWEEN, Relation.UNTIL_NEXT})
"""Relations that need two events."""

LASTING: Final = frozenset({Relation.DURING})
"""Relations whose event may be told by two: by what it begins with and what it ends with."""


class Ask(StrEnum):
    """What is wanted of what is found."""

    MOMENTS = "moments"
    EVERY = "every time"
    COUNT = "how many times"
    DURATION = "how long"
    SPANS = "the part about"


class Clock(StrEnum):
    """Which clock a time is read on."""

    MEDIA = "media"
    WALL = "wall"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Time = Annotated[int, Field(gt=-_FURTHEST_MS, lt=_FURTHEST_MS)]
Text = Annotated[str, Field(max_length=_LONGEST_TEXT)]


class Absolute(_Value):
    """A window on a clock.

    Attributes:
        start_ms: Start in ms, or ``None`` for the beginning. On the wall clock it counts from
            midnight.
        end_ms: End in ms, or ``None`` for the end. Equal to the start for an instant.
        from_end: Both count back from the medium's end: ``start_ms=120_000`` is the last two
            minutes.
        clock: Which clock the times are on.
    """

    kind: Literal["absolute"] = "absolute"
    start_ms: Time | None = None
    end_ms: Time | None = None
    from_end: bool = False
    clock: Clock = Clock.MEDIA

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start_ms is None or self.end_ms is None:
            return self
        length_ms = self.end_ms - self.start_ms
        if (-length_ms if self.from_end else length_ms) < 0:
            raise ValueError(f"the window ends at {format_timecode(self.end_ms)}, before it "
                             f"starts at {format_timecode(self.start_ms)}")
        return self

    def words(self) -> str:
        """Say the window in words."""
        start, end = self.start_ms, self.end_ms
        if self.from_end:
            opening = f"in the last {format_timecode(start)}" if start is not None else ""
            closing = f"before the last {format_timecode(end)}" if end is not None else ""
            return f"{opening} {closing}".strip()
        clock = " on the wall clock" if self.clock is Clock.WALL else ""
        if start is not None and start == end:
            return f"at {self._time(start)}{clock}"
        opening = "the beginning" if start is None else self._time(start)
        closing = "the end" if end is None else self._time(end)
        return f"from {opening} to {closing}{clock}"

    def _time(self, time_ms: int) -> str:
        if self.clock is Clock.MEDIA:
            return format_timecode(time_ms)
        minutes, seconds = divmod(time_ms // 1000, 60)
        tail = f":{seconds:02d}" if seconds else ""
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}{tail}"


class Part(_Value):
    """A part of every medium, in shares of its length: 0.4 to 0.6 is the middle fifth."""

    kind: Literal["part"] = "part"
    start: float = Field(default=0.0, ge=0.0, le=1.0)
    end: float = Field(default=1.0, ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"the part ends at {self.end:.0%}, before it starts at "
                             f"{self.start:.0%}")
        return self

    def words(self) -> str:
        """Say the part in words."""
        return f"from {self.start:.0%} to {self.end:.0%} of the medium"


class Ambiguous(_Value):
    """A time that can be read in several ways; which one is meant is asked, not guessed.

    Attributes:
        text: The time as it was written.
        readings: What it can mean, the likeliest first.
    """

    kind: Literal["ambiguous"] = "ambiguous"
    text: Text
    readings: tuple[Absolute, ...] = Field(min_length=2, max_length=_MOST)

    def words(self) -> str:
        """Say what the time can mean."""
        return " or ".join(reading.words() for reading in self.readings)


class Anchored(_Value):
    """The target stands in a relation to another event, which is found by search.

    Attributes:
        relation: Where the target lies.
        anchor: The event.
        other: The second event of "between" and "until the next"; what something ends with that
            begins with the first, for "during".
        at_least_ms: The target lies no nearer than this, in ms.
        at_most_ms: The target lies no further than this, in ms; ``None`` for any distance.
    """

    kind: Literal["anchored"] = "anchored"
    relation: Relation
    anchor: "TemporalQuery"
    other: "TemporalQuery | None" = None
    at_least_ms: Annotated[int, Field(ge=0, lt=_FURTHEST_MS)] = 0
    at_most_ms: Annotated[int, Field(ge=0, lt=_FURTHEST_MS)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        may_be = self.relation in LASTING and self.other is not None
        if (self.relation in PAIRED) != (self.other is not None) and not may_be:
            needs = "needs a second event" if self.relation in PAIRED else "has only one event"
            raise ValueError(f"“{self.relation}” {needs}")
        if self.at_most_ms is not None and self.at_most_ms < self.at_least_ms:
            raise ValueError("the greatest distance is smaller than the least")
        return self

    @property
    def events(self) -> tuple["TemporalQuery", ...]:
        """The event, or both."""
        return (self.anchor,) if self.other is None else (self.anchor, self.other)

    def replacing(self, part: "TemporalQuery", by: "TemporalQuery") -> "Anchored":
        """Return the constraint with another query in the place of a part of its events."""
        other = self.other and self.other.replacing(part, by)
        return self.model_copy(update={"anchor": self.anchor.replacing(part, by), "other": other})

    def words(self) -> str:
        """Say the relation in words."""
        first = f"{self._distance()}{self.relation} ({self.anchor.event_words()})"
        if self.other is None:
            return first
        if self.relation in _JOINED:
            return f"{first} {_JOINED[self.relation]} ({self.other.event_words()})"
        return f"from ({self.anchor.event_words()}) until the next ({self.other.event_words()})"

    def _distance(self) -> str:
        least, most = self.at_least_ms, self.at_most_ms
        if most is None:
            return f"more than {format_timecode(least)} " if least else ""
        if least:
            return f"{format_timecode(least)} to {format_timecode(most)} "
        return f"within {format_timecode(most)} "


_JOINED: Final = {Relation.BETWEEN: "and", Relation.DURING: "to"}

Constraint = Annotated[
    Absolute | Part | Ambiguous | Anchored, Field(discriminator="kind")
]


class Scope(_Value):
    """Where to look at all; everything that is not empty must hold.

    Attributes:
        media: Names of media, or the beginnings of their ids.
        series: Names of folders of media.
        dates: Days of recording, ISO 8601. Several are several readings of one date.
        speakers: Only what these speakers say.
    """

    media: tuple[Text, ...] = Field(default=(), max_length=_MOST)
    series: tuple[Text, ...] = Field(default=(), max_length=_MOST)
    dates: tuple[Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")], ...] = Field(
        default=(), max_length=_MOST)
    speakers: tuple[Text, ...] = Field(default=(), max_length=_MOST)

    def words(self) -> str:
        """Say the scope in words; empty when it excludes nothing."""
        parts = [("in", self.media), ("in the series", self.series), ("on", self.dates),
                 ("by", self.speakers)]
        return " ".join(f"{word} {' or '.join(names)}" for word, names in parts if names)


class TemporalQuery(_Value):
    """What is asked for, and where in time it must lie.

    Attributes:
        target: What to search for; empty when whatever is there is wanted.
        verbatim: The target is quoted: the very words are wanted.
        tracks: Only these tracks; any when empty.
        scope: Which media and which speakers.
        constraints: All must hold.
        ordinal: 1 for the first such event, 2 for the second, -1 for the last; any when ``None``.
        ask: Whether moments are wanted, all of them, their number, a length of time, or whole parts
            with a start and an end.

    Raises:
        ValueError: More than `MAX_DEPTH` events hang on each other, or the ordinal is 0.
    """

    target: Text = ""
    verbatim: bool = False
    tracks: tuple[Track, ...] = Field(default=(), max_length=_MOST)
    scope: Scope = Scope()
    constraints: tuple[Constraint, ...] = Field(default=(), max_length=_MOST)
    ordinal: Annotated[int, Field(ge=-10_000, le=10_000)] | None = None
    ask: Ask = Ask.MOMENTS

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.ordinal == 0:
            raise ValueError("ordinals count from 1, or from -1 for the last")
        if self.depth > MAX_DEPTH:
            raise ValueError(f"more than {MAX_DEPTH} events hang on each other")
        return self

    @property
    def anchored(self) -> Anchored | None:
        """The first anchored constraint, if there is one."""
        return next((c for c in self.constraints if isinstance(c, Anchored)), None)

    @property
    def absolutes(self) -> tuple[Absolute, ...]:
        """The windows on a clock that can be read in one way only."""
        return tuple(c for c in self.constraints if isinstance(c, Absolute))

    @property
    def is_plain(self) -> bool:
        """Whether the moments that are about something are wanted, wherever they are."""
        return bool(self.target and self.ask is Ask.MOMENTS and not self.constraints
                    and not self.verbatim and self.ordinal is None)

    @property
    def depth(self) -> int:
        """How many events hang on each other: 0 without an anchor."""
        return max((1 + event.depth for each in self.constraints if isinstance(each, Anchored)
                    for event in each.events), default=0)

    def at(self, moment: Moment) -> "TemporalQuery":
        """Return the query for the same thing, but there and then only."""
        window = Absolute(start_ms=moment.start_ms, end_ms=moment.end_ms)
        scope = self.scope.model_copy(update={"media": (moment.media_id,)})
        return self.model_copy(update={"scope": scope, "tracks": (moment.track,),
                                       "constraints": (window,)})

    def replacing(self, part: "TemporalQuery", by: "TemporalQuery") -> "TemporalQuery":
        """Return the query with another one in the place of a part of it."""
        if self == part:
            return by
        return self.model_copy(update={"constraints": tuple(
            each.replacing(part, by) if isinstance(each, Anchored) else each
            for each in self.constraints)})

    def parts(self) -> Iterator["TemporalQuery"]:
        """Yield this query and every event that it hangs on, outermost first."""
        yield self
        for constraint in self.constraints:
            if isinstance(constraint, Anchored):
                for event in constraint.events:
                    yield from event.parts()

    def words(self) -> str:
        """Say the query in words, for a person to check."""
        verb = {Ask.MOMENTS: "find", Ask.EVERY: "find", Ask.COUNT: "count every",
                Ask.DURATION: "measure how long", Ask.SPANS: "find the part about"}[self.ask]
        return f"{verb} {self.event_words()}"

    def event_words(self) -> str:
        """Say the query in words as an event that another one may hang on."""
        tracks = f"on {' or '.join(self.tracks)}" if self.tracks else ""
        parts = [self._wanted(), tracks, self.scope.words(),
                 *(constraint.words() for constraint in self.constraints)]
        return " ".join(part for part in parts if part)

    def _wanted(self) -> str:
        what = f"“{self.target}”" if self.target else "whatever is there"
        what = f"every {what}" if self.ask is Ask.EVERY else what
        return what if self.ordinal is None else f"the {ordinal_word(self.ordinal)} {what}"


def ordinal_word(ordinal: int) -> str:
    """Return "1st", "22nd", "last" or "last but 1" for an ordinal."""
    if ordinal < 0:
        return "last" if ordinal == -1 else f"last but {-ordinal - 1}"
    teens = 10 < ordinal % 100 < 20
    return f"{ordinal}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(ordinal % 10, 'th')}"
