"""Node verify: the reply is put together from what the evidence carries, and from nothing else."""

from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from trikal.graph.acts import ActItem, act
from trikal.graph.announcing import announced
from trikal.graph.budget import added
from trikal.graph.collating import text_step
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.conversation.followups import Fact
from trikal.graph.conversation.turns import Turn, with_turn
from trikal.graph.evidence import EvidenceItem, citation
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.promising import promising
from trikal.graph.state import AgentState, PartItem
from trikal.graph.understanding import AGAIN
from trikal.graph.verbatim import moments_cut, moments_to_quote
from trikal.graph.verifying import verified
from trikal.indexes.temporal import Ask, TemporalQuery
from trikal.moments import Track
from trikal.timecode import format_length, format_timecode
from trikal.tools.counting import counted_thing, counts
from trikal.tools.verification import quoted

NOT_TOLD = "The archive does not tell"
NOBODY_NOTED = "Nothing notes who speaks here"
_CITED = 10
_CUT = {"clip": "cut", "export": "write", "stills": "show"}


def verify(state: AgentState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Keep what is proven, cite it, and say what was removed."""
    resources = resources_of(runtime)
    with Stopwatch("verify") as watch:
        reply = _reply(state, resources)
    get_stream_writer()({"event": "answer", "text": reply["answer"]})
    spent = added(state.get("spent"), watch.spent)
    return {**reply, "turns": _turns(state, reply), "acts": _ended(state, reply, watch.ms),
            "budget": resources.limits.item(spent), **watch.update}


def _reply(state: AgentState, resources: Resources) -> dict[str, Any]:
    if state["support"]:
        return _not_told(state)
    fact = state["plan"]["fact"]
    if fact == AGAIN:
        return _again(state)
    if fact:
        return _fact(state)
    if state.get("composed"):
        return _composed(state)
    if said := announced(state["plan"], resources.media):
        return {"answer": said, "citations": [], "found": True, "removed": []}
    return _told(state, resources)


def _ended(state: AgentState, reply: dict[str, Any], ms: float) -> list[ActItem]:
    """Note that the text is written; where nothing was found, nothing is cut of it."""
    step = text_step(state["plan"])
    written = act(step["id"], step["do"], "written" if reply["found"] else "not told", ms=ms)
    cut = [each for each in state["plan"].get("steps", [])
           if each["do"] in _CUT and not each.get("medium")]
    gone = [act(each["id"], each["do"], "", status="left out",
                    why=f"nothing was found to {_CUT[each['do']]}")
            for each in cut if not reply["found"] or not reply["citations"]]
    return [written, *gone]


def _turns(state: AgentState, reply: dict[str, Any]) -> list[Turn]:
    cited = {each["n"] for each in reply["citations"]}
    query = {} if state["plan"]["fact"] else state["plan"]["query"]
    shown = [item for item in state["evidence"] if item["n"] in cited]
    turn = Turn(question=state["question"], answer=reply["answer"], query=query, shown=shown)
    return with_turn(state.get("turns", []), turn)


def _again(state: AgentState) -> dict[str, Any]:
    """Give the last proven answer once more; what it rests on was proven then."""
    last = next(turn for turn in reversed(state.get("turns", [])) if turn["shown"])
    return {"answer": last["answer"], "citations": [citation(item) for item in last["shown"]],
            "found": True, "removed": []}


def _composed(state: AgentState) -> dict[str, Any]:
    made = state["composed"]
    citations = [citation(item) for item in state["evidence"] if item["n"] in made["cited"]]
    return {"answer": made["text"], "citations": citations, "found": True,
            "removed": state.get("removed", [])}


def _fact(state: AgentState) -> dict[str, Any]:
    """Tell what is asked about the moment that was shown last; the archive knows it or does not."""
    item = state["evidence"][0]
    known = {
        Fact.SPEAKER: item["speaker"],
        Fact.TIME: f"At {format_timecode(item['start_ms'])}",
        Fact.MEDIUM: item["name"],
    }[Fact(state["plan"]["fact"])]
    if not known:
        return {"answer": f"{NOT_TOLD}: nothing notes who speaks in {quoted(item)}.",
                "citations": [citation(item)], "found": False, "removed": []}
    return {"answer": f"{known}: {quoted(item)}", "citations": [citation(item)], "found": True,
            "removed": []}


def _told(state: AgentState, resources: Resources) -> dict[str, Any]:
    evidence = state["evidence"]
    verdicts = verified(state, resources)
    kept = list(dict.fromkeys(verdict.text for verdict in verdicts if verdict.text))
    cited = {n for verdict in verdicts if verdict.text for n in verdict.cited}
    removed = [*state.get("removed", []), *(why for verdict in verdicts for why in verdict.removed)]
    if state["value"] is not None:
        kept, cited = [_counted(state)], {item["n"] for item in evidence}
    elif not kept:
        first = _first(state)
        kept, cited = [_said(item, state) for item in first], {item["n"] for item in first}
    answer = " ".join(kept)
    if state["parts"]:
        answer = f"From {_ends_of(state['parts'][0])}: {answer}"
    elif state["plan"]["asks_when"] and state["value"] is None:
        answer = f"At {_time_of(evidence, min(cited))}: {answer}"
    citations = [citation(item) for item in evidence if item["n"] in cited]
    return {"answer": answer, "citations": citations, "found": True, "removed": removed}


def _first(state: AgentState) -> list[EvidenceItem]:
    """Return the moments that answer as they stand."""
    evidence, plan = state["evidence"], state["plan"]
    if most := moments_cut(plan):
        return (promising(state["question"], evidence) if most > 1 else evidence)[:most]
    searched = [each["id"] for each in plan.get("steps", []) if each["do"] == "find"]
    sides = set(searched) & set(text_step(plan).get("after", ()))
    if len(sides) > 1:  # what is compared is told from each side
        return list({item["step"]: item for item in reversed(evidence)
                     if item.get("step") in sides}.values())[::-1]
    thing = counted_thing(state["question"])
    telling = [item for item in evidence if thing and counts(item["text"], thing)]
    first = (telling or evidence)[:moments_to_quote(plan) or 1]
    return [item for item in first if item["why"] == first[0]["why"]]


def _said(item: EvidenceItem, state: AgentState) -> str:
    """Quote a moment, with its speaker where it is asked who speaks."""
    if state["plan"].get("asks_who") and item["track"] == Track.SPEECH:
        return f"{item['speaker'] or NOBODY_NOTED}: {quoted(item)}"
    return quoted(item)


def _counted(state: AgentState) -> str:
    """Say the number or the length of time that was asked for; code computed it."""
    value = state["value"] or 0
    asked = TemporalQuery.model_validate(state["plan"]["query"]).ask
    said = format_length(value) if asked is Ask.DURATION else (
        f"{value:,} {'time' if value == 1 else 'times'}")
    marks = "".join(f"[{item['n']}]" for item in state["evidence"][:_CITED])
    return f"{said.capitalize()}. {marks}".strip()


def _not_told(state: AgentState) -> dict[str, Any]:
    near = state.get("nearest") or []
    places = ", ".join(f"{each['name']} at {format_timecode(each['start_ms'])}" for each in near)
    offer = f" Nearest to it, but no answer: {places}." if places else ""
    return {"answer": f"{NOT_TOLD}: {state['support'].rstrip('.')}.{offer}", "citations": [],
            "found": False, "removed": []}


def _time_of(evidence: list[EvidenceItem], n: int) -> str:
    return next(format_timecode(item["start_ms"]) for item in evidence if item["n"] == n)


def _ends_of(part: PartItem) -> str:
    return f"{format_timecode(part['start_ms'])} to {format_timecode(part['end_ms'])}"
