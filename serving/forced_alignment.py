"""When each word and each speech sound of a known text is said, in speech that tells no times.

espeak-ng says the same text and tells the times of what it says; dynamic time warping lays that
example on the speech (after Malfrère and Dutoit, "High-quality speech synthesis for phonetic speech
segmentation", 1997). It needs no weights, and knows every language that espeak-ng does.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.espeak import example_of
from trikal.serving.mel import RATE
from trikal.serving.roles import Phone, Sound, Word
from trikal.serving.time_warping import FRAME_MS, frame_count, warped

_MOST_TIMES = 3.0
"""Speech that is so many times as long, or as short, as the example is not that text alone."""

_LOUD = 0.02
_MARGIN_MS = 120


class Aligned(NamedTuple):
    """The words and the speech sounds of a text, on the clock of the speech; pauses left out."""

    words: tuple[Word, ...]
    phones: tuple[Phone, ...]


def aligned(speech: Sound, text: str, language: str, heard: Sequence[Word] = ()) -> Aligned:
    """Tell when the words of a text are said.

    Args:
        speech: Somebody says the text, all of it and little else; half a minute at most, for the
            time that it takes grows with the square of the length.
        text: The words, with single spaces.
        language: BCP-47 tag.
        heard: The same words with about the times at which they are said, as a speech model
            heard them; what is before the first and behind the last is then left out.

    Returns:
        As many words as the text has; none where the speech is much longer or shorter than people
        take for the text.

    Raises:
        ModelUnavailable: espeak-ng is not there.
        BackendFailed: It does not know the language.
    """
    example = example_of(text, language)
    first, last = _ends(speech, heard)
    model = at_rate(example, RATE)
    piece = at_rate(_cut(speech, first, last), RATE)
    if not 1 / _MOST_TIMES < len(piece) / max(len(model), 1) < _MOST_TIMES:
        return Aligned((), ())
    frames = np.arange(frame_count(model)) * FRAME_MS
    places = warped(model, piece, _expected(frames, example, last - first, [
        each.model_copy(update={"start_ms": max(each.start_ms - first, 0),
                                "end_ms": max(each.end_ms - first, 0)}) for each in heard]))
    return _laid(example, frames, places + first)


def at_rate(sound: Sound, rate: int) -> NDArray[np.float32]:
    """Return a sound's samples at another rate."""
    if sound.sample_rate == rate:
        return sound.samples
    at = np.arange(0, len(sound.samples), sound.sample_rate / rate)
    return np.asarray(np.interp(at, np.arange(len(sound.samples)), sound.samples), np.float32)


def _ends(speech: Sound, heard: Sequence[Word]) -> tuple[int, int]:
    """Return from when to when the text is said, in milliseconds, with a little more around."""
    if heard:
        first, last = heard[0].start_ms, max(each.end_ms for each in heard)
    else:
        size = np.abs(speech.samples)
        loud = np.flatnonzero(size > _LOUD * size.max(initial=0))
        if not len(loud):
            return 0, 0
        first, last = (int(each) * 1000 // speech.sample_rate for each in (loud[0], loud[-1]))
    return max(first - _MARGIN_MS, 0), min(last + _MARGIN_MS, speech.duration_ms)


def _cut(speech: Sound, first_ms: int, last_ms: int) -> Sound:
    start, end = (edge * speech.sample_rate // 1000 for edge in (first_ms, last_ms))
    return Sound(samples=speech.samples[start:end], sample_rate=speech.sample_rate)


def _expected(
    frames: NDArray[np.int_], example: Sound, length_ms: int, heard: Sequence[Word]
) -> NDArray[np.float64]:
    """Return where each frame of the example may be expected: between the words' edges evenly."""
    own, other = [0], [0]
    if len(heard) == len(example.words):
        for mine, theirs in zip(example.words, heard, strict=True):
            own += [mine.start_ms, mine.end_ms]
            other += [theirs.start_ms, theirs.end_ms]
    own.append(max(example.duration_ms, own[-1]))
    other.append(length_ms)
    return np.interp(frames, np.maximum.accumulate(own),
                     np.minimum(np.maximum.accumulate(other), length_ms))


def _laid(
    example: Sound, frames: NDArray[np.int_], places: NDArray[np.float64]
) -> Aligned:
    def at(ms: int) -> int:
        return round(float(np.interp(ms, frames, places)))

    return Aligned(
        tuple(each.model_copy(update={"start_ms": at(each.start_ms), "end_ms": at(each.end_ms)})
              for each in example.words),
        tuple(each.model_copy(update={"start_ms": at(each.start_ms), "end_ms": at(each.end_ms)})
              for each in example.phones if each.ipa))
