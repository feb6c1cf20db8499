"""Questions whose answer is the moment itself: "what was said right after the storm?".

A quotation answers these exactly and at once; a model could only paraphrase it, or spoil it.
"""

import re
from collections.abc import Sequence

from trikal.graph.announcing import files_made
from trikal.graph.collating import text_step
from trikal.graph.evidence import EvidenceItem
from trikal.graph.planning.plans import OBSERVATIONS
from trikal.graph.state import AgentState, Plan
from trikal.indexes.temporal import Absolute, Ambiguous, Ask, Relation, TemporalQuery
from trikal.moments import Track

_BY_RELATION = {Relation.RIGHT_BEFORE: 1, Relation.RIGHT_AFTER: 1, Relation.DURING: 2,
                Relation.BEFORE: 2, Relation.AFTER: 2, Relation.FROM: 2}
_FEW = 4  # a stretch that holds no more is quoted whole
_SHOWN = {"clip": 1, "stills": 1, "export": 100}
_AT_AN_INSTANT = 3
_EVERY = 100
_SAYING = 3  # places where the very words are said
_REPORTS = re.compile(
    r"\b(?:sa(?:y|id)|t(?:ell|old)|talk|sp(?:eak|oke)|ask|mention|answer|repl(?:y|ie)|report|call|"
    r"explain|announce)\w*", re.IGNORECASE)


def is_told_by_code(state: AgentState) -> bool:
    """Tell whether the answer needs no model: moments are quoted or cut, or a speaker is named."""
    plan = state["plan"]
    if text_step(plan)["do"] == "compose":
        return False
    return bool(files_made(plan) or moments_to_quote(plan, state.get("evidence") or ())
                or moments_cut(plan) or names_speaker(state) or plan.get("asks_order"))


def is_only_observed(plan: Plan) -> bool:
    """Tell whether nothing is searched for: what is read or heard at a place is the answer."""
    does = {each["do"] for each in plan.get("steps", [])}
    return "find" not in does and bool(does & OBSERVATIONS)


def moments_cut(plan: Plan) -> int:
    """Return how many moments a file shows that is asked for: they are the answer; 0 for none."""
    for each in plan.get("steps", []):
        if each["do"] in _SHOWN:
            return int(each.get("most", _SHOWN[each["do"]]))
    return 0


def names_speaker(state: AgentState) -> bool:
    """Tell whether it is asked who speaks, and code tells it: who is noted, or that nobody is.

    Where no speaker is noted a model takes whatever it reads for one: "the cafe talks about tea".
    Only where what is said reports what somebody said may it tell who that was.
    """
    evidence = state.get("evidence") or []
    if not (state["plan"].get("asks_who") and evidence):
        return False
    best = evidence[0]
    return bool(best["speaker"] or best["track"] == Track.SPEECH
                and not _REPORTS.search(best["text"]))


def moments_to_quote(plan: Plan, evidence: Sequence[EvidenceItem] = ()) -> int:
    """Return how many moments answer the question as they stand; 0 when a model should answer.

    A question that names no target asks for whatever stands at a place in time: beside an event,
    during it, at an instant, or in a stretch that holds little. Of longer stretches, and of a
    part, a summary is wanted; where a part lies, or something is shown, is said by its best moment.

    Args:
        plan: The plan.
        evidence: What was found, best first.
    """
    if is_only_observed(plan):
        return _EVERY
    query = TemporalQuery.model_validate(plan["query"])
    if query.ask is Ask.SPANS:
        return 1 if plan["asks_when"] else 0
    if query.ask is not Ask.MOMENTS:
        return _EVERY
    if query.verbatim and query.ordinal is None and not query.constraints:
        return _SAYING
    if query.ordinal is not None or query.verbatim:
        return 1
    if query.target:
        return 1 if plan.get("asks_when") and query.tracks == (Track.SCREEN,) else 0
    if plan.get("asks_who") and query.anchored:
        return 1
    return _of_a_place(query) or _of_a_stretch(query, evidence)


def _of_a_place(query: TemporalQuery) -> int:
    if query.anchored:
        return _BY_RELATION.get(query.anchored.relation, 0)
    windows = [reading for each in query.constraints if isinstance(each, Absolute | Ambiguous)
               for reading in (each.readings if isinstance(each, Ambiguous) else (each,))]
    return _AT_AN_INSTANT if any(map(_is_instant, windows)) else 0


def _of_a_stretch(query: TemporalQuery, evidence: Sequence[EvidenceItem]) -> int:
    if not query.constraints or not evidence:
        return 0
    inside = sum(each["why"] == evidence[0]["why"] for each in evidence)
    return inside if inside <= _FEW else 0


def _is_instant(window: Absolute) -> bool:
    return window.start_ms is not None and window.start_ms == window.end_ms
