"""A moment is read with those that it tells nothing without.

Subtitles are cut where a line is full: "… segment of the Webb" and "space telescope in one of the
largest cleanrooms". Each is a moment that may be cited, and neither tells which telescope it is.
And who asks "how long was it closed?" tells less than who answers next: "nine days".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from trikal.catalogue import Medium
from trikal.graph.evidence import EvidenceItem, of_found
from trikal.graph.reasons import AROUND_MS, BESIDE
from trikal.indexes.moment_search import Evidence
from trikal.moments import Moment, Track
from trikal.tools.find import Finder
from trikal.tools.verification import only_asks

RUNS_ON: Final = "its sentence runs on here"
"""The ``why`` of such another part."""

ANSWERS: Final = "answers what is asked there"
"""The ``why`` of what comes after a question."""

_LONGEST_GAP_MS: Final = 1_000
_LONGEST_PAUSE_MS: Final = 5_000
_GAPS: Final = {RUNS_ON: _LONGEST_GAP_MS, BESIDE: AROUND_MS, ANSWERS: AROUND_MS}
_SOON: Final = 3
"""Among so many moments after a question its answer is looked for: who asks may go on first."""

_ENDS: Final = re.compile(r"[.?!…।:;]\W*$")


def with_its_sentence(
    evidence: Sequence[EvidenceItem], finder: Finder, media: Mapping[str, Medium]
) -> list[EvidenceItem]:
    """Put behind the best evidence the rest of its sentence, or what answers it where it asks.

    Args:
        evidence: What a search found, best first.
        finder: Finds the moments beside it.
        media: The archive's media, by id.
    """
    if not evidence or evidence[0]["track"] != Track.SPEECH or not evidence[0].get("moment_id"):
        return list(evidence)
    first, *others = evidence
    moment = finder.moment(first["moment_id"])
    earlier, later = finder.neighbours(moment, before=1, after=_SOON)
    if only_asks(moment.text):
        return _behind(first, _answer(moment, later), others, ANSWERS, media)
    later = later[:1]
    if not any(map(str.isupper, "".join(each.text for each in (*earlier, moment, *later)))):
        return list(evidence)  # whoever wrote this down writes small letters everywhere
    parts = [*(each for each in earlier if _runs_into(each, moment)),
             *(each for each in later if _runs_into(moment, each))]
    return _behind(first, parts, others, RUNS_ON, media)


def whole(first: EvidenceItem, evidence: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """Return a piece of evidence among what belongs to it, in order of time.

    That is the other parts of its sentence, or what may be the reason that is asked for.
    """
    parts = [item for item in evidence if (gap := _GAPS.get(item["why"])) is not None
             and (item["media_id"], item.get("step")) == (first["media_id"], first.get("step"))
             and item["start_ms"] <= first["end_ms"] + gap
             and first["start_ms"] <= item["end_ms"] + gap]
    return sorted([*parts, first], key=lambda item: item["start_ms"])


def _behind(
    first: EvidenceItem, moments: Sequence[Moment], others: Sequence[EvidenceItem], why: str,
    media: Mapping[str, Medium],
) -> list[EvidenceItem]:
    known = {each.id for each in moments}
    made = [of_found(Evidence(moment=each, score=first["score"], why=why), media)
            for each in moments]
    return [first, *made, *(item for item in others if item.get("moment_id") not in known)]


def _answer(moment: Moment, later: Sequence[Moment]) -> list[Moment]:
    """Return what answers a question: what is said next by somebody else, as far as that is noted.

    Of the 1,290 questions that end an utterance of Apollo 13's transcript 1,221 are followed at
    once by another speaker, most of them within fifteen seconds.
    """
    if not moment.speaker:
        return [each for each in later[:1]
                if each.start_ms - moment.end_ms <= _LONGEST_PAUSE_MS]
    others = [each for each in later if each.speaker != moment.speaker]
    return [each for each in others[:1] if each.start_ms - moment.end_ms <= AROUND_MS]


def _runs_into(before: Moment, moment: Moment) -> bool:
    """Tell whether a sentence goes on: only a small letter, where a script has any, tells that."""
    return (0 <= moment.start_ms - before.end_ms <= _LONGEST_GAP_MS
            and moment.text.lstrip()[:1].islower() and not _ENDS.search(before.text))
