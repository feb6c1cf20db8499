"""A moment that holds a part of a sentence is read with the moments that hold its other parts.

Subtitles are cut where a line is full: "… segment of the Webb" and "space telescope in one of the
largest cleanrooms". Each is a moment that may be cited, and neither tells which telescope it is.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from trikal.catalogue import Medium
from trikal.graph.evidence import EvidenceItem, of_found
from trikal.indexes.moment_search import Evidence
from trikal.moments import Moment, Track
from trikal.tools.find import Finder

RUNS_ON: Final = "its sentence runs on here"
"""The ``why`` of such another part."""

_LONGEST_GAP_MS: Final = 1_000
_ENDS: Final = re.compile(r"[.?!…।:;]\W*$")


def with_its_sentence(
    evidence: Sequence[EvidenceItem], finder: Finder, media: Mapping[str, Medium]
) -> list[EvidenceItem]:
    """Put behind the best evidence what holds the parts of its sentence before and after it.

    Args:
        evidence: What a search found, best first.
        finder: Finds the moments beside it.
        media: The archive's media, by id.
    """
    if not evidence or evidence[0]["track"] != Track.SPEECH or not evidence[0].get("moment_id"):
        return list(evidence)
    first, *others = evidence
    moment = finder.moment(first["moment_id"])
    earlier, later = finder.neighbours(moment, before=1, after=1)
    if not any(map(str.isupper, "".join(each.text for each in (*earlier, moment, *later)))):
        return list(evidence)  # whoever wrote this down writes small letters everywhere
    parts = [*(each for each in earlier if _runs_into(each, moment)),
             *(each for each in later if _runs_into(moment, each))]
    known = {each.id for each in parts}
    return [first, *(of_found(Evidence(moment=each, score=first["score"], why=RUNS_ON), media)
                     for each in parts),
            *(item for item in others if item.get("moment_id") not in known)]


def whole(first: EvidenceItem, evidence: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Return a piece of evidence among the other parts of its sentence, in order of time."""
    parts = [item for item in evidence if item["why"] == RUNS_ON
             and (item["media_id"], item.get("step")) == (first["media_id"], first.get("step"))
             and item["start_ms"] <= first["end_ms"] + _LONGEST_GAP_MS
             and first["start_ms"] <= item["end_ms"] + _LONGEST_GAP_MS]
    return sorted([*parts, first], key=lambda item: item["start_ms"])


def _runs_into(before: Moment, moment: Moment) -> bool:
    """Tell whether a sentence goes on: only a small letter, where a script has any, tells that."""
    return (0 <= moment.start_ms - before.end_ms <= _LONGEST_GAP_MS
            and moment.text.lstrip()[:1].islower() and not _ENDS.search(before.text))
