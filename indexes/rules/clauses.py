"""Clauses: where a question ends, where the event that it hangs on begins, and how they relate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from trikal.indexes.rules.language import EDGES, QUOTED, Language, caught_length
from trikal.indexes.rules.limits import Limits
from trikal.indexes.rules.stretches import Stretches
from trikal.indexes.rules.tails import Tails
from trikal.indexes.temporal import Relation

TOLERANCE_MS: Final = 15_000
"""How exactly "ten seconds after" is taken, in milliseconds to each side, or a fifth of the length
where that is more."""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A question cut at the words that hang its target on an event.

    Attributes:
        relation: How they relate.
        target: What is asked.
        anchor: The event.
        other: The second event, of "between" and "until the next".
        words: The words that say so.
        at_least_ms: The least distance.
        at_most_ms: The greatest distance, if there is one.
        is_every: Each occurrence of the event is meant: "every time".
    """

    relation: Relation
    target: str
    anchor: str
    other: str = ""
    words: str = ""
    at_least_ms: int = 0
    at_most_ms: int | None = None
    is_every: bool = False


@dataclass(frozen=True, kw_only=True)
class _Connective:
    start: int
    end: int
    relation: Relation
    words: str
    at_least_ms: int = 0
    at_most_ms: int | None = None


class Clauses:
    """Cuts questions into clauses.

    Args:
        language: The words to cut at.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._every = language.words(language.table["every"]["connectives"])
        self._tails = Tails(language)
        distances = language.table["distances"]
        self._limits = Limits(language)
        self._stretches = Stretches(language)
        self._awaits = [
            (kind, Relation(side), language.with_length(re.sub(r"\bA\b", _EVENT, phrase)))
            for kind, sides in distances["awaits"].items()
            for side, phrases in sides.items() for phrase in phrases]
        joints = language.table["joints"]
        self._behind = re.compile(joints["behind"], re.IGNORECASE)
        self._topic = re.compile(joints["topic"], re.IGNORECASE)
        self._ordinal = re.compile(rf"(?:{joints['the']} )?{language.amounts.blanks['O']}"
                                   r"(?P<rest>(?: .+)?)$", re.IGNORECASE)
        self._ranking = re.compile(language.amounts.filled(joints["ranking"]), re.IGNORECASE)
        self._unnamed = re.compile(joints["unnamed"], re.IGNORECASE)
        self._participle = re.compile(joints["participle"], re.IGNORECASE)
        self._lead = re.compile(joints["lead"], re.IGNORECASE)
        self._tag = re.compile(joints["tag"], re.IGNORECASE)
        self._inserted = re.compile(joints["inserted"], re.IGNORECASE)
        self._pointed = re.compile(joints["pointed"], re.IGNORECASE)
        self._loosely = re.compile(joints["loosely"], re.IGNORECASE)
        self._hanging = re.compile(joints["hanging"], re.IGNORECASE)
        self._narrow = language.words(language.table["pairs_of_things"]["phrases"])
        # Each way to cut a question asks for those of the same few texts.
        self._connectives = lru_cache(maxsize=64)(
            lambda text: tuple(self._find_connectives(text)))

    def split(self, text: str) -> Clause | None:
        """Cut a question, if it hangs on an event."""
        text = self._untagged(self._put_first(self._continued(self._retold(text))))
        return (self._framed(text) or self._awaited(text) or self._opening(text)
                or self._inversion(text) or self.infix(text) or self._tail(text))

    def stretch(self, text: str) -> Clause | None:
        """Cut out what goes on for a while, told by how it begins and how it ends."""
        stretch = self._stretches.read(text)
        if stretch is None:
            return None
        return Clause(relation=Relation.DURING, target=stretch.target, words=stretch.words,
                      anchor=stretch.first, other=stretch.last)

    def opens(self, text: str) -> bool:
        """Whether a text opens with an event and then asks."""
        return self._opening(text) is not None

    def loosely(self, clause: Clause) -> Relation:
        """Return how what is looked for relates to the event, where no neighbour is asked for."""
        return _LOOSE.get(clause.relation, clause.relation) if self._loosely.fullmatch(
            clause.words.strip()) else clause.relation

    def inner(self, text: str) -> Clause | None:
        """Cut what an event leaves to be asked for, where that hangs on an event of its own.

        "What came right after the first bell", or "when the bell first rang, what came next".
        """
        return self.infix(text, nested=True) or self._opening(text)

    def leaves(self, text: str) -> bool:
        """Tell whether words about time are left that nothing has used."""
        masked = self._language.masked(text)
        return (bool(re.search(r"\d:\d\d", masked))
                or any(pattern.search(masked) for _, pattern in self._language.relations)
                or any(pattern.search(masked)
                       for _, pattern in self._language.windows_of(masked)))

    def infix(self, text: str, *, nested: bool = False) -> Clause | None:
        """Cut at the first words of order in the middle of a text.

        Args:
            text: The text.
            nested: It is itself an event: "the pass before the goal". Then words like "as" and
                "when" are rather part of its description.
        """
        masked = self._language.masked(text)
        found = [
            each for each in self._connectives(text)
            if text[:each.start].strip(EDGES) and self._language.bare(text[each.end:])
            and not (nested and (each.relation is Relation.DURING
                                 or self._participle.match(text[each.end:].lstrip())
                                 or self._language.goes_on(text[:each.start],
                                                           masked[each.end:])))
            and not self._unnamed.match(text[each.end:]) and self._is_of_time(each, text)
        ]
        for each in sorted(found, key=lambda each: (each.start, each.start - each.end)):
            if clause := self._clause(each, *self._sides(text, each)):
                return clause
        return None

    def _sides(self, text: str, found: _Connective) -> tuple[str, str]:
        """Return target and anchor; the target may go on behind a quoted anchor."""
        target, anchor = text[:found.start], text[found.end:]
        lead = len(anchor) - len(anchor.lstrip())
        masked = self._language.masked(anchor).strip(EDGES)
        if match := self._ranking.fullmatch(masked):
            return f"{target} {match['rest']}", anchor[lead:lead + match.end("a")]
        match = self._topic.fullmatch(masked) or self._behind.fullmatch(masked)
        if not match or match.re is self._behind and self._language.bare(target):
            return target, anchor
        quote, rest = (anchor[lead + match.start(name):lead + match.end(name)]
                       for name in ("a", "rest"))
        return f"{target} {rest}", quote

    def joined(self, text: str) -> bool:
        """Whether a text ends in a word that joins the next condition to it: "…, and"."""
        return bool(re.search(self._language.table["joints"]["pattern"], text, re.IGNORECASE))

    def unjoined(self, text: str) -> str:
        """Take such a word away, and one that hangs what follows on the text."""
        for name in ("pattern", "relative"):
            text = re.sub(self._language.table["joints"][name], "", text, flags=re.IGNORECASE)
        return text

    def relative(self, clause: Clause) -> bool:
        """Whether a word hangs an event on the one before it: "the goal that came after"."""
        return bool(self._hanging.match(clause.words) or re.search(
            self._language.table["joints"]["relative"], clause.target, re.IGNORECASE))

    def _continued(self, text: str) -> str:
        """Turn "X; what came before the last Y?" into "what came before the last Y before X"."""
        for sentence, asked in self._tails.sentences(text):
            clause = self.infix(asked)
            if clause and not clause.other and (side := self._tails.hung(clause.anchor)):
                return f"{asked} {side} {sentence}"
        return text

    def _retold(self, text: str) -> str:
        """Turn "after X, Y; what came right after that?" into "what came right after Y after X"."""
        for sentence, asked in self._tails.pointing(text):
            masked = self._language.masked(sentence)
            for each in self._connectives(sentence):
                cut = next(self._cuts(masked, each.end), None) if each.start == 0 else None
                if cut is not None and self._language.bare(sentence[each.end:cut]):
                    return f"{asked} {sentence[cut:].strip(EDGES)} {sentence[:cut]}"
        return text

    def _untagged(self, text: str) -> str:
        """Turn "they mention X after Y; where?" into "they mention X after Y"."""
        masked = self._language.masked(text)
        match = self._tag.search(masked)
        leading = self._leading(text)
        if match is None or any(each.start == 0 for each in leading):
            return text
        told = text[:match.start()]
        clause = self._opening(told) if leading else self.infix(told)
        is_told = clause and self._language.bare(clause.target) and (
            not self._language.questioning.match(told))
        return told if is_told else text

    def _leading(self, text: str) -> list[_Connective]:
        """Return the words of order that open a text, which say little before them at most."""
        masked = self._language.masked(text)
        return [each for each in self._connectives(text)
                if each.start == 0 or self._lead.fullmatch(masked[:each.start])]

    def _put_first(self, text: str) -> str:
        """Turn "when, after X, is it mentioned" into "after X, when is it mentioned"."""
        match = self._inserted.fullmatch(self._language.masked(text))
        if match is None:
            return text
        who, put_in, rest = (text[slice(*match.span(name))] for name in ("who", "put_in", "rest"))
        if not any(each.start == 0 for each in self._connectives(put_in)):
            return text
        return f"{put_in}, {who} {rest}"

    def _framed(self, text: str) -> Clause | None:
        masked = self._language.masked(text)
        for relation, pattern in self._language.frames:
            if match := pattern.fullmatch(masked):
                has_target = match.groupdict().get("target") is not None
                target = text[slice(*match.span("target"))] if has_target else ""
                return Clause(relation=relation, target=target, words=target,
                              anchor=text[slice(*match.span("a"))])
        return None

    def _awaited(self, text: str) -> Clause | None:
        """Read "when the landing was still ten minutes away, what was said?"."""
        masked = self._language.masked(text)
        for kind, relation, pattern in self._awaits:
            if match := pattern.search(masked):
                least, most = bounds(kind, self._language.amounts.length(caught_length(match)))
                return Clause(relation=relation, anchor=text[slice(*match.span("a"))],
                              target=f"{text[:match.start()]} {text[match.end():]}",
                              at_least_ms=least, at_most_ms=most)
        return None

    def _tail(self, text: str) -> Clause | None:
        tail = self._tails.read(text)
        if tail is None:
            return None
        least, most = (0, None) if tail.length_ms is None else (
            (0, tail.length_ms) if tail.is_limit else _about(tail.length_ms))
        return Clause(relation=tail.relation, target=tail.target, anchor=tail.anchor,
                      words=tail.words, at_least_ms=least, at_most_ms=most)

    def _opening(self, text: str) -> Clause | None:
        masked = self._language.masked(text)
        for connective in sorted(self._leading(text), key=lambda each: -each.end):
            for cut in self._cuts(masked, connective.end):
                anchor, target = text[connective.end:cut], text[cut:].strip(EDGES)
                if self._language.bare(anchor) and target:
                    clause = (self._until_next(connective, target, anchor)
                              or self._clause(connective, target, anchor))
                    if clause is not None:
                        return self._turned(clause)
        return None

    def _until_next(self, found: _Connective, target: str, anchor: str) -> Clause | None:
        """Read "after A, what was said before the next bell?"."""
        pair = self._pair(target, "until next") if found.relation in _LATER else None
        return pair and Clause(relation=Relation.UNTIL_NEXT, target=pair[0], anchor=anchor,
                               other=pair[1], words=found.words)

    def _inversion(self, text: str) -> Clause | None:
        for relation, pattern in self._language.later:
            match = pattern.search(text)
            length = next((g for g in match.groups()[1:] if g), "") if match else ""
            if match and length and self._language.bare(text[:match.start(1)]):
                least, most = _about(self._language.amounts.length(length))
                return Clause(relation=relation, target=match[1].replace(length, " "),
                              anchor=text[:match.start(1)], words=match[1], at_least_ms=least,
                              at_most_ms=most)
        for relation, pattern in self._language.inverted:
            match = pattern.search(text)
            if match and self._language.bare(text[:match.start(1)]):
                return Clause(relation=relation, target="", anchor=text[:match.start(1)],
                              words=match[1])
        return None

    def _clause(self, found: _Connective, target: str, anchor: str) -> Clause | None:
        clause = Clause(
            relation=found.relation, target=target, anchor=anchor, words=found.words,
            at_least_ms=found.at_least_ms, at_most_ms=found.at_most_ms,
            is_every=bool(self._every.fullmatch(found.words)),
        )
        if found.relation is Relation.BETWEEN:
            if pair := self._pair(anchor, "and next"):
                return replace(clause, relation=Relation.UNTIL_NEXT, anchor=pair[0], other=pair[1])
            pair = self._pair(anchor, "between")
            if pair is None:
                return None
            first, second = self._spelled_out(*pair)
            return replace(clause, anchor=first, other=second)
        if found.relation is Relation.FROM:
            return self._from(clause)
        clause = self._limited(clause)
        if found.relation in (Relation.AFTER, Relation.RIGHT_AFTER):
            pair = self._pair(anchor, "until next")
            if pair:
                return replace(clause, relation=Relation.UNTIL_NEXT, anchor=pair[0], other=pair[1])
        return clause

    def _limited(self, clause: Clause) -> Clause:
        """Read a limit behind the event, "after A, within a minute", or behind what is asked."""
        if clause.at_most_ms is None and (found := self._limits.of_event(clause.anchor)):
            clause = replace(clause, anchor=found[0], at_most_ms=found[1])
        if clause.relation is Relation.NEAR:
            clause = replace(clause, anchor=self._limits.one_way(clause.anchor))
            if clause.at_most_ms is None and (found := self._limits.anywhere(clause.target)):
                clause = replace(clause, target=found[0], at_most_ms=found[1])
        if clause.at_most_ms is None and clause.relation in _SIDED and (
                found := self._limits.of_target(clause.target)):
            clause = replace(clause, target=found[0], at_most_ms=found[1])
        return clause

    def _from(self, clause: Clause) -> Clause | None:
        masked = self._language.masked(clause.anchor)
        if match := self._language.pairs["on to the end"].search(masked):
            return replace(clause, anchor=clause.anchor[:match.start()],
                           target=f"{clause.target} {clause.anchor[match.end():]}".strip())
        for kind, relation in (("until next", Relation.UNTIL_NEXT), ("until", Relation.BETWEEN)):
            pair = self._pair(clause.anchor, kind)
            # "From one side to the other" is a way, and no time.
            if pair and (relation is Relation.UNTIL_NEXT or re.search(QUOTED, clause.anchor)
                         or self._language.pairs["clearly until"].search(masked)):
                return replace(clause, relation=relation, anchor=pair[0], other=pair[1])
        if match := self._language.pairs["on"].search(masked):
            return replace(clause, anchor=clause.anchor[:match.start()],
                           target=f"{clause.target} {clause.anchor[match.end():]}".strip())
        # A bare "from" tells where something comes from far more often than when.
        return clause if self._language.pairs["clearly from"].fullmatch(clause.words) else None

    def _pair(self, text: str, kind: str) -> tuple[str, str] | None:
        """Cut the text of two events apart, at the likeliest of the places where it can be cut."""
        masked = self._language.masked(text)
        cuts = [match for match in self._language.pairs[kind].finditer(masked)
                if self._language.bare(text[:match.start()])
                and self._language.bare(text[match.end():])]
        if not cuts:
            return None
        opened = bool(self._language.moment.match(text.lstrip()))
        best = max(cuts, key=lambda cut: (
            _beside_quotes(text, cut),
            # "The moment he sat and ate and the moment he left": each event opens alike.
            opened and bool(self._language.moment.match(text[cut.end():].lstrip())),
            -cut.start()))
        return text[:best.start()], text[best.end():]

    def _spelled_out(self, first: str, second: str) -> tuple[str, str]:
        """Read "the first" of "the first and the second song" as "the first song"."""
        one, other = first.strip(EDGES), second.strip(EDGES)
        counted, next_counted = self._ordinal.match(one), self._ordinal.match(other)
        if counted and next_counted and not (counted["rest"] and next_counted["rest"]):
            return f"{one}{next_counted['rest']}" if not counted["rest"] else one, (
                other if next_counted["rest"] else f"{other}{counted['rest']}")
        return first, second

    def _is_of_time(self, found: _Connective, text: str) -> bool:
        """Tell "between the goal and the whistle" from "between the boy and the girl"."""
        if found.relation is not Relation.BETWEEN:
            return True
        target, rest = text[:found.start], text[found.end:]
        return bool(re.search(QUOTED, rest) or self._language.track(target)
                    or self._language.moment.match(rest.lstrip())
                    or not self._language.bare(target)
                    ) and not self._narrow.search(self._language.masked(target))

    def _turned(self, clause: Clause) -> Clause:
        """Let "when the bell rings, what comes next?" ask for what comes next."""
        turned = next((other for other, pattern in self._language.inverted
                       if pattern.fullmatch(clause.target)), None)
        if clause.relation is not Relation.DURING or turned is None:
            return clause
        return replace(clause, relation=turned, target=self._pointed.sub("", clause.target))

    def _cuts(self, text: str, since: int) -> Iterator[int]:
        """Yield where the question may begin behind an event that opens it, likeliest first."""
        for pattern in self._language.cuts:
            if match := pattern.search(text, since):
                yield match.start()

    def _find_connectives(self, text: str) -> Iterator[_Connective]:
        masked = self._language.masked(text)
        timed = self._language.amounts.some_time(masked)
        for kind, relation, pattern in self._language.distances if timed else ():
            for match in pattern.finditer(masked):
                length_ms = self._language.amounts.length(caught_length(match))
                least, most = bounds(kind, length_ms)
                yield _Connective(start=match.start(), end=match.end(), relation=relation,
                                  words=match[0], at_least_ms=least, at_most_ms=most)
        for relation, words in self._language.relations:
            for match in words.finditer(masked):
                yield _Connective(start=match.start(), end=match.end(), relation=relation,
                                  words=match[0])


_EVENT: Final = r"(?P<a>_+|the (?:moment|point|time) .+?)"
_LATER: Final = frozenset({Relation.AFTER, Relation.RIGHT_AFTER, Relation.FROM})
_SIDED: Final = frozenset({Relation.BEFORE, Relation.RIGHT_BEFORE, Relation.AFTER,
                           Relation.RIGHT_AFTER, Relation.NEAR})
_LOOSE: Final = {Relation.RIGHT_BEFORE: Relation.BEFORE, Relation.RIGHT_AFTER: Relation.AFTER}


def bounds(kind: str, length_ms: int) -> tuple[int, int | None]:
    """Return the least and the greatest distance that a length of some kind stands for, in ms."""
    if kind == "within":
        return 0, length_ms
    return (length_ms, None) if kind == "beyond" else _about(length_ms)


def _about(length_ms: int) -> tuple[int, int]:
    tolerance = max(0, min(max(TOLERANCE_MS, length_ms // 5), length_ms - 1))
    return length_ms - tolerance, length_ms + tolerance


def _beside_quotes(text: str, cut: re.Match[str]) -> int:
    before, after = text[:cut.start()].rstrip(), text[cut.end():].lstrip()
    return (before[-1:] in "\"”’'»") + (after[:1] in "\"“‘'«„" and bool(after))
