"""When a second look is worth its cost, and where.

The archive is what ingest saw: pictures read where they changed, speech heard once by one model.
Where a question asks for the screen or the picture at a place and the archive holds nothing there,
the medium itself is read or looked at; where speech was heard with little confidence or hardly
carries its question, it is listened to again.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from trikal.catalogue import Medium
from trikal.graph.acts import ActItem, by_step
from trikal.graph.planning.plans import TEXTS, Listen, Look, Read
from trikal.graph.state import AgentState
from trikal.indexes.temporal import TemporalQuery
from trikal.moments import Track

AGAIN: Final = "again"
"""How the step of a second look is called that nobody asked for."""

LOW_CONFIDENCE: Final = 0.5
"""Speech that its model was less sure of than this is worth listening to again."""

_LONGEST_MS: Final = 60_000
_LONGEST_LISTENED_MS: Final = 30_000
_SEEN: Final = frozenset({Track.CAPTION, Track.FRAME})


def second_look(state: AgentState, media: Mapping[str, Medium]) -> Look | Read | Listen | None:
    """Return the second look that could change the answer, if there is one left to take."""
    plan = state["plan"]
    main = by_step(state.get("acts", [])).get(plan.get("main", ""))
    looked = any(each["id"] == AGAIN for each in plan.get("steps", []))
    if main is None or looked or plan["problem"] or main["status"] != "done":
        return None
    query = TemporalQuery.model_validate(plan["query"])
    if main["lacking"] and set(query.tracks) & {Track.SCREEN, *_SEEN}:
        return _on_the_picture(query, main, media, state["question"])
    return _by_ear(main, query, media)


def _on_the_picture(
    query: TemporalQuery, main: ActItem, media: Mapping[str, Medium], question: str
) -> Look | Read | None:
    place = next(_places(query, main, media), None)
    if place is None:
        return None
    medium, start, end = place
    if Track.SCREEN in query.tracks:
        return Read(id=AGAIN, medium=medium, start_ms=start, end_ms=end, about=query.target[:300])
    return Look(id=AGAIN, medium=medium, start_ms=start, end_ms=end, ask=question[:300])


def _places(
    query: TemporalQuery, main: ActItem, media: Mapping[str, Medium]
) -> Iterator[tuple[str, int, int]]:
    """Yield the places that the search was narrowed to, and that are short enough to look at."""
    films = {key: each for key, each in media.items() if each.kind == "video"}
    for step in main["found"].get("steps", []):
        if step["kind"] == "window" and step["media_id"] in films:
            for start, end in step["intervals"]:
                yield from _inside(films[step["media_id"]], start, end)
    named = [each for each in films.values()
             if not query.scope.media or any(map(each.is_called, query.scope.media))]
    if len(named) == 1:
        for window in query.absolutes:
            if not window.from_end and window.start_ms is not None:
                end = window.start_ms if window.end_ms is None else window.end_ms
                yield from _inside(named[0], window.start_ms, end)


def _inside(medium: Medium, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    first = max(start, 0)
    last = max(min(end, medium.duration_ms), first + 1)
    if first < medium.duration_ms and last - first <= _LONGEST_MS:
        yield medium.id, first, last


def _by_ear(
    main: ActItem, query: TemporalQuery, media: Mapping[str, Medium]
) -> Listen | None:
    """Listen again to the best evidence where it was heard badly."""
    best = next((item for item in main["evidence"] if item["track"] == Track.SPEECH), None)
    if best is None or best is not main["evidence"][0]:
        return None
    confidence, medium = best.get("confidence"), media.get(best["media_id"])
    badly = confidence is not None and confidence < LOW_CONFIDENCE
    if not badly or medium is None or medium.kind not in ("video", "audio"):
        return None
    if best["end_ms"] - best["start_ms"] > _LONGEST_LISTENED_MS:
        return None
    return Listen(id=AGAIN, after=(main["step"],), about=query.target[:300],
                  language=_language(main))


def _language(main: ActItem) -> str | None:
    """Return the language that the other evidence of the medium is in, where it is another one.

    A single utterance is often heard in the wrong language; its neighbours outvote it.
    """
    best, *others = main["evidence"]
    near = [each.get("language") for each in others if each["media_id"] == best["media_id"]
            and each.get("language")]
    common = max(set(near), key=near.count) if near else None
    return common if common != best.get("language") else None


def with_second_look(
    steps: list[dict[str, Any]], look: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Put a second look into a plan: before the text, whose evidence it becomes, first of all."""
    made: list[dict[str, Any]] = []
    for each in steps:
        if each["do"] in TEXTS:
            made += [dict(look), {**each, "after": [look["id"], *each.get("after", ())]}]
        else:
            made.append(each)
    return made
