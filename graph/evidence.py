"""What an answer may cite, and what it cites: plain data."""

from typing import TypedDict


class EvidenceItem(TypedDict):
    """A moment that the answer may cite, numbered for this answer."""

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


class Citation(TypedDict):
    """The moment that proves a claim."""

    n: int
    media_id: str
    path: str
    track: str
    start_ms: int
    end_ms: int
    text: str


def citation(item: EvidenceItem) -> Citation:
    """Cite a piece of evidence."""
    return Citation(n=item["n"], media_id=item["media_id"], path=item["path"], track=item["track"],
                    start_ms=item["start_ms"], end_ms=item["end_ms"], text=item["text"])
