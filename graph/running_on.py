"""A moment that begins inside a sentence is read with the one that the sentence begins in.

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

BEGINS: Final = "its sentence begins here"
"""The ``why`` of such a beginning."""

_LONGEST_GAP_MS: Final = 1_000
_ENDS: Final = re.compile(r"[.?!…।:;]\W*$")


def with_beginning(
    evidence: Sequence[EvidenceItem], finder: Finder, media: Mapping[str, Medium]
) -> list[EvidenceItem]:
    """Put behind the best evidence what its sentence begins with, where that is another moment.

    Args:
        evidence: What a search found, best first.
        finder: Finds the moment before.
        media: The archive's media, by id.
    """
    if not evidence or not _is_cut(evidence[0]):
        return list(evidence)
    first, *others = evidence
    moment = finder.moment(first["moment_id"])
    begins = [each for each in finder.neighbours(moment, before=1)[0] if _runs_into(each, moment)]
    known = {each.id for each in begins}
    return [first, *(of_found(Evidence(moment=each, score=first["score"], why=BEGINS), media)
                     for each in begins),
            *(item for item in others if item.get("moment_id") not in known)]


def whole(first: EvidenceItem, evidence: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Return a piece of evidence behind what its sentence begins with, if evidence has that."""
    begins = [item for item in evidence if item["why"] == BEGINS
              and (item["media_id"], item.get("step")) == (first["media_id"], first.get("step"))
              and item["start_ms"] < first["start_ms"] <= item["end_ms"] + _LONGEST_GAP_MS]
    return [*begins, first]


def _is_cut(item: EvidenceItem) -> bool:
    """Tell whether a text begins with a small letter; only scripts that have such letters tell."""
    return (item["track"] == Track.SPEECH and item["text"].lstrip()[:1].islower()
            and bool(item.get("moment_id")))


def _runs_into(before: Moment, moment: Moment) -> bool:
    return (0 <= moment.start_ms - before.end_ms <= _LONGEST_GAP_MS
            and not _ENDS.search(before.text))
