"""What an answer may cite, and what it cites: plain data."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from trikal.catalogue import Medium
from trikal.indexes.moment_search import Evidence
from trikal.indexes.temporal import Absolute, Scope, TemporalQuery
from trikal.moments import Track
from trikal.tools.results import Cited

OBSERVED_NOW = "observed now"
"""The ``source`` of evidence that no archive holds: a second look found it for this answer."""


class EvidenceItem(TypedDict):
    """A moment that the answer may cite, numbered for this answer.

    The keys that may be missing are those that sessions of older versions do not have; ``share``
    is the share of the question's words that its text has, the rare ones counting most, where a
    search has looked that up; ``rerank`` is what a reranker gave it, where one put it in its place.
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
    original: NotRequired[str | None]
    share: NotRequired[float]
    rerank: NotRequired[float]


def place_of(item: EvidenceItem) -> tuple[str, str, int, int, str]:
    """Return what tells one piece of evidence from another, whichever search found it."""
    return item["media_id"], item["track"], item["start_ms"], item["end_ms"], item["text"]


class Citation(TypedDict):
    """The moment that proves a claim; where that is a translation, with what was really said."""

    n: int
    media_id: str
    path: str
    track: str
    start_ms: int
    end_ms: int
    text: str
    source: NotRequired[str]
    original: NotRequired[str]


def citation(item: EvidenceItem) -> Citation:
    """Cite a piece of evidence."""
    made = Citation(n=item["n"], media_id=item["media_id"], path=item["path"], track=item["track"],
                    start_ms=item["start_ms"], end_ms=item["end_ms"], text=item["text"],
                    source=item.get("source", ""))
    if (original := item.get("original")) is not None:
        made["original"] = original
    return made


def of_found(evidence: Evidence, media: Mapping[str, Medium]) -> EvidenceItem:
    """Make evidence of what a search found; it is numbered with that of other steps."""
    moment = evidence.moment
    medium = media.get(moment.media_id)
    return EvidenceItem(
        n=0, media_id=moment.media_id, name=medium.name if medium else moment.media_id[:12],
        path=medium.path if medium else "", track=str(moment.track),
        start_ms=moment.start_ms, end_ms=moment.end_ms, text=moment.text, speaker=moment.speaker,
        score=evidence.score, dense=evidence.dense, why=evidence.why, moment_id=moment.id,
        confidence=moment.confidence, language=moment.language, source=moment.source,
        original=evidence.original,
    )


def of_cited(
    moment: Cited, media: Mapping[str, Medium], *, why: str, n: int = 0, source: str = ""
) -> EvidenceItem:
    """Make evidence of what a tool gave.

    Args:
        moment: What it gave.
        media: The archive's media, by id.
        why: How it came about.
        n: Its number, if it has one yet.
        source: Who observed it; the moment's own source when not given.
    """
    medium = media.get(moment.media_id)
    return EvidenceItem(
        n=n, media_id=moment.media_id, name=moment.name, path=medium.path if medium else "",
        track=str(moment.track), start_ms=moment.start_ms, end_ms=moment.end_ms, text=moment.text,
        speaker=moment.speaker, score=0.0, dense=None, why=why, moment_id=moment.moment_id,
        confidence=moment.confidence, language=moment.language, source=source or moment.source,
        original=moment.original,
    )


def as_cited(item: EvidenceItem) -> Cited:
    """Return evidence as tools take it."""
    return Cited.model_validate({
        "n": item["n"], "moment_id": item.get("moment_id", ""), "media_id": item["media_id"],
        "name": item["name"], "track": item["track"], "start_ms": item["start_ms"],
        "end_ms": item["end_ms"], "text": item["text"], "speaker": item["speaker"],
        "language": item.get("language"), "source": item.get("source", ""),
        "original": item.get("original"),
    })


def event_of(item: EvidenceItem) -> TemporalQuery:
    """Return the query that finds exactly one moment: whatever is there, there and then."""
    window = Absolute(start_ms=item["start_ms"], end_ms=item["end_ms"])
    return TemporalQuery(scope=Scope(media=(item["media_id"],)), constraints=(window,),
                         tracks=(Track(item["track"]),))
