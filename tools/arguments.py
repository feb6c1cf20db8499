"""What tools may be asked: bounded schemas in which nothing unknown is let in."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trikal.indexes.temporal import TemporalQuery
from trikal.moments import Track
from trikal.tools.composition import Kind
from trikal.tools.export import Format

_FURTHEST_MS = 2**52

Medium = Annotated[str, Field(
    min_length=1, max_length=300, description="The medium: its file name, or the start of its id.")]
Start = Annotated[int, Field(
    ge=0, lt=_FURTHEST_MS, description="Start on the medium's clock, in milliseconds.")]
End = Annotated[int, Field(
    gt=0, lt=_FURTHEST_MS, description="End on the medium's clock, in milliseconds.")]
Language = Annotated[str, Field(
    pattern=r"^[A-Za-z0-9-]{2,35}$", description="BCP-47 tag of a language, like en or hi.")]
FileName = Annotated[str, Field(
    min_length=1, max_length=300,
    description="Name of the file to write, like talk.srt; one is chosen when it is left out.")]
MomentId = Annotated[str, Field(
    pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="A moment's id.")]


class Arguments(BaseModel):
    """What a tool is asked; frozen, and nothing unknown is let in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SpanArguments(Arguments):
    """A stretch of a medium."""

    medium: Medium
    start_ms: Start = 0
    end_ms: End | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end_ms is not None and self.end_ms <= self.start_ms:
            raise ValueError(f"the span ends ({self.end_ms}) before it starts ({self.start_ms})")
        return self


class FindArguments(Arguments):
    """A temporal query."""

    query: TemporalQuery
    limit: Annotated[int, Field(ge=1, le=50, description="How many moments at most.")] = 8


class SearchArguments(Arguments):
    """A search for plain text."""

    text: Annotated[str, Field(min_length=1, max_length=2_000, description="What to look for.")]
    tracks: Annotated[tuple[Track, ...], Field(max_length=5, description="Only these.")] = ()
    limit: Annotated[int, Field(ge=1, le=50, description="How many moments at most.")] = 8


class NeighboursArguments(Arguments):
    """A moment, and how many beside it."""

    moment_id: MomentId
    before: Annotated[int, Field(ge=0, le=20)] = 2
    after: Annotated[int, Field(ge=0, le=20)] = 2


class ListenArguments(SpanArguments):
    """A span to listen to again."""

    language: Language | None = None
    model: Annotated[str, Field(
        max_length=100, description="Another speech model of the catalogue.")] | None = None


class ReadArguments(Arguments):
    """When to read the screen: at a time, or over a span."""

    medium: Medium
    start_ms: Start
    end_ms: End | None = None


class LookArguments(ReadArguments):
    """When to look, and what to find out."""

    ask: Annotated[str, Field(
        max_length=300, description="A question about what is seen.")] | None = None


class FramesArguments(SpanArguments):
    """Stills to save: at given times, or some spread evenly over a span."""

    times_ms: Annotated[tuple[Start, ...], Field(
        max_length=100, description="Times on the medium's clock, in milliseconds.")] = ()
    count: Annotated[int, Field(
        ge=1, le=100, description="How many over the span, where no times are given.")] = 1
    file: FileName | None = None
    max_width: Annotated[int, Field(ge=16, le=7_680)] | None = None


class ExportArguments(Arguments):
    """What to write for other programs: a medium's moments or chapters, or chosen moments."""

    format: Format
    medium: Medium | None = None
    moment_ids: Annotated[tuple[MomentId, ...], Field(
        max_length=500, description="Only these moments, in this order.")] = ()
    tracks: Annotated[tuple[Track, ...], Field(
        max_length=5, description="Only these tracks of the medium.")] = (Track.SPEECH,)
    file: FileName | None = None


class ClipSpan(Arguments):
    """A stretch of a medium to cut."""

    medium: Medium
    start_ms: Start
    end_ms: End


class ClipArguments(Arguments):
    """What to cut and join."""

    spans: Annotated[tuple[ClipSpan, ...], Field(
        min_length=1, max_length=50, description="Stretches in the order in which they play.")]
    captions: Annotated[bool, Field(description="Whether what is said comes along.")] = True
    file: FileName | None = None


class ComposeArguments(Arguments):
    """What to write, and from what: chosen moments, or a span of a medium."""

    kind: Kind
    moment_ids: Annotated[tuple[MomentId, ...], Field(
        max_length=120, description="Write from these moments.")] = ()
    medium: Medium | None = None
    start_ms: Start = 0
    end_ms: End | None = None
    about: Annotated[str, Field(max_length=300, description="What it is to be about.")] = ""
    file: FileName | None = None


class ShowArguments(Arguments):
    """What an avatar says."""

    text: Annotated[str, Field(min_length=1, max_length=4_000, description="What to say.")]
    language: Language = "en"
    file: FileName | None = None


class SayArguments(ShowArguments):
    """What to say aloud."""

    timings: Annotated[str, Field(
        min_length=1, max_length=300,
        description="A .vtt or .json file for the times of the words.")] | None = None
