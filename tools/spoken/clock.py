"""Times of day as people say them: half past five, साढ़े पाँच बजे."""

from typing import Final

from trikal.tools.spoken.vocabulary import Oclock, Vocabulary, number

_TWO_DIGITS: Final = 10
_DIAL: Final = range(1, 13)
_QUARTER, _HALF, _TO = 15, 30, 45


def clock(
    high: str, middle: str, low: str | None, behind: str | None, language: str, words: Vocabulary
) -> str:
    """Read a time or a timecode aloud.

    Args:
        high: The figures of hours, or of minutes on a medium's clock.
        middle: Those of minutes, or seconds.
        low: Those of seconds where there are three parts.
        behind: The language's "o'clock", where it stands behind them.
        language: BCP-47 tag.
        words: The language's words.
    """
    if low is None:
        said = _of_two(int(high), int(middle), language, words, behind)
        return said if behind is None or words.oclock else f"{said} {behind}"
    if behind and words.oclock:
        seconds = f"{number(int(low), language)} {words.second[int(low) != 1]}"
        return f"{_minutes(int(high), int(middle), language, words.oclock)} {seconds}"
    parts = ((int(high), words.hour), (int(middle), words.minute), (int(low), words.second))
    told = [(n, names) for n, names in parts if n] or [(0, words.second)]
    said = " ".join(f"{number(n, language)} {names[n != 1]}" for n, names in told)
    return f"{said} {behind}" if behind else said


def _of_two(
    high: int, middle: int, language: str, words: Vocabulary, behind: str | None
) -> str:
    if behind and words.oclock:
        return _of_day(high, middle, language, words.oclock, behind)
    english = words.point == "point"
    if not middle:
        return number(high, language) + (" o'clock" if english else "")
    oh = "oh " if english and middle < _TWO_DIGITS else ""
    return f"{number(high, language)} {oh}{number(middle, language)}"


def _of_day(hour: int, minute: int, language: str, words: Oclock, behind: str) -> str:
    h = number(hour, language)
    if not minute:
        return f"{h} {behind}"
    if hour in _DIAL:
        if minute == _HALF:
            half = {1: words.half_one, 2: words.half_two}.get(hour, words.half)
            return f"{half.format(h=h)} {behind}"
        if minute == _QUARTER:
            return f"{words.quarter.format(h=h)} {behind}"
        if minute == _TO:
            return f"{words.to.format(h=number(hour % 12 + 1, language))} {behind}"
    return _minutes(hour, minute, language, words)


def _minutes(hour: int, minute: int, language: str, words: Oclock) -> str:
    return words.minutes.format(h=number(hour, language), m=number(minute, language))
