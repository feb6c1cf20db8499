"""Who says what: utterances and the turns of a diariser, put together."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from trikal.errors import ModelError
from trikal.media.audio import read_audio
from trikal.media.probe import MediaInfo
from trikal.serving.roles import Diariser, Turn, Utterance, Word
from trikal.tools.transcribe import RATE, stretches

LEAST_WORDS: Final = 2
"""Fewer words at the edge of a turn are left to whom the words beside them belong to: what a
diariser and a speech model take for the moment between two people differs by as much."""


def told_apart(
    path: Path, utterances: Sequence[Utterance], diariser: Diariser, *,
    info: MediaInfo | None = None, start_ms: int | None = None, end_ms: int | None = None,
) -> list[Utterance]:
    """Give what was heard in a medium, or in a span of it, its speakers.

    Args:
        path: The media file.
        utterances: What was heard in it, in time order.
        diariser: What tells voices apart.
        info: The file's probe, when it is at hand.
        start_ms: Where the span begins on the media clock; the medium's start when not given.
        end_ms: Where it ends; the medium's end when not given.

    Raises:
        MediumUnreadable: The sound cannot be decoded.
        ModelError: The diariser failed.
    """
    if not utterances:
        return []
    sound = stretches(read_audio(path, rate=RATE, info=info, start_ms=start_ms, end_ms=end_ms))
    return list(with_speakers(utterances, diariser.turns(sound)))


def with_voices(
    path: Path, utterances: Sequence[Utterance], diariser: Diariser | None, *,
    info: MediaInfo | None = None, start_ms: int | None = None, end_ms: int | None = None,
) -> tuple[Sequence[Utterance], str]:
    """Give utterances their speakers where that can be done; see :func:`told_apart`.

    Returns:
        The utterances, and how many voices there are, or why that is not known; an empty text
        without a diariser or without speech.

    Raises:
        MediumUnreadable: The sound cannot be decoded.
    """
    if diariser is None or not utterances:
        return utterances, ""
    try:
        said = told_apart(path, utterances, diariser, info=info, start_ms=start_ms, end_ms=end_ms)
    except ModelError as exc:
        return utterances, f"voices not told apart: {exc}"
    count = len({each.speaker for each in said} - {None})
    return said, f"{count} voice{'s' if count > 1 else ''} told apart" if count else ""


def with_speakers(
    utterances: Sequence[Utterance], turns: Sequence[Turn]
) -> Iterator[Utterance]:
    """Yield utterances with their speakers, cut between words where the voice changes.

    Args:
        utterances: In time order.
        turns: On the same clock; where there are none nothing changes.
    """
    for each in utterances:
        if not turns:
            yield each
        elif len(each.words) < 2 * LEAST_WORDS:
            yield each.model_copy(update={"speaker": _speaker(each, turns)})
        else:
            yield from _cut(each, turns)


def _cut(utterance: Utterance, turns: Sequence[Turn]) -> Iterator[Utterance]:
    runs = _runs([_speaker(word, turns) for word in utterance.words])
    if len(runs) == 1:
        yield utterance.model_copy(update={"speaker": runs[0][0]})
        return
    first = begin = 0
    for number, (speaker, count) in enumerate(runs):
        words = utterance.words[first:first + count]
        first += count
        last = number == len(runs) - 1
        end = len(utterance.text) if last else _behind(utterance.text, words, begin)
        text, begin = utterance.text[begin:end].strip(), end
        if text:
            yield utterance.model_copy(update={
                "start_ms": words[0].start_ms, "end_ms": max(word.end_ms for word in words),
                "text": text, "words": words, "speaker": speaker,
                "confidence": sum(word.probability for word in words) / len(words)})


def _runs(speakers: Sequence[str]) -> list[tuple[str, int]]:
    """Count words of one speaker in a row; too few go with those before, or else behind."""
    runs = [(speaker, len(list(same))) for speaker, same in groupby(speakers)]
    while len(runs) > 1 and min(count for _, count in runs) < LEAST_WORDS:
        short = min(range(len(runs)), key=lambda place: runs[place][1])
        other = short - 1 if short else 1
        runs[other] = (runs[other][0], runs[other][1] + runs[short][1])
        del runs[short]
        runs = [(speaker, sum(count for _, count in same))
                for speaker, same in groupby(runs, key=lambda run: run[0])]
    return runs


def _behind(text: str, words: Sequence[Word], begin: int) -> int:
    """Return where in a text words end that stand from a place on in it, one behind the other."""
    at = begin
    for word in words:
        found = text.find(word.text, at)
        at = found + len(word.text) if found >= 0 else at
    return at


def _speaker(said: Word | Utterance, turns: Sequence[Turn]) -> str:
    """Return who speaks most of the time in which something is said, or else nearest to it."""
    def shared_ms(turn: Turn) -> int:
        return min(turn.end_ms, said.end_ms) - max(turn.start_ms, said.start_ms)

    return max(turns, key=shared_ms).speaker
