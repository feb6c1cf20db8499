"""Stage listen: speech becomes utterances and passages.

Timed text that people made is better than what a model hears, so subtitles come first: a timed
text file is its own speech track, then sidecar files, then embedded streams, then the model.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trikal.catalogue import Medium
from trikal.errors import MediumUnreadable
from trikal.ingest.passages import passages
from trikal.media.probe import MediaInfo
from trikal.media.sidecars import sidecars
from trikal.media.timedtext import Cue, read_embedded_subtitles, read_timed_text
from trikal.moments import Moment, Track
from trikal.serving.roles import Diariser, Transcriber, Utterance
from trikal.tools.language_alarm import alarmed
from trikal.tools.phantoms import Cut
from trikal.tools.transcribe import transcribe
from trikal.tools.turns import with_voices
from trikal.tools.unheard import unheard


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was heard, by whom, and what a person should know about it."""

    source: str
    moments: tuple[Moment, ...]
    notes: tuple[str, ...] = ()


def listen_to_text(path: Path, medium: Medium) -> Heard:
    """Turn a timed text file into the speech of its own medium."""
    return _heard_in_cues(read_timed_text(path), medium, f"file:{path.name}")


def listen(
    path: Path,
    info: MediaInfo,
    medium: Medium,
    transcriber: Callable[[], Transcriber],
    *,
    diariser: Diariser | None = None,
    language: str | None = None,
    transcribe_anyway: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Heard:
    """Hear a medium: its subtitles if it has any, else its sound through the model.

    Args:
        path: The media file.
        info: Its probe.
        medium: The medium.
        transcriber: Gives the model; not called when subtitles suffice or there is no sound.
        diariser: Tells the voices apart that the model heard; speakers stay unknown without one.
        language: BCP-47 tag of the speech; detected when not given.
        transcribe_anyway: Listen with the model even where there are subtitles.
        on_progress: Called with the media time reached, in ms.

    Raises:
        MediumUnreadable: The sound cannot be decoded.
        ModelError: The model failed, or none is there.
    """
    unusable: list[str] = []
    if not transcribe_anyway:
        for source, cues in _subtitles(path, info, unusable):
            note = f"speech taken from {source} ({len(cues)} cues)"
            return _heard_in_cues(cues, medium, source, notes=(*unusable, note))
    if not info.audio:
        return Heard(source="none", moments=(), notes=(*unusable, "no sound"))
    model = transcriber()
    cuts: list[Cut] = []
    heard = alarmed([*transcribe(path, model, info=info, language=language,
                                 on_progress=on_progress, on_cut=cuts.append)],
                    named=language is not None)
    said, voices = with_voices(path, heard.utterances, diariser, info=info)
    moments = [_spoken(utterance, medium, model.name) for utterance in said]
    notes = [unheard(path, info), heard.note, _cut_note(cuts), voices,
             None if moments else "no speech heard"]
    return Heard(source=model.name, moments=_with_passages(moments),
                 notes=(*unusable, *filter(None, notes)))


def _cut_note(cuts: Sequence[Cut]) -> str | None:
    """Say how often the model made something up, and why it is not believed."""
    if not cuts:
        return None
    faults = Counter(cut.fault for cut in cuts).most_common()
    return "made-up speech cut: " + ", ".join(f"{count} × {fault}" for fault, count in faults)


def _subtitles(
    path: Path, info: MediaInfo, unusable: list[str]
) -> Iterator[tuple[str, list[Cue]]]:
    """Yield sources and their cues, best first; note sidecars of which nothing is usable."""
    for sidecar in sidecars(path):
        try:
            yield f"file:{sidecar.name}", read_timed_text(sidecar)
        except MediumUnreadable as exc:
            unusable.append(f"subtitles left out: {exc}")
    for stream in info.subtitles:
        if stream.is_text:
            cues = read_embedded_subtitles(path, stream.index, info=info)
            if cues:
                yield f"stream:{stream.index} ({stream.codec})", cues


def _heard_in_cues(
    cues: Iterable[Cue], medium: Medium, source: str, *, notes: tuple[str, ...] = ()
) -> Heard:
    moments = [
        Moment(media_id=medium.id, track=Track.SPEECH, start_ms=cue.start_ms, end_ms=cue.end_ms,
               text=cue.text, language=cue.language, speaker=cue.speaker, source=source,
               recorded_at=medium.recorded_at)
        for cue in cues
    ]
    return Heard(source=source, moments=_with_passages(moments), notes=notes)


def _spoken(utterance: Utterance, medium: Medium, source: str) -> Moment:
    return Moment(
        media_id=medium.id, track=Track.SPEECH, start_ms=utterance.start_ms,
        end_ms=utterance.end_ms, text=utterance.text, language=utterance.language,
        confidence=utterance.confidence, speaker=utterance.speaker, source=source,
        recorded_at=medium.recorded_at,
    )


def _with_passages(utterances: list[Moment]) -> tuple[Moment, ...]:
    return (*utterances, *passages(utterances))
