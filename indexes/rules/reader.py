"""Reading a question: scopes, windows, clauses, each taken out before the next is read."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from trikal.indexes.rules.clauses import Clause, Clauses
from trikal.indexes.rules.clock import Window, take_windows
from trikal.indexes.rules.events import Events
from trikal.indexes.rules.language import EDGES, QUOTED, Language, without
from trikal.indexes.rules.reading import Reading, TooDeep, Unfollowable, beside, completed, counted
from trikal.indexes.rules.scopes import Scopes, Vocabulary
from trikal.indexes.rules.steps import Steps, stepped
from trikal.indexes.temporal import (
    MAX_DEPTH,
    Anchored,
    Ask,
    Constraint,
    Relation,
    Scope,
    TemporalQuery,
)


class EnglishReader:
    """Reads English questions.

    Args:
        words: English's tables.
        vocabulary: The archive's names.
    """

    def __init__(self, words: Language, vocabulary: Vocabulary) -> None:
        self._language = words
        self._clauses = _clauses(words)
        self._scopes = Scopes(words, vocabulary)
        self._events = Events(words, self._scopes)
        self._steps = _steps(words)

    def asks_when(self, question: str) -> bool:
        """Tell whether the answer that a question wants is a time."""
        text = self._language.as_when(without(self._language.polite, question.strip(EDGES)))
        return bool(self._language.when.match(text)) and not self._clauses.opens(text)

    def relations(self, question: str) -> frozenset[Relation]:
        """Return the relations that some words of a question stand for."""
        masked = self._language.masked(question)
        return frozenset(relation for relation, pattern in self._language.relations
                         if pattern.search(masked))

    def read(self, question: str) -> Reading:
        """Read a question into a temporal query."""
        if taken := self._steps.take(question):
            without_steps, count = taken
            if counted_on := stepped(self._read(without_steps), count):
                return counted_on
        return self._read(question)

    def _read(self, question: str) -> Reading:
        question = self._language.as_say(self._language.as_when(question))
        text = question.strip(EDGES)
        text, scope = self._scopes.take(text)
        text = text.strip(EDGES)
        asked = without(self._language.polite, text) or text
        if not self._clauses.opens(asked):
            asked = without(self._language.moment, asked) or asked
        rest, windows = take_windows(asked, self._language)
        apart = self._apart(rest)
        ask, rest = (Ask.DURATION, rest) if apart else self._ask(rest)
        try:
            query, sure = self._query(question, text, rest, ask, scope, windows, apart)
        except Unfollowable as reason:
            return Reading(query=TemporalQuery(target=question), sure=False, problem=str(reason))
        return Reading(query=query, sure=sure)

    def _query(
        self, question: str, text: str, rest: str, ask: Ask, scope: Scope,
        windows: tuple[Window, ...], apart: Clause | None,
    ) -> tuple[TemporalQuery, bool]:
        clause = apart or self._clauses.stretch(rest)
        clause = clause or (self._between(rest) if ask is Ask.DURATION else None)
        clause = clause or self._clauses.split(rest)
        if clause is None:
            untouched = rest == text and scope == Scope() and ask is Ask.MOMENTS
            query = self._events.plain(question if untouched else rest, rest,
                                       whole=ask is Ask.MOMENTS, timed=bool(windows))
            sure = not self._clauses.leaves(without(self._language.when, rest))
            return completed(query, ask, scope, windows), sure
        if ask is Ask.MOMENTS and clause.target:
            ask, wanted = self._ask(clause.target)
            clause = replace(clause, target=wanted)
        hung = self._hung(clause, level=1)
        inner = self._clauses.inner(clause.target)
        if inner and not inner.other and not self._language.bare(inner.target):
            # "After A, what came right after the first B?": the first B is the one after A.
            event = self._among(self._events.read(inner.anchor), clause.relation).model_copy(
                update={"constraints": hung})
            if event.depth >= MAX_DEPTH:
                raise TooDeep
            clause = inner
            hung = (Anchored(relation=inner.relation, anchor=event,
                             at_least_ms=inner.at_least_ms, at_most_ms=inner.at_most_ms),)
        wanted, is_next = self._nearest(clause)
        target = self._events.read(wanted, words=clause.words, is_target=True,
                                   is_mention=ask in (Ask.COUNT, Ask.EVERY))
        if any(isinstance(each, Anchored) and each.anchor.ordinal is not None for each in hung):
            # What hangs on a counted event is counted, too.
            target = self._among(target, clause.relation)
        is_next = is_next or (self._is_coming(clause) and (
            target.verbatim or bool(self._language.mentioning.search(clause.target))))
        if is_next and target.ordinal is None and target.target:
            target = target.model_copy(update={"ordinal": 1})
        if target.target and isinstance(first := hung[0], Anchored):
            hung = (first.model_copy(update={"relation": self._clauses.loosely(clause)}), *hung[1:])
        query = target.model_copy(update={"constraints": hung})
        query = beside(query)
        left = (clause.target, *(part.target for part in query.parts() if not part.verbatim))
        return completed(query, ask, scope, windows), not any(map(self._clauses.leaves, left))

    def _ask(self, text: str) -> tuple[Ask, str]:
        """Take away words that want every moment, their number, or a length of time."""
        if self._clauses.opens(text):
            return Ask.MOMENTS, text
        masked = self._language.masked(text)
        for name, patterns in self._language.asks.items():
            for pattern in patterns:
                # Other things are asked for at the start only: "he said how long it takes".
                is_anywhere = name in (Ask.COUNT, Ask.EVERY)
                match = (pattern.search if is_anywhere else pattern.match)(masked)
                if match and (rest := _without(text, match)) and (
                        name != Ask.EVERY or self._is_list(masked, match)):
                    return Ask(name), rest
        return Ask.MOMENTS, text

    def _is_list(self, text: str, match: re.Match[str]) -> bool:
        """Tell "show every time he bows" from "what does she do every time he bows"."""
        return (match.end() == len(text) or match.start() == 0
                or not self._language.questioning.search(text[:match.start()]))

    def _nearest(self, clause: Clause) -> tuple[str, bool]:
        """Say "nearest" as first or last, and tell whether "again" asks for the next time."""
        table = self._language.table["ordinals"]
        side = "before" if clause.relation in _EARLIER else "after"
        text = self._language.nearest.sub(table[f"nearest_{side}"], clause.target)
        if clause.relation in _LATER and self._language.again.search(self._language.masked(text)):
            return self._language.again.sub(" ", text), True
        return text, False

    def _is_coming(self, clause: Clause) -> bool:
        """Whether "when does it come up next after" asks for the first time, however far."""
        return clause.relation is Relation.RIGHT_AFTER and bool(
            self._language.coming.search(clause.words))

    def _apart(self, text: str) -> Clause | None:
        """Read a question for the time between two quotations, in whatever words."""
        quotes = list(re.finditer(QUOTED, text))
        masked = self._language.masked(text)
        if (len(quotes) != 2 or not self._language.apart.search(masked)
                or self._clauses.stretch(text)):
            return None
        return Clause(relation=Relation.BETWEEN, target="", anchor=quotes[0][0],
                      other=quotes[1][0])

    def _between(self, text: str) -> Clause | None:
        """Read "how long between A and B", "how long from A to B", "how long after A did B …"."""
        for pattern in self._language.table["lengths"]["between"]:
            match = re.match(pattern, self._language.masked(text), re.IGNORECASE)
            if match:
                pair = text[slice(*match.span("a"))], text[slice(*match.span("b"))]
                return Clause(relation=Relation.BETWEEN, target="", anchor=pair[0], other=pair[1])
        for pattern in self._language.table["lengths"]["after"]:
            match = re.match(pattern, self._language.masked(text), re.IGNORECASE)
            if match:
                side = Relation.AFTER if match["side"].lower() in self._after else Relation.BEFORE
                return Clause(relation=side, target=text[slice(*match.span("b"))],
                              anchor=text[slice(*match.span("a"))])
        return None

    @property
    def _after(self) -> Sequence[str]:
        words: Sequence[str] = self._language.table["lengths"]["after_words"]
        return words

    def _hung(self, clause: Clause, level: int) -> tuple[Constraint, ...]:
        """Turn a clause into constraints: of its anchor, and of what is joined to it by "and"."""
        if level > MAX_DEPTH:
            raise TooDeep
        anchor, siblings = self._anchor(clause.anchor, clause.relation, level)
        if clause.is_every:
            anchor = anchor.model_copy(update={"ask": Ask.EVERY})
        other = None
        if clause.other:
            other, further = self._anchor(clause.other, clause.relation, level, is_other=True)
            siblings = (*siblings, *further)
        return counted((Anchored(
            relation=clause.relation, anchor=anchor, other=other,
            at_least_ms=clause.at_least_ms, at_most_ms=clause.at_most_ms,
        ), *siblings))

    def _anchor(
        self, text: str, relation: Relation, level: int, *, is_other: bool = False
    ) -> tuple[TemporalQuery, tuple[Constraint, ...]]:
        """Read an event that may hang on another one, or be followed by another condition."""
        inner = self._clauses.infix(text, nested=True)
        if inner is None:
            is_mention = is_other and (relation is Relation.UNTIL_NEXT or bool(
                self._language.again.search(self._language.masked(text))))
            return self._events.read(text, is_target=is_mention), ()
        anchor = self._among(self._again(replace(
            inner, target=self._clauses.unjoined(inner.target))), inner.relation)
        if self._is_joined(inner, relation, anchor):
            return anchor, self._hung(inner, level)
        hung = self._hung(inner, level + 1)
        return anchor.model_copy(update={"constraints": hung}), ()

    def _again(self, clause: Clause) -> TemporalQuery:
        """Read "the bell is mentioned again", which hangs on an event, as the next time it is."""
        text, is_next = self._nearest(clause)
        if not (is_next and self._language.mentioning.search(text)):
            return self._events.read(clause.target)
        event = self._events.read(text, is_mention=True)
        return event.model_copy(update={"ordinal": event.ordinal or 1})

    def _is_joined(self, inner: Clause, outer: Relation, anchor: TemporalQuery) -> bool:
        """Tell "after A and before B", two conditions, from "after the last A before B", one."""
        if self._clauses.joined(inner.target):
            return True
        opposite = {outer, inner.relation} <= _EARLIER | _LATER and (
            (outer in _EARLIER) != (inner.relation in _EARLIER))
        return opposite and anchor.ordinal is None and not self._clauses.relative(inner)

    def _among(self, event: TemporalQuery, relation: Relation) -> TemporalQuery:
        """Number an event that hangs on another one, where it is told as one of several."""
        if relation not in _EARLIER | _LATER:
            return event
        return self._events.among(event, earlier=relation in _EARLIER)


_EARLIER: Final = frozenset({Relation.BEFORE, Relation.RIGHT_BEFORE})
_LATER: Final = frozenset({Relation.AFTER, Relation.RIGHT_AFTER, Relation.FROM})


@cache
def _clauses(words: Language) -> Clauses:
    """Return what cuts a language's questions: the same whatever an archive holds."""
    return Clauses(words)


@cache
def _steps(words: Language) -> Steps:
    """Return what counts a language's sentences."""
    return Steps(words)


def _without(text: str, match: re.Match[str]) -> str:
    """Return what is left of a text, or the part of it that the match itself names."""
    if "rest" in match.groupdict() and match["rest"]:
        return text[slice(*match.span("rest"))].strip(EDGES)
    return f"{text[:match.start()]} {text[match.end():]}".strip(EDGES)
