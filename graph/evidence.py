"""What an answer may cite, and what it cites: plain data."""

from typing import NotRequired, TypedDict

from trikal.tools.results import Cited

OBSERVED_NOW = "observed now"
"""The ``source`` of evidence that no archive holds: a second look found it for this answer."""


class EvidenceItem(TypedDict):
    """A moment that the answer may cite, numbered for this answer.

    The keys that may be missing are those that sessions of older versions do not have.
    """

    n: int
    media_id: str
    name: str
    path: str
    track: str
    start_ms: int
    end_ms: int
    text: str
    speaker: str | None
    score: float
    dense: float | None
    why: str
    moment_id: NotRequired[str]
    confidence: NotRequired[float | None]
    language: NotRequired[str | None]
    source: NotRequired[str]
    step: NotRequired[str]


class Citation(TypedDict):
    """The moment that proves a claim."""

    n: int
    media_id: str
    path: str
    track: str
    start_ms: int
    end_ms: int
    text: str
    source: NotRequired[str]


def citation(item: EvidenceItem) -> Citation:
    """Cite a piece of evidence."""
    return Citation(n=item["n"], media_id=item["media_id"], path=item["path"], track=item["track"],
                    start_ms=item["start_ms"], end_ms=item["end_ms"], text=item["text"],
                    source=item.get("source", ""))


def observed(moment: Cited, path: str, why: str) -> EvidenceItem:
    """Make evidence of what a second look observed; it stands in no archive."""
    return EvidenceItem(
        n=0, media_id=moment.media_id, name=moment.name, path=path, track=str(moment.track),
        start_ms=moment.start_ms, end_ms=moment.end_ms, text=moment.text, speaker=moment.speaker,
        score=0.0, dense=None, why=why, moment_id=moment.moment_id, confidence=moment.confidence,
        language=moment.language, source=OBSERVED_NOW,
    )


def as_cited(item: EvidenceItem) -> Cited:
    """Return evidence as tools take it."""
    return Cited.model_validate({
        "n": item["n"], "moment_id": item.get("moment_id", ""), "media_id": item["media_id"],
        "name": item["name"], "track": item["track"], "start_ms": item["start_ms"],
        "end_ms": item["end_ms"], "text": item["text"], "speaker": item["speaker"],
        "language": item.get("language"), "source": item.get("source", ""),
    })
