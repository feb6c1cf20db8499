"""Translate what was said into English: a track beside the speech, never instead of it.

Whole utterances of one language that follow each other are translated together, as much of them
as gives Whisper a context and still is one place in time. What the translation cannot tell is the
exact place of each word, so its moment lasts as long as the speech that it stands for.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import langcodes
import numpy as np
from numpy.typing import NDArray

from trikal.media.audio import read_audio
from trikal.media.probe import MediaInfo
from trikal.moments import Moment
from trikal.serving.roles import Translator, Utterance
from trikal.tools.language_alarm import DOUBTED_CONFIDENCE
from trikal.tools.phantoms import without_phantoms
from trikal.tools.transcribe import RATE
from trikal.writing import main_letters

ENGLISH: Final = "en"

LONGEST_MS: Final = 20_000
"""No more speech is translated at once, unless one utterance is longer."""

ENOUGH_MS: Final = 5_000
"""So much is a context; less is joined with what follows, where that follows soon."""

# The letters in which what is spoken alike is written by the neighbours.
_SISTERS_LETTERS: Final = {"hi": "ARABIC", "ur": "DEVANAGARI", "pa": "ARABIC"}
_MOST_MS: Final = 30_000
_PAUSE_MS: Final = 1_000
_EDGE_MS: Final = 100


def is_foreign(spoken: Moment) -> bool:
    """Whether a model heard a moment, in a language that is surely not English.

    Speech that the wrong-language alarm doubts is not translated: out of the wrong language comes
    the wrong text. Only Hindi in Urdu's letters is, and the like: one language, two scripts.
    """
    language = spoken.language or ENGLISH
    heard = spoken.confidence is not None and (
        spoken.confidence > DOUBTED_CONFIDENCE
        or main_letters(spoken.text) == _SISTERS_LETTERS.get(language))
    return (heard and langcodes.tag_is_valid(language) and language != "und"
            and langcodes.get(language).language != ENGLISH)


def translate(
    path: Path,
    spoken: Sequence[Moment],
    translator: Translator,
    *,
    info: MediaInfo | None = None,
    from_ms: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[int, Utterance | None]]:
    """Translate speech into English.

    Args:
        path: The media file.
        spoken: What was said in other languages, in time order.
        translator: What translates.
        info: The file's probe, when it is at hand.
        from_ms: Leave out what begins before this time on the media clock.
        on_progress: Called with the media time, in ms, up to which speech is translated.

    Yields:
        For each stretch of speech the time at which it ends, and its translation; ``None`` where
        nothing was understood, or what came out is no speech.

    Raises:
        MediumUnreadable: The sound cannot be decoded.
        ModelError: The translator failed.
    """
    for stretch in together(spoken):
        if from_ms is not None and stretch[0].start_ms < from_ms:
            continue
        end_ms = max(each.end_ms for each in stretch)
        yield end_ms, _translated(path, stretch, end_ms, translator, info)
        if on_progress:
            on_progress(end_ms)


def together(spoken: Sequence[Moment]) -> Iterator[list[Moment]]:
    """Group utterances that are translated at once, in time order."""
    held: list[Moment] = []
    for each in spoken:
        if held and not _goes_on(held, each):
            yield held
            held = []
        held.append(each)
    if held:
        yield held


def _goes_on(held: Sequence[Moment], following: Moment) -> bool:
    start_ms, end_ms = held[0].start_ms, max(each.end_ms for each in held)
    return (following.language == held[0].language and following.speaker == held[0].speaker
            and end_ms - start_ms < ENOUGH_MS
            and following.start_ms - end_ms < _PAUSE_MS
            and following.end_ms - start_ms <= LONGEST_MS)


def _translated(
    path: Path, stretch: Sequence[Moment], end_ms: int, translator: Translator,
    info: MediaInfo | None,
) -> Utterance | None:
    start_ms = stretch[0].start_ms
    samples = _sound(path, start_ms - _EDGE_MS, min(end_ms, start_ms + _MOST_MS) + _EDGE_MS, info)
    made = translator.translate(samples, language=stretch[0].language or ENGLISH)
    if made is None or not made.text.strip():
        return None
    sure = min(each.confidence or 0.0 for each in stretch)
    told = Utterance(start_ms=start_ms, end_ms=end_ms, text=made.text.strip(), language=ENGLISH,
                     confidence=min(made.confidence, sure))
    return next(without_phantoms([told], lambda cut: None), None)


def _sound(
    path: Path, start_ms: int, end_ms: int, info: MediaInfo | None
) -> NDArray[np.float32]:
    chunks = [chunk.samples for chunk in
              read_audio(path, rate=RATE, info=info, start_ms=start_ms, end_ms=end_ms)]
    return np.concatenate(chunks) if chunks else np.empty(0, np.float32)
