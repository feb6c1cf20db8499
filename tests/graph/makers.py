"""Plain data of the agent for tests of single functions: evidence, plans, states."""

from collections.abc import Sequence
from typing import Any

from tests.graph.conftest import FILM
from trikal.catalogue import Medium
from trikal.graph.acts import ActItem, act
from trikal.graph.evidence import EvidenceItem
from trikal.indexes.temporal import TemporalQuery

MEMO = Medium(id="5" * 64, name="memo.wav", kind="audio", size_bytes=1, duration_ms=3_600_000,
              paths=("/memo.wav",))
MEDIA = {FILM.id: FILM, MEMO.id: MEMO}


def item(start_ms: int = 5_000, text: str = "The ferry leaves.", **more: Any) -> EvidenceItem:
    given = {"n": 1, "media_id": FILM.id, "name": FILM.name, "path": "/films/harbour.mp4",
             "track": "speech", "start_ms": start_ms, "end_ms": start_ms + 4_000, "text": text,
             "speaker": None, "score": 1.0, "dense": 0.8, "why": "search", "confidence": 0.9,
             "language": "en", "moment_id": f"id-{start_ms}", "source": "test"}
    return EvidenceItem(**{**given, **more})


def found(step: str, *evidence: EvidenceItem, **more: Any) -> ActItem:
    told = {"query": {}, "value": None, "steps": [], "parts": [], "doubts": []}
    return act(step, "find", "", **{"evidence": list(evidence), "found": told, **more})


def plan(*steps: dict[str, Any], query: TemporalQuery | None = None, **more: Any) -> dict[str, Any]:
    asked = (query or TemporalQuery(target="the ferry")).model_dump(mode="json")
    return {"query": asked, "words": "find it", "planner": "rules", "asks_when": False,
            "problem": "", "fact": "", "steps": list(steps),
            "main": next((each["id"] for each in steps if each["do"] == "find"), ""), **more}


def state(
    steps: Sequence[dict[str, Any]] = (), acts: Sequence[ActItem] = (), **more: Any
) -> Any:
    made: dict[str, Any] = {
        "question": "When does the ferry leave?", "plan": plan(*steps), "acts": list(acts),
        "evidence": [], "support": "", "value": None, "parts": [], "doubts": [], "steps": [],
        "turns": [], "draft": "",
    }
    return {**made, **more}
