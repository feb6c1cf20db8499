"""Rules that read time out of a question: exact, free, and usable with no model at all.

The phrases are data (``rules_en.toml``); this module only knows how they combine: a question may
name windows on the clock, and may hang its target on one other event, before or behind it. What
stands in quotes is never read: it is what somebody said, not how the question is put.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from trikal.indexes.temporal import Absolute, Anchored, Relation, TemporalQuery
from trikal.moments import Track
from trikal.timecode import parse_timecode

AROUND_MS = 15_000
"""How far "around" reaches to each side, in milliseconds."""

RIGHT_MS = 30_000
"""How far "right after" and "right before" a time on the clock reach, in milliseconds."""

EDGE_MS = 120_000
"""How long "the beginning" and "the end" of a medium are, in milliseconds."""

_TIMECODE = r"-?\d{1,3}:[0-5]?\d(?::[0-5]\d)?(?:[.,]\d{1,3})?"
_QUOTED = r'"[^"]*"|“[^”]*”|«[^»]*»|‘[^’]*’(?!\w)|(?<!\w)\'[^\']*\'(?!\w)'
_EDGES = " \t\n,;:.?!-–—"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the rules read in a question.

    Attributes:
        query: The question as a temporal query.
        sure: Whether every word about time that the rules know was used; when not, a language
            model may split the question better.
    """

    query: TemporalQuery
    sure: bool


@dataclass(frozen=True, kw_only=True)
class _Split:
    """A question cut in two at the words that hang its target on an anchor."""

    relation: Relation
    target: str
    anchor: str
    words: str


def read_question(question: str) -> Reading:
    """Read a question into a temporal query.

    Args:
        question: What a person asks, in English, in any usual wording.

    Returns:
        The query, and whether the rules are sure of it. A question without any word about time
        is searched for as it stands.
    """
    return _rules().read(" ".join(question.split()))


def asks_when(question: str) -> bool:
    """Tell whether the answer that a question wants is a time."""
    return _rules().asks_when(" ".join(question.split()))


@cache
def _rules() -> "_Rules":
    text = (files("trikal.indexes") / "rules_en.toml").read_text(encoding="utf-8")
    return _Rules(tomllib.loads(text))


class _Amounts:
    """Numbers and lengths of time in one language.

    Attributes:
        blanks: What a phrase's capital letters stand for, as regular expressions.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        self._numbers: dict[str, float] = table["numbers"]
        self._units: dict[str, int] = table["units"]
        half, mark = table["amounts"]["half"], table["amounts"]["mark"]
        word = rf"\b(?:{_either(self._numbers)})\b"
        number = rf"(?:\d+(?:\.\d+)?|{word}(?:[ -]{word})?)(?:{half})?"
        unit = rf"(?:{_either(self._units)})\b"
        # "two-minute" describes a thing, save in "the two-minute mark".
        amount = rf"(?:{number}(?:(?<=\d) ?| ){unit}(?:{half})?|{number}-{unit}(?={mark}))"
        amount = rf"(?!{table['amounts']['none']})\b{amount}"
        length = rf"{amount}(?:(?:,| and|, and)? {amount})*"
        guard = rf"(?!{table['amounts']['not_before']})"
        clock = rf"(?>{_TIMECODE})(?![:\w])(?!{table['amounts']['wall_clock']})"
        code = rf"(?:{clock}|minute {number}|second \d+)"
        self._part = re.compile(rf"({number})[ -]?({unit})((?:{half})?)", re.IGNORECASE)
        self._half = re.compile(half, re.IGNORECASE)
        self._medium = table["amounts"]["medium"]
        self.blanks = {
            "C": code, "D": rf"(?>{length}){guard}", "N": number, "L": length,
            "M": rf"(?>{'|'.join(table['amounts']['single'])})\b{guard}",
            "T": rf"(?:{code}|(?>{length}){guard})", "V": self._medium,
        }

    def filled(self, phrase: str, *, capturing: bool = False) -> str:
        """Put the grammar of times in the place of a phrase's capital letters."""
        def blank(match: re.Match[str]) -> str:
            pattern = self.blanks[match[0]]
            return f"({pattern})" if capturing and match[0] in "CDMNT" else f"(?:{pattern})"
        return re.sub(rf"\b[{''.join(self.blanks)}]\b", blank, phrase)

    def times(self, groups: Iterable[str]) -> list[int]:
        """Read what the blanks of a phrase caught, in milliseconds."""
        texts = list(groups)
        # In "between 30 and 45 seconds" the unit stands only once.
        unit = next((m[2] for text in texts if (m := self._part.search(text))), "")
        return [self._time(text, unit) for text in texts]

    def _time(self, text: str, unit: str) -> int:
        if re.fullmatch(_TIMECODE, text):
            return parse_timecode(text)
        if (single := self._half.sub("", text.lower())) in self._units:
            return round(self._units[single] * (1.5 if self._half.search(text) else 1))
        if named := re.fullmatch(r"(minute|second) (.+)", text, re.IGNORECASE):
            return round(self._number(named[2]) * self._units[named[1].lower()])
        parts = self._part.findall(text) or [(text, unit, "")]
        return round(sum((self._number(number) + (0.5 if half else 0)) * self._units[each.lower()]
                         for number, each, half in parts))

    def _number(self, text: str) -> float:
        whole = self._half.sub("", text.lower()).strip()
        extra = 0.5 if self._half.search(text) else 0.0
        if whole in self._numbers:
            return self._numbers[whole] + extra
        return extra + sum(self._numbers[word] if word in self._numbers else float(word)
                           for word in re.split(r"[ -]", whole))


