"""Node verify: the reply is put together from what the evidence carries, and from nothing else."""

from collections.abc import Sequence
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from trikal.graph.acts import ActItem, act
from trikal.graph.announcing import announced
from trikal.graph.budget import added
from trikal.graph.collating import text_step
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.conversation.followups import Fact
from trikal.graph.conversation.remembered import named
from trikal.graph.conversation.turns import Turn
from trikal.graph.evidence import EvidenceItem, citation
from trikal.graph.memory import Memories
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.phrases import ENGLISH, length_in, phrase, reason, retold
from trikal.graph.planning.order import order_told
from trikal.graph.planning.plans import OUTPUTS, TOLD
from trikal.graph.planning.understanding import AGAIN, OF_ARCHIVE
from trikal.graph.recasting import recast
from trikal.graph.running_on import ANSWERS, whole
from trikal.graph.state import AgentState, PartItem
from trikal.graph.tongues import (
    draft_language,
    is_same,
    own_words,
    put_into,
    spoken_language,
    wanted,
)
from trikal.graph.verbatim import moments_cut, moments_to_quote
from trikal.graph.verifying import verified
from trikal.graph.weighing.promising import hardly_told_apart, promising
from trikal.indexes.rules import tells_length
from trikal.indexes.temporal import Ask, TemporalQuery
from trikal.moments import Track
from trikal.serving.notices import hearing
from trikal.timecode import format_timecode
from trikal.tools.composition import Kind
from trikal.tools.counting import counted_thing, counts
from trikal.tools.verification import (
    could_tell,
    only_asks,
    quoted,
    sentences,
    without_quotes,
)
from trikal.writing import language_of

_CITED = 10
_CUT = {"clip": "cut", "export": "write", "stills": "show"}


