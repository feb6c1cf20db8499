"""One language's tables, compiled: everything the rules know that is not about how they combine."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from trikal.indexes.rules.amounts import Amounts
from trikal.indexes.rules.late import LatePattern
from trikal.indexes.rules.macros import spelled_out
from trikal.indexes.temporal import Relation
from trikal.moments import Track

QUOTED: Final = (r'"[^"]*"|“[^”]*”|«[^»]*»|„[^“]*“|‘[^’]*’(?!\w)|'
                 r"(?<!\w)'[^']*'(?!\w)|(?<!\w)'[^\"]*?(?<=[.!?,])'(?!\w)")
LETTER: Final = "[\\w\u0900-\u0963\u0966-\u0dff\u200c\u200d]"
"""A letter, sign or digit of a word, in any of the scripts."""

_AGAIN = re.compile(r"\(\?P=\w+\)")
LONG: Final = 9
"""So many words tell an event as a whole sentence."""

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
        frames: Questions whose words stand around the event, by relation.
        pairs: What stands between the two events of a relation that has two.
        tracks: Words that name a track.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        table = _filled_in(table, table["macros"])
        self.table: Final = table
        self.amounts: Final = Amounts(table)
        of_medium = self.amounts.filled(
            r"(?: (?:of|in|into|from|through|on) V| of it(?= *$|[,;:.?!]))?")
        self.windows: Final = [
            (kind, self._late(
                rf"(?<!\w){self.amounts.filled(phrase, capturing=True)}{of_medium}(?!\w)",
                [phrase]))
            for kind, phrases in table["absolute"].items() for phrase in phrases
        ]
        self._timeless: Final = [each for each in self.windows if not each[1].rules_out]
        self.relations: Final = [(Relation(name), self.words(phrases))
                                 for name, phrases in table["relations"].items()]
        self.distances: Final = list(self._distances(table["distances"]))
        self.inverted: Final = [(Relation(name), self._closing(phrases))
                                for name, phrases in table["inverted"].items()]
        self.later: Final = [(Relation(name), self._closing(phrases))
                             for name, phrases in table["later"].items()]
        event = r"(?P<a>(?:the [\w ]{1,20} )?_+|the (?:\w+ )?(?:moment|point|time) .+?)"
        self.frames: Final = [
            (Relation(name), re.compile(re.sub(r"\bA\b", lambda _: event, phrase),
                                        re.IGNORECASE))
            for name, phrases in table["frames"].items() for phrase in phrases
        ]
        self.pairs: Final = {name: self.words(phrases) for name, phrases in table["pairs"].items()}
        self.tracks: Final = {Track(name): self.words(phrases)
                              for name, phrases in table["tracks"].items()}
        self.cuts: Final = [re.compile(cut, re.IGNORECASE) for cut in table["questions"]["cuts"]]
        self.questioning: Final = self.words(table["asks_when"]["questioning"])
        self.asking: Final = self.words(table["tails"]["asking"])
        self.apart: Final = self.words(table["lengths"]["apart"])
        self.took: Final = self.words(table["lengths"]["took"])
        self.told: Final = self.words(table["lengths"]["told"])
        self.nearest: Final = self.words(table["ordinals"]["nearest"])
        self.coming: Final = self.words(table["ordinals"]["coming"])
        self.again: Final = self.words(table["ordinals"]["again"])
        self.asks: Final = {name: [self.words([phrase]) for phrase in phrases]
                            for name, phrases in table["asks"].items()}
        self._when_too: Final = self.words(table["asks_when"]["same"])
        self._when_word: Final[str] = table["asks_when"]["word"]
        self._time_named: Final = [
            (re.compile(f"{table['asks_when']['named']}{behind}", re.IGNORECASE), word)
            for behind, word in table["asks_when"].get("behind", ())]
        self._telling: Final = [re.compile(verb, re.IGNORECASE)
                                for verb in table.get("telling", {}).get("verbs", ())]
        self.when: Final = self.leading(table["asks_when"]["leading"])
        self.polite: Final = self.leading(table["prelude"]["polite"])
        self.moment: Final = self.leading(table["prelude"]["moment"])
        self.filler: Final = self.leading(table["fillers"]["leading"])
        self.opening: Final = self.leading(table["fillers"]["before_ordinals"])
        self.trailing: Final = re.compile(
            rf"(?:[ ,']*(?<!\w)(?:{'|'.join(table['fillers']['trailing'])}))+$", re.IGNORECASE)
        self.mentioning: Final = self.words(table["tracks_of_topics"]["phrases"])
        self.empty_words: Final = frozenset(table["fillers"]["words"])
        self.reported: Final = re.compile("|".join(table["reported"]["leading"]), re.IGNORECASE)
        self.hearing: Final = re.compile(table["reported"]["hearing"], re.IGNORECASE)
        self._going: Final = re.compile(table["reported"]["going"], re.IGNORECASE)
        self._opened: Final = re.compile(table["reported"]["opened"], re.IGNORECASE)
        self._counted: Final = re.compile(
            self.amounts.filled(table["ordinals"]["counted"], capturing=True), re.IGNORECASE)
        self.teller: Final = re.compile(table["reported"]["teller"], re.IGNORECASE)
        self.asks_in_report: Final = re.compile(table["reported"]["asks"], re.IGNORECASE)
        self.spoken: Final[dict[str, str]] = table["reported"]["spoken"]
        self.told_words: Final = re.compile(
            rf"(?<!['’\w])(?:{'|'.join(self.spoken)})(?!['’]?\w)", re.IGNORECASE)
        self.talk: Final = frozenset(table["topics"]["talk"])
        idioms = "|".join(map(self.amounts.filled, table["idioms"]["phrases"]))
        unread = re.compile(rf"{QUOTED}|\b(?:{idioms})\b", re.IGNORECASE)
        self._masked = lru_cache(maxsize=256)(
            lambda text: unread.sub(lambda match: "_" * len(match[0]), text))

    def as_when(self, text: str) -> str:
        """Read "how far into the film is" as "when is", and so "the timestamp of"."""
        for pattern, word in self._time_named:
            if match := pattern.match(text):
                return f"{word}{text[match.end():]}"
        match = self._when_too.match(text)
        return f"{self._when_word}{text[match.end():]}" if match else text

    def as_say(self, text: str) -> str:
        """Read "what did X announce after" as "what did X say after", in languages that can."""
        for pattern in self._telling:
            if match := pattern.match(text):
                found = match.groupdict()
                said = (f"what did {match['who']} say right after" if found.get("first")
                        else f"{match['head']} say")
                return f"{said}{text[match.end():]}"
        return text

    def windows_of(self, text: str) -> Sequence[tuple[str, LatePattern]]:
        """Return how the windows on the clock are put that a masked text can hold.

        Returns:
            Kind and pattern, in the order to try them.
        """
        return self.windows if self.amounts.some_time(text) else self._timeless

    def words(self, phrases: Iterable[str]) -> re.Pattern[str]:
        """Compile phrases into a pattern of whole words, longer phrases first."""
        longest_first = sorted(phrases, key=len, reverse=True)
        filled = "|".join(self.amounts.filled(phrase) for phrase in longest_first)
        return re.compile(rf"(?<!\w)(?:{filled})(?!\w)", re.IGNORECASE)

    def words_at_start(self, phrase: str) -> re.Pattern[str]:
        """Compile a phrase that opens a text."""
        return re.compile(rf"(?:{self.amounts.filled(phrase, capturing=True)})(?!\w)",
                          re.IGNORECASE)

    def counted_first(self, text: str) -> tuple[int, str] | None:
        """Take the number away that opens a text: "the last bell" is the last of "bell"."""
        match = self._counted.match(text)
        if match is None:
            return None
        return self.amounts.ordinal(next(filter(None, match.groups()))), text[match.end():]

    def leading(self, phrases: Iterable[str]) -> re.Pattern[str]:
        """Compile phrases that may open a text, one after the other."""
        whole = r"(?!['’]?\w)"  # and no "we" of "we're"
        return re.compile(rf"(?:(?:{'|'.join(phrases)}){whole}(?:[ ,]|'(?!\w))*)+", re.IGNORECASE)

    def masked(self, text: str) -> str:
        """Blank out quotes and idioms, every character in its place."""
        return self._masked(text)

    def goes_on(self, told: str, behind: str) -> bool:
        """Whether words of order belong to what somebody is told to have said.

        Args:
            told: What stands before them: "he promised to call".
            behind: What stands behind them; an event that is named beyond doubt may follow.
        """
        return bool(self._going.match(told.lstrip())) and not self._opened.match(behind.lstrip())

    def bare(self, text: str, *, is_telling: bool = False) -> str:
        """Take away what says nothing about what is looked for.

        Args:
            text: The text.
            is_telling: It tells an event; a long telling keeps its last words, which are its own.
        """
        bare = without(self.filler, text.strip(EDGES))
        is_long = is_telling and len(bare.split()) >= LONG
        if not is_long and (match := self.trailing.search(self.masked(bare))):
            bare = bare[:match.start()].strip(EDGES) or bare
        return bare[1:-1].strip(EDGES) if re.fullmatch(QUOTED, bare) else bare

    def track(self, text: str) -> tuple[Track, ...]:
        """Return the track that a text names, if it names one."""
        masked = self.masked(text)
        return next(((t,) for t, pattern in self.tracks.items() if pattern.search(masked)), ())

    def _closing(self, phrases: Sequence[str]) -> LatePattern:
        filled = "|".join(self.amounts.filled(phrase, capturing=True) for phrase in phrases)
        behind = r"(?:^|[,;:?!\"”’–—]|\.(?!\d)|(?<!\w)-|-(?!\w))"  # and not in "1.5", "twenty-five"
        return self._late(rf"{behind} *((?:{filled}))$", phrases)

    def _distances(
        self, table: dict[str, Any]
    ) -> Iterable[tuple[str, Relation, LatePattern]]:
        """Join a limit, a length, loose words and a side: "no more than five minutes away from"."""
        limit, loose = f"(?:,? (?:{table['limit']}))", f"(?:,? (?:{table['loose']}))*"
        which, length = table["which"], "L"
        for side, sides in table["sides"].items():
            end = f"{loose},? (?:{'|'.join(sides)})"
            is_near = side == Relation.NEAR
            heads = "|".join(table["near" if is_near else "within"])
            limited = f"(?:{heads}) {table['rough']}"
            bare = f"{limited}(?:{which} )?" if is_near else (
                f"(?:{limited}(?:the )?(?:{which} )?|the (?:{which} )?|{which} )")
            yield "within", Relation(side), self.with_length(
                f"{table['lead']}{bare}{length}{limit}?{end}|{length}{limit}{end}")
            yield "beyond", Relation(side), self.with_length(
                f"(?:{'|'.join(table['beyond'])}) {length}{end}")
            if not is_near:
                yield "exactly", Relation(side), self.with_length(
                    f"(?:(?:{'|'.join(table['exactly'])}) )?{length}{end}")
        for kind, name in (("within", "limits"), ("exactly", "moves")):
            for side, phrases in table[name].items():
                for phrase in phrases:
                    yield kind, Relation(side), self.with_length(phrase)

    def with_length(self, phrase: str) -> LatePattern:
        """Prepare a phrase in which L stands for a length: the group ``length0`` or a later one."""
        numbers, length = iter(range(9)), self.amounts.blanks["L"]
        filled = re.sub(r"\bL\b", lambda _: f"(?P<length{next(numbers)}>{length})", phrase)
        return self._late(rf"(?<!\w)(?:{filled})(?!\w)", [phrase])

    def _late(self, source: str, phrases: Sequence[str]) -> LatePattern:
        """Prepare a pattern of phrases; if all need a time, no text without one is tried."""
        needs_time = all(map(self.amounts.needs_time, phrases))
        outline = "|".join(f"(?:{self.amounts.outlined(_AGAIN.sub('.+?', phrase))})"
                           for phrase in phrases)
        return LatePattern(source, self.amounts.some_time if needs_time else None, outline)


def without(pattern: re.Pattern[str], text: str) -> str:
    """Take away what a pattern matches at the beginning of a text."""
    match = pattern.match(text)
    return text[match.end():].strip(EDGES) if match else text


def caught_length(match: re.Match[str]) -> str:
    """Return the length that a pattern of distances caught."""
    return next(text for name, text in match.groupdict().items()
                if name.startswith("length") and text)


def _filled_in(table: Any, macros: dict[str, str]) -> Any:
    """Put the macros in the place of their names in braces, throughout a table."""
    if isinstance(table, dict):
        return {name: _filled_in(value, macros) for name, value in table.items()}
    if isinstance(table, list):
        return [_filled_in(value, macros) for value in table]
    return spelled_out(table, macros) if isinstance(table, str) else table


@cache
def language(code: str) -> Language:
    """Load a language's tables.

    Raises:
        FileNotFoundError: There are none for it.
    """
    text = (files("trikal.indexes.rules") / f"{code}.toml").read_text(encoding="utf-8")
    return Language(tomllib.loads(text))
