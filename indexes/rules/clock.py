"""Windows on the clock: what a question says about time without naming an event."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from pydantic import ValidationError

from trikal.indexes.rules.amounts import TIMECODE, is_hour_and_minute
from trikal.indexes.rules.language import EDGES
from trikal.indexes.rules.late import LatePattern
from trikal.indexes.temporal import MAX_CONSTRAINTS, Absolute, Ambiguous, Clock, Part

Window = Absolute | Ambiguous | Part

AROUND_MS: Final = 15_000
"""How far "around" a time reaches to each side, in milliseconds."""

RIGHT_MS: Final = 30_000
"""How far "right after" and "right before" a time on the clock reach, in milliseconds."""

EDGE: Final = 0.2
"""How much of a medium its beginning, its middle and its end each are."""

_MIDDLE = 0.5
_HALF_DAY_MS = 12 * 3_600_000


class Counting(Protocol):
    """Reads what a language's phrases for windows caught."""

    def times(self, groups: Iterable[str]) -> list[int]:
        """Read times and lengths, in milliseconds."""

    def share(self, text: str) -> float:
        """Read a percentage as a share, within ``[0, 1]``."""

    def ordinal(self, text: str) -> int:
        """Read an ordinal: 1 for "first", -1 for "last"."""

    def fraction(self, text: str) -> int:
        """Read "quarter" as 4."""

    def time_of_day(self, text: str) -> tuple[int, ...]:
        """Read a time on the wall clock: ms after midnight, each way it can be meant."""


class Clocked(Protocol):
    """What a language must know to have its windows read."""

    @property
    def amounts(self) -> Counting:
        """Its numbers and lengths."""

    def windows_of(self, text: str) -> Sequence[tuple[str, LatePattern]]:
        """How the windows are put that a text can hold: kind and pattern, in the order to try."""

    def masked(self, text: str) -> str:
        """Blank out what is not to be read, every character in its place."""


def take_windows(text: str, language: Clocked) -> tuple[str, tuple[Window, ...]]:
    """Take the windows on the clock out of a question.

    Returns:
        What is left of the text, and the windows.
    """
    windows: list[Window] = []
    for kind, pattern in language.windows_of(language.masked(text)):
        if len(windows) > MAX_CONSTRAINTS:
            break  # too many already
        if match := pattern.search(language.masked(text)):
            groups = [group for group in match.groups() if group]
            words = text[match.start():match.end()]
            if (window := _read(kind, groups, words, language.amounts)) is not None:
                windows.append(window)
                text = f"{text[:match.start()]} {text[match.end():]}"
    return " ".join(text.split()).strip(EDGES), tuple(windows)


