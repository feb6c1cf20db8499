"""Node inspect: a second look at the media themselves, for what the archive does not tell.

What is observed is evidence like any other, with its medium and its times; its source says that it
was observed now.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from langgraph.runtime import Runtime

from trikal.errors import BadInput, TrikalError
from trikal.graph.acts import ActItem, act, all_given
from trikal.graph.context import Context, Resources, resources_of
from trikal.graph.evidence import OBSERVED_NOW, EvidenceItem, of_cited
from trikal.graph.nodes.timing import Stopwatch
from trikal.graph.planning.plans import Listen, Look, Read, step_of
from trikal.graph.state import StepTask
from trikal.graph.weighing.support import observation_lacks
from trikal.tools.caption import STRETCH_MS
from trikal.tools.results import Moments
from trikal.tools.toolbox import Toolbox

Span = tuple[str, int, int | None]
_MOST_SPANS: Final = 2
_MOST_STRETCHES: Final = 6
_AROUND_MS: Final = 1_500


def inspect(state: StepTask, runtime: Runtime[Context]) -> dict[str, Any]:
    """Look, read or listen where the step says, and weigh what is observed."""
    resources = resources_of(runtime)
    step = step_of(state["step"])
    with Stopwatch("inspect", steps=1) as watch:
        try:
            made = _observed(step, state.get("given", {}), resources)
        except TrikalError as exc:
            made = act(step.id, step.do, step.do, status="failed", why=str(exc))
    return watch.ended(made)


def _observed(
    step: Any, given: Mapping[str, Sequence[EvidenceItem]], resources: Resources
) -> ActItem:
    tools = resources.tools()
    seen = [_look(step, span, tools) for span in _spans(step, given, resources)]
    if not seen:
        raise BadInput("Nothing was found where this could look.")
    items = [of_cited(each, resources.media, why=part.words, source=OBSERVED_NOW)
             for part in seen for each in part.moments]
    why, items = observation_lacks(step.about, items, resources.relevance)
    absent = "; ".join(part.absent for part in seen if part.absent)
    words = "; ".join(part.words for part in seen)
    return act(step.id, step.do, words, evidence=items,
               lacking=absent or why if not items or why else "")


def _spans(
    step: Any, given: Mapping[str, Sequence[EvidenceItem]], resources: Resources
) -> Iterator[Span]:
    """Yield where to look: where the step says, else where the best evidence of others is."""
    if step.medium is not None:
        for start, end in _parts(step):
            yield step.medium, start, end
        return
    for item in all_given(given)[:_MOST_SPANS]:
        start, end = item["start_ms"], item["end_ms"]
        if isinstance(step, Listen):
            medium = resources.media.get(item["media_id"])
            last = medium.duration_ms if medium else end
            yield item["media_id"], max(start - _AROUND_MS, 0), max(min(end + _AROUND_MS, last),
                                                                    start + 1)
        else:
            yield item["media_id"], max(start, 0), max(end, start + 1)


def _parts(step: Any) -> Iterator[tuple[int, int | None]]:
    """Yield the spans of a step: of a long one that is to be seen, some evenly spread over it."""
    start, end = step.start_ms, step.end_ms
    if not isinstance(step, Look) or end is None or end - start <= STRETCH_MS:
        yield start, end
        return
    count = min(-(-(end - start) // STRETCH_MS), _MOST_STRETCHES)
    bounds = [start + (end - start) * part // count for part in range(count + 1)]
    for first, last in pairwise(bounds):
        spare = max(last - first - STRETCH_MS, 0) // 2
        yield first + spare, last - spare


def _look(step: Any, span: Span, tools: Toolbox) -> Moments:
    medium, start, end = span
    if isinstance(step, Read):
        return tools.read(medium, start_ms=start, end_ms=end)
    if isinstance(step, Look):
        return tools.look(medium, start_ms=start, end_ms=end, ask=step.ask or None)
    return tools.listen(medium, start_ms=start, end_ms=end, language=step.language,
                        model=step.model)
