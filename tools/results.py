"""What tools give back: typed, frozen, and always with the place that proves it."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from trikal.indexes.found import Doubt
from trikal.moments import Moment, Track
from trikal.tools.verification import NumberedText


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(_Value):
    """A stretch ``[start_ms, end_ms)`` of a medium, on its own clock.

    Attributes:
        media_id: The medium.
        name: Its file name.
        start_ms: Start in milliseconds.
        end_ms: End in milliseconds.
    """

    media_id: str
    name: str
    start_ms: int
    end_ms: int


class Cited(Span):
    """A moment that may be cited by its number.

    Attributes:
        n: The number, from 1.
        moment_id: The moment's id; of one just observed, the id that it would be stored under.
        track: What kind of observation it is.
        text: What was said, shown or seen.
        speaker: Who speaks, if known.
        language: BCP-47 tag of the text, if known.
        confidence: The observer's own, if it gives one.
        source: The model and version, or the file, that observed it.
        original: What was said, of a translation; ``None`` of what is none.
    """

    n: int
    moment_id: str
    track: Track
    text: str
    speaker: str | None = None
    language: str | None = None
    confidence: float | None = None
    source: str = ""
    original: str | None = None

    def numbered(self) -> NumberedText:
        """Return what verification wants of it."""
        return NumberedText(n=self.n, text=self.text, original=self.original)


def cited(n: int, moment: Moment, name: str, *, original: str | None = None) -> Cited:
    """Number a moment of the medium called ``name``, with what was said if it is a translation."""
    if moment.track is Track.TRANSLATION and original is None:
        original = ""  # nobody said its words, whether it is known what was said or not
    return Cited(
        n=n, moment_id=moment.id, media_id=moment.media_id, name=name, track=moment.track,
        start_ms=moment.start_ms, end_ms=moment.end_ms, text=moment.text,
        speaker=moment.speaker, language=moment.language, confidence=moment.confidence,
        source=moment.source, original=original,
    )


class Moments(_Value):
    """Moments that a tool found or observed.

    Attributes:
        moments: Numbered from 1; of a search the best first, else in time order.
        words: What was asked for or done, in words.
        absent: Why there are none; empty when there are.
        value: The number, or the milliseconds, that a temporal query asks for.
        doubts: What could be meant in several ways.
    """

    moments: tuple[Cited, ...]
    words: str = ""
    absent: str = ""
    value: int | None = None
    doubts: tuple[Doubt, ...] = ()


class Neighbours(_Value):
    """The moments beside one, each side in time order; numbers run on over both."""

    before: tuple[Cited, ...]
    moment: Cited
    after: tuple[Cited, ...]


class FrameFile(_Value):
    """A still picture in a file.

    Attributes:
        path: The file.
        media_id: The medium that it is of.
        name: The medium's file name.
        time_ms: The time that was asked for.
        shown_ms: Since when the picture was on the screen then.
        width: In pixels.
        height: In pixels.
    """

    path: Path
    media_id: str
    name: str
    time_ms: int
    shown_ms: int
    width: int
    height: int


class Frames(_Value):
    """Still pictures in files, in time order."""

    frames: tuple[FrameFile, ...]


class Written(_Value):
    """A file that a tool wrote.

    Attributes:
        path: The file.
        format: What it holds, by the name of the format.
        entries: How many cues, chapters or clips it holds.
        spans: The stretches of media that they stand for, in the file's order.
    """

    path: Path
    format: str
    entries: int
    spans: tuple[Span, ...] = ()


class ReelPiece(Span):
    """A piece of a reel, and when it begins there, in milliseconds."""

    at_ms: int


class Reel(_Value):
    """Moments cut and joined into one file.

    Attributes:
        path: The file.
        duration_ms: How long it runs.
        pieces: What it is made of, in order.
        captions: How many captions it carries as soft subtitles.
    """

    path: Path
    duration_ms: int
    pieces: tuple[ReelPiece, ...]
    captions: int = 0


class Chapter(Span):
    """A chapter of a medium, with its title."""

    title: str


class Spoken(_Value):
    """A text said into a file.

    Attributes:
        path: The file.
        duration_ms: How long it sounds.
        voice: Who says it.
        timings: The file that tells when each word is said, if one was asked for.
    """

    path: Path
    duration_ms: int
    voice: str
    timings: Path | None = None