def widened(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Read "halfway" as around the middle: what is looked for there seldom lies at one instant."""
    return tuple(_EDGES["middle"] if each == _EDGES["halfway"] else each for each in windows)


def _read(kind: str, groups: Sequence[str], words: str, amounts: Counting) -> Window | None:
    name, _, measure = kind.partition(" of ")
    try:
        if measure == "share":
            return _SHARES[name](*(amounts.share(group) for group in groups))
        if measure == "fraction":
            place, parts = amounts.ordinal(groups[0]), amounts.fraction(groups[1])
            return _FRACTIONS[name](place, parts)
        if measure == "medium":
            return _EDGES[name]
        if measure == "day":
            return _on_the_wall(name, groups, words, amounts)
        return _on_media_clock(name, groups, words, amounts)
    except ValidationError:
        return None


def _on_media_clock(
    name: str, groups: Sequence[str], words: str, amounts: Counting
) -> Window:
    times = amounts.times(groups)
    plain = _WINDOWS[name](*times)
    codes = [group for group in groups if re.fullmatch(TIMECODE, group)]
    doubtful = (len(codes) == len(groups) > 0 and all(map(is_hour_and_minute, codes))
                and not re.search(r"\b(?:mark|point|minute|time ?(?:code|stamp))\b", words))
    if not doubtful:
        return plain
    hours = [60 * time for time in times]
    evening = [time + _HALF_DAY_MS for time in hours]
    walls = [hours, evening] if max(evening) < 2 * _HALF_DAY_MS else [hours]
    return Ambiguous(text=" – ".join(groups), readings=(
        plain, _WINDOWS[name](*hours),
        *(_walled(_WINDOWS[name](*each)) for each in walls),
    ))


def _on_the_wall(
    name: str, groups: Sequence[str], words: str, amounts: Counting
) -> Window | None:
    read = [amounts.time_of_day(group) for group in groups]
    if not all(read):
        return None
    ways = min(map(len, read))
    readings = tuple(_walled(_on_one_day(name, [times[way] for times in read]))
                     for way in range(ways))
    if len(readings) == 1:
        return readings[0]
    return Ambiguous(text=" ".join(words.split()), readings=readings)


def _on_one_day(name: str, times: Sequence[int]) -> Absolute:
    """Return a window of the wall clock; "from 11 pm to 1 am" goes on past midnight."""
    if name == "between" and times[0] - times[1] > _HALF_DAY_MS:
        return Absolute(start_ms=times[0], end_ms=times[1] + 2 * _HALF_DAY_MS)
    return _WINDOWS[name](*times)


def _walled(window: Absolute) -> Absolute:
    return window.model_copy(update={"clock": Clock.WALL})


def _fraction(place: int, parts: int) -> Part | None:
    index = place - 1 if place > 0 else parts + place
    if not 0 <= index < parts:
        return None
    return Part(start=index / parts, end=(index + 1) / parts)


def _after_fraction(place: int, parts: int) -> Part | None:
    part = _fraction(place, parts)
    return Part(start=part.end) if part else None


def _before_fraction(place: int, parts: int) -> Part | None:
    part = _fraction(place, parts)
    return Part(end=part.start) if part else None


_FRACTIONS: Final[dict[str, Callable[[int, int], Part | None]]] = {
    "nth": _fraction, "after": _after_fraction, "before": _before_fraction,
}

_WINDOWS: Final[dict[str, Callable[..., Absolute]]] = {
    "before the last": lambda d: Absolute(end_ms=d, from_end=True),
    "after the first": lambda d: Absolute(start_ms=d),
    "first": lambda d: Absolute(end_ms=d),
    "last": lambda d: Absolute(start_ms=d, from_end=True),
    "after and before": lambda t, u: Absolute(start_ms=t, end_ms=u),
    "between": lambda t, u: Absolute(start_ms=min(t, u), end_ms=max(t, u)),
    "right after": lambda t: Absolute(start_ms=t, end_ms=t + RIGHT_MS),
    "right before": lambda t: Absolute(start_ms=t - RIGHT_MS, end_ms=t),
    "since": lambda t: Absolute(start_ms=t),
    "until": lambda t: Absolute(end_ms=t),
    "around": lambda t: Absolute(start_ms=t - AROUND_MS, end_ms=t + AROUND_MS),
    "at": lambda t: Absolute(start_ms=t, end_ms=t),
}

_SHARES: Final[dict[str, Callable[..., Part]]] = {
    "first": lambda p: Part(end=p),
    "last": lambda p: Part(start=1 - p),
    "between": lambda p, q: Part(start=min(p, q), end=max(p, q)),
    "since": lambda p: Part(start=p),
    "until": lambda p: Part(end=p),
    "at": lambda p: Part(start=max(0.0, p - 0.005), end=min(1.0, p + 0.005)),
}

_EDGES: Final = {
    "beginning": Part(end=EDGE),
    "middle": Part(start=_MIDDLE - EDGE / 2, end=_MIDDLE + EDGE / 2),
    "end": Part(start=1 - EDGE),
    "halfway": Part(start=_MIDDLE - 0.005, end=_MIDDLE + 0.005),
    "after the middle": Part(start=_MIDDLE),
    "before the middle": Part(end=_MIDDLE),
    "before the end": Part(),
}
