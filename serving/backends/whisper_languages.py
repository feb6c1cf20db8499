"""The language of each window that Whisper listens to, smoothed by the windows beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

SURE: Final = 0.8
"""A window this sure of its language keeps it, whatever its neighbours are in."""


@dataclass(frozen=True, kw_only=True)
class Detected:
    """The language of a window.

    Attributes:
        code: Whisper's code.
        probability: In ``[0, 1]``; ``None`` where the language was named.
    """

    code: str
    probability: float | None = None


def detect(model: Any, encoded: Any) -> list[dict[str, float]]:
    """Return the probability of each language, by Whisper's codes, for each window."""
    return [{token.strip("<|>"): float(probability) for token, probability in window}
            for window in model.model.detect_language(encoded)]


def smoothed(
    windows: Sequence[Mapping[str, float]], before: Mapping[str, float] | None = None
) -> list[Detected]:
    """Settle the language of windows that follow each other; the doubtful follow the rest.

    Args:
        windows: Probabilities by language.
        before: Those of the window before the first.

    Returns:
        The language of each; one that follows its neighbours has their mean probability.
    """
    row = [before or {}, *windows, {}]
    return [_settled(row[place], [each for each in (row[place - 1], row[place + 1]) if each])
            for place in range(1, len(row) - 1)]


def runs(detected: Sequence[Detected]) -> Iterator[tuple[str, list[int]]]:
    """Yield each language and the places of the windows in a row that are in it."""
    for code, places in groupby(range(len(detected)), lambda place: detected[place].code):
        yield code, list(places)


def _settled(own: Mapping[str, float], beside: Sequence[Mapping[str, float]]) -> Detected:
    code = max(own, key=own.__getitem__)
    if own[code] < SURE and beside:
        around = [own, *beside]
        code = max({each for row in around for each in row},
                   key=lambda each: (sum(row.get(each, 0.0) for row in around), each))
        mean = sum(row.get(code, 0.0) for row in beside) / len(beside)
        return Detected(code=code, probability=max(own.get(code, 0.0), mean))
    return Detected(code=code, probability=own[code])
