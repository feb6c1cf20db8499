"""Which of two comes first: both are searched for, and code compares their times."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from trikal.graph.conversation.tables import loaded
from trikal.graph.evidence import EvidenceItem
from trikal.graph.phrases import ENGLISH
from trikal.graph.planning.plans import Find
from trikal.indexes.rules import Vocabulary, read_question
from trikal.timecode import format_timecode
from trikal.tools.verification import quoted

_EDGES: Final = " \t?!.…,;:"
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
    """Read a question in English as one for the order of two; ``None`` where it is none."""
    bare = question.strip(_EDGES)
    for pattern in _patterns():
        match = pattern.fullmatch(bare)
        if match is None or not _is_event(match["other"], vocabulary):
            continue
        queries = [read_question(f"When is {match[name]} first mentioned?", vocabulary).query
                   for name in ("one", "other")]
        if not all(each.target and each.ordinal == 1 and not each.constraints for each in queries):
            continue
        if match.groupdict().get("side") and queries[1].verbatim:
            continue  # what somebody said is a place in time: it is asked what is there beside it
        anywhere = [each.model_copy(update={"tracks": ()}) for each in queries]
        return OrderAsked(asked=(match.groupdict().get("side") or WHICH).lower(), searches=[
            Find(id=f"s{n}", query=query) for n, query in enumerate(anywhere, start=1)])
    return None


def order_told(one: EvidenceItem, other: EvidenceItem, asked: str) -> str:
    """Say which of two moments comes first.

    Args:
        one: The moment of what is named first in the question.
        other: The other's.
        asked: As :class:`OrderAsked` has it.
    """
    if one["media_id"] != other["media_id"]:
        return (f"{quoted(one)} is in {one['name']} at {_at(one)} and {quoted(other)} in "
                f"{other['name']} at {_at(other)}: of two recordings neither comes first.")
    if one["start_ms"] == other["start_ms"]:
        return f"Both at {_at(one)}: {quoted(one)} and {quoted(other)}."
    earlier, later = sorted((one, other), key=lambda each: each["start_ms"])
    is_so = (earlier is one) is (asked == "before")
    yes = "" if asked == WHICH else "Yes: " if is_so else "No: "
    return f"{yes}{quoted(earlier)} at {_at(earlier)} comes before {quoted(later)} at {_at(later)}."


def _is_event(words: str, vocabulary: Vocabulary) -> bool:
    """Tell an event from a place on the clock, like 0:30 or the first minute."""
    return all(read_question(f"What was said {side} {words}?", vocabulary).query.anchored
               for side in ("before", "after"))


def _at(item: EvidenceItem) -> str:
    return format_timecode(item["start_ms"])


@cache
def _patterns() -> list[re.Pattern[str]]:
    return [re.compile(each, re.IGNORECASE)
            for each in loaded(f"hops_{ENGLISH}.toml")["order"]["patterns"]]
