"""Tails: a sentence, and a short question about what lies before or behind it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from trikal.indexes.rules.language import EDGES, Language, caught_length
from trikal.indexes.temporal import Relation

_LONGEST = 20


@dataclass(frozen=True, kw_only=True)
class Tail:
    """What a tail says.

    Attributes:
        relation: On which side of the sentence it asks.
        anchor: The sentence.
        target: What it asks for.
        words: The tail as it stands.
        length_ms: How far away.
        is_limit: Whether that is the furthest: "within the next minute".
    """

    relation: Relation
    anchor: str
    target: str
    words: str
    length_ms: int | None = None
    is_limit: bool = False


class Tails:
    """Reads tails. The words of a tail are few; which side they mean is told by any of them.

    Args:
        language: The words.
    """

    def __init__(self, language: Language) -> None:
        table: dict[str, Any] = language.table["tails"]
        self._language = language
        self._boundary: Final = re.compile(table["boundary"])
        self._sides: Final = {Relation.BEFORE: language.words(table["before"]),
                              Relation.AFTER: language.words(table["after"])}
        self._right: Final = {Relation.BEFORE: Relation.RIGHT_BEFORE,
                              Relation.AFTER: Relation.RIGHT_AFTER}
        self._which: Final = language.words(table["which"])
        self._back: Final = language.words(table["back"])
        self._sentence: Final = re.compile(table["sentence"])
        self._pointing: Final = re.compile(table["pointing"], re.IGNORECASE)
        self._hung: Final[dict[str, str]] = table["hung"]
        self._lengths: Final = {
            (Relation(side), kind): language.with_length(phrase)
            for side, kinds in table["lengths"].items() for kind, phrase in kinds.items()
        }

    def read(self, text: str) -> Tail | None:
        """Cut a text into a sentence and its tail, if that is what it is."""
        for anchor, tail in self._cuts(text):
            if found := self._tail(anchor, tail):
                return found
        return None

    def sentences(self, text: str) -> Iterator[tuple[str, str]]:
        """Cut a text into a sentence and the question behind it, wherever that can be done."""
        masked = self._language.masked(text)
        for match in self._sentence.finditer(masked):
            sentence, asked = text[:match.start()], text[match.end():].strip(EDGES)
            if (self._language.questioning.match(asked) and self._language.bare(sentence)
                    and not self._language.asking.match(sentence)):
                yield sentence, asked

    def pointing(self, text: str) -> Iterator[tuple[str, str]]:
        """Cut a text into a sentence and a question that points back at it: "… right after that".

        Yields:
            The sentence, and the question without the word that points.
        """
        masked = self._language.masked(text)
        for match in self._sentence.finditer(masked):
            sentence, asked = text[:match.start()], text[match.end():].strip(EDGES)
            pointing = self._pointing.fullmatch(asked)
            if pointing and self._language.bare(sentence):
                yield sentence, pointing["asked"]

    def hung(self, event: str) -> str:
        """Return the word that hangs "the previous bell" on the sentence before; else nothing."""
        counted = self._language.counted_first(event.strip(EDGES))
        if counted is None:
            return ""
        return self._hung[Relation.BEFORE if counted[0] < 0 else Relation.AFTER]

    def _cuts(self, text: str) -> Iterator[tuple[str, str]]:
        masked = self._language.masked(text)
        for match in self._boundary.finditer(masked):
            anchor, tail = text[:match.start()], text[match.end():].strip(EDGES)
            if not tail or len(tail.split()) > _LONGEST or self._language.asking.match(anchor):
                continue
            if self._language.bare(anchor):
                yield anchor, tail

    def _tail(self, anchor: str, tail: str) -> Tail | None:
        masked = self._language.masked(tail)
        for (side, kind), pattern in self._lengths.items():
            if match := pattern.search(masked):
                return Tail(relation=side, anchor=anchor, words=tail, is_limit=kind == "within",
                            target=f"{tail[:match.start()]} {tail[match.end():]}",
                            length_ms=self._language.amounts.length(caught_length(match)))
        for side, words in self._sides.items():
            if match := words.search(masked):
                if self._which.search(masked) and not self._is_empty(
                        self._which.sub(" ", masked).replace("_", "x")):
                    return Tail(relation=side, anchor=anchor, words=tail,
                                target=self._back.sub(" ", tail))
                rest = f"{tail[:match.start()]} {tail[match.end():]}"
                if self._is_empty(rest):
                    return Tail(relation=self._right[side], anchor=anchor, words=tail,
                                target=rest)
        return None

    def _is_empty(self, text: str) -> bool:
        """Whether nothing in a text says what to look for; names of speakers may stand in it."""
        words = re.findall(r"\w+(?:['’]\w+)*", self._language.masked(text))
        full = [word for word in words if word.casefold() not in self._language.empty_words
                and word.casefold() not in self._language.talk and not word[:1].isupper()]
        return not full
