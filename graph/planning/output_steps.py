"""Steps that make a file: the only ones with an effect outside the run."""

from typing import Annotated, Literal

from pydantic import Field

from trikal.graph.planning.step import PlanStep
from trikal.tools.arguments import End, FileName, Language, Medium, Start
from trikal.tools.export import Format


class _Output(PlanStep):
    """A file that is made of evidence, or of what was answered.

    Attributes:
        file: What the file is to be called; made of its content when not given.
        granted: Whether a person allowed what the step asked for: to write outside the allowed
            folders, or to go over the budget. Only a person's reply sets it.
    """

    file: FileName | None = None
    granted: bool = False


class Clip(_Output):
    """Cut the evidence, or a span that is named, and join it into a reel.

    Attributes:
        most: How many moments are cut.
        captions: Whether what is said comes along.
        medium: Cut this medium instead, wherever the evidence is,
        start_ms: from here
        end_ms: up to here, its end when not given.
    """

    do: Literal["clip"] = "clip"
    most: Annotated[int, Field(ge=1, le=50, description="How many moments are cut.")] = 1
    captions: bool = True
    medium: Medium | None = None
    start_ms: Start = 0
    end_ms: End | None = None


class Export(_Output):
    """Write a medium's subtitles or chapters, or the evidence, for other programs.

    Attributes:
        format: What is written.
        medium: The medium; the moments of the evidence when not given.
    """

    do: Literal["export"] = "export"
    format: Format
    medium: Medium | None = None


class Stills(_Output):
    """Save still pictures, of the evidence or of a span that is named.

    Attributes:
        count: How many, spread evenly over the span.
        medium: The medium; that of the best evidence when not given.
        start_ms: From here.
        end_ms: Up to here, its end when not given.
    """

    do: Literal["stills"] = "stills"
    count: Annotated[int, Field(ge=1, le=20)] = 1
    medium: Medium | None = None
    start_ms: Start = 0
    end_ms: End | None = None


class _Spoken(_Output):
    """What was answered, spoken.

    Attributes:
        language: BCP-47 tag of the language that the voice speaks; the answer's when not given.
        translate: Whether the answer is to be put into it, because it was asked for by name.
    """

    language: Language | None = None
    translate: bool = False


class Say(_Spoken):
    """Say aloud what was answered."""

    do: Literal["say"] = "say"


class Show(_Spoken):
    """Let an avatar say what was answered."""

    do: Literal["show"] = "show"
