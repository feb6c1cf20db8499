"""A text said piece by piece, as it is made, with the time of every word as it is written."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import TypeVar

import langcodes
import numpy as np

from trikal.errors import ModelError
from trikal.serving.forced_alignment import aligned
from trikal.serving.roles import Phone, Sound, Voice, Word
from trikal.tools.spoken.loudness import levelled
from trikal.tools.spoken.pieces import Piece, pieces, said
from trikal.tools.spoken.reading import Token, tokens
from trikal.writing import COMMONEST, LATIN

PAUSE_MS = 200
"""Between two pieces."""

BREATH_MS = 60
"""Between words of a piece that are said in two languages."""

_QUIET = 0.01
# Letters that tell no language by themselves are said in the one that most people have in them.
_SPOKEN = {**COMMONEST, "CYRILLIC": "ru", "CJK": "zh"}
_Timed = TypeVar("_Timed", Word, Phone)


def speaking(
    text: str,
    voice: Voice,
    language: str = "en",
    *,
    others: Callable[[str], Voice] | None = None,
) -> Iterator[Sound]:
    """Say a text piece by piece; a pause stands before every piece but the first.

    Args:
        text: What to say.
        voice: Who says it.
        language: BCP-47 tag of the text.
        others: Gives a voice for a language that words in another script are in, where the
            first one cannot read them.

    Yields:
        Mono sound at one rate and one loudness. Each has the words of its piece as the text
        spells them, on the clock of the whole: the voice's own times, or else those of forced
        alignment, or where espeak-ng does not know the language in proportion to their letters.

    Raises:
        ModelError: A voice failed.
    """
    at_ms, rate = 0, 0
    readable = _readable(voice)
    for piece in pieces(tokens(text, language)):
        pause_ms = PAUSE_MS
        for run, tag in _runs(piece, language, readable, alone=others is None):
            speaker = others(tag) if others and tag != language and tag not in readable else voice
            sound = _said(run, speaker, tag)
            if sound is None:
                continue
            sound = _at_rate(sound, rate or sound.sample_rate)
            paused = _with_pause(sound, pause_ms if rate else 0)
            rate, pause_ms = paused.sample_rate, BREATH_MS
            yield later(paused, at_ms)
            at_ms += paused.duration_ms


def joined(sounds: Sequence[Sound]) -> Sound:
    """Put sounds of one rate together, the words of all on one clock already."""
    return Sound(
        samples=np.concatenate([each.samples for each in sounds]),
        sample_rate=sounds[0].sample_rate,
        words=tuple(word for each in sounds for word in each.words),
        phones=tuple(phone for each in sounds for phone in each.phones),
    )


def in_turn(sounds: Iterable[Sound]) -> Sound:
    """Put sounds of any rates one behind the other at the first one's, with pauses between.

    Args:
        sounds: At least one, each on a clock of its own.
    """
    placed: list[Sound] = []
    at_ms = 0
    for sound in sounds:
        if placed:
            sound = _with_pause(_at_rate(sound, placed[0].sample_rate), PAUSE_MS)
        placed.append(later(sound, at_ms))
        at_ms += sound.duration_ms
    return joined(placed)


def later(sound: Sound, by_ms: int) -> Sound:
    """Move the words and phones of a sound; its samples stay."""
    return sound.model_copy(update={
        "words": tuple(_moved(each, by_ms) for each in sound.words),
        "phones": tuple(_moved(each, by_ms) for each in sound.phones),
    })


def _moved(each: _Timed, by_ms: int) -> _Timed:
    return each.model_copy(
        update={"start_ms": each.start_ms + by_ms, "end_ms": each.end_ms + by_ms})


def _runs(
    piece: Piece, language: str, readable: frozenset[str], *, alone: bool
) -> Iterator[tuple[Piece, str]]:
    """Cut a piece where a script begins that the language is not written in, and where it ends.

    Figures and signs go with what is before them, and so do Latin letters that the voice reads: in
    a sentence of any language there are some. Where no other voice can be had (``alone``), what
    this one does not speak is left to it too.
    """
    tags: list[str] = []
    for token in piece:
        tag = _tag(token.said, language) or (tags[-1] if tags else language)
        is_left = tag not in readable if alone else tag in readable and tag == COMMONEST[LATIN]
        tags.append(language if is_left else tag)
    for tag, members in groupby(zip(piece, tags, strict=True), key=lambda pair: pair[1]):
        yield tuple(token for token, _ in members), tag


def _tag(words: str, language: str) -> str | None:
    """Return the language that a word's script tells, the text's own where it can be that."""
    letter = next((each for each in words if each.isalpha()), None)
    if letter is None:
        return None
    found = _SPOKEN.get(unicodedata.name(letter, "").partition(" ")[0])
    return language if found is None or _script(found) == _script(language) else found


def _script(language: str) -> str | None:
    return langcodes.get(language).maximize().script


def _readable(voice: Voice) -> frozenset[str]:
    return frozenset(langcodes.get(each).language or each for each in voice.languages)


def _said(run: Piece, voice: Voice, language: str) -> Sound | None:
    text = said(run)
    if not any(map(str.isalnum, text)):
        return None
    parts: list[Sound] = []
    at_ms = 0
    for sound in voice.speak(text, language=language):
        parts.append(later(sound, at_ms))
        at_ms += sound.duration_ms
    if not parts:
        return None
    whole = joined(parts)
    samples = levelled(whole.samples, whole.sample_rate)
    timed = _with_times(whole, text, language)
    return timed.model_copy(update={"samples": samples, "words": _as_written(run, timed)})


def _with_times(sound: Sound, text: str, language: str) -> Sound:
    """Align the words, and the speech sounds, of a voice that does not tell when it says them."""
    if len(sound.words) == len(text.split()):
        return sound
    try:
        words, phones = aligned(sound, text, language)
    except ModelError:  # espeak-ng does not know the language, and proportions must do
        return sound
    return sound.model_copy(update={"words": words, "phones": sound.phones or phones})


def _as_written(run: Piece, sound: Sound) -> tuple[Word, ...]:
    """Give the written words the times of the words that were said for them."""
    spoken = [token for token in run if token.said]
    counts = [len(token.said.split()) for token in spoken]
    words = sound.words if len(sound.words) == sum(counts) else _in_proportion(spoken, sound)
    edges = np.cumsum([0, *counts]).tolist()
    return tuple(
        Word(start_ms=words[first].start_ms, end_ms=words[after - 1].end_ms, text=token.written,
             probability=1.0)
        for token, (first, after) in zip(spoken, pairwise(edges), strict=True)
    )


def _in_proportion(spoken: Sequence[Token], sound: Sound) -> tuple[Word, ...]:
    """Share the time that is not quiet among the words, by their letters and one for the gap."""
    words = [word for token in spoken for word in token.said.split()]
    loud = np.flatnonzero(np.abs(sound.samples) > _QUIET)
    first, last = (int(loud[0]), int(loud[-1])) if len(loud) else (0, len(sound.samples))
    letters = np.cumsum([0, *(sum(map(str.isalnum, word)) + 1 for word in words)])
    edges = (first + letters / letters[-1] * (last - first)) * 1000 / sound.sample_rate
    return tuple(
        Word(start_ms=round(start), end_ms=round(end), text=word, probability=0.0)
        for word, (start, end) in zip(words, pairwise(edges.tolist()), strict=True)
    )


def _at_rate(sound: Sound, rate: int) -> Sound:
    if sound.sample_rate == rate:
        return sound
    count = len(sound.samples) * rate // sound.sample_rate
    at = np.arange(count) * sound.sample_rate / rate
    samples = np.interp(at, np.arange(len(sound.samples)), sound.samples).astype(np.float32)
    return sound.model_copy(update={"samples": samples, "sample_rate": rate})


def _with_pause(sound: Sound, pause_ms: int) -> Sound:
    pause = np.zeros(sound.sample_rate * pause_ms // 1000, np.float32)
    return later(sound, pause_ms).model_copy(
        update={"samples": np.concatenate([pause, sound.samples])})
