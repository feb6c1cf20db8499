"""Who answers the questions: Trikal, and simpler ways to do it over the same index and models."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.language_models import BaseChatModel
from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel, Field

from bench.temporal.generate import Question
from trikal.errors import TrikalError
from trikal.graph.context import Context, Resources
from trikal.graph.nodes.plan import plan
from trikal.graph.state import AgentState
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import MomentFilter, MomentIndex
from trikal.indexes.rules import read_question
from trikal.indexes.temporal import Relation, TemporalQuery
from trikal.moments import Moment, Unit
from trikal.timecode import format_timecode

LIMIT = 8
"""How many moments an answer may name."""

_SEARCHED = 50
_LISTED = 500
_BACK_MS = 600_000
_CHARACTERS = 200
_CHOOSE = ("Choose the evidence that answers the question about a recording. Mind the times. Reply "
           "with the numbers of the evidence, the best first.")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a system answered.

    Attributes:
        moments: Best first.
        value: A number, if it gave one: a count, or ms.
        notes: What it did, for debugging.
    """

    moments: tuple[Moment, ...] = ()
    value: int | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)


System = Callable[[Question], Answer]


class Order(BaseModel):
    """Which hits answer a question, best first."""

    best: list[int] = Field(min_length=1, max_length=LIMIT)


class Searching:
    """The systems that need no chat model.

    Args:
        resources: What an archive is searched with.
        index: The archive's index.
        scope: Which media the questions are about.
        duration_ms: Their length.
    """

    def __init__(
        self, resources: Resources, index: MomentIndex, scope: MomentFilter, duration_ms: int
    ) -> None:
        self._resources = resources
        self._finder = resources.finder
        self._index = index
        self._scope = scope
        self._duration_ms = duration_ms

    def systems(self) -> dict[str, System]:
        """Return the systems by name."""
        return {"trikal": self.trikal, "containment": self.containment,
                "filter after search": self.filter_after_search, "plain": self.plain}

    def trikal(self, question: Question) -> Answer:
        """Rules and time algebra, no chat model."""
        return self.find(self._read(question))

    def find(self, query: TemporalQuery) -> Answer:
        """Answer a temporal query."""
        try:
            found = self._finder.find(query, scope=self._scope, limit=LIMIT)
        except (TrikalError, ValueError) as exc:
            return Answer(notes={"query": query.words(), "error": str(exc)})
        return Answer(moments=tuple(each.moment for each in found.evidence),
                      value=getattr(found, "value", None),
                      notes={"query": query.words(), "trace": found.trace})

    def containment(self, question: Question) -> Answer:
        """The same reading, one step: the best anchor, and only what lies wholly in its window."""
        query = self._read(question)
        window = self._window(query)
        if window is None:
            return Answer(notes={"query": query.words()})
        scope = replace(self._scope, windows=(window,), speakers=query.scope.speakers)
        if query.target:
            found = [each.moment for each in self._search(query.target, scope)]
        else:
            found = self._listed(scope, window)
        inside = [moment for moment in found if window.contains(Interval.of(moment))]
        return Answer(moments=tuple(inside[:LIMIT]), notes={"query": query.words()})

    def _listed(self, scope: MomentFilter, window: Interval) -> list[Moment]:
        """List what is in a window, in time order; backwards where it has an end only."""
        is_backward = window.start_ms == EARLIEST_MS and window.end_ms < LATEST_MS
        if is_backward:
            window = Interval(window.end_ms - _BACK_MS, window.end_ms)
        found = self._index.in_window(
            replace(scope, windows=(window,), units=(Unit.OBSERVATION,)), _LISTED)
        return found[::-1] if is_backward else found

    def filter_after_search(self, question: Question) -> Answer:
        """Search first, then drop what lies outside of the window."""
        query = self._read(question)
        window = self._window(query)
        found = self._search(query.target or question.question, self._scope)
        speakers = query.scope.speakers
        inside = [each.moment for each in found
                  if window and Interval.of(each.moment).overlaps(window)
                  and (not speakers or each.moment.speaker in speakers)]
        return Answer(moments=tuple(inside[:LIMIT]), notes={"query": query.words()})

    def plain(self, question: Question) -> Answer:
        """Hybrid search with the question as it stands."""
        return Answer(moments=tuple(each.moment for each in self.hits(question)))

    def hits(self, question: Question) -> list[Evidence]:
        """Return what plain search finds."""
        return self._search(question.question, self._scope)[:LIMIT]

    def _read(self, question: Question) -> TemporalQuery:
        return read_question(question.question, self._resources.vocabulary).query

    def _search(self, text: str, scope: MomentFilter) -> list[Evidence]:
        (found,) = self._finder.search([text], scope=scope, limit=_SEARCHED)
        return found

    def _window(self, query: TemporalQuery) -> Interval | None:
        window: Interval | None = Interval(EARLIEST_MS, LATEST_MS)
        hung = False
        for constraint in query.constraints:
            if hasattr(constraint, "anchor"):
                if hung:
                    continue
                hung, own = True, self._hung(constraint)
            else:
                own = on_clock(constraint, self._duration_ms)
            window = window.intersection(own) if window and own else None
        return window

    def _hung(self, constraint: Any) -> Interval | None:
        events = [constraint.anchor, getattr(constraint, "other", None)]
        found = [self._search(event.target, replace(
            self._scope, speakers=event.scope.speakers))[:1] for event in events
            if event is not None and event.target]
        places = [Interval.of(each.moment) for hits in found for each in hits]
        return beside(constraint, places) if places else None