class _Rules:
    """The tables of one language, compiled."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._amounts = _Amounts(table)
        of_medium = self._amounts.filled(r"(?: (?:of|in|into|from) V)?")
        self._absolute = [
            (kind, re.compile(rf"(?<!\w){self._amounts.filled(phrase, capturing=True)}{of_medium}"
                              r"(?!\w)", re.IGNORECASE))
            for kind, phrases in table["absolute"].items() for phrase in phrases
        ]
        self._relations = [(Relation(name), self._words(phrases))
                           for name, phrases in table["relations"].items()]
        self._inverted = [
            (Relation(name), re.compile(rf"(?:^|[,;.:?!\"”’–—-]) *((?:{'|'.join(phrases)}))$",
                                        re.IGNORECASE))
            for name, phrases in table["inverted"].items()
        ]
        self._tracks = {Track(name): self._words(phrases)
                        for name, phrases in table["tracks"].items()}
        idioms = "|".join(map(self._amounts.filled, table["idioms"]["phrases"]))
        self._unread = re.compile(rf"{_QUOTED}|\b(?:{idioms})\b", re.IGNORECASE)
        self._questions = [re.compile(cut, re.IGNORECASE) for cut in table["questions"]["cuts"]]
        self._when = self._leading(table["asks_when"]["leading"])
        self._polite = self._leading(table["prelude"]["polite"])
        self._moment = self._leading(table["prelude"]["moment"])
        self._filler = self._leading(table["fillers"]["leading"])

    def _words(self, phrases: Iterable[str]) -> re.Pattern[str]:
        longest_first = sorted(phrases, key=len, reverse=True)
        filled = "|".join(self._amounts.filled(phrase) for phrase in longest_first)
        return re.compile(rf"(?<!\w)(?:{filled})(?!\w)", re.IGNORECASE)

    def _leading(self, phrases: Iterable[str]) -> re.Pattern[str]:
        return re.compile(rf"(?:(?:{'|'.join(phrases)})(?!\w)[ ,']*)+", re.IGNORECASE)

    def asks_when(self, question: str) -> bool:
        text = self._without(self._polite, question.strip(_EDGES))
        return bool(self._when.match(text)) and self._opening(text) is None

    def read(self, question: str) -> Reading:
        text = question.strip(_EDGES)
        asked = self._without(self._moment, self._without(self._polite, text)) or text
        rest, windows = self._take_windows(asked)
        split = self._opening(rest) or self._inversion(rest) or self._infix(rest)
        if split is None:
            target = question if rest == text else rest
            sure = not self._leaves(self._without(self._when, rest))
            return Reading(query=self._plain(target, rest, windows), sure=sure)
        return Reading(
            query=TemporalQuery(
                target=self._bare(split.target), tracks=self._track(split.target or split.words),
                constraints=(*windows, Anchored(relation=split.relation,
                                                anchor=self._event(split.anchor))),
            ),
            sure=not any(map(self._leaves, (split.target, split.anchor)))
            and not re.search(self._amounts.blanks["L"], split.words, re.IGNORECASE),
        )

    def _plain(
        self, target: str, rest: str, windows: tuple[Absolute, ...]
    ) -> TemporalQuery:
        return TemporalQuery(target=target if self._bare(rest) else "", tracks=self._track(rest),
                             constraints=windows)

    def _event(self, text: str) -> TemporalQuery:
        return TemporalQuery(target=self._bare(text), tracks=self._track(text))

    def _track(self, text: str) -> tuple[Track, ...]:
        masked = self._masked(text)
        return next(((t,) for t, pattern in self._tracks.items() if pattern.search(masked)), ())

    def _without(self, pattern: re.Pattern[str], text: str) -> str:
        match = pattern.match(text)
        return text[match.end():].strip(_EDGES) if match else text

    def _bare(self, text: str) -> str:
        bare = self._without(self._filler, text.strip(_EDGES))
        return bare[1:-1].strip(_EDGES) if re.fullmatch(_QUOTED, bare) else bare

    def _masked(self, text: str) -> str:
        """Blank out quotes and idioms, every character in its place."""
        return self._unread.sub(lambda match: "_" * len(match[0]), text)

    def _leaves(self, text: str) -> bool:
        """Tell whether words about time are left that nothing has used."""
        masked = self._masked(text)
        patterns = [pattern for _, pattern in (*self._relations, *self._absolute)]
        return bool(re.search(_TIMECODE, masked)) or any(p.search(masked) for p in patterns)

    def _inversion(self, text: str) -> _Split | None:
        for relation, pattern in self._inverted:
            match = pattern.search(text)
            if match and self._bare(text[:match.start(1)]):
                return _Split(relation=relation, target="", anchor=text[:match.start(1)],
                              words=match[1])
        return None

    def _opening(self, text: str) -> _Split | None:
        masked = self._masked(text)
        for relation, pattern in self._relations:
            if not (match := pattern.match(masked)):
                continue
            for cut in self._cuts(masked, match.end()):
                anchor, target = text[match.end():cut], text[cut:].strip(_EDGES)
                if self._bare(anchor) and target:
                    return _Split(relation=self._turned(relation, target), target=target,
                                  anchor=anchor, words=match[0])
        return None

    def _turned(self, relation: Relation, target: str) -> Relation:
        """Let "when the bell rings, what comes next?" ask for what comes next."""
        turned = (other for other, pattern in self._inverted if pattern.fullmatch(target))
        return next(turned, relation) if relation is Relation.DURING else relation

    def _cuts(self, text: str, since: int) -> Iterator[int]:
        """Yield where the question may begin behind an event that opens it, likeliest first."""
        for pattern in self._questions:
            if match := pattern.search(text, since):
                yield match.start()

    def _infix(self, text: str) -> _Split | None:
        masked = self._masked(text)
        found = [
            (match.start(), -len(match[0]), relation, match)
            for relation, pattern in self._relations for match in pattern.finditer(masked)
            if text[:match.start()].strip(_EDGES) and self._bare(text[match.end():])
        ]
        if not found:
            return None
        _, _, relation, match = min(found, key=lambda candidate: candidate[:2])
        return _Split(relation=relation, target=text[:match.start()], anchor=text[match.end():],
                      words=match[0])

    def _take_windows(self, text: str) -> tuple[str, tuple[Absolute, ...]]:
        windows: list[Absolute] = []
        for kind, pattern in self._absolute:
            if match := pattern.search(self._masked(text)):
                times = self._amounts.times(group for group in match.groups() if group)
                windows.append(_WINDOWS[kind](*times))
                text = f"{text[:match.start()]} {text[match.end():]}"
        return " ".join(text.split()).strip(_EDGES), tuple(windows)


_WINDOWS: dict[str, Callable[..., Absolute]] = {
    "beginning": lambda: Absolute(end_ms=EDGE_MS),
    "ending": lambda: Absolute(start_ms=EDGE_MS, from_end=True),
    "before the last": lambda d: Absolute(end_ms=d, from_end=True),
    "after the first": lambda d: Absolute(start_ms=d),
    "first": lambda d: Absolute(end_ms=d),
    "last": lambda d: Absolute(start_ms=d, from_end=True),
    "between": lambda t, u: Absolute(start_ms=min(t, u), end_ms=max(t, u)),
    "right after": lambda t: Absolute(start_ms=t, end_ms=t + RIGHT_MS),
    "right before": lambda t: Absolute(start_ms=t - RIGHT_MS, end_ms=t),
    "since": lambda t: Absolute(start_ms=t),
    "until": lambda t: Absolute(end_ms=t),
    "around": lambda t: Absolute(start_ms=t - AROUND_MS, end_ms=t + AROUND_MS),
    "at": lambda t: Absolute(start_ms=t, end_ms=t),
}


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
