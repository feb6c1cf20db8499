"""Stages watch, read and describe: the picture becomes shots, screen text and captions."""

from collections.abc import Callable, Sequence
from pathlib import Path

from trikal.catalogue import Medium
from trikal.media.frames import frames_at
from trikal.media.probe import MediaInfo
from trikal.moments import Moment, Track
from trikal.serving.roles import Describer, ScreenReader
from trikal.tools.read_screen import read_screen


def read(
    path: Path,
    info: MediaInfo,
    medium: Medium,
    changes_ms: Sequence[int],
    reader: ScreenReader,
    *,
    on_progress: Callable[[int], None] | None = None,
) -> list[Moment]:
    """Read the screen wherever the picture changed.

    Args:
        path: The video file.
        info: Its probe.
        medium: The medium.
        changes_ms: Times at which the picture became something new, ascending.
        reader: What reads.
        on_progress: Called with the media time reached, in ms.

    Returns:
        One moment of the screen track for each text, for as long as it stood there.
    """
    texts = read_screen(path, changes_ms, reader, info=info, until_ms=info.duration_ms,
                        on_progress=on_progress)
    return [
        Moment(media_id=medium.id, track=Track.SCREEN, start_ms=text.start_ms, end_ms=text.end_ms,
               text=text.text, confidence=text.confidence, source=reader.name,
               recorded_at=medium.recorded_at)
        for text in texts
    ]


def describe(
    path: Path,
    info: MediaInfo,
    medium: Medium,
    shots_ms: Sequence[tuple[int, int]],
    describer: Describer,
    *,
    on_progress: Callable[[int], None] | None = None,
) -> list[Moment]:
    """Describe the middle picture of every shot.

    Args:
        path: The video file.
        info: Its probe.
        medium: The medium.
        shots_ms: Start and end of each shot, in ms.
        describer: What describes.
        on_progress: Called with the media time reached, in ms.

    Returns:
        One moment of the caption track for each shot that the model had words for.
    """
    middles = [(start + end) // 2 for start, end in shots_ms]
    moments = []
    for (start, end), frame in zip(shots_ms, frames_at(path, middles, info=info), strict=True):
        caption = describer.describe(frame.picture).strip()
        if caption:
            moments.append(Moment(
                media_id=medium.id, track=Track.CAPTION, start_ms=start, end_ms=end, text=caption,
                language="en", source=describer.name, recorded_at=medium.recorded_at,
            ))
        if on_progress:
            on_progress(end)
    return moments
