"""Speech that Whisper may have heard wrong, heard once more as Whisper was taught to hear.

Windows cut at pauses, without times and often in a batch, are fast, and good where Whisper knows
the language. Where it is unsure of it, or writes it in other letters, small things decide what is
heard. There the window is given back the sound around it, and is decoded with times, in the
language that the whole of it is likeliest in; where Whisper itself then finds its text unlikely,
the first hearing counts, and where it does not believe that either, the next languages. Drawing at
random, Whisper's own way out (Radford et al., section 4.5), is left for what nothing else can read.
"""

import math
from collections.abc import Sequence
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
    features_of,
    heard_in_turn,
)
from trikal.serving.backends.whisper_languages import SURE, Detected, detect
from trikal.serving.roles import Word
from trikal.writing import own_share

_ENGLISH: Final = "en"
_OWN_LETTERS: Final = 0.5
_UNCLEAR: Final = math.log(0.6)  # as the alarm bounds it: words less sure than this may be in none
_LIKELY: Final = 3
_LONGEST: Final = MOST_FRAMES // 100 * SAMPLE_RATE
_16_BITS: Final = 1 << 15


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
    return detected.code != _ENGLISH and heard.log_probability < _UNCLEAR


def is_better(second: Heard, first: Heard) -> bool:
    """Whether Whisper is surer of a second hearing, in the same language, than of the first."""
    return first.is_doubtful or second.log_probability > first.log_probability


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

    def of(self, place: int, first: Heard) -> Again | None:
        """Hear a window once more, if what was heard first is doubted.

        Returns:
            What is better than the first hearing; ``None`` where that is kept.
        """
        window, detected = self.found[place]
        if not is_doubted(first, detected):
            return None
        span = surroundings(self.windows, place, len(self.samples))
        again = _hear_again(self.model, self.samples[span.start:span.end], span, first, detected)
        if again is not None:
            self.found[place] = window, again.detected
        return again


def _hear_again(
    model: Any, samples: NDArray[np.float32], span: Window, first: Heard, detected: Detected
) -> Again | None:
    # 16 bits, as sound comes that Whisper was taught on.
    part = np.round(samples * _16_BITS) / np.float32(_16_BITS)
    encoded = encode(model, [features_of(model, part)], MOST_FRAMES)
    likely = _likely(model, encoded, detected)
    in_turn = heard_in_turn(model, part, likely[0].code)
    if in_turn and (likely[0].code != detected.code or is_better(in_turn, first)):
        return _aligned(model, encoded, span, in_turn, likely[0])
    if not first.is_doubtful:
        return None
    others = [(decode(model, encoded, 1, each.code, 0.0)[0], each) for each in likely[1:]]
    believed = [each for each in others if not (each[0].is_doubtful or each[0].is_silence)]
    if not believed:
        return None
    best, language = max(believed, key=lambda each: each[0].log_probability)
    return _aligned(model, encoded, span, best, language)


def _likely(model: Any, encoded: Any, detected: Detected) -> list[Detected]:
    """Return the languages that a span may be in, the likeliest first; the one that is sure."""
    if detected.probability is None or detected.probability >= SURE:
        return [detected]
    (found,) = detect(model, encoded)
    codes = sorted(found, key=found.__getitem__, reverse=True)[:_LIKELY]
    return [Detected(code=code, probability=found[code]) for code in codes]


def _aligned(model: Any, encoded: Any, span: Window, heard: Heard, detected: Detected) -> Again:
    (words,) = align(model, encoded, [span], [heard], detected.code)
    return Again(words=words, detected=detected)
