"""Scopes: which media, which days and which speakers a question names."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, Protocol

from trikal.indexes.rules.amounts import either
from trikal.indexes.rules.labels import any_long_form, short_for
from trikal.indexes.rules.language import LETTER, QUOTED
from trikal.indexes.rules.media_names import Called
from trikal.indexes.rules.names import stands_out
from trikal.indexes.scripts import as_matched
from trikal.indexes.temporal import Scope

_MOST = 8


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The names of an archive, which a question can only be understood with.

    Attributes:
        speakers: Who speaks in it.
        media: The file names of its media.
        series: The names of the folders that they lie in.
        today: What "yesterday" is the day before; this machine's date when not given.
    """

    speakers: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    today: date | None = None


NO_NAMES: Final = Vocabulary()


class Named(Hashable, Protocol):
    """What a language must know to have its scopes read."""

    @property
    def table(self) -> dict[str, Any]:
        """Its table, of which ``scopes`` is used."""

    def masked(self, text: str) -> str:
        """Blank out what is not to be read, every character in its place."""


class Scopes:
    """Takes scopes out of texts.

    Args:
        language: Says how names are put.
        vocabulary: The archive's names.
    """

    def __init__(self, language: Named, vocabulary: Vocabulary) -> None:
        table: dict[str, Any] = language.table["scopes"]
        self._mask = language.masked
        self._today = vocabulary.today
        self._months: dict[str, int] = table["months"]
        self._days: dict[str, int] = table["days"]
        common = frozenset(table["common"])
        self._media = _named(table["media"], _media_names(vocabulary.media, common))
        self._called = Called(table["called"], vocabulary.media, common) if (
            "called" in table) else None
        self._series = _named(table["series"], vocabulary.series)
        self._article = re.compile(table.get("article", r"(?!)"), re.IGNORECASE)
        self._titles = {as_matched(name): name for name in vocabulary.media}
        self._speakers = {as_matched(name): name for name in vocabulary.speakers}
        self._spoken: list[re.Pattern[str]] = []
        if bare := [name for name in vocabulary.speakers if stands_out(name)]:
            names = (rf"(?<!{LETTER})(?<!')(?P<name>{either(bare)})(?:['’]s)?"
                     rf"(?!{LETTER}|'\w)")
            self._spoken.append(re.compile(names))
        if long := [name for name in vocabulary.speakers if len(name) > 2]:
            self._spoken += [
                re.compile(re.sub(r"\bS\b", lambda _: f"(?:{either(long)})", phrase), re.IGNORECASE)
                for phrase in table["speaker"]
            ]
        everybody = either(vocabulary.speakers) if vocabulary.speakers else r"(?!)"
        self._doing = re.compile(re.sub(
            r"\bS\b", lambda _: f"(?:{everybody})", table.get("doing", r"(?!)")))
        forms = any_long_form(vocabulary.speakers)
        titled = table.get("titled", ()) if forms else ()
        self._titled = [re.compile(re.sub(r"\bS\b", lambda _: f"(?:{forms})", phrase),
                                   re.IGNORECASE) for phrase in titled]
        self._dates, self._relative = _of_days(language)

    def take(self, text: str) -> tuple[str, Scope]:
        """Take media, series and days out of a whole question."""
        media: list[str] = []
        dates: list[date] = []
        text, found = self._taken(text, self._media)
        media += found
        if self._called and not found and (call := self._called.first(self._mask(text))):
            text, media = f"{text[:call.start]} {text[call.end:]}", list(call.media)
        for quoted in re.findall(QUOTED, text):
            if title := self._titles.get(as_matched(quoted[1:-1])):
                media.append(title)
                text = text.replace(quoted, " ")
        text, series = self._taken(text, self._series)
        for pattern in self._dates:
            if match := pattern.search(self._mask(text)):
                if days := self._read(match):
                    dates += days
                    text = _cut(text, match)
                break
        # Not the idioms as well: "the day before yesterday" is one.
        if match := self._relative.search(re.sub(QUOTED, lambda m: "_" * len(m[0]), text)):
            days_ago = self._days[as_matched(match["named"])]
            dates.append((self._today or date.today()) - timedelta(days=days_ago))
            text = _cut(text, match)
        return " ".join(text.split()), Scope(
            media=tuple(media[:_MOST]), series=tuple(series[:_MOST]),
            dates=tuple(day.isoformat() for day in dates[:_MOST]))

    def speakers(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Take the speakers out of a clause."""
        found: list[str] = []
        for pattern in self._spoken:
            while len(found) < _MOST and (match := self._speaking(pattern, text)):
                found.append(self._speakers[as_matched(match["name"])])
                rest = text[match.end("name"):].removeprefix("'s").removeprefix("’s")
                text = f"{text[:match.start('name')]} {rest}"
        if not found:
            text, found = self._named_by_job(text)
        return " ".join(text.split()), tuple(dict.fromkeys(found))

    def _speaking(self, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
        """Return the first name that is not only told of: "what did CDR eat"."""
        masked = self._mask(text)
        told_of = {match.start("name") for match in self._doing.finditer(masked)}
        return next((match for match in pattern.finditer(masked)
                     if match.start("name") not in told_of), None)

    def _named_by_job(self, text: str) -> tuple[str, list[str]]:
        """Take a speaker out who is called what the label is short for: "the commander"."""
        for pattern in self._titled:
            match = pattern.search(self._mask(text))
            label = match and short_for(match["name"], self._speakers.values())
            if match and label:
                return _cut(text, match), [label]
        return text, []

    def _taken(self, text: str, pattern: re.Pattern[str] | None) -> tuple[str, list[str]]:
        found = []
        while pattern and (match := self._first(pattern, text)):
            found.append(match["name"])
            text = _cut(text, match)
        return text, found

    def _first(self, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
        return next((match for match in pattern.finditer(self._mask(text))
                     if not self._is_a_thing(match)), None)

    def _is_a_thing(self, match: re.Match[str]) -> bool:
        """Tell "the name of the bridge" from "in bridge" where a file is called bridge.mp4."""
        name = match["name"]
        return (as_matched(name) not in self._titles and match[0].endswith(name)
                and bool(self._article.search(match[0][:-len(name)])))

    def _read(self, match: re.Match[str]) -> list[date]:
        """Read a date; of 3/4/2025 both readings."""
        parts = match.groupdict()
        year = int(parts["year"])
        if parts.get("month_name"):
            pairs = {(int(parts["day"]), self._months[as_matched(parts["month_name"])])}
        else:
            pairs = {(int(parts["day"]), int(parts["month"]))}
            if "/" in match[0]:
                pairs.add((int(parts["month"]), int(parts["day"])))
        return sorted(day for each, month in pairs if (day := _date(year, month, each)))


@cache
def _of_days(language: Named) -> tuple[Sequence[re.Pattern[str]], re.Pattern[str]]:
    """Return how dates are put, and days like "yesterday": the same whatever an archive holds."""
    table = language.table["scopes"]
    on, month = table["on"], f"(?:{either(table['months'])})"
    dates = [re.compile(rf"(?:{on}){phrase.replace('MONTH', month)}(?!{LETTER})", re.IGNORECASE)
             for phrase in table["dates"]]
    named = f"(?P<named>{either(table['days'])})"
    return dates, re.compile(rf"(?<!{LETTER})(?:{on})?{named}(?!{LETTER})", re.IGNORECASE)


def _media_names(media: Sequence[str], common: frozenset[str]) -> list[str]:
    """Return file names, and those without their suffix that are no common words."""
    stems = {name.rpartition(".")[0] for name in media}
    return [*media, *(stem for stem in stems if len(stem) > 2 and stem.casefold() not in common)]


def _named(phrases: Sequence[str], names: Sequence[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    name = f"(?P<name>{either(names)})"
    return re.compile("|".join(rf"(?<!{LETTER}){phrase.replace('NAME', name)}(?!{LETTER})"
                               for phrase in phrases[:1]), re.IGNORECASE)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _cut(text: str, match: re.Match[str]) -> str:
    return f"{text[:match.start()]} {text[match.end():]}"
