"""What the steps found, put together: numbered evidence, and what the reply says of the search."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from trikal.graph.acts import ActItem, by_step
from trikal.graph.evidence import EvidenceItem, place_of
from trikal.graph.planning.plans import OBSERVATIONS, TEXTS
from trikal.graph.state import AgentState, DoubtItem, NearItem, Plan
from trikal.graph.weighing.corroboration import corroborated
from trikal.graph.weighing.promising import promising
from trikal.indexes.rules import asks_how_long_it_took, tells_length
from trikal.indexes.temporal import Ask
from trikal.moments import Track

ON_SCREEN: Final = "screen"
"""The name of the search, beside a look, for what can be read there: it adds to what is seen."""

NO_LENGTH: Final = "nothing in the archive tells how long that was"
_OF_ONE: Final = 8
_OF_SEVERAL: Final = 3
_OFFERED: Final = 3


def text_step(plan: Plan) -> dict[str, Any]:
    """Return the step that writes the text."""
    return next((each for each in plan.get("steps", []) if each["do"] in TEXTS),
                {"id": "a", "do": "answer"})


def collated(state: AgentState) -> dict[str, Any]:
    """Put together what was found so far, as an update of the state."""
    plan, acts = state["plan"], by_step(state.get("acts", []))
    sources = corroborated(
        [acts[name] for name in text_step(plan).get("after", ()) if name in acts])
    evidence = _numbered(sources)
    main = acts.get(plan.get("main", ""))
    found = main["found"] if main else {}
    searches = [each for each in acts.values() if each["do"] == "find"]
    is_told = _wants_told(found, state["question"])
    lengths = is_told and any(
        tells_length(item["text"]) for item in promising(state["question"], evidence))
    unmeasured = is_told and bool(evidence) and not lengths and all(
        item["track"] == Track.SPEECH for item in evidence)
    update: dict[str, Any] = {
        "evidence": evidence,
        "value": None if lengths or unmeasured else found.get("value"),
        "parts": found.get("parts", []),
        "steps": [step for each in searches for step in each["found"].get("steps", [])],
        "doubts": _doubts(searches),
        "support": _lacking(sources) or (NO_LENGTH if unmeasured else ""),
        "nearest": [],
    }
    if found and found["query"] != plan["query"]:
        update["plan"] = {**plan, "query": found["query"]}
    return update


def _wants_told(found: dict[str, Any], question: str) -> bool:
    """Tell whether a length of time is asked for that somebody must tell.

    "How long did the repair take?" is answered by somebody who says so, not by how long he speaks.
    """
    query = found.get("query") or {}
    return query.get("ask") == Ask.DURATION and asks_how_long_it_took(question)


def _numbered(sources: Sequence[ActItem]) -> list[EvidenceItem]:
    """Number the evidence of several steps, each moment once; searches share the places."""
    searches = sum(each["do"] == "find" and bool(each["evidence"]) for each in sources)
    most = _OF_ONE if searches <= 1 else _OF_SEVERAL
    found: dict[tuple[str, str, int, int, str], EvidenceItem] = {}
    for each in sources:
        answers = not each["lacking"] or searches <= 1
        for item in each["evidence"][:most] if answers else ():
            found.setdefault(place_of(item), EvidenceItem(**{**item, "step": each["step"]}))
    return [{**item, "n": n} for n, item in enumerate(found.values(), start=1)]


def _doubts(searches: Sequence[ActItem]) -> list[DoubtItem]:
    return [doubt for each in searches for doubt in each["found"].get("doubts", [])]


def _lacking(sources: Sequence[ActItem]) -> str:
    """Say why nothing that was found answers; empty as long as something does.

    What a second look observed was weighed when it was: evidence of it is never lacking.
    """
    if any(each["do"] in OBSERVATIONS and each["evidence"] and not each["lacking"]
           for each in sources):
        return ""
    searches = [each for each in sources if each["do"] == "find" and each["step"] != ON_SCREEN]
    reasons = [each["lacking"] or each["why"] for each in searches]
    if searches and all(reasons):
        return "; ".join(dict.fromkeys(reasons))
    if searches or not sources:
        return ""
    failed = {each["step"]: each["why"] or each["lacking"] for each in sources}
    told = [why for step, why in failed.items() if step != ON_SCREEN]
    return "; ".join(dict.fromkeys(told)) if all(failed.values()) else ""


def nearest(state: AgentState) -> list[NearItem]:
    """Return the moments that come nearest where nothing answers: to be offered, not claimed."""
    items = [item for each in state.get("acts", []) for item in each["evidence"]
             if item["text"].strip()]
    ranked = sorted(items, key=lambda item: -(item["dense"] or 0.0))
    places = {(item["media_id"], item["start_ms"], item["track"]): item
              for item in reversed(ranked)}
    return [_near(item) for item in list(places.values())[::-1][:_OFFERED]]


def _near(item: EvidenceItem) -> NearItem:
    return NearItem(media_id=item["media_id"], name=item["name"], path=item["path"],
                    track=item["track"], start_ms=item["start_ms"], end_ms=item["end_ms"],
                    text=item["text"])


def waiting(plan: Plan, acts: Sequence[ActItem]) -> Iterator[dict[str, Any]]:
    """Yield the steps that have not ended."""
    ended = {each["step"] for each in acts}
    yield from (each for each in plan.get("steps", []) if each["id"] not in ended)
