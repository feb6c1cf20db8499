"""Node verify: the reply is put together from what the evidence carries, and from nothing else."""

from typing import Any

from langgraph.config import get_stream_writer

from trikal.graph.conversation.followups import Fact
from trikal.graph.conversation.turns import Turn, with_turn
from trikal.graph.evidence import EvidenceItem, citation
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.state import AgentState, PartItem
from trikal.graph.verbatim import moments_to_quote
from trikal.indexes.temporal import Ask, TemporalQuery
from trikal.timecode import format_length, format_timecode
from trikal.tools.verification import quoted, sentences, verify_sentence

NOT_TOLD = "The archive does not tell"
_CITED = 10


def verify(state: AgentState) -> dict[str, Any]:
    """Keep what is proven, cite it, and say what was removed."""
    with Stopwatch("verify") as watch:
        reply = _reply(state)
    get_stream_writer()({"event": "answer", "text": reply["answer"]})
    return {**reply, "turns": _turns(state, reply), "timings_ms": watch.timings_ms}


def _reply(state: AgentState) -> dict[str, Any]:
    if state["support"]:
        return _not_told(state)
    return _fact(state) if state["plan"]["fact"] else _told(state)


def _turns(state: AgentState, reply: dict[str, Any]) -> list[Turn]:
    cited = {each["n"] for each in reply["citations"]}
    query = {} if state["plan"]["fact"] else state["plan"]["query"]
    shown = [item for item in state["evidence"] if item["n"] in cited]
    turn = Turn(question=state["question"], answer=reply["answer"], query=query, shown=shown)
    return with_turn(state.get("turns", []), turn)


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


def _told(state: AgentState) -> dict[str, Any]:
    evidence = state["evidence"]
    verdicts = [verify_sentence(sentence, evidence, state["question"])
                for sentence in sentences(state.get("draft", ""))]
    kept = list(dict.fromkeys(verdict.text for verdict in verdicts if verdict.text))
    cited = {n for verdict in verdicts if verdict.text for n in verdict.cited}
    removed = [*state.get("removed", []), *(why for verdict in verdicts for why in verdict.removed)]
    if state["value"] is not None:
        kept, cited = [_counted(state)], {item["n"] for item in evidence}
    elif not kept:
        first = evidence[:moments_to_quote(state["plan"]) or 1]
        first = [item for item in first if item["why"] == first[0]["why"]]
        kept, cited = [quoted(item) for item in first], {item["n"] for item in first}
    answer = " ".join(kept)
    if state["parts"]:
        answer = f"From {_ends_of(state['parts'][0])}: {answer}"
    elif state["plan"]["asks_when"] and state["value"] is None:
        answer = f"At {_time_of(evidence, min(cited))}: {answer}"
    citations = [citation(item) for item in evidence if item["n"] in cited]
    return {"answer": answer, "citations": citations, "found": True, "removed": removed}


def _counted(state: AgentState) -> str:
    """Say the number or the length of time that was asked for; code computed it."""
    value = state["value"] or 0
    asked = TemporalQuery.model_validate(state["plan"]["query"]).ask
    said = format_length(value) if asked is Ask.DURATION else f"{value:,} times"
    marks = "".join(f"[{item['n']}]" for item in state["evidence"][:_CITED])
    return f"{said.capitalize()}. {marks}".strip()


def _not_told(state: AgentState) -> dict[str, Any]:
    return {"answer": f"{NOT_TOLD}: {state['support']}.", "citations": [], "found": False,
            "removed": []}


def _time_of(evidence: list[EvidenceItem], n: int) -> str:
    return next(format_timecode(item["start_ms"]) for item in evidence if item["n"] == n)


def _ends_of(part: PartItem) -> str:
    return f"{format_timecode(part['start_ms'])} to {format_timecode(part['end_ms'])}"
