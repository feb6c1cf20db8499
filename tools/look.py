"""Look at a span: what is seen there, or the answer to a question about it."""

from typing import Final

from trikal.errors import BadInput
from trikal.moments import Moment, Track
from trikal.serving.roles import Describer
from trikal.timecode import format_timecode
from trikal.tools.caption import look as look_at
from trikal.tools.footage import Footage
from trikal.tools.results import Moments, cited

LONGEST_MS: Final = 5 * 60_000
"""How long a span may be looked at at once, in milliseconds: only a few frames of it are."""

_AN_INSTANT_MS: Final = 1


def look(
    footage: Footage, describer: Describer, *, start_ms: int, end_ms: int | None = None,
    ask: str | None = None,
) -> Moments:
    """Say what is seen.

    Args:
        footage: The medium.
        describer: What looks.
        start_ms: When, on the medium's clock.
        end_ms: End of the span; only the picture at the start when not given.
        ask: A question about what is seen.

    Returns:
        What is seen, as one moment that is not in the archive; none where the model says nothing.

    Raises:
        BadInput: The span is not inside the medium or too long, or the medium has no picture.
        MediumUnreadable: The pictures cannot be decoded.
        ModelError: The describer failed.
    """
    footage.need_picture()
    start, end = footage.checked(start_ms, start_ms + _AN_INSTANT_MS if end_ms is None else end_ms)
    if end - start > LONGEST_MS:
        raise BadInput(f"At most {LONGEST_MS // 60_000} minutes can be looked at at once. Name a "
                       "shorter span.")
    text = look_at(footage.path, start, describer, end_ms=None if end_ms is None else end, ask=ask,
                   info=footage.info)
    asked = format_timecode(start) + (f"–{format_timecode(end)}" if end_ms is not None else "")
    moment = Moment(media_id=footage.medium.id, track=Track.CAPTION, start_ms=start, end_ms=end,
                    text=text, source=describer.name, recorded_at=footage.medium.recorded_at)
    return Moments(
        moments=(cited(1, moment, footage.medium.name),) if text else (),
        words=f"looked at {footage.medium.name} at {asked} with {describer.name}",
        absent="" if text else (
            f"nothing sure is seen in {footage.medium.name} at {asked} by {describer.name}"),
    )
