"""Speech that Whisper may have heard wrong, heard once more as Whisper was taught to hear.

Windows cut at pauses, without times and often in a batch, are fast, and good where Whisper knows
the language. Where it is unsure of it, or writes it in other letters, small things decide what is
heard. There the window is given back the sound around it, and is decoded with times, in the
language that the whole of it is likeliest in. That is what Whisper by itself would hear, and it is
kept, unless the first hearing is in the same language with clear words, and surer by them and by
its text.

Where the second text is a loop, the first counts, if it is in the same language; else the window is
heard with a penalty on tokens that were said before. Where Whisper finds that unlikely, too, the
likeliest text counts of the languages that the sound may well be in.
Drawing at random, Whisper's own way out (Radford et al., section 4.5), is left for what nothing
else can read.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.whisper_decoding import (
    MOST_FRAMES,
    SAMPLE_RATE,
    Heard,
    Window,
    align,
    decode,
    encode,
    heard_in_turn,
)
from trikal.serving.backends.whisper_languages import SURE, Detected, detect
from trikal.serving.repetition import TOO_REPETITIVE
from trikal.serving.roles import Word
from trikal.writing import own_share

_ENGLISH: Final = "en"
_OWN_LETTERS: Final = 0.5
_CLEAR: Final = 0.6  # as the alarm bounds it: words less sure than this may be in no language
_LIKELY: Final = 3
_AS_LIKELY: Final = 1 / 3
_PENALTY: Final = 1.2  # Keskar et al., "CTRL", section 4.1
_LONGEST: Final = MOST_FRAMES // 100 * SAMPLE_RATE
_16_BITS: Final = 1 << 15
_TWICE: Final = re.compile(r"(?<!\S)(\S.{6,}?\S)[\s,.;!?।]+\1(?!\S)")


@dataclass(frozen=True, kw_only=True)
class Again:
    """What a window was heard to say the second time.

    Attributes:
        words: Its words.
        detected: The language they are in.
    """

    words: list[Word]
    detected: Detected


def is_doubted(heard: Heard, detected: Detected) -> bool:
    """Whether what was heard in a window may be in another language, or other words."""
    sure = detected.probability is None or detected.probability >= SURE
    if not sure or own_share(heard.text, detected.code) < _OWN_LETTERS:
        return bool(heard.text)
    return detected.code != _ENGLISH and heard.log_probability < math.log(_CLEAR)


def is_believed(heard: Heard) -> bool:
    """Whether a text may count where a language is doubted: it is likely, and no loop."""
    return not heard.is_doubtful and is_said_once(heard)


def is_said_once(heard: Heard) -> bool:
    """Whether a text is none of the loops that Whisper easily falls into, nor silence.

    Bytes are counted, as by Whisper, which is stricter with the scripts of India than
    :attr:`Heard.repeats`; and a phrase that comes twice in a row is enough.
    """
    from faster_whisper.transcribe import get_compression_ratio

    return not (heard.repeats or heard.is_silence or _TWICE.search(heard.text)
                or get_compression_ratio(heard.text) > TOO_REPETITIVE)


def is_kept(
    first: Heard, second: Heard, words: Sequence[Word], other_words: Sequence[Word]
) -> bool:
    """Whether a first hearing has clear words, and is surer than the second in words and text.

    Words are compared by their mean probability, for that of a text with times counts the times
    too. Where two hearings are nearly alike, words or text alone are surer by chance.

    Args:
        first: What was heard first.
        second: What was heard the second time, in the same language.
        words: The words of the first.
        other_words: Those of the second.
    """
    surer = first.log_probability > second.log_probability
    return surer and _mean(words) >= _CLEAR and _mean(words) > _mean(other_words)


def _mean(words: Sequence[Word]) -> float:
    return sum(word.probability for word in words) / len(words) if words else 0.0


def likeliest(
    found: Sequence[tuple[Heard, Detected]], first: Heard
) -> tuple[Heard, Detected] | None:
    """Return the likeliest of several hearings; ``None`` where the first is, or none is believed.

    Args:
        found: What was heard, each in its language.
        first: What was heard first, perhaps in a language that the sound is not in.
    """
    believed = [each for each in found if is_believed(each[0])]
    best = max(believed, key=lambda each: each[0].log_probability, default=None)
    if best is None or not is_believed(first):
        return best
    return best if best[0].log_probability > first.log_probability else None


def contenders(found: Mapping[str, float]) -> list[Detected]:
    """Return the languages that sound may be in, the likeliest first: few, and none far behind.

    Args:
        found: Probabilities by language.
    """
    codes = sorted(found, key=found.__getitem__, reverse=True)[:_LIKELY]
    least = _AS_LIKELY * found[codes[0]]
    return [Detected(code=code, probability=found[code]) for code in codes if found[code] >= least]


def surroundings(windows: Sequence[Window], place: int, end: int) -> Window:
    """Return a window with the pauses around it, up to the windows beside it, if they are short.

    Args:
        windows: All windows, in time order.
        place: Which of them.
        end: How many samples there are.
    """
    window = windows[place]
    first = windows[place - 1].end if place else 0
    last = windows[place + 1].start if place + 1 < len(windows) else end
    spare = max(_LONGEST - (window.end - window.start), 0)
    before = min(window.start - first, spare)
    return Window(start=window.start - before,
                  end=window.end + min(last - window.end, spare - before))


@dataclass(frozen=True, kw_only=True)
class SecondHearing:
    """Hears the windows of some sound again that were heard doubtfully.

    Attributes:
        model: The ``WhisperModel``.
        samples: 16 kHz mono float32 of shape ``(n,)``.
        windows: Where it holds speech, in time order.
        found: The language of each window that was heard; a second hearing puts its own there.
    """

    model: Any
    samples: NDArray[np.float32]
    windows: Sequence[Window]
    found: list[tuple[Window, Detected]]

    def of(self, place: int, first: Heard, words: Sequence[Word]) -> Again | None:
        """Hear a window once more, if what was heard first is doubted.

        Args:
            place: Which window.
            first: What was heard in it.
            words: The same, as words.

        Returns:
            What is better than the first hearing; ``None`` where that is kept.
        """
        window, detected = self.found[place]
        if not is_doubted(first, detected):
            return None
        span = surroundings(self.windows, place, len(self.samples))
        again = self._again(span, detected, first, words)
        if again is not None:
            self.found[place] = window, again.detected
        return again

    def _again(
        self, span: Window, detected: Detected, first: Heard, words: Sequence[Word]
    ) -> Again | None:
        part = self.samples[span.start:span.end]
        part = np.round(part * _16_BITS) / np.float32(_16_BITS)  # Whisper was taught on 16 bits
        encoded = encode(self.model, [self.model.feature_extractor(part)], MOST_FRAMES)
        likely = _likely(self.model, encoded, detected)
        in_turn = heard_in_turn(self.model, part, likely[0].code)
        once = in_turn if in_turn and is_said_once(in_turn) else None
        if detected.code == likely[0].code and is_believed(first):
            if once is None:
                return None
            again = _aligned(self.model, encoded, span, once, likely[0])
            return None if is_kept(first, once, words, again.words) else again
        best = self._best(part, encoded, once, likely, first)
        return _aligned(self.model, encoded, span, *best) if best else None

    def _best(
        self, part: NDArray[np.float32], encoded: Any, in_turn: Heard | None,
        likely: Sequence[Detected], first: Heard,
    ) -> tuple[Heard, Detected] | None:
        """Choose among hearings where the first does not count; ``None`` where it is the likeliest.

        ``in_turn`` is what Whisper would hear; ``None`` where that is a loop.
        """
        once = in_turn or _without_loop(self.model, part, likely[0].code)
        if once and is_believed(once):
            return once, likely[0]
        found = [(decode(self.model, encoded, 1, each.code, 0.0)[0], each) for each in likely]
        best = likeliest(found, first)
        if best or is_believed(first):
            return best
        return (once, likely[0]) if once else None


def _without_loop(model: Any, samples: NDArray[np.float32], code: str) -> Heard | None:
    """Hear with a penalty on what was said before; ``None`` where that is a loop all the same."""
    heard = heard_in_turn(model, samples, code, repetition_penalty=_PENALTY)
    return heard if heard and is_said_once(heard) else None


def _likely(model: Any, encoded: Any, detected: Detected) -> list[Detected]:
    """Return the languages that a span may be in, the likeliest first; the one that is sure."""
    if detected.probability is None or detected.probability >= SURE:
        return [detected]
    (found,) = detect(model, encoded)
    return contenders(found)


def _aligned(model: Any, encoded: Any, span: Window, heard: Heard, detected: Detected) -> Again:
    (words,) = align(model, encoded, [span], [heard], detected.code)
    return Again(words=words, detected=detected)