def verify(state: AgentState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Keep what is proven, cite it, and say what was removed."""
    resources = resources_of(runtime)
    with Stopwatch("verify") as watch, hearing() as notices:
        reply = {"language": own_words(state["plan"]), **reply_of(state, resources)}
        cited = {each["n"] for each in reply["citations"]}
        shown = [item for item in state["evidence"] if item["n"] in cited]
        reply["language"] = spoken_language(reply["answer"], reply["language"], shown)
    get_stream_writer()({"event": "answer", "text": reply["answer"]})
    spent = added(state.get("spent"), watch.spent)
    return {**reply, "turns": [_turn(state, reply)], "acts": _ended(state, reply, watch.ms),
            "notices": notices, "budget": resources.limits.item(spent), **watch.update}


def reply_of(state: AgentState, resources: Resources) -> dict[str, Any]:
    """Return the answer with what it cites; its ``language`` where that is not what is wanted."""
    if state["support"]:
        return _not_told(state)
    fact = state["plan"]["fact"]
    if fact == AGAIN:
        return _again(state, resources)
    if fact == OF_ARCHIVE:
        return _of_archive(state)
    if fact:
        return _fact(state, resources.memories())
    if state.get("composed"):
        return _composed(state, resources)
    if said := announced(state["plan"], resources.media):
        return {"answer": said, "citations": [], "found": True, "removed": [],
                "language": ENGLISH}
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


def _turn(state: AgentState, reply: dict[str, Any]) -> Turn:
    cited = {each["n"] for each in reply["citations"]}
    query = {} if state["plan"]["fact"] else state["plan"]["query"]
    shown = [item for item in state["evidence"] if item["n"] in cited]
    return Turn(question=state["question"], answer=reply["answer"], query=query, shown=shown)


def _again(state: AgentState, resources: Resources) -> dict[str, Any]:
    """Give the last proven answer once more; what it rests on was proven then."""
    last = next(turn for turn in reversed(state.get("turns", [])) if turn["shown"])
    answer, meant = last["answer"], wanted(state["plan"])
    language = language_of(without_quotes(answer), meant) or ENGLISH
    is_said = any(each["do"] in OUTPUTS for each in state["plan"].get("steps", []))
    if not is_said and not is_same(language, meant):
        kept, language = _in_wanted(list(sentences(answer)), state, resources)
        answer = " ".join(kept)
    return {"answer": answer, "citations": [citation(item) for item in last["shown"]],
            "found": True, "removed": [], "language": language}


def _of_archive(state: AgentState) -> dict[str, Any]:
    """Tell what the catalogue knows; it may not know who speaks, or in which language."""
    language, told = wanted(state["plan"]), state["plan"].get("told", "")
    why = state["plan"].get("untold", "")
    answer = told or phrase("not_told", language, why=f"{why[:1].lower()}{why[1:]}")
    return {"answer": answer, "citations": [citation(item) for item in state["evidence"]],
            "found": bool(told), "removed": []}


def _composed(state: AgentState, resources: Resources) -> dict[str, Any]:
    made = state["composed"]
    citations = [citation(item) for item in state["evidence"] if item["n"] in made["cited"]]
    kind = Kind(text_step(state["plan"])["kind"])
    text, language = recast(kind, made["text"], {item["name"] for item in state["evidence"]},
                            lambda told: _in_wanted(told, state, resources))
    return {"answer": text, "citations": citations, "found": True,
            "removed": state.get("removed", []), "language": language or ENGLISH}


def _fact(state: AgentState, memories: Memories) -> dict[str, Any]:
    """Tell what is asked about the moment that was shown last; the archive knows it or does not."""
    item, language = state["evidence"][0], wanted(state["plan"])
    time = format_timecode(item["start_ms"])
    fact = Fact(state["plan"]["fact"])
    if fact is Fact.TIME:
        answer = phrase("at", language, time=time, answer=quoted(item))
    elif fact is Fact.SPEAKER and not item["speaker"]:
        why = reason("no_speaker", language, quoted=quoted(item))
        return {"answer": phrase("not_told", language, why=why),
                "citations": [citation(item)], "found": False, "removed": []}
    else:
        known = item["name"] if fact is Fact.MEDIUM else named(item["speaker"] or "", memories)
        answer = f"{known}: {quoted(item)}"
    return {"answer": answer, "citations": [citation(item)], "found": True, "removed": []}


def _told(state: AgentState, resources: Resources) -> dict[str, Any]:
    evidence, language = state["evidence"], own_words(state["plan"])
    verdicts = verified(state, resources)
    kept = list(dict.fromkeys(verdict.text for verdict in verdicts if verdict.text))
    cited = {n for verdict in verdicts if verdict.text for n in verdict.cited}
    removed = [*state.get("removed", []), *(why for verdict in verdicts for why in verdict.removed)]
    in_order = _sides(state) if state["plan"].get("asks_order") else []
    at = 0
    if in_order:
        one, other, *_ = in_order
        kept = [order_told(one, other, state["plan"]["asks_order"], language)]
        cited = {item["n"] for item in in_order}
    elif state["value"] is not None:
        kept, cited = [_counted(state)], {item["n"] for item in evidence}
    elif not kept:
        first, memories = _first(state), resources.memories()
        kept, cited = [_said(item, state, memories) for item in first], {
            item["n"] for item in first}
    else:
        kept, language = _in_wanted(kept, state, resources)
        at = min(cited, default=0)  # of what is told, not of what is quoted beside it
        for item in [*_unheard(state, cited), *_passed_over(state, cited),
                     *_replies(state, cited)]:
            kept, cited = [*kept, quoted(item)], cited | {item["n"]}
    answer = " ".join(kept)
    if state["parts"]:
        answer = phrase("from_to", language, answer=answer, **_ends_of(state["parts"][0]))
    elif state["plan"]["asks_when"] and state["value"] is None:
        answer = phrase("at", language, time=_time_of(evidence, at or min(cited)), answer=answer)
    citations = [citation(item) for item in evidence if item["n"] in cited]
    return {"answer": answer, "citations": citations, "found": True, "removed": removed,
            "language": language}


def _in_wanted(
    kept: Sequence[str], state: AgentState, resources: Resources
) -> tuple[list[str], str]:
    """Put what was verified into the language that is wanted, where that can be checked."""
    language = wanted(state["plan"])
    drafted = draft_language(language, state["evidence"], resources)
    return put_into(language, kept, resources, drafted=drafted,
                    in_time=not resources.limits.over(state.get("spent")))


def _first(state: AgentState) -> list[EvidenceItem]:
    """Return the moments that answer as they stand."""
    evidence, plan = state["evidence"], state["plan"]
    if most := moments_cut(plan):
        return (promising(state["question"], evidence) if most > 1 else evidence)[:most]
    lengths = [item for item in promising(state["question"], evidence)
               if item.get("step") == TOLD and tells_length(item["text"])]
    if lengths:
        return lengths[:1]
    if sides := _sides(state):
        return sides
    thing = counted_thing(state["question"])
    telling = [item for item in evidence if thing and counts(item["text"], thing)]
    most = moments_to_quote(plan, evidence)
    if not most:
        likely = hardly_told_apart(telling or _able(state) or evidence)
        return [*whole(likely[0], evidence), *likely[1:]] if likely else []
    found = telling or evidence
    first = [item for item in found if item["why"] == found[0]["why"]][:most]
    if telling or TemporalQuery.model_validate(plan["query"]).target:
        return first
    return sorted(first, key=lambda item: (item["media_id"], item["start_ms"]))


def _able(state: AgentState) -> list[EvidenceItem]:
    """Return the evidence that may answer by what is said, and does not only ask."""
    question = state["question"]
    return [item for item in promising(question, state["evidence"])
            if could_tell(question, item["text"])]


def _sides(state: AgentState) -> list[EvidenceItem]:
    """Return the best moment of each search where several stand side by side; else none."""
    plan = state["plan"]
    searched = {each["id"] for each in plan.get("steps", []) if each["do"] == "find"}
    sides = searched & set(text_step(plan).get("after", ()))
    found = {item.get("step"): item for item in reversed(state["evidence"])
             if item.get("step") in sides}
    return list(found.values())[::-1] if len(sides) > 1 else []


def _unheard(state: AgentState, cited: set[int]) -> list[EvidenceItem]:
    """Return the best moment of each side that an answer leaves out; a length is told by one."""
    told = {item.get("step") for item in state["evidence"] if item["n"] in cited}
    sides = [item for item in _sides(state) if item.get("step") not in told]
    return [] if TOLD in told else sides


def _passed_over(state: AgentState, cited: set[int]) -> list[EvidenceItem]:
    """Return what a plain search put first where a model tells from something else: both are shown.

    A small model is no better judge of which of two moments answers than the search is.
    """
    best = _able(state)[:1]
    if not best or "share" not in best[0] or _sides(state):
        return []
    is_told = cited & {item["n"] for item in whole(best[0], state["evidence"])}
    return [] if is_told else best


def _replies(state: AgentState, cited: set[int]) -> list[EvidenceItem]:
    """Return what answers a question that was asked there, where only the question is cited."""
    asked = [item for item in state["evidence"] if item["n"] in cited and only_asks(item["text"])]
    return [item for each in asked for item in whole(each, state["evidence"])
            if item["why"] == ANSWERS and item["n"] not in cited]


def _said(item: EvidenceItem, state: AgentState, memories: Memories) -> str:
    """Quote a moment, with its speaker where it is asked who speaks."""
    if state["plan"].get("asks_who") and item["track"] == Track.SPEECH:
        nobody = phrase("nobody", wanted(state["plan"]))
        who = named(item["speaker"], memories) if item["speaker"] else nobody
        return f"{who}: {quoted(item)}"
    return quoted(item)


def _counted(state: AgentState) -> str:
    """Say the number or the length of time that was asked for; code computed it."""
    value = state["value"] or 0
    query = TemporalQuery.model_validate(state["plan"]["query"])
    language = wanted(state["plan"])
    said = (phrase("whole", language, said=length_in(value, language).capitalize())
            if query.ask is Ask.DURATION else f"{value:,}." if not query.target else
            phrase("once" if value == 1 else "times", language, count=f"{value:,}"))
    marks = "".join(f"[{item['n']}]" for item in state["evidence"][:_CITED])
    return f"{said} {marks}".strip()


def _not_told(state: AgentState) -> dict[str, Any]:
    language, near = wanted(state["plan"]), state.get("nearest") or []
    places = ", ".join(
        phrase("place", language, name=each["name"], time=format_timecode(each["start_ms"]))
        for each in near)
    told = phrase("not_told", language, why=retold(state["support"].rstrip("."), language))
    offer = phrase("nearest", language, places=places) if places else ""
    return {"answer": f"{told} {offer}".strip(), "citations": [], "found": False, "removed": []}


def _time_of(evidence: list[EvidenceItem], n: int) -> str:
    return next(format_timecode(item["start_ms"]) for item in evidence if item["n"] == n)


def _ends_of(part: PartItem) -> dict[str, str]:
    return {"start": format_timecode(part["start_ms"]), "end": format_timecode(part["end_ms"])}
