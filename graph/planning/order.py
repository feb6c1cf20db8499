"""Which of two comes first: both are searched for, and code compares their times."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from trikal.graph.conversation.tables import loaded, tried, wordings
from trikal.graph.evidence import EvidenceItem
from trikal.graph.phrases import ENGLISH, phrase
from trikal.graph.planning.plans import Find
from trikal.indexes.rules import Vocabulary, read_question
from trikal.indexes.temporal import TemporalQuery
from trikal.timecode import format_timecode
from trikal.tools.verification import quoted

_EDGES: Final = " \t?!.…,;:।"
_NAME: Final = "X"
WHICH: Final = "which"
"""What is asked where neither order is put forward."""


@dataclass(frozen=True, kw_only=True)
class OrderAsked:
    """A question for the order of two.

    Attributes:
        asked: ``before`` or ``after``, where it is asked whether the first is; else ``which``.
        searches: What finds the first mention of each.
    """

    asked: str
    searches: list[Find]


def order_asked(question: str, vocabulary: Vocabulary) -> OrderAsked | None:
    """Read a question as one for the order of two; ``None`` where it is none."""
    bare = " ".join(question.split()).strip(_EDGES)
    for code, latin in tried(bare):
        words = _words(code, latin=latin)
        for pattern in words.patterns if words else ():
            match = pattern.fullmatch(bare)
            if match and words and (found := _found(match, words, vocabulary)):
                return found
    return None


def _found(
    match: re.Match[str], words: "_Words", vocabulary: Vocabulary
) -> OrderAsked | None:
    if not words.is_event(match["other"], vocabulary):
        return None
    queries = [words.read(words.first, match[name], vocabulary) for name in ("one", "other")]
    if not all(each.target and each.ordinal == 1 and not each.constraints for each in queries):
        return None
    side = next((side for side in ("before", "after") if match.groupdict().get(side)), "")
    if side and queries[1].verbatim:
        return None  # what somebody said is a place in time: it is asked what is there beside it
    anywhere = [each.model_copy(update={"tracks": ()}) for each in queries]
    return OrderAsked(asked=side or WHICH, searches=[
        Find(id=f"s{n}", query=query) for n, query in enumerate(anywhere, start=1)])


def order_told(
    one: EvidenceItem, other: EvidenceItem, asked: str, language: str = ENGLISH
) -> str:
    """Say which of two moments comes first.

    Args:
        one: The moment of what is named first in the question.
        other: The other's.
        asked: As :class:`OrderAsked` has it.
        language: BCP-47 tag of the language to say it in.
    """
    if one["media_id"] != other["media_id"]:
        return phrase("apart", language, one=quoted(one), one_name=one["name"], one_time=_at(one),
                      other=quoted(other), other_name=other["name"], other_time=_at(other))
    if one["start_ms"] == other["start_ms"]:
        return phrase("both_at", language, time=_at(one), one=quoted(one), other=quoted(other))
    earlier, later = sorted((one, other), key=lambda each: each["start_ms"])
    is_so = (earlier is one) is (asked == "before")
    said = phrase("comes_before", language, one=quoted(earlier), one_time=_at(earlier),
                  other=quoted(later), other_time=_at(later))
    return said if asked == WHICH else f"{phrase('yes' if is_so else 'no', language)}: {said}"


def _at(item: EvidenceItem) -> str:
    return format_timecode(item["start_ms"])


@dataclass(frozen=True, kw_only=True)
class _Words:
    """How a language asks for the order of two.

    Attributes:
        code: The language.
        patterns: The wordings, with the groups ``one``, ``other``, and ``before`` or ``after``.
        first: A question for the first mention of X.
        sides: Questions for what was said before X, and after it.
    """

    code: str
    patterns: list[re.Pattern[str]]
    first: str
    sides: list[str]

    def read(self, question: str, name: str, vocabulary: Vocabulary) -> TemporalQuery:
        return read_question(question.replace(_NAME, name), vocabulary, code=self.code).query

    def is_event(self, words: str, vocabulary: Vocabulary) -> bool:
        """Tell an event from a place on the clock, like 0:30 or the first minute."""
        return all(self.read(side, words, vocabulary).anchored for side in self.sides)


@cache
def _words(code: str, *, latin: bool) -> _Words | None:
    language = wordings(code, latin=latin)
    order = (loaded(f"hops_{ENGLISH}.toml") if code == ENGLISH else language.raw).get("order")
    if order is None:
        return None
    templates = order.get("latin", order) if latin else order
    return _Words(code=code, first=templates["first"], sides=templates["sides"],
                  patterns=[re.compile(language.spelled(each), re.IGNORECASE)
                            for each in order["patterns"]])
