"""Read the screen at a time, or over a span."""

from typing import Final

from trikal.moments import Moment, Track
from trikal.serving.roles import ScreenReader
from trikal.timecode import format_timecode
from trikal.tools.footage import Footage
from trikal.tools.read_screen import ScreenText, read_screen
from trikal.tools.results import Moments, cited

MOST_READINGS: Final = 60
"""How many pictures one call reads at most: longer spans are read more thinly."""

_EVERY_MS = 1_000


def read(
    footage: Footage, reader: ScreenReader, *, start_ms: int, end_ms: int | None = None
) -> Moments:
    """Read what is written on the screen.

    Args:
        footage: The medium.
        reader: What reads.
        start_ms: When, on the medium's clock.
        end_ms: Read from the start up to here, every second where that is not too often; only
            the picture at the start when not given.

    Returns:
        Texts as moments that are not in the archive, each from the reading that first showed it
        to the one that no longer did.

    Raises:
        BadInput: The times are not inside the medium, or it has no picture.
        MediumUnreadable: The pictures cannot be decoded.
        ModelError: The reader failed.
    """
    footage.need_picture()
    start, end = footage.checked(start_ms, start_ms + 1 if end_ms is None else end_ms)
    every = max(_EVERY_MS, -(-(end - start) // MOST_READINGS))
    texts = read_screen(footage.path, range(start, end, every), reader, info=footage.info,
                        until_ms=end)
    moments = [_moment(footage, text, reader.name) for text in texts]
    asked = format_timecode(start) + (f"–{format_timecode(end)}" if end_ms is not None else "")
    return Moments(
        moments=tuple(cited(n, each, footage.medium.name)
                      for n, each in enumerate(moments, start=1)),
        words=f"read the screen of {footage.medium.name} at {asked} with {reader.name}",
        absent="" if moments else f"nothing is written on the screen of {footage.medium.name} "
                                  f"at {asked}",
    )


def _moment(footage: Footage, text: ScreenText, source: str) -> Moment:
    return Moment(
        media_id=footage.medium.id, track=Track.SCREEN, start_ms=text.start_ms,
        end_ms=text.end_ms, text=text.text, confidence=text.confidence, source=source,
        recorded_at=footage.medium.recorded_at,
    )
