"""Follow-ups: what a question means that leans on what was shown before.

"And after that?" is turned into a question about order in time whose event is the moment that was
shown last. That moment is known by its medium and its interval, so nothing is searched for anew
and nothing can be mistaken for it. The wordings are data (one table a language), read once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from pydantic import BaseModel, ConfigDict

from trikal.graph.conversation.tables import Wordings, loaded, tried, wordings
from trikal.graph.conversation.turns import Turn, last_shown, shown_with
from trikal.graph.evidence import EvidenceItem, event_of
from trikal.graph.phrases import ENGLISH
from trikal.indexes.rules import Reading, Vocabulary, language_of, read_question
from trikal.indexes.temporal import Anchored, Constraint, Relation, TemporalQuery
from trikal.moments import Track
from trikal.timecode import format_timecode
from trikal.tools.stems import content_stems

_LAST: Final = "⟦last⟧"
"""Stands for the moment shown last while the rules read a question; no person writes it."""


_BESIDE: Final = {Relation.AFTER: Relation.RIGHT_AFTER, Relation.BEFORE: Relation.RIGHT_BEFORE}
"""What is meant in a conversation where nothing else is asked for."""

_SHORT: Final = 60
_EVENT_WORDS = 3


class Fact(StrEnum):
    """What can be asked about a moment that was shown, without a search."""

    SPEAKER = "speaker"
    TIME = "time"
    MEDIUM = "medium"


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """A question as the session understands it.

    Attributes:
        reading: The question without its references.
        fact: What is asked about the moment shown last, when that is all.
        leans_on: The moment that a reference of the question means, if there is one.
    """

    reading: Reading
    fact: Fact | None = None
    leans_on: EvidenceItem | None = None

    def words(self, query: TemporalQuery) -> str:
        """Say a query in words, with the moment that was shown last by what it says."""
        if self.leans_on is None:
            return query.words()
        if self.fact:
            return f"tell the {self.fact} of {_quoted(self.leans_on)}"
        words = query.words().replace(event_of(self.leans_on).event_words(), _quoted(self.leans_on))
        return words.replace(f" in {self.leans_on['media_id']}", "")


def understand(
    question: str, vocabulary: Vocabulary, turns: Sequence[Turn], *, code: str = ""
) -> FollowUp:
    """Read a question in the light of the session.

    Args:
        question: What is asked.
        vocabulary: The archive's names.
        turns: The session so far, oldest first.
        code: Language of the question, as its tables are called; told from it when not given.
    """
    text = " ".join(question.split())
    tables = [_table(code, latin=latin) for code, latin in tried(text)]
    plain = read_question(text, vocabulary, code=code or language_of(text))
    shown = last_shown(turns)
    fact = next((fact for table in tables if (fact := table.fact(text))), None)
    if shown and fact:
        return FollowUp(reading=plain, fact=fact, leans_on=shown)
    if fact:
        return FollowUp(reading=Reading(query=TemporalQuery(), sure=True, problem=lost()))
    instead = next((target for table in tables if (target := table.instead(text))), "")
    if instead and (again := _asked_again(instead, turns)):
        return FollowUp(reading=again)
    weak = plain.query.anchored is None
    referring = next((found for table in tables if (found := table.referring(text, weak=weak))),
                     None)
    if referring is None:
        return _of_named(plain, turns) or FollowUp(reading=plain)
    reading = read_question(referring.question, vocabulary, code=referring.code)
    if not _mentions(reading.query):
        return FollowUp(reading=plain)
    if shown is None and _is_whole(plain.query):
        return FollowUp(reading=plain)
    if shown is None:
        return FollowUp(reading=Reading(query=TemporalQuery(), sure=True, problem=lost()))
    return FollowUp(reading=_with_last(reading, shown), leans_on=shown)


def lost() -> str:
    """Return what is said to a reference before which nothing was shown."""
    return str(loaded(f"{ENGLISH}.toml")["lost"]["words"])


def _is_whole(query: TemporalQuery) -> bool:
    """Whether a question names the event itself that its "that" means: "X; and before that?"."""
    return query.anchored is not None and all(
        event.verbatim or len(event.target.split()) >= _EVENT_WORDS
        for event in query.anchored.events)


def _quoted(shown: EvidenceItem) -> str:
    text = " ".join(shown["text"].split())
    short = text if len(text) <= _SHORT else f"{text[:_SHORT].rsplit(' ', 1)[0]} …"
    return f"“{short}” at {format_timecode(shown['start_ms'])}"


def _asked_again(target: str, turns: Sequence[Turn]) -> Reading | None:
    """Ask the last question about something else: "and what about the ferry?"."""
    last = next((turn["query"] for turn in reversed(turns) if turn["query"]), None)
    if last is None:
        return None
    query = TemporalQuery.model_validate(last)
    return Reading(query=query.model_copy(update={"target": target, "verbatim": False}), sure=True)


def _of_named(plain: Reading, turns: Sequence[Turn]) -> FollowUp | None:
    """Hang a question on a moment of the session that tells of the event that it names.

    "And after the flower?": of all flowers of an archive that one is meant which was shown.
    """
    anchored = plain.query.anchored
    if anchored is None or plain.query.target or anchored.other or anchored.anchor.verbatim:
        return None
    shown = shown_with(content_stems(anchored.anchor.target), turns)
    if shown is None:
        return None
    beside = _BESIDE.get(anchored.relation, anchored.relation)
    hung = anchored.model_copy(update={"anchor": event_of(shown), "relation": beside})
    query = plain.query.model_copy(update={"constraints": tuple(
        hung if each is anchored else each for each in plain.query.constraints)})
    return FollowUp(reading=_inside(query, shown, plain.problem), leans_on=shown)


def _mentions(query: TemporalQuery) -> bool:
    return any(_LAST in part.target for part in query.parts())


def _with_last(reading: Reading, shown: EvidenceItem) -> Reading:
    return _inside(_placed(reading.query, event_of(shown)), shown, reading.problem)


def _inside(query: TemporalQuery, shown: EvidenceItem, problem: str) -> Reading:
    """Look where a moment is that was shown, unless the question says where to look."""
    if not query.scope.media:
        scope = query.scope.model_copy(update={"media": (shown["media_id"],)})
        query = query.model_copy(update={"scope": scope})
    if not query.tracks and not query.target:
        query = query.model_copy(update={"tracks": (Track(shown["track"]),)})
    return Reading(query=query, sure=True, problem=problem)


def _placed(query: TemporalQuery, event: TemporalQuery) -> TemporalQuery:
    """Put a known moment where the placeholder stands."""
    if _LAST in query.target and not query.constraints:
        return event
    constraints = tuple(_hung(each, event) for each in query.constraints)
    return query.model_copy(update={"constraints": constraints})


def _hung(constraint: Constraint, event: TemporalQuery) -> Constraint:
    if not isinstance(constraint, Anchored):
        return constraint
    other = constraint.other and _placed(constraint.other, event)
    return constraint.model_copy(
        update={"anchor": _placed(constraint.anchor, event), "other": other})


@dataclass(frozen=True, kw_only=True)
class _Referring:
    """A question with a placeholder for its reference, and the language that it is now in."""

    question: str
    code: str


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    pattern: re.Pattern[str]
    into: str
    weak: bool = False


class _Table:
    """The wordings of one language."""

    def __init__(self, language: Wordings) -> None:
        raw = language.raw
        self._language = language
        self._whole = [self._row(each) for each in raw["whole"]]
        self._parts = [self._row(each) for each in raw.get("part", ())]
        self._about = [(Fact(name), self._compiled(each)) for name, each in raw["about"].items()]
        self._instead = self._compiled(raw["instead"]["pattern"])

    def fact(self, text: str) -> Fact | None:
        """Return what is asked about the moment shown last, if that is all that is asked."""
        bare = _bare(text)
        return next((fact for fact, pattern in self._about if pattern.fullmatch(bare)), None)

    def instead(self, text: str) -> str:
        """Return what the last question is to be asked about now, or an empty text."""
        match = self._instead.fullmatch(_bare(text))
        return match[1] if match else ""

    def referring(self, text: str, *, weak: bool) -> _Referring | None:
        """Return the question with a placeholder for its reference, or ``None``.

        Args:
            text: The question.
            weak: Whether what may well be no reference counts as one.
        """
        bare = _bare(text)
        for row in self._whole:
            if row.pattern.fullmatch(bare):
                return _Referring(question=_put_in(row.into), code=ENGLISH)
        for row in self._parts:
            if (weak or not row.weak) and row.pattern.search(bare):
                question = row.pattern.sub(_put_in(row.into), bare, count=1)
                return _Referring(question=question, code=self._language.code)
        return None

    def _row(self, raw: dict[str, str]) -> _Row:
        """Read a row; a reference inside another language's question is never sure to be one."""
        own = raw.get("as_latin", raw["as"]) if self._language.latin else raw["as"]
        return _Row(pattern=self._compiled(raw["pattern"]), into=own,
                    weak=bool(raw.get("weak", self._language.code != ENGLISH)))

    def _compiled(self, phrase: str) -> re.Pattern[str]:
        return re.compile(self._language.spelled(phrase), re.IGNORECASE)


def _put_in(words: str) -> str:
    return words.replace("L", f'"{_LAST}"')


def _bare(text: str) -> str:
    return text.strip(" \t?!.…,;:।")


@cache
def _table(code: str, *, latin: bool) -> _Table:
    return _Table(wordings(code, latin=latin))
