"""Phantoms: words that a speech model made up, in loops, at no human speed, or out of silence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.repetition import TOO_REPETITIVE, compression, without_loops
from trikal.serving.roles import Utterance

SAME_AGAIN: Final = 4
"""The same utterance so many times in a row is a loop; people say a thing two or three times."""

MOST_LETTERS_A_SECOND: Final = 40.0
"""Auctioneers reach about thirty characters a second."""

SILENT_PEAK: Final = 0.001
"""Sound that never gets louder (-60 dB below full scale) has no speech in it."""

_LEAST_LETTERS: Final = 20
_LOOP_CONFIDENCE: Final = 0.3
_RATE: Final = 16_000


class Fault(StrEnum):
    """Why words are not believed."""

    LOOP = "said over and over"
    SPEED = "faster than anybody speaks"
    SILENCE = "heard in silence"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What was cut, and why; times in milliseconds on the clock of the utterances."""

    fault: Fault
    start_ms: int
    end_ms: int
    text: str


def without_phantoms(
    utterances: Iterable[Utterance], on_cut: Callable[[Cut], None]
) -> Iterator[Utterance]:
    """Leave out what nobody said.

    A phrase that goes on and on is kept once, with little confidence: it may have been said.

    Args:
        utterances: What was heard, in time order.
        on_cut: Told what is cut.

    Yields:
        The rest, in time order.
    """
    single = (kept for each in utterances if (kept := _believed(each, on_cut)))
    for _, run in groupby(single, key=_plain):
        yield from _said_once(run, on_cut)


def is_silent(utterance: Utterance, samples: NDArray[np.float32]) -> bool:
    """Whether there is no sound where an utterance was heard.

    Args:
        utterance: Its times are those of the samples.
        samples: 16 kHz mono float32 of shape ``(n,)``.
    """
    start, end = (edge * _RATE // 1000 for edge in (utterance.start_ms, utterance.end_ms))
    return float(np.abs(samples[start: max(end, start + 1)]).max(initial=0.0)) < SILENT_PEAK


def cut_of(utterance: Utterance, fault: Fault, text: str | None = None) -> Cut:
    """Say that an utterance, or the given part of its text, is cut."""
    return Cut(fault=fault, start_ms=utterance.start_ms, end_ms=utterance.end_ms,
               text=utterance.text if text is None else text)


def _believed(utterance: Utterance, on_cut: Callable[[Cut], None]) -> Utterance | None:
    text = without_loops(utterance.text)
    if compression(text) > TOO_REPETITIVE:
        on_cut(cut_of(utterance, Fault.LOOP))
        return None
    if text != utterance.text.strip():
        on_cut(cut_of(utterance, Fault.LOOP, utterance.text))
        return _doubted(utterance, text)
    if _is_too_fast(utterance):
        on_cut(cut_of(utterance, Fault.SPEED))
        return None
    return utterance


def _said_once(
    run: Iterator[Utterance], on_cut: Callable[[Cut], None]
) -> Iterator[Utterance]:
    """Yield a run of equal utterances, or of a long one its first."""
    first = list(islice(run, SAME_AGAIN))
    if len(first) < SAME_AGAIN or not _plain(first[0]):
        yield from first
        yield from run
        return
    yield _doubted(first[0], first[0].text)
    for again in (*first[1:], *run):
        on_cut(cut_of(again, Fault.LOOP))


def _doubted(utterance: Utterance, text: str) -> Utterance:
    """Keep a text that stands for a loop; the words' times would tell of the loop."""
    confidence = min(utterance.confidence, _LOOP_CONFIDENCE)
    changed = {"text": text, "confidence": confidence}
    return utterance.model_copy(
        update=changed if text == utterance.text else {**changed, "words": ()})


def _is_too_fast(utterance: Utterance) -> bool:
    letters = sum(letter.isalpha() for letter in utterance.text)
    seconds = max(utterance.end_ms - utterance.start_ms, 1) / 1000
    return letters >= _LEAST_LETTERS and letters / seconds > MOST_LETTERS_A_SECOND


def _plain(utterance: Utterance) -> str:
    return "".join(letter for letter in utterance.text.casefold() if letter.isalnum())
