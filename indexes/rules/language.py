"""One language's tables, compiled: everything the rules know that is not about how they combine."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from trikal.indexes.rules.amounts import Amounts
from trikal.indexes.temporal import Relation
from trikal.moments import Track

QUOTED: Final = (r'"[^"]*"|“[^”]*”|«[^»]*»|„[^“]*“|‘[^’]*’(?!\w)|'
                 r"(?<!\w)'[^']*'(?!\w)|(?<!\w)'[^\"]*?(?<=[.!?,])'(?!\w)")
EDGES: Final = " \t\n,;:.?!-–—"


class Language:
    """The tables of one language.

    Attributes:
        amounts: Its numbers and lengths.
        windows: How windows on the clock are put: kind and pattern, in the order to try them.
        relations: Words that hang an event on another, by relation.
        distances: The same with a length of time: kind, relation and pattern.
        inverted: "X; what came next?", by relation.
        later: "X; what was said ten seconds later?", by relation.
        pairs: What stands between the two events of a relation that has two.
        tracks: Words that name a track.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        self.table: Final = table
        self.amounts: Final = Amounts(table)
        of_medium = self.amounts.filled(r"(?: (?:of|in|into|from|through) V)?")
        self.windows: Final = [
            (kind, re.compile(rf"(?<!\w){self.amounts.filled(phrase, capturing=True)}{of_medium}"
                              r"(?!\w)", re.IGNORECASE))
            for kind, phrases in table["absolute"].items() for phrase in phrases
        ]
        self.relations: Final = [(Relation(name), self.words(phrases))
                                 for name, phrases in table["relations"].items()]
        self.distances: Final = list(self._distances(table["distances"]))
        self.inverted: Final = [(Relation(name), self._closing(phrases))
                                for name, phrases in table["inverted"].items()]
        self.later: Final = [(Relation(name), self._closing(phrases))
                             for name, phrases in table["later"].items()]
        self.pairs: Final = {name: self.words(phrases) for name, phrases in table["pairs"].items()}
        self.tracks: Final = {Track(name): self.words(phrases)
                              for name, phrases in table["tracks"].items()}
        self.cuts: Final = [re.compile(cut, re.IGNORECASE) for cut in table["questions"]["cuts"]]
        self.asks: Final = {name: [self.words_at_start(phrase) for phrase in phrases]
                            for name, phrases in table["asks"].items()}
        self.when: Final = self.leading(table["asks_when"]["leading"])
        self.polite: Final = self.leading(table["prelude"]["polite"])
        self.moment: Final = self.leading(table["prelude"]["moment"])
        self.filler: Final = self.leading(table["fillers"]["leading"])
        self.opening: Final = self.leading(table["fillers"]["before_ordinals"])
        self.trailing: Final = re.compile(
            rf"(?:[ ,']*(?<!\w)(?:{'|'.join(table['fillers']['trailing'])}))+$", re.IGNORECASE)
        self.mentioning: Final = self.words(table["tracks_of_topics"]["phrases"])
        self.empty_words: Final = frozenset(table["fillers"]["words"])
        idioms = "|".join(map(self.amounts.filled, table["idioms"]["phrases"]))
        self._unread = re.compile(rf"{QUOTED}|\b(?:{idioms})\b", re.IGNORECASE)

    def words(self, phrases: Iterable[str]) -> re.Pattern[str]:
        """Compile phrases into a pattern of whole words, longer phrases first."""
        longest_first = sorted(phrases, key=len, reverse=True)
        filled = "|".join(self.amounts.filled(phrase) for phrase in longest_first)
        return re.compile(rf"(?<!\w)(?:{filled})(?!\w)", re.IGNORECASE)

    def words_at_start(self, phrase: str) -> re.Pattern[str]:
        """Compile a phrase that opens a text."""
        return re.compile(rf"(?:{self.amounts.filled(phrase, capturing=True)})(?!\w)",
                          re.IGNORECASE)

    def leading(self, phrases: Iterable[str]) -> re.Pattern[str]:
        """Compile phrases that may open a text, one after the other."""
        return re.compile(rf"(?:(?:{'|'.join(phrases)})(?!\w)[ ,']*)+", re.IGNORECASE)

    def masked(self, text: str) -> str:
        """Blank out quotes and idioms, every character in its place."""
        return self._unread.sub(lambda match: "_" * len(match[0]), text)

    def bare(self, text: str) -> str:
        """Take away what says nothing about what is looked for."""
        bare = without(self.filler, text.strip(EDGES))
        if match := self.trailing.search(self.masked(bare)):
            bare = bare[:match.start()].strip(EDGES) or bare
        return bare[1:-1].strip(EDGES) if re.fullmatch(QUOTED, bare) else bare

    def track(self, text: str) -> tuple[Track, ...]:
        """Return the track that a text names, if it names one."""
        masked = self.masked(text)
        return next(((t,) for t, pattern in self.tracks.items() if pattern.search(masked)), ())

    def _closing(self, phrases: Sequence[str]) -> re.Pattern[str]:
        filled = "|".join(self.amounts.filled(phrase, capturing=True) for phrase in phrases)
        return re.compile(rf"(?:^|[,;.:?!\"”’–—-]) *((?:{filled}))$", re.IGNORECASE)

    def _distances(
        self, table: dict[str, Any]
    ) -> Iterable[tuple[str, Relation, re.Pattern[str]]]:
        for kind in ("within", "beyond", "exactly"):
            for side, sides in table["sides"].items():
                if kind != "within" and side == Relation.NEAR:
                    continue
                for phrase in table[f"{kind} {side}"] if f"{kind} {side}" in table else table[kind]:
                    spelled = phrase.replace("R", f"(?:{'|'.join(sides)})")
                    length = f"(?P<length>{self.amounts.blanks['L']})"
                    pattern = length.join(re.split(r"\bL\b", spelled))
                    yield kind, Relation(side), re.compile(
                        rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


def without(pattern: re.Pattern[str], text: str) -> str:
    """Take away what a pattern matches at the beginning of a text."""
    match = pattern.match(text)
    return text[match.end():].strip(EDGES) if match else text


@cache
def language(code: str) -> Language:
    """Load a language's tables.

    Raises:
        FileNotFoundError: There are none for it.
    """
    text = (files("trikal.indexes.rules") / f"{code}.toml").read_text(encoding="utf-8")
    return Language(tomllib.loads(text))
