"""When a Piper voice says what: its phoneme durations as phones, and as words of the text.

Phonemes come in groups between spaces, which need not be the text's words: espeak-ng, which makes
them, runs "of the" together and reads numbers as several. The phonemes of each word alone are
therefore laid beside those that were said, and a word begins where its first phoneme is found, or
where the network's space before it begins: between fluent words that is no silence, but the closure
of a stop, or the way from one sound to the next. Held against Whisper's words, whose bias the exact
times of espeak-ng tell, words that began behind the space were 50 ms late; so long is the space.
"""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from trikal.serving.roles import Phone, Sound, Word

_MARKS = frozenset("ˈˌ")
_LENGTHS = frozenset("ːˑ̩̯̃")
_PAUSES = frozenset(" ^$_.,;:!?—…-\"'")


def timed(sentence: str, chunks: Sequence[Any], phonemes: Callable[[str], list[str]]) -> Sound:
    """Join what Piper made of a sentence, with the times of its words and phones.

    Args:
        sentence: The text, with single spaces.
        chunks: Piper's audio chunks; without alignments the sound has no times.
        phonemes: Gives the phonemes of a word.
    """
    samples = np.concatenate([chunk.audio_float_array for chunk in chunks]).astype(np.float32)
    rate = int(chunks[0].sample_rate)
    if any(chunk.phoneme_alignments is None for chunk in chunks):
        return Sound(samples=samples, sample_rate=rate)
    said = _spans(chunks)
    return Sound(
        samples=samples, sample_rate=rate, phones=_phones(said, rate),
        words=_words(sentence.split(), said, phonemes, rate),
    )


def _spans(chunks: Sequence[Any]) -> list[tuple[str, int, int]]:
    """Return each phoneme with the samples where it begins and ends."""
    spans: list[tuple[str, int, int]] = []
    base = 0
    for chunk in chunks:
        at = base
        for each in chunk.phoneme_alignments:
            spans.append((each.phoneme, at, at + int(each.num_samples)))
            at += int(each.num_samples)
        base += len(chunk.audio_float_array)
    return spans


def _phones(said: Sequence[tuple[str, int, int]], rate: int) -> tuple[Phone, ...]:
    phones: list[Phone] = []
    for phoneme, start, end in said:
        begin, until = start * 1000 // rate, end * 1000 // rate
        if phoneme in _LENGTHS and phones:
            phones[-1] = phones[-1].model_copy(
                update={"end_ms": until, "ipa": phones[-1].ipa + phoneme})
        elif phoneme not in _MARKS:
            ipa = "" if phoneme in _PAUSES else phoneme
            phones.append(Phone(start_ms=begin, end_ms=until, ipa=ipa))
    return tuple(phones)


def _words(
    words: Sequence[str], said: Sequence[tuple[str, int, int]],
    phonemes: Callable[[str], list[str]], rate: int,
) -> tuple[Word, ...]:
    heard = list(_fluent(said))
    if not heard or not words:
        return ()
    alone = [[each for each in phonemes(word) if each not in _PAUSES] for word in words]
    firsts = _places(alone, [span[0] for span in heard])
    bounds = [*firsts, len(heard)]
    spans = [_span(heard, bounds[n], bounds[n + 1]) for n in range(len(words))]
    return tuple(
        Word(start_ms=start * 1000 // rate, end_ms=end * 1000 // rate, text=word, probability=1.0)
        for word, (start, end) in zip(words, spans, strict=True)
    )


def _fluent(said: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield the phonemes without pauses, each with the bare space before it if there is one."""
    edges = [(" ", 0, 0), (" ", 0, 0), *said]
    for first, space, (phoneme, start, end) in zip(edges, edges[1:], said, strict=False):
        if phoneme not in _PAUSES:
            runs_on = space[0] == " " and first[0] not in _PAUSES
            yield phoneme, space[1] if runs_on else start, end


def _span(heard: Sequence[tuple[str, int, int]], first: int, after: int) -> tuple[int, int]:
    """Return the samples of a stretch of phonemes; of an empty one where it would be."""
    if after > first:
        return heard[first][1], heard[after - 1][2]
    at = heard[first][1] if first < len(heard) else heard[-1][2]
    return at, at


def _places(alone: Sequence[Sequence[str]], heard: Sequence[str]) -> list[int]:
    """Return at which of the phonemes that were said each word begins.

    Both rows are aligned; what has no partner lies evenly between its neighbours that have one.
    """
    expected = [phoneme for word in alone for phoneme in word]
    matcher = SequenceMatcher(None, expected, list(heard), autojunk=False)
    pairs = [(-1, -1)]
    for block in matcher.get_matching_blocks():
        pairs += [(block.a + n, block.b + n) for n in range(block.size)]
    pairs.append((len(expected), len(heard)))
    wanted, found = np.asarray(pairs, np.float64).T
    places, at = [], 0
    for word in alone:
        places.append(round(float(np.interp(at, wanted, found))))
        at += len(word)
    return [min(max(place, 0), len(heard)) for place in np.maximum.accumulate(places).tolist()]