def on_clock(constraint: Any, duration_ms: int) -> Interval:
    """Return the window of a constraint that hangs on no event."""
    if hasattr(constraint, "readings"):
        constraint = constraint.readings[0]
    if hasattr(constraint, "start_ms"):
        start, end = constraint.start_ms, constraint.end_ms
        if constraint.from_end:
            start, end = (None if each is None else duration_ms - each for each in (start, end))
    else:
        start, end = (round(each * duration_ms) for each in (constraint.start, constraint.end))
    return Interval(EARLIEST_MS if start is None else start, LATEST_MS if end is None else end)


def beside(constraint: Any, places: Sequence[Interval]) -> Interval | None:
    """Return the window that a relation leaves beside one event or between two."""
    first, *_, last = sorted(places) * 2
    if len(places) > 1:
        start, end = ((first.start_ms, last.end_ms) if constraint.relation == Relation.DURING
                      else (first.end_ms, last.start_ms))
        return Interval(start, end) if start < end else None
    least = getattr(constraint, "at_least_ms", 0)
    most = getattr(constraint, "at_most_ms", None)
    relation = str(constraint.relation)
    if "before" in relation:
        return Interval(EARLIEST_MS if most is None else first.start_ms - most,
                        first.start_ms - least)
    if "after" in relation:
        return Interval(first.end_ms + least,
                        LATEST_MS if most is None else first.end_ms + most)
    if relation.startswith("from"):
        return Interval.since(first.start_ms)
    return Interval(first.start_ms - (most or 0), first.end_ms + (most or 0))


def ordering(searching: Searching, chat: BaseChatModel) -> System:
    """Return the system in which the chat model orders what plain search finds.

    Hits that it leaves out follow in the order of the search.
    """
    structured = chat.with_structured_output(Order, method="json_schema", include_raw=True)

    def ordered(question: Question) -> Answer:
        hits = searching.hits(question)
        lines = "\n".join(
            f"[{n}] {format_timecode(hit.moment.start_ms)} {hit.moment.speaker or ''}: "
            f"{hit.moment.text[:_CHARACTERS]}" for n, hit in enumerate(hits, start=1))
        reply = structured.invoke(
            [("system", _CHOOSE), ("human", f"{lines}\n\nQuestion: {question.question}")])
        parsed = reply["parsed"] if isinstance(reply, dict) else reply
        best = parsed.best if isinstance(parsed, Order) else []
        numbers = range(1, len(hits) + 1)
        chosen = dict.fromkeys([*(n for n in best if n in numbers), *numbers])
        return Answer(moments=tuple(hits[n - 1].moment for n in chosen), notes={"order": best})

    return ordered


def planning(searching: Searching, resources: Resources) -> System:
    """Return Trikal with its own plan step, in which the chat model helps the rules."""
    graph = StateGraph(AgentState, context_schema=Context)
    graph.add_node("plan", plan)
    graph.add_edge(START, "plan")
    graph.add_edge("plan", END)
    planner = graph.compile()

    def planned(question: Question) -> Answer:
        state = planner.invoke({"question": question.question},
                               context=Context(resources=resources))
        return searching.find(TemporalQuery.model_validate(state["plan"]["query"]))

    return planned
