"""Stage read: what is written on the picture becomes moments of the screen track."""

from collections.abc import Callable, Sequence
from pathlib import Path

from trikal.catalogue import Medium
from trikal.media.probe import MediaInfo
from trikal.moments import Moment, Track
from trikal.serving.roles import ScreenReader
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
