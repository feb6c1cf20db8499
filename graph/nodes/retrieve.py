"""Node retrieve: one search of the plan is carried out, side by side with others."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, cast

from langgraph.runtime import Runtime

from trikal.catalogue import Medium
from trikal.errors import BadInput
from trikal.graph.acts import ActItem, act
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.evidence import EvidenceItem, of_found
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.planning.linking import linked
from trikal.graph.planning.plans import Find, step_data, step_of
from trikal.graph.reasons import with_reasons
from trikal.graph.running_on import with_its_sentence
from trikal.graph.state import DoubtItem, PartItem, StepItem, StepTask
from trikal.graph.weighing.best_alone import MANY, support_of_best
from trikal.graph.weighing.by_model import by_model
from trikal.graph.weighing.one_statement import as_one, tells_both
from trikal.graph.weighing.reranking import both, reranked
from trikal.graph.weighing.support import NOTHING_NEAR, answering, lacking
from trikal.indexes.found import Doubt, Found, Part
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.temporal import Ask, TemporalQuery
from trikal.indexes.trace import Step, StepKind
from trikal.serving.notices import hearing
from trikal.tools.by_reranker import CANDIDATES, Order
from trikal.tools.initials import shortened
from trikal.tools.own_letters import searched
from trikal.tools.rarity import RareWords, rare_words
from trikal.tools.verification import carried_share, only_asks

LIMIT = 8
_FOR_SUPPORT = 5  # as many as the threshold of support was chosen with
_LEAST_NAMED = 1 / 3


def retrieve(state: StepTask, runtime: Runtime[Context]) -> dict[str, Any]:
    """Search, and weigh whether what is found answers what was searched for."""
    resources = resources_of(runtime)
    find = cast(Find, step_of(state["step"]))
    with Stopwatch("retrieve", steps=1) as watch, hearing() as notices:
        own = searched(find.query, state.get("question", ""))
        try:
            query = linked(find.model_copy(update={"query": own}), state.get("given", {}))
        except BadInput as exc:
            made = act(find.id, "find", find.query.words(), status="failed", why=str(exc))
        else:
            made = (_told_in_one(find, query, state, resources)
                    or _searched(find, query, state, resources))
    update = watch.ended(made)
    if order := made["found"].get("reranked"):
        update["timings_ms"] = {"retrieve": round(watch.ms - order["ms"], 1), "rerank": order["ms"]}
    return {**update, "notices": notices} if notices else update


def _told_in_one(
    find: Find, query: TemporalQuery, task: StepTask, resources: Resources
) -> ActItem | None:
    """Search for one statement that tells what is asked and the event that it hangs on."""
    plain = None if task.get("problem") or find.naming else as_one(query)
    if plain is None or query.anchored is None or (
            resources.finder.size(_chosen_from(query, _scope(task), resources)) < MANY):
        return None
    # Whether it tells both is seen of the search's own first, so that no model moves the time.
    made = _searched(find, plain, task, resources, reranks=False)
    event = _rare_words(query.anchored.anchor.target, task, resources, query)
    is_told = (not made["lacking"] and made["certainty"] is not None
               and tells_both(made["evidence"][0], query.target, event))
    return made if is_told else None


def _searched(
    find: Find, query: TemporalQuery, task: StepTask, resources: Resources, *,
    reranks: bool = True,
) -> ActItem:
    scope, problem = _scope(task), task.get("problem", "")
    found = (Found(evidence=(), absent=problem) if problem else resources.finder.find(
        query, scope=scope, limit=CANDIDATES if query.is_plain else LIMIT))
    weighed = _weighed(find, query, found, task, resources, reranks=reranks)
    told = {
        "query": query.model_dump(mode="json"), "value": found.value, "absent": found.absent,
        "steps": [cast(StepItem, step.as_data()) for step in (*found.steps, *weighed.steps())],
        "parts": [_part(part, resources.media) for part in found.parts],
        "doubts": [_doubt(doubt, find, query) for doubt in found.doubts],
        **weighed.reranked(),
    }
    return act(find.id, "find", query.words(), evidence=weighed.evidence, lacking=weighed.why,
               certainty=weighed.certainty, found=told)


class _Weighed(NamedTuple):
    """What was found as evidence, why it does not answer, and how certain that is.

    Where a reranker put it in order, also what it did, and what the evidence was before.
    """

    why: str
    certainty: float | None
    evidence: list[EvidenceItem]
    order: Order | None = None
    before: Sequence[EvidenceItem] = ()

    def steps(self) -> list[Step]:
        """Say what a reranker did."""
        return [Step(kind=StepKind.NOTE, words=self.order.words())] if self.order else []

    def reranked(self) -> dict[str, Any]:
        """Return the same as data."""
        order = self.order
        if order is None:
            return {}
        before = [{"text": item["text"], "score": item["score"]} for item in self.before]
        return {"reranked": {"by": order.by, "moments": len(order.scores),
                             "ms": round(order.ms, 1), "before": before}}


def _weighed(
    find: Find, query: TemporalQuery, found: Found, task: StepTask, resources: Resources, *,
    reranks: bool,
) -> _Weighed:
    """Say why what was found does not answer, how certain that is, and give it as evidence."""
    plain = query.is_plain and bool(found.evidence)
    words = _rare_words(query.target, task, resources, query) if plain else RareWords(rarity={})
    candidates = _candidates(query, found, words, task, resources)
    first = candidates[:LIMIT] if plain else candidates
    able = answering(query, first)
    ordered = reranked(answering(query, candidates), words, query.target) if plain else able
    evidence = ordered[:LIMIT] if plain else able
    among = resources.finder.size(_chosen_from(query, _scope(task), resources))
    best = support_of_best(query.target, evidence[0], words, resources.relevance, among=among) if (
        plain and able) else None
    why, certainty = lacking(
        query, found, able[:_FOR_SUPPORT], resources.relevance, among=among, best=best)
    if first and not able:
        why, certainty = NOTHING_NEAR, None
    if why:
        # What the best evidence does not bear, no small model's yes makes an answer.
        return _Weighed(why, None, evidence) if best else _Weighed(why, certainty, first)
    if not _names(find.naming, evidence):
        return _Weighed(NOTHING_NEAR, None, evidence)
    if not plain and not _asks_at_a_place(query, evidence):
        return _Weighed("", certainty, evidence)
    order = None
    if plain and reranks and not task.get("anchors"):
        evidence, order = by_model(query.target, ordered, resources.reranker, limit=LIMIT)
    before = _with_what_belongs(query, ordered[:LIMIT], resources) if order else ()
    return _Weighed("", certainty, _with_what_belongs(query, evidence, resources), order, before)


def _with_what_belongs(
    query: TemporalQuery, evidence: Sequence[EvidenceItem], resources: Resources
) -> list[EvidenceItem]:
    """Put the rest of its sentence, and what may be the reason, behind the best evidence."""
    whole = with_its_sentence(evidence, resources.finder, resources.media)
    return with_reasons(query.target, whole, resources.finder, resources.media)


def _candidates(
    query: TemporalQuery, found: Found, words: RareWords, task: StepTask, resources: Resources
) -> list[EvidenceItem]:
    """Return what was found as evidence; and with it what is found by initials."""
    items = [of_found(each, resources.media) for each in found.evidence]
    if not words.initials:
        return items
    short = query.model_copy(update={"target": shortened(query.target, words.initials)})
    other = resources.finder.find(short, scope=_scope(task), limit=CANDIDATES)
    return both(items, [of_found(each, resources.media) for each in other.evidence])


def _asks_at_a_place(query: TemporalQuery, evidence: Sequence[EvidenceItem]) -> bool:
    """Tell whether something is asked of a place in time, and the best there only asks it too."""
    return bool(query.target and query.constraints and query.ask is Ask.MOMENTS
                and not query.verbatim and query.ordinal is None
                and evidence and only_asks(evidence[0]["text"]))


def _scope(task: StepTask) -> MomentFilter:
    return MomentFilter(media_ids=tuple(task.get("media_ids") or ()))


def _rare_words(
    text: str, task: StepTask, resources: Resources, query: TemporalQuery
) -> RareWords:
    return rare_words(
        text, resources.finder, _chosen_from(query, _scope(task), resources),
        question=task.get("question", ""))


def _names(wanted: str, evidence: Sequence[EvidenceItem]) -> bool:
    """Tell whether the best evidence has some of the words that it is to have."""
    return not wanted or carried_share(wanted, [evidence[0]["text"]]) >= _LEAST_NAMED


def _chosen_from(
    query: TemporalQuery, scope: MomentFilter, resources: Resources
) -> MomentFilter:
    """Return the filter of what the search could choose from, by medium and speaker."""
    named = tuple(medium.id for medium in resources.media.values()
                  if any(map(medium.is_called, query.scope.media)))
    return replace(scope, media_ids=named or scope.media_ids, speakers=query.scope.speakers)


def _part(part: Part, media: Mapping[str, Medium]) -> PartItem:
    medium = media.get(part.media_id)
    return PartItem(media_id=part.media_id, name=medium.name if medium else part.media_id[:12],
                    start_ms=part.interval.start_ms, end_ms=part.interval.end_ms,
                    score=part.score)


def _doubt(doubt: Doubt, find: Find, query: TemporalQuery) -> DoubtItem:
    narrowed = [query.replacing(doubt.part, each) for each in doubt.narrowed]
    becomes = [step_data(find.model_copy(update={"query": each, "uses": ()})) for each in narrowed]
    return DoubtItem(words=doubt.words, choices=list(doubt.choices), kind="meaning", step=find.id,
                     queries=[each.model_dump(mode="json") for each in narrowed],
                     becomes=[*becomes])
