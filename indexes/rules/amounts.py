"""Numbers, lengths of time, timecodes and shares of a whole, as one language writes them."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from trikal.indexes.scripts import as_matched
from trikal.timecode import parse_timecode

TIMECODE: Final = r"-?\d{1,3}:[0-5]?\d(?::[0-5]\d)?(?:[.,]\d{1,3})?"

COMPACT: Final = r"\d+h(?:\d+m(?:in)?)?(?:\d+s)?\b|\d+m(?:in)?\d+s\b"

_FURTHEST_MS: Final = 2**51
_COMPACT_MS: Final = {"h": 3_600_000, "m": 60_000, "s": 1_000}
_HOUR_AND_MINUTE = re.compile(r"(?:0?[1-9]|1\d|2[0-3]):[0-5]\d")


class Amounts:
    """Numbers and lengths of time in one language.

    Attributes:
        blanks: What a phrase's capital letters stand for, as regular expressions.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        self._numbers: dict[str, float] = table["numbers"]
        self._units: dict[str, int] = table["units"]
        self._fractions: dict[str, int] = table["fractions"]
        self._ordinals: dict[str, int] = table["ordinals"]["numbers"]
        amounts = table["amounts"]
        half, mark = amounts["half"], amounts["mark"]
        spanned = rf"(?:{mark}|{amounts['spanned']})"
        # One word, or two; written once, for it is long. No space opens the first.
        words = rf"(?=\w)(?:(?:(?<=\w)[ -])?\b(?:{either(self._numbers)})\b){{1,2}}"
        digits = rf"(?:\d+(?:\.\d+)?|{words})"
        number = rf"{digits}(?:{half})?"
        unit = rf"(?:{either(self._units)})\b"
        # "two-minute" describes a thing, save in "the two-minute mark" and "a two-minute window".
        amount = rf"(?:{number}(?:(?<=\d) ?| ){unit}(?:{half})?|{number}-{unit}(?={mark}))"
        amount = rf"(?!{amounts['none']})\b{amount}"
        length = self._descending(number, rf"(?:{half})?", spanned, amounts["none"])
        guard = rf"(?!{amounts['not_before']})"
        wall = rf"(?:{amounts['wall_clock']})"
        code = (rf"(?:(?>{COMPACT})|(?>{TIMECODE})(?!\w|:\d)(?!{wall})|minute {number}|second \d+"
                rf"(?!{amounts['digits_are_ordinal']}))")
        self._part = re.compile(rf"({number})[ -]?({unit})((?:{half})?)", re.IGNORECASE)
        self._half = re.compile(half, re.IGNORECASE)
        self._clock = re.compile(amounts["clock_parts"], re.IGNORECASE)
        self._later: str = amounts["later_half"]
        self._timed = re.compile(r"(?<!\\)(?<!\(\?)\b[CDFKLMNPTUW]\b")
        self._hint = re.compile(
            rf"\d|\b(?:{either([*self._units, *self._fractions])})\b|{amounts['percent']}",
            re.IGNORECASE)
        # Asked of the same few texts by every pattern of times.
        self._hinted = lru_cache(maxsize=256)(lambda text: bool(self._hint.search(text)))
        self._digits = re.compile(r"\d+")
        self.blanks: Final = {
            "U": rf"(?:{amount}(?:,? {amount})*)",
            "C": code, "D": rf"(?>{length}){guard}", "N": number, "L": length,
            "K": rf"(?>{amount}(?:(?:,| and|, and)? {amount})+)",
            "M": rf"(?>{'|'.join(amounts['single'])})\b{guard}",
            "T": rf"(?:{code}|(?>{length}){guard})", "V": amounts["medium"],
            "P": rf"{digits} ?{amounts['percent']}",
            "F": rf"(?:{either(self._fractions)})\b",
            "O": rf"(?:{either(self._ordinals)}|\d+(?:{amounts['ordinal_endings']}))\b",
            "W": (rf"(?:\d{{1,2}}:[0-5]\d(?::[0-5]\d)?{wall}"
                  rf"|\d{{1,2}}(?!{amounts['only_after_minutes']}){wall})"),
        }
        self._blank = re.compile(rf"(?<!\\)(?<!\(\?)\b[{''.join(self.blanks)}]\b")

    def _descending(self, number: str, half: str, mark: str, none: str) -> str:
        """Return a pattern of lengths whose units grow smaller: "an hour and two minutes".

        What follows with a larger unit is another length. Each number is written but once: this
        pattern stands in hundreds of phrases.
        """
        sizes = [[name for name, ms in self._units.items() if low <= ms < high]
                 for high, low in pairwise((2**63, 36_000_000, 600_000, 10_000, 0))]
        rest = ""
        for names in filter(None, sizes):
            unit = rf"(?:{either(names)})\b"
            smaller = rf"(?:(?:(?<=\d) ?| ){unit}{half}|-{unit}(?={mark}))"
            rest = rf"(?:{rest}(?:(?:,| and|, and)? {number}{smaller})?|{smaller})" if rest else (
                smaller)
        return rf"(?!{none})\b{number}{rest}"

    def filled(self, phrase: str, *, capturing: bool = False) -> str:
        """Put the grammar of times in the place of a phrase's capital letters."""
        def blank(match: re.Match[str]) -> str:
            pattern = self.blanks[match[0]]
            return f"({pattern})" if capturing and match[0] in "CDFKLMNOPTUW" else f"(?:{pattern})"
        return self._blank.sub(blank, phrase)

    def outlined(self, phrase: str) -> str:
        """Put anything at all in the place of a phrase's capital letters."""
        return self._blank.sub(".+?", phrase)

    def needs_time(self, phrase: str) -> bool:
        """Tell whether a phrase holds a time, a length or a share."""
        return bool(self._timed.search(phrase))

    def some_time(self, text: str) -> bool:
        """Tell, cheaply, whether a text can hold a time, a length or a share at all."""
        return self._hinted(text)

    def times(self, groups: Iterable[str]) -> list[int]:
        """Read what the blanks of a phrase caught, in milliseconds."""
        texts = [as_matched(group) for group in groups]
        # In "between 30 and 45 seconds" the unit stands only once.
        unit = next((m[2] for text in texts if (m := self._part.search(text))), "")
        return [bounded(self._time(text, unit)) for text in texts]

    def length(self, text: str) -> int:
        """Read a length of time, in milliseconds."""
        return self.times([text])[0]

    def share(self, text: str) -> float:
        """Read a percentage as a share, within ``[0, 1]``."""
        number = re.sub(r"[^\w.]*(?:%|per ?cent|percent).*$", "", as_matched(text))
        return min(1.0, max(0.0, self._number(number) / 100))

    def ordinal(self, text: str) -> int:
        """Read an ordinal: 1 for "first", -1 for "last"."""
        plain = as_matched(text).strip()
        if plain in self._ordinals:
            return self._ordinals[plain]
        digits = self._digits.match(plain)
        return min(10_000, max(1, int(digits[0]))) if digits else 1

    def count(self, text: str) -> int:
        """Read a number of things; 0 for less than one."""
        return int(self._number(as_matched(text).strip()))

    def fraction(self, text: str) -> int:
        """Read "quarter" as 4."""
        return self._fractions[as_matched(text)]

    def time_of_day(self, text: str) -> tuple[int, ...]:
        """Read a time on the wall clock: milliseconds after midnight, each way it can be meant."""
        parts = self._clock.search(as_matched(text))
        if parts is None:
            return ()
        hour, minute, second = (int(parts[n] or 0) for n in ("hour", "minute", "second"))
        half = (parts["half"] or "").replace(".", "")
        if hour > 24 or (half and not 1 <= hour <= 12):
            return ()
        seconds = minute * 60 + second
        if half:
            late = bool(re.fullmatch(self._later, half))
            return ((hour % 12 + 12 * late) * 3_600_000 + seconds * 1000,)
        hours = (hour, hour + 12) if 1 <= hour < 12 and not parts["whole"] else (hour,)
        return tuple((each * 3600 + seconds) * 1000 for each in hours)

    def _time(self, text: str, unit: str) -> int:
        if (coded := coded_ms(text)) is not None:
            return coded
        if (single := self._half.sub("", text)) in self._units:
            return round(self._units[single] * (1.5 if self._half.search(text) else 1))
        if named := re.fullmatch(r"(minute|second) (.+)", text):
            return round(self._number(named[2]) * self._units[named[1]])
        parts = self._part.findall(text) or [(text, unit, "")]
        return round(sum((self._number(number) + (0.5 if half else 0)) * self._units[each]
                         for number, each, half in parts))

    def _number(self, text: str) -> float:
        whole = self._half.sub("", text).strip()
        extra = 0.5 if self._half.search(text) else 0.0
        if whole in self._numbers:
            return self._numbers[whole] + extra
        words = re.split(r"[ -]", whole)
        if len(words) > 1 and self._numbers.get(words[0]) == 1:
            words = words[1:]  # "a two minute pause": no number begins with one
        return extra + sum(self._numbers[word] if word in self._numbers else float(word)
                           for word in words)


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def is_hour_and_minute(text: str) -> bool:
    """Whether a timecode could as well be hours and minutes, as on a clock."""
    return bool(_HOUR_AND_MINUTE.fullmatch(text))


def coded_ms(text: str) -> int | None:
    """Read "1:05" or "1h5m" in milliseconds; ``None`` for a time in words."""
    if re.fullmatch(TIMECODE, text):
        return parse_timecode(text)
    if re.fullmatch(COMPACT, text):
        return sum(int(number) * _COMPACT_MS[unit]
                   for number, unit in re.findall(r"(\d+)([hms])", text))
    return None


def bounded(time_ms: int) -> int:
    """Keep what a person may write, "999999999999 hours in", within what a window can hold."""
    return max(-_FURTHEST_MS, min(time_ms, _FURTHEST_MS))
