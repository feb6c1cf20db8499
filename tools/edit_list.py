"""Write edit decision lists: OpenTimelineIO, and CMX 3600 through its adapter."""

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from trikal.errors import BadInput
from trikal.tools.chapter_text import printable_line
from trikal.tools.footage import Footage
from trikal.tools.results import Span

_RATES: Final = (Fraction(24_000, 1001), Fraction(24), Fraction(25), Fraction(30_000, 1001),
                 Fraction(30), Fraction(50), Fraction(60_000, 1001), Fraction(60))
_DEFAULT_RATE: Final = Fraction(25)
_DAY_MS: Final = 86_400_000


def otio(pieces: Sequence[tuple[Footage, Span, str]], title: str) -> str:
    """Write pieces as an OpenTimelineIO timeline.

    Args:
        pieces: Media with a stretch of each and what is said or shown there, in order.
        title: The timeline's name.
    """
    from opentimelineio import adapters

    return str(adapters.write_to_string(_timeline(pieces, title), "otio_json"))


def edl(pieces: Sequence[tuple[Footage, Span, str]], title: str) -> str:
    """Write pieces as a CMX 3600 edit decision list, whose clock ends after a day.

    Raises:
        BadInput: A piece lies behind 24 hours, or all together are as long.
    """
    from opentimelineio import adapters

    late = next((span for _, span, _ in pieces if span.end_ms >= _DAY_MS), None)
    if late is not None:
        raise BadInput(f"An EDL's clock ends after 24 hours, and {late.name} is longer. Export "
                       "to .otio.")
    timeline = _timeline(pieces, title)
    if timeline.duration().to_seconds() * 1000 >= _DAY_MS:  # the clock would begin anew, unsaid
        raise BadInput(f"An EDL's clock ends after 24 hours, and these {len(pieces)} pieces are "
                       "longer together. Export to .otio.")
    rate = float(_rate(pieces))
    return str(adapters.write_to_string(timeline, "cmx_3600", rate=rate))


def _timeline(pieces: Sequence[tuple[Footage, Span, str]], title: str) -> Any:
    from opentimelineio import schema

    rate = _rate(pieces)
    timeline = schema.Timeline(name=printable_line(title))
    track = schema.Track(name="V1", kind=schema.TrackKind.Video)
    track.extend(_clip(footage, span, text, rate) for footage, span, text in pieces)
    timeline.tracks.append(track)
    return timeline


def _clip(footage: Footage, span: Span, text: str, rate: Fraction) -> Any:
    from opentimelineio import schema

    reference = schema.ExternalReference(
        target_url=Path(footage.path).absolute().as_uri(),
        available_range=_range(0, footage.info.duration_ms, rate),
    )
    return schema.Clip(
        name=printable_line(footage.medium.name), media_reference=reference,
        source_range=_range(max(span.start_ms, 0), span.end_ms, rate),
        metadata={"trikal": {"media_id": span.media_id, "start_ms": span.start_ms,
                             "end_ms": span.end_ms, "text": printable_line(text)}},
    )


def _range(start_ms: int, end_ms: int, rate: Fraction) -> Any:
    """Return the whole frames that hold a stretch."""
    from opentimelineio import opentime

    first = math.floor(start_ms * rate / 1000)
    frames = max(math.ceil(end_ms * rate / 1000) - first, 1)
    return opentime.TimeRange(opentime.RationalTime(first, float(rate)),
                              opentime.RationalTime(frames, float(rate)))


def _rate(pieces: Sequence[tuple[Footage, Span, str]]) -> Fraction:
    """Return the first picture's rate, as the nearest that editors know."""
    videos = (footage.info.main_video for footage, _, _ in pieces)
    rate = next((video.rate for video in videos if video and video.rate), _DEFAULT_RATE)
    return min(_RATES, key=lambda known: abs(known - rate))
