"""Read what is written on the screen, with the interval for which it stands there."""

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trikal.media.frames import frames_at
from trikal.media.probe import MediaInfo
from trikal.serving.roles import ScreenReader, TextBox

_SAME = 0.85
_READING_WIDTH = 1280


@dataclass(frozen=True, kw_only=True)
class ScreenText:
    """What was written on the screen over ``[start_ms, end_ms)``, with the mean confidence."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float


def read_screen(
    path: Path,
    times_ms: Sequence[int],
    reader: ScreenReader,
    *,
    info: MediaInfo | None = None,
    until_ms: int,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[ScreenText]:
    """Read the screen where it changed; each reading holds until the next change.

    Args:
        path: The video file.
        times_ms: Times at which the picture became something new, ascending.
        reader: What reads.
        info: The file's probe, when it is at hand.
        until_ms: Where the last reading ends: the end of the picture, in ms.
        on_progress: Called with each time that has been read.

    Yields:
        Texts in time order; readings that say the same are one, empty ones are none.

    Raises:
        MediumUnreadable: The pictures cannot be decoded.
        ModelError: The reader failed.
    """
    frames = frames_at(path, times_ms, info=info, max_width=_READING_WIDTH)
    readings = []
    for asked_ms, frame in zip(times_ms, frames, strict=True):
        readings.append((asked_ms, reader.read(frame.picture)))
        if on_progress:
            on_progress(asked_ms)
    return merged(readings, until_ms=until_ms)


def merged(
    readings: Iterable[tuple[int, Sequence[TextBox]]], *, until_ms: int
) -> Iterator[ScreenText]:
    """Join readings that follow each other and say the same.

    Args:
        readings: Time in ms and the lines found there, in time order.
        until_ms: End of the last reading.
    """
    current: ScreenText | None = None
    for start_ms, boxes in readings:
        text = "\n".join(box.text for box in boxes)
        if current and _same(current.text, text):
            continue
        if current and current.text:
            yield _until(current, start_ms)
        confidence = sum(box.confidence for box in boxes) / len(boxes) if boxes else 0.0
        current = ScreenText(start_ms=start_ms, end_ms=start_ms, text=text, confidence=confidence)
    if current and current.text:
        yield _until(current, max(until_ms, current.start_ms))


def _same(one: str, other: str) -> bool:
    """Tell whether two readings differ only by what a reader gets wrong now and then."""
    lines = list(zip(one.split("\n"), other.split("\n"), strict=False))
    return one.count("\n") == other.count("\n") and all(_same_line(a, b) for a, b in lines)


def _same_line(one: str, other: str) -> bool:
    if _digits(one) != _digits(other):
        return False
    return difflib.SequenceMatcher(None, one, other).ratio() >= _SAME


def _digits(text: str) -> list[str]:
    return [character for character in text if character.isdigit()]


def _until(text: ScreenText, end_ms: int) -> ScreenText:
    return dataclasses.replace(text, end_ms=end_ms)
