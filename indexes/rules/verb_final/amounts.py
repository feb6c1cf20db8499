"""Numbers, lengths of time and times of day in a verb-final language, in its script or in Latin.

A hundred number words, each spelled in several ways, would make every pattern that holds a number
thousands of characters long. They are looked for once instead, before any phrase is: each is
written over with a private character that holds its value, as often as the word is long, so that
every other character keeps its place.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final

from indic_numtowords import num2words

from trikal.indexes.rules.amounts import COMPACT, TIMECODE, bounded, coded_ms
from trikal.indexes.rules.late import LatePattern
from trikal.indexes.rules.verb_final.romanising import letters_in
from trikal.indexes.rules.verb_final.spelling import Spelling

_HUNDRED: Final = 100
# Private characters beyond the first plane: a class of thousands within it takes long to compile.
_FIRST, _LAST = "\U000f0000", "\U000ffffd"
_PARTS: Final = 4
"""Values are held in quarters: "sawa" is 1.25."""
_HALF_DAY_MS: Final = 12 * 3_600_000


class Values:
    """Words that stand for values, read back from any spelling.

    Args:
        words: Each value's words, as regular expressions.
    """

    def __init__(self, words: Sequence[tuple[float, Sequence[str]]]) -> None:
        self._words = [(value, sources) for value, sources in words if sources]
        every = [source for _, sources in self._words for source in sources]
        self.source: Final = "|".join(sorted(every, key=letters_in, reverse=True)) or "(?!)"

    def read(self, text: str) -> float | None:
        """Return the value of a word; ``None`` when it is none of these."""
        match = self._known.fullmatch(text)
        return self._words[int(match.lastgroup[1:])][0] if match and match.lastgroup else None

    @cached_property
    def _known(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?P<v{n}>{'|'.join(sources)})"
                                   for n, (_, sources) in enumerate(self._words)), re.IGNORECASE)


class VerbFinalAmounts:
    """Numbers and lengths of one language, with the blanks of English's tables.

    Args:
        code: The language.
        table: Its table.
        spelling: The way of writing.
    """

    def __init__(self, code: str, table: Mapping[str, Any], spelling: Spelling) -> None:
        self._cardinals = Values([(value, spelling.sources(words)) for value, words
                                  in _numbers(code, table["numbers"])])
        self._before = Values([(float(value), spelling.sources(words))
                               for value, words in table["numbers"]["before"].items()])
        self._sized = Values([(int(ms), spelling.sources(words))
                              for ms, words in table["units"].items()])
        self._ranks = Values([(int(rank), spelling.sources(words))
                              for rank, words in table["ordinals"]["words"].items()])
        self._fractions = Values([(int(parts), spelling.sources(words))
                                  for parts, words in table["fractions"].items()])
        day = table["day"]
        self._halves = Values([(float(n), spelling.sources(day[name]))
                               for n, name in ((0, "early"), (1, "late"))])
        unit = f"(?:{self._sized.source})"
        clock = "|".join(spelling.sources(day["oclock"]))
        percent = "|".join(spelling.sources(table["numbers"]["percent"]))
        # "साढ़े तीन" is two words, "साडेतीन" and "સાડાત્રણ" are one.
        before = rf"(?:{self._before.source})[ -]?"
        word = rf"{before}\d+|(?:{before})?(?:{self._cardinals.source})"
        self._added = re.compile(rf"({self._before.source})[ -]?(.+)", re.IGNORECASE)
        endings = "|".join(spelling.sources(table["ordinals"]["endings"]))
        # "at the eighth minute" counts as "at eight minutes" does.
        self._wordy = LatePattern(
            rf"(?<!{spelling.letter})(?:{word})"
            rf"(?=(?:{endings})?(?: \S+ \S+)?[ -]?(?:{unit}|{clock}|{percent}))")
        held = f"[{_FIRST}-{_LAST}]"
        number = rf"(?:(?<!{spelling.letter})(?<!\d[:.])\d+(?:\.\d+)?|(?<!{held}){held}+)"
        amount = rf"{number}(?:{endings})?[ -]?{unit}"
        joint = "|".join(spelling.sources(table["numbers"]["joints"]))
        length = f"(?:{amount}(?:(?:,| (?:{joint}))? {amount})*)"
        code_pattern = rf"(?:(?>{COMPACT})|(?>{TIMECODE})(?!:?\d))"
        half = f"(?:{self._halves.source})"
        self._single = re.compile(f"({number})(?:{endings})?[ -]?({unit})", re.IGNORECASE)
        self._clock_parts = re.compile(
            rf"(?:(?P<half>{half}) (?:.*? )?)?(?P<number>{number})"
            rf"(?::(?P<minute>\d\d))?(?::(?P<second>\d\d))? ?(?:{clock})", re.IGNORECASE)
        self._hint = re.compile(rf"\d|{unit}|{percent}|{clock}", re.IGNORECASE)
        self._hinted = lru_cache(maxsize=256)(lambda text: bool(self._hint.search(text)))
        self.blanks: Final = {
            "C": code_pattern, "L": length, "D": length, "T": f"(?:{code_pattern}|{length})",
            "M": unit, "N": number, "P": rf"(?:{number} ?(?:{percent}))",
            "O": rf"(?:\d+(?:{endings})|{self._ranks.source})",
            "F": f"(?:{self._fractions.source})",
            "W": rf"(?:(?:{half} (?:\S+ )?)?{number}(?::\d\d){{0,2}} ?(?:{clock}))",
        }

    def filled(self, phrase: str, *, capturing: bool = False) -> str:
        """Put the grammar of times in the place of a phrase's capital letters."""
        def blank(match: re.Match[str]) -> str:
            pattern = self.blanks[match[0]]
            return f"({pattern})" if capturing else f"(?:{pattern})"
        return re.sub(r"(?<![\\\w])[CDFLMNOPTW](?!\w)", blank, phrase)

    def encoded(self, text: str) -> str:
        """Write its value over each number word that counts something, all in their places."""
        if not self._hinted(text):
            return text
        return self._wordy.sub(lambda match: self._held(match[0]) * len(match[0]), text)

    def some_time(self, text: str) -> bool:
        """Tell, cheaply, whether a text can hold a time, a length or a share at all."""
        return self._hinted(text)

    def length(self, text: str) -> int:
        """Read a length of time, in milliseconds."""
        return self.times([text])[0]

    def fraction(self, text: str) -> int:
        """Read "quarter" as 4."""
        return int(self._fractions.read(text) or 1)

    def times(self, groups: Iterable[str]) -> list[int]:
        """Read what the blanks of a phrase caught, in milliseconds."""
        return [bounded(self._read(text)) for text in groups]

    def share(self, text: str) -> float:
        """Read a percentage as a share, within ``[0, 1]``."""
        number = next((found for end in range(len(text), 0, -1)
                       if (found := self._counted(text[:end].strip())) is not None), 0.0)
        return min(1.0, max(0.0, number / 100))

    def ordinal(self, text: str) -> int:
        """Read an ordinal: 1 for "first", -1 for "last"."""
        known = self._ranks.read(text.strip())
        if known is not None:
            return int(known)
        digits = re.match(r"\d+", text.strip())
        return min(10_000, max(1, int(digits[0]))) if digits else 1

    def is_ordinal(self, text: str) -> bool:
        """Whether a text is an ordinal and nothing else."""
        return self._ranks.read(text.strip()) is not None

    def time_of_day(self, text: str) -> tuple[int, ...]:
        """Read a time on the wall clock: milliseconds after midnight, each way it can be meant."""
        parts = self._clock_parts.search(text)
        hour = self._counted(parts["number"]) if parts else None
        if parts is None or hour is None or not 0 <= hour <= 24:
            return ()
        seconds = hour * 3600 + int(parts["minute"] or 0) * 60 + int(parts["second"] or 0)
        early = round(seconds * 1000)
        late = early + _HALF_DAY_MS if hour < 12 else early
        half = self._halves.read(parts["half"]) if parts["half"] else None
        if half is not None:
            return (late,) if half else (early,)
        return (early, late) if 1 <= hour < 12 else (early,)

    def _read(self, text: str) -> int:
        if (coded := coded_ms(text)) is not None:
            return coded
        if (single := self._sized.read(text)) is not None:
            return int(single)
        return round(sum((self._counted(number) or 0.0) * (self._sized.read(unit) or 0.0)
                         for number, unit in self._single.findall(text)))

    def _counted(self, text: str) -> float | None:
        """Read a number that is digits, or a word written over with its value."""
        if text and _FIRST <= text[0] <= _LAST:
            return (ord(text[0]) - ord(_FIRST)) / _PARTS
        return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None

    def _held(self, words: str) -> str:
        """Return the character for a number in words: "साढ़े तीन" is 3.5."""
        value = self._cardinals.read(words)
        if value is None:
            parts = self._added.fullmatch(words)
            first, rest = parts.groups() if parts else ("", words)
            number = float(rest) if rest.isdecimal() else self._cardinals.read(rest)
            value = (number or 0.0) + (self._before.read(first) or 0.0)
        return chr(ord(_FIRST) + min(round(value * _PARTS), ord(_LAST) - ord(_FIRST)))


def _numbers(code: str, table: Mapping[str, Any]) -> list[tuple[float, list[str]]]:
    """Return the words for 1 to 100, and what else a table counts with."""
    words: dict[float, list[str]] = {}
    for number in range(1, _HUNDRED + 1):
        known = num2words(number, lang=code, variations=True)
        words[number] = [re.escape(" ".join(each.split())).replace(r"\ ", " ") for each in known]
    for written, more in table["words"].items():
        words.setdefault(float(written), []).extend(more)
    return list(words.items())
