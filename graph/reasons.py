"""A reason stands beside what it is the reason of: who asks why is told what is said around it.

"It took Fred an hour to shave" has all the words of "Why did Fred bother to shave?", and the reason
is what the same speaker said just before. Only English is read.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from trikal.catalogue import Medium
from trikal.graph.evidence import EvidenceItem, of_found
from trikal.indexes.moment_search import Evidence
from trikal.moments import Moment, Track
from trikal.tools.find import Finder
from trikal.tools.verification import only_asks

BESIDE: Final = "its speaker says it beside"
"""The ``why`` of what may be the reason."""

AROUND_MS: Final = 15_000
"""So far from what is asked about a reason may stand."""

_BEFORE: Final = 2
_AFTER: Final = 4
_ASKS: Final = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:why\b|for (?:what|which) reason|"
    r"what(?:['’]s| is| was) the reason)", re.IGNORECASE)
_TELLS: Final = re.compile(
    r"\b(?:because|so that|due to|owing to|thanks to|in order to|that['’]s why|the reason|"
    r"as a result|therefore)\b", re.IGNORECASE)


def with_reasons(
    question: str, evidence: Sequence[EvidenceItem], finder: Finder, media: Mapping[str, Medium]
) -> list[EvidenceItem]:
    """Put what may be the reason behind the best evidence, where a question asks for one.

    Args:
        question: The question.
        evidence: What a search found, best first.
        finder: Finds the moments beside it.
        media: The archive's media, by id.
    """
    first, others = evidence[:1], evidence[1:]
    if not first or not _lacks_reason(question, first[0]):
        return list(evidence)
    moment = finder.moment(first[0]["moment_id"])
    earlier, later = finder.neighbours(moment, before=_BEFORE, after=_AFTER)
    beside = [each for each in (*earlier, *later) if _is_said_with(each, moment)]
    known = {each.id for each in beside}
    made = [of_found(Evidence(moment=each, score=first[0]["score"], why=BESIDE), media)
            for each in beside]
    return [*first, *made, *(item for item in others if item.get("moment_id") not in known)]


def _lacks_reason(question: str, item: EvidenceItem) -> bool:
    return bool(_ASKS.search(question) and item["track"] == Track.SPEECH and item.get("moment_id")
                and not _TELLS.search(item["text"]))


def _is_said_with(other: Moment, moment: Moment) -> bool:
    gap = max(other.start_ms, moment.start_ms) - min(other.end_ms, moment.end_ms)
    return (other.speaker == moment.speaker and other.track is moment.track
            and gap <= AROUND_MS and not only_asks(other.text))
