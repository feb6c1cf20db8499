"""Reading a verb-final question: scopes, lengths, windows, clauses, each before the next."""

from dataclasses import replace

from trikal.indexes.rules.clauses import Clause
from trikal.indexes.rules.clock import Window, take_windows
from trikal.indexes.rules.reading import Reading, TooDeep, Unfollowable, beside, completed
from trikal.indexes.rules.scopes import Scopes, Vocabulary
from trikal.indexes.rules.verb_final.clauses import VerbFinalClauses
from trikal.indexes.rules.verb_final.events import VerbFinalEvents
from trikal.indexes.rules.verb_final.table import EDGES, Table
from trikal.indexes.temporal import (
    MAX_DEPTH,
    Anchored,
    Ask,
    Relation,
    Scope,
    TemporalQuery,
)

_LATER = frozenset({Relation.AFTER, Relation.RIGHT_AFTER, Relation.FROM})


class VerbFinalReader:
    """Reads the questions of one language.

    Args:
        words: Its table.
        vocabulary: The archive's names.
    """

    def __init__(self, words: Table, vocabulary: Vocabulary) -> None:
        self._language = words
        self._scopes = Scopes(words, vocabulary)
        self._clauses = VerbFinalClauses(words)
        self._events = VerbFinalEvents(words, self._scopes)
        self._again = words.words("ordinals", "again")

    def read(self, question: str) -> Reading:
        """Read a question into a temporal query."""
        text, scope = self._scopes.take(question.strip(EDGES))
        text = text.strip(EDGES)
        ask, asked = self._ask(text)
        try:
            query, sure = self._query(question, text, asked, ask, scope)
        except Unfollowable as reason:
            return Reading(query=TemporalQuery(target=question), sure=False, problem=str(reason))
        return Reading(query=query, sure=sure)

    def relations(self, question: str) -> frozenset[Relation]:
        """Return the relations that some words of a question stand for."""
        return self._clauses.relations(question)

    def topic(self, text: str) -> str:
        """Return what a text that ends in a word like "about" is about, or the text itself."""
        return self._events.topic(text)

    def asks_when(self, question: str) -> bool:
        """Tell whether the answer that a question wants is a time."""
        return bool(self._language.when.search(self._language.masked(question)))

    def _query(
        self, question: str, text: str, asked: str, ask: Ask, scope: Scope
    ) -> tuple[TemporalQuery, bool]:
        clause = self._clauses.distant(asked)
        if clause is not None:
            rest, windows = take_windows(clause.target, self._language)
            clause = replace(clause, target=rest)
        else:
            rest, windows = take_windows(asked, self._language)
            clause = self._clauses.split(rest)
        if clause is None:
            untouched = rest == text and scope == Scope() and ask is Ask.MOMENTS
            query = self._plain(question, rest, is_whole=untouched)
            return completed(query, ask, scope, windows), not self._clauses.leaves(rest)
        return self._hanging(clause, ask, scope, windows)

    def _hanging(
        self, clause: Clause, ask: Ask, scope: Scope, windows: tuple[Window, ...]
    ) -> tuple[TemporalQuery, bool]:
        constraint = self._constraint(clause, level=1)
        target = self._events.read(clause.target, words=clause.words, is_target=True)
        if target.target and target.ordinal is None and clause.relation in _LATER:
            masked = self._language.masked(clause.target)
            if match := self._again.search(masked):
                rest = f"{clause.target[:match.start()]} {clause.target[match.end():]}"
                target = self._events.read(rest, is_target=True).model_copy(update={"ordinal": 1})
        query = beside(target.model_copy(update={"constraints": (constraint,)}))
        left = (target.target, *(part.target for part in query.parts() if not part.verbatim))
        sure = not any(map(self._clauses.leaves, left))
        return completed(query, ask, scope, windows), sure

    def _plain(self, question: str, rest: str, *, is_whole: bool) -> TemporalQuery:
        """Read a question that hangs on nothing; its words carry meaning that a search can use."""
        read = self._events.read(rest, is_target=True)
        whole = is_whole and not (read.verbatim or read.ordinal or read.scope.speakers
                                  or self._events.names_thing(rest))
        return read.model_copy(update={"target": question}) if whole else read

    def _ask(self, text: str) -> tuple[Ask, str]:
        """Take away words that want every moment, their number, or a length of time."""
        masked = self._language.masked(text)
        for name, pattern in self._language.asks.items():
            if match := pattern.search(masked):
                rest = " ".join(f"{text[:match.start()]} {text[match.end():]}".split())
                if rest.strip(EDGES):
                    return Ask(name), rest.strip(EDGES)
        return Ask.MOMENTS, text

    def _constraint(self, clause: Clause, level: int) -> Anchored:
        anchor = self._event(clause.anchor, level)
        if clause.is_every:
            anchor = anchor.model_copy(update={"ask": Ask.EVERY})
        other = self._event(clause.other, level) if clause.other else None
        return Anchored(relation=clause.relation, anchor=anchor, other=other,
                        at_least_ms=clause.at_least_ms, at_most_ms=clause.at_most_ms)

    def _event(self, text: str, level: int) -> TemporalQuery:
        """Read an event that may hang on another one."""
        inner = self._clauses.split(text, nested=True)
        if inner is None or not inner.target:
            return self._events.read(text)
        if level >= MAX_DEPTH:
            raise TooDeep
        hung = self._constraint(inner, level + 1)
        return self._events.read(inner.target).model_copy(update={"constraints": (hung,)})
