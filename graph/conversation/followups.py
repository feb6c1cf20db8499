"""Follow-ups: what a question means that leans on what was shown before.

"And after that?" is turned into a question about order in time whose event is the moment that was
shown last. That moment is known by its medium and its interval, so nothing is searched for anew
and nothing can be mistaken for it. The wordings are data (one table a language), read once.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from trikal.graph.conversation.turns import Turn, last_shown
from trikal.graph.evidence import EvidenceItem
from trikal.indexes.rules import Reading, Vocabulary, language_of, read_question
from trikal.indexes.temporal import Absolute, Anchored, Constraint, Scope, TemporalQuery
from trikal.moments import Track
from trikal.timecode import format_timecode

_LAST: Final = "⟦last⟧"
"""Stands for the moment shown last while the rules read a question; no person writes it."""


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
        words = query.words().replace(_event(self.leans_on).event_words(), _quoted(self.leans_on))
        return words.replace(f" in {self.leans_on['media_id']}", "")


def understand(
    question: str, vocabulary: Vocabulary, turns: Sequence[Turn], *, code: str = "en"
) -> FollowUp:
    """Read a question in the light of the session.

    Args:
        question: What is asked.
        vocabulary: The archive's names.
        turns: The session so far, oldest first.
        code: Language of references to what was shown, as its table is called.
    """
    table = _table(code)
    text = " ".join(question.split())
    asked_in = language_of(text)
    shown = last_shown(turns)
    if shown and (fact := table.fact(text)):
        return FollowUp(reading=read_question(text, vocabulary, code=asked_in), fact=fact,
                        leans_on=shown)
    if (instead := table.instead(text)) and (again := _asked_again(instead, turns)):
        return FollowUp(reading=again)
    plain = read_question(text, vocabulary, code=asked_in)
    referring = table.referring(text, weak=plain.query.anchored is None)
    if referring is None:
        return FollowUp(reading=plain)
    reading = read_question(referring, vocabulary, code=asked_in)
    if not _mentions(reading.query):
        return FollowUp(reading=plain)
    if shown is None and _is_whole(plain.query):
        return FollowUp(reading=plain)
    if shown is None:
        return FollowUp(reading=Reading(query=TemporalQuery(), sure=True, problem=table.lost))
    return FollowUp(reading=_with_last(reading, shown), leans_on=shown)


def lost(*, code: str = "en") -> str:
    """Return what is said to a reference before which nothing was shown."""
    return _table(code).lost


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


def _mentions(query: TemporalQuery) -> bool:
    return any(_LAST in part.target for part in query.parts())


def _with_last(reading: Reading, shown: EvidenceItem) -> Reading:
    query = _placed(reading.query, _event(shown))
    if not query.scope.media:
        scope = query.scope.model_copy(update={"media": (shown["media_id"],)})
        query = query.model_copy(update={"scope": scope})
    if not query.tracks and not query.target:
        query = query.model_copy(update={"tracks": (Track(shown["track"]),)})
    return Reading(query=query, sure=True, problem=reading.problem)


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


def _event(shown: EvidenceItem) -> TemporalQuery:
    """Return the query that finds exactly one moment: whatever is there, there and then."""
    window = Absolute(start_ms=shown["start_ms"], end_ms=shown["end_ms"])
    return TemporalQuery(scope=Scope(media=(shown["media_id"],)), constraints=(window,),
                         tracks=(Track(shown["track"]),))


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    pattern: re.Pattern[str]
    into: str = ""
    fact: Fact | None = None
    weak: bool = False


class _Table:
    """The wordings of one language."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._whole = [_row(each) for each in raw["whole"]]
        self._parts = [_row(each) for each in raw["part"]]
        self._about = [_row(each) for each in raw["about"]]
        self._instead = _compiled(raw["instead"]["pattern"])
        self.lost: str = raw["lost"]["words"]

    def fact(self, text: str) -> Fact | None:
        """Return what is asked about the moment shown last, if that is all that is asked."""
        bare = _bare(text)
        return next((row.fact for row in self._about if row.pattern.fullmatch(bare)), None)

    def instead(self, text: str) -> str:
        """Return what the last question is to be asked about now, or an empty text."""
        match = self._instead.fullmatch(_bare(text))
        return match[1] if match else ""

    def referring(self, text: str, *, weak: bool) -> str | None:
        """Return the question with a placeholder for its reference, or ``None``.

        Args:
            text: The question.
            weak: Whether what may well be no reference counts as one.
        """
        bare = _bare(text)
        for row in self._whole:
            if row.pattern.fullmatch(bare):
                return row.into.replace("L", f'"{_LAST}"')
        for row in self._parts:
            if (weak or not row.weak) and row.pattern.search(bare):
                return row.pattern.sub(row.into.replace("L", f'"{_LAST}"'), bare, count=1)
        return None


def _row(raw: dict[str, Any]) -> _Row:
    fact = Fact(raw["fact"]) if "fact" in raw else None
    return _Row(pattern=_compiled(raw["pattern"]), into=raw.get("as", ""), fact=fact,
                weak=raw.get("weak", False))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _bare(text: str) -> str:
    return text.strip(" \t?!.…,;:")


@cache
def _table(code: str) -> _Table:
    text = (files("trikal.graph.conversation") / f"{code}.toml").read_text(encoding="utf-8")
    return _Table(tomllib.loads(text))
