"""A verb-final language's table, compiled for one way of writing."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final

from trikal.indexes.rules.choice import script_written
from trikal.indexes.rules.language import QUOTED
from trikal.indexes.rules.late import LatePattern
from trikal.indexes.rules.verb_final.amounts import VerbFinalAmounts
from trikal.indexes.rules.verb_final.spelling import Phrase, Spelling, looks_behind
from trikal.indexes.scripts import Script
from trikal.indexes.temporal import Relation
from trikal.moments import Track

EDGES: Final = " \t\n,;:.?!-–—।॥"


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A way to hang something on an event.

    Attributes:
        relation: How they relate.
        pattern: Catches the event as ``a``, a second one as ``b``, a length as ``length``.
        kind: What the length says: "within", "beyond" or "exactly".
        ending: What the event's last word gets back.
        opens: The event opens the frame, so that the text before it may belong to the target.
    """

    relation: Relation
    pattern: LatePattern
    kind: str = ""
    ending: str = ""
    opens: bool = True


class Table:
    """The tables of one language, as the other modules ask for them.

    Args:
        code: The language.
        table: What its file holds.
        latin: For questions in Latin letters.
    """

    def __init__(self, code: str, table: dict[str, Any], *, latin: bool) -> None:
        macros = table["macros"] | (table.get("macros_latin", {}) if latin else {})
        self.table: Final = table
        self.spelling: Final = Spelling(macros, Script.LATIN if latin else script_written(code))
        self.amounts: Final = VerbFinalAmounts(code, table, self.spelling)
        self._masked = lru_cache(maxsize=256)(self._mask)
        self._words = cache(self._compiled)

    def masked(self, text: str) -> str:
        """Blank out quotes and idioms and write numbers so that their value can be read.

        Every character keeps its place.
        """
        return self._masked(text)

    def _mask(self, text: str) -> str:
        digits = "".join(str(unicodedata.digit(each)) if each.isdecimal() else each
                         for each in text)
        masked = self._unread.sub(lambda match: "_" * len(match[0]), digits)
        return self.amounts.encoded(masked)

    @cached_property
    def _unread(self) -> re.Pattern[str]:
        idioms = "|".join(self._sources("idioms", "phrases")) or "(?!)"
        return re.compile(f"{QUOTED}|{self.spelling.whole(idioms)}", re.IGNORECASE)

    @cached_property
    def windows(self) -> list[tuple[str, LatePattern]]:
        """How windows on the clock are put: kind and pattern, in the order to try them."""
        return [(kind, self._late(self._whole(each, capturing=True), each.source))
                for kind, written in self.table["absolute"].items()
                for each in self.spelling.phrases(written)]

    def windows_of(self, text: str) -> list[tuple[str, LatePattern]]:
        """How the windows are put that a text can hold; each pattern tells that by itself."""
        return self.windows

    @cached_property
    def distances(self) -> list[Frame]:
        """Frames with a length of time."""
        return [self._frame(Relation(side), each, kind)
                for kind, sides in self.table["distances"].items()
                for side, written in sides.items() for each in self.spelling.phrases(written)]

    @cached_property
    def frames(self) -> list[Frame]:
        """Frames whose words stand around the event, or that have two."""
        return [self._frame(Relation(name), each)
                for name, written in self.table["frames"].items()
                for each in self.spelling.phrases(written)]

    @cached_property
    def behind(self) -> list[tuple[Relation, re.Pattern[str], str]]:
        """Words behind an event: relation, pattern, and what the event's last word gets back."""
        return [(Relation(name), re.compile(self._whole(each), re.IGNORECASE), each.ending)
                for name, written in self.table["relations"].items()
                for each in self.spelling.phrases(written)]

    @cached_property
    def endings(self) -> list[tuple[re.Pattern[str], str]]:
        """Case endings of an event, and what its last word gets back for each."""
        return [(re.compile(f"(?:{each.source})$", re.IGNORECASE), each.ending)
                for each in self.spelling.phrases(self.table["events"].get("endings", ()))]

    def restored(self, text: str) -> str:
        """Return an event without the case in which a word of order put its last word."""
        masked = self.masked(text)
        for pattern, ending in self.endings:
            if match := pattern.search(masked):
                return text[:match.start()] + ending
        return text

    @cached_property
    def tails(self) -> list[tuple[Relation, re.Pattern[str]]]:
        """Words that point back at the sentence before them, by relation."""
        return [(Relation(name), self.words("tails", name)) for name in self.table["tails"]]

    @cached_property
    def topics(self) -> list[tuple[re.Pattern[str], str]]:
        """Words behind what is talked about, and what its last word gets back."""
        return [(re.compile(self.spelling.whole(each.source), re.IGNORECASE), each.ending)
                for each in self.spelling.phrases(self.table["topics"]["markers"])]

    @cached_property
    def tracks(self) -> dict[Track, re.Pattern[str]]:
        """Words that name a track."""
        return {Track(name): self.words("tracks", name) for name in self.table["tracks"]}

    @cached_property
    def asks(self) -> dict[str, re.Pattern[str]]:
        """Words that want every moment, a number, or a length of time."""
        return {name: self.words("asks", name) for name in self.table["asks"]}

    @cached_property
    def when(self) -> re.Pattern[str]:
        """Words that ask for a time."""
        return self.words("asks_when", "phrases")

    @cached_property
    def ordinals(self) -> list[re.Pattern[str]]:
        """How "the third time" is put, the surest first."""
        return [re.compile(self._whole(each, capturing=True), re.IGNORECASE)
                for each in self.spelling.phrases(self.table["ordinals"]["phrases"])]

    @cached_property
    def splits(self) -> list[re.Pattern[str]]:
        """What may stand before an event without being of it."""
        return [re.compile(f"(?:{each.source})(?!{self.spelling.letter})[ ,]*", re.IGNORECASE)
                for each in self.spelling.phrases(self.table["events"]["splits"])]

    @cached_property
    def leading(self) -> re.Pattern[str]:
        """Words that may open a text and say nothing of what is looked for."""
        words = "|".join(self._sources("fillers", "leading") + self._sources("fillers", "either"))
        return re.compile(rf"(?:(?:{words})(?!{self.spelling.letter})[ ,;:]*)+", re.IGNORECASE)

    @cached_property
    def trailing(self) -> re.Pattern[str]:
        """The same at the end."""
        written = self.table["fillers"]["trailing"] + self.table["fillers"]["either"]
        words = "|".join(self._begun(each) for each in self.spelling.phrases(written))
        return re.compile(rf"(?:[ ,;:]*(?:{words}))+$", re.IGNORECASE)

    def words(self, section: str, name: str) -> re.Pattern[str]:
        """Return one list of phrases as a pattern of whole words."""
        return self._words(section, name)

    def _compiled(self, section: str, name: str) -> re.Pattern[str]:
        found = map(self.amounts.filled, self._sources(section, name))
        return re.compile(self.spelling.whole(*found) or "(?!)", re.IGNORECASE)

    def _sources(self, section: str, name: str) -> list[str]:
        return self.spelling.sources(self.table[section][name])

    def _whole(self, phrase: Phrase, *, capturing: bool = False) -> str:
        return self.spelling.whole(self.amounts.filled(phrase.source, capturing=capturing))

    def _begun(self, phrase: Phrase) -> str:
        """Make a filler whole at its beginning; its end is the text's."""
        start = "" if looks_behind(phrase.source) else f"(?<!{self.spelling.letter})"
        return f"{start}{phrase.source}"

    def _frame(self, relation: Relation, phrase: Phrase, kind: str = "") -> Frame:
        source = phrase.source
        opens = source.startswith("A")
        numbered = iter("ab")
        source = re.sub(r"(?<![\\\w])[AB](?!\w)",
                        lambda _: f"(?P<{next(numbered)}>.+?)", source)
        source = re.sub(r"(?<![\\\w])L(?!\w)",
                        lambda _: f"(?P<length>{self.amounts.blanks['L']})", source, count=1)
        start = "^" if opens else f"(?<!{self.spelling.letter})"
        return Frame(relation=relation, kind=kind, ending=phrase.ending, opens=opens,
                     pattern=self._late(rf"{start}{source}(?!{self.spelling.letter})",
                                        phrase.source))

    def _late(self, source: str, phrase: str) -> LatePattern:
        timed = bool(re.search(r"(?<![\\\w])[CDLNPTW](?!\w)", phrase))
        return LatePattern(source, self.amounts.some_time if timed else None)


@cache
def table(code: str, *, latin: bool) -> Table:
    """Load a language's table for one way of writing.

    Raises:
        FileNotFoundError: There is none for it.
    """
    text = (files("trikal.indexes.rules") / f"{code}.toml").read_text(encoding="utf-8")
    return Table(code, tomllib.loads(text), latin=latin)
