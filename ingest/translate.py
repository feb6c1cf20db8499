"""Stage translate: what was said in other languages becomes a track in English too."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from trikal.catalogue import Medium
from trikal.ingest.seen import Part
from trikal.media.probe import MediaInfo
from trikal.moments import Moment, Track
from trikal.serving.roles import Translator, Utterance
from trikal.tools.translate import translate as translated

STRETCHES_A_PART = 8
"""Stretches translated before they are committed: what a stopped run does again at most."""


def translate(
    path: Path,
    info: MediaInfo,
    medium: Medium,
    spoken: Sequence[Moment],
    translator: Translator,
    *,
    from_ms: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[Part]:
    """Translate a medium's foreign speech.

    Args:
        path: The media file.
        info: Its probe.
        medium: The medium.
        spoken: What was said in other languages, in time order.
        translator: What translates.
        from_ms: Go on here on the media clock, in ms; from the beginning when not given.
        on_progress: Called with the media time reached, in ms.

    Yields:
        Parts in time order.

    Raises:
        MediumUnreadable: The sound cannot be decoded.
        ModelError: The translator failed.
    """
    held: list[Moment] = []
    stretches = translated(path, spoken, translator, info=info, from_ms=from_ms,
                           on_progress=on_progress)
    reached_ms = from_ms or 0
    for count, (reached_ms, told) in enumerate(stretches, start=1):
        held += [_moment(told, medium, translator.name)] if told else []
        if count % STRETCHES_A_PART == 0:
            yield Part(reached_ms=reached_ms, moments=tuple(held))
            held = []
    yield Part(reached_ms=reached_ms, moments=tuple(held))


def _moment(told: Utterance, medium: Medium, source: str) -> Moment:
    return Moment(
        media_id=medium.id, track=Track.TRANSLATION, start_ms=told.start_ms, end_ms=told.end_ms,
        text=told.text, language=told.language, confidence=told.confidence,
        source=f"{source}:translate", recorded_at=medium.recorded_at,
    )
