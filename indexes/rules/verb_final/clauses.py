"""Clauses of a verb-final question: the event, the words of order behind it, and what is asked."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from trikal.indexes.rules.clauses import Clause, bounds
from trikal.indexes.rules.language import QUOTED
from trikal.indexes.rules.verb_final.stripping import Stripping
from trikal.indexes.rules.verb_final.table import EDGES, Frame, Table
from trikal.indexes.temporal import PAIRED, Relation

_MOST_NAMED: Final = 2
"""How many words name who said or showed something."""
_BREAK: Final = re.compile(r"[,;:।]+ *|[.?!–—]+ +")


class VerbFinalClauses:
    """Cuts questions into clauses.

    Args:
        language: The words to cut at.
    """

    def __init__(self, language: Table) -> None:
        self._language = language
        self._stripping = Stripping(language)
        self._every = language.words("every", "connectives")
        self._narrow = language.words("events", "pairs_of_things")
        self._pointing = language.words("events", "pronouns")

    def distant(self, text: str) -> Clause | None:
        """Cut at words of order with a length of time."""
        return self._framed(text, self._language.distances)

    def split(self, text: str, *, nested: bool = False) -> Clause | None:
        """Cut at words of order.

        Args:
            text: The text.
            nested: It is itself an event; then "when" and "while" belong to its description.
        """
        framed = None if nested else self._framed(text, self._language.frames)
        clause = framed or self._behind(text, nested=nested)
        return clause or (None if nested else self._tail(text))

    def leaves(self, text: str) -> bool:
        """Tell whether words about time are left that nothing has used."""
        masked = self._language.masked(text)
        return bool(re.search(r"\d:\d\d", masked)) or bool(self.relations(text)) or any(
            pattern.search(masked) for _, pattern in self._language.windows)

    def relations(self, text: str) -> frozenset[Relation]:
        """Return the relations that some words of a text stand for."""
        masked = self._language.masked(text)
        behind = {name for name, pattern, _ in self._language.behind if pattern.search(masked)}
        tails = {name for name, pattern in self._language.tails if pattern.search(masked)}
        frames = {each.relation for each in self._language.frames if each.pattern.search(masked)}
        return frozenset(behind | tails | frames)

    def _framed(self, text: str, frames: list[Frame]) -> Clause | None:
        masked = self._language.masked(text)
        for frame in frames:
            match = frame.pattern.search(masked)
            if match and (clause := self._of_frame(text, masked, frame, match)):
                return clause
        return None

    def _of_frame(
        self, text: str, masked: str, frame: Frame, match: re.Match[str]
    ) -> Clause | None:
        start = self._start(masked[:match.end("a")]) if frame.opens else match.start("a")
        anchor = self._named(text[start:match.end("a")], frame.ending)
        other = self._named(text[slice(*match.span("b"))]) if frame.relation in PAIRED else ""
        before = text[:start] if frame.opens else text[:match.start()]
        rest = text[match.end():]
        if not self._is_event(anchor) or (frame.relation in PAIRED and not (
                self._is_event(other) and self._is_of_time(f"{anchor} {other}", rest))):
            return None
        clause = Clause(relation=frame.relation, target=_joined(before, rest), anchor=anchor,
                        other=other, words=match[0],
                        is_every=self._is_every(masked, match, has_other=bool(other)))
        if frame.kind:
            least, most = bounds(frame.kind, self._language.amounts.length(match["length"]))
            clause = replace(clause, at_least_ms=least, at_most_ms=most)
        return clause

    def _is_every(self, masked: str, match: re.Match[str], *, has_other: bool) -> bool:
        words = f"{masked[match.start():match.start('a')]} {masked[match.end('a'):match.end()]}"
        return not has_other and bool(self._every.search(words))

    def _behind(self, text: str, *, nested: bool) -> Clause | None:
        masked = self._language.masked(text)
        found = [(match, relation, ending) for relation, pattern, ending in self._language.behind
                 if not (nested and relation is Relation.DURING)
                 for match in pattern.finditer(masked)]
        # The event stands first: its words may hang on another event, what is asked seldom does.
        for match, relation, ending in sorted(
                found, key=lambda each: (-each[0].end(), each[0].start())):
            start = self._start(masked[:match.start()])
            anchor = self._named(text[start:match.start()], ending)
            if self._is_event(anchor):
                return Clause(relation=relation, anchor=anchor, words=match[0],
                              target=_joined(text[:start], text[match.end():]))
        return None

    def _tail(self, text: str) -> Clause | None:
        """Read "The bell rang. What was said after that?"."""
        masked = self._language.masked(text)
        for relation, pattern in self._language.tails:
            for match in pattern.finditer(masked):
                breaks = [each for each in _BREAK.finditer(masked, 0, match.start())]
                if breaks and self._is_event(anchor := text[:breaks[-1].start()]):
                    between = text[breaks[-1].end():match.start()]
                    return Clause(relation=relation, anchor=anchor, words=match[0],
                                  target=_joined(between, text[match.end():]))
        return None

    def _start(self, masked: str) -> int:
        """Return where the event begins that a text ends in; what stands before asks."""
        start = self._behind_quote(masked)
        if start is not None:
            return start
        start = 0
        for each in self._openings(masked):
            if self._is_event(masked[each:]):
                start = each
        moved = True
        while moved:
            moved = False
            for pattern in self._language.splits:
                match = pattern.match(masked, start)
                if match and match.end() > start and self._is_event(masked[match.end():]):
                    start, moved = match.end(), True
        return start

    def _openings(self, masked: str) -> Iterator[int]:
        for match in _BREAK.finditer(masked):
            yield match.end()

    def _behind_quote(self, masked: str) -> int | None:
        """Return where the last quotation begins, if all behind it says nothing."""
        quotes = list(re.finditer("_{3,}", masked))
        if not quotes or not self._stripping.is_empty(masked[quotes[-1].end():]):
            return None
        return quotes[-1].start()

    def _named(self, text: str, ending: str = "") -> str:
        """Return an event as it is called where no word of order has changed its last word."""
        bare = text.strip(EDGES)
        return bare + ending if ending else self._language.restored(bare)

    def _is_event(self, text: str) -> bool:
        bare = self._stripping.event(text)
        return bool(bare) and not (
            self._pointing.fullmatch(bare) or self._language.amounts.is_ordinal(bare))

    def _is_of_time(self, events: str, rest: str) -> bool:
        """Tell "between the goal and the whistle" from "an agreement between two countries"."""
        if re.search(QUOTED, events):
            return True
        masked = self._language.masked(rest).strip(EDGES)
        opening = self._language.leading.match(masked)
        asks = not masked or opening or any(each.match(masked) for each in self._language.splits)
        return bool(asks or self._tells(masked)) and not self._narrow.search(masked)

    def _tells(self, masked: str) -> bool:
        """Whether somebody is named, and then nothing but what they said or showed is asked."""
        words = masked.split(" ")
        rests = [" ".join(words[named:]) for named in range(1, min(_MOST_NAMED + 1, len(words)))]
        return any(self._stripping.is_empty(rest) and any(
            track.search(rest) for track in self._language.tracks.values()) for rest in rests)


def _joined(before: str, after: str) -> str:
    return " ".join(f"{before.strip(EDGES)} {after.strip(EDGES)}".split())
