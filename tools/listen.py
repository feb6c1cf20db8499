"""Listen again: a span of a medium, with another model or in another language."""

from typing import Final

from trikal.moments import Moment, Track
from trikal.serving.roles import Diariser, Transcriber, Utterance
from trikal.timecode import format_timecode
from trikal.tools.footage import Footage
from trikal.tools.language_alarm import alarmed
from trikal.tools.language_tag import check_language
from trikal.tools.results import Moments, cited
from trikal.tools.transcribe import transcribe
from trikal.tools.turns import with_voices
from trikal.tools.unheard import unheard

LONGEST_MS: Final = 30 * 60_000
"""How much may be listened to again at once where a plan asks, in milliseconds."""

LONGEST_CLOSELY_MS: Final = 120_000
"""So long a span a larger model may hear at most, in ms: without a GPU it takes as long itself."""


def listen(
    footage: Footage,
    transcriber: Transcriber,
    *,
    start_ms: int = 0,
    end_ms: int | None = None,
    language: str | None = None,
    diariser: Diariser | None = None,
) -> Moments:
    """Hear what is said in a span.

    Args:
        footage: The medium.
        transcriber: What listens.
        start_ms: Start on the medium's clock.
        end_ms: End; the medium's when not given.
        language: BCP-47 tag of the speech; detected when not given.
        diariser: Tells voices apart, numbered within the span; speakers stay unknown without one.

    Returns:
        What was said, as moments that are not in the archive.

    Raises:
        BadInput: The span is not inside the medium, or the medium has no sound.
        MediumUnreadable: The sound cannot be decoded.
        ModelError: The transcriber failed.
    """
    footage.need_sound()
    check_language(language)
    start, end = footage.checked(start_ms, end_ms)
    heard = alarmed([*transcribe(footage.path, transcriber, info=footage.info, language=language,
                                 start_ms=start, end_ms=end)], named=language is not None)
    said, voices = with_voices(footage.path, heard.utterances, diariser, info=footage.info,
                               start_ms=start, end_ms=end)
    moments = [_moment(footage, each, transcriber.name) for each in said]
    whole = start == 0 and end == footage.info.duration_ms
    missing = unheard(footage.path, footage.info) if whole else None
    notes = [note for note in (missing, heard.note, voices) if note]
    asked = f"{format_timecode(start)}–{format_timecode(end)}"
    return Moments(
        moments=tuple(cited(n, each, footage.medium.name)
                      for n, each in enumerate(moments, start=1)),
        words="; ".join([f"listened to {footage.medium.name} {asked} with {transcriber.name}",
                         *notes]),
        absent="" if moments else f"no speech is heard in {footage.medium.name} {asked}",
    )


def _moment(footage: Footage, utterance: Utterance, source: str) -> Moment:
    return Moment(
        media_id=footage.medium.id, track=Track.SPEECH, start_ms=utterance.start_ms,
        end_ms=max(utterance.end_ms, utterance.start_ms), text=utterance.text,
        language=utterance.language, confidence=utterance.confidence, speaker=utterance.speaker,
        source=source, recorded_at=footage.medium.recorded_at,
    )
