"""How a question and what is to be done with it become steps, by rules alone."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from trikal.catalogue import Medium
from trikal.errors import BadInput
from trikal.graph.announcing import files_made
from trikal.graph.collating import ON_SCREEN, text_step
from trikal.graph.planning.archive_facts import names_of
from trikal.graph.planning.output_steps import Clip, Export, Say, Show, Stills
from trikal.graph.planning.plans import (
    Answer,
    Compose,
    Find,
    Listen,
    Look,
    Read,
    Step,
    StepPlan,
    step_data,
)
from trikal.graph.planning.requests import Request
from trikal.graph.planning.step import MOST_STEPS
from trikal.graph.state import Plan
from trikal.indexes.temporal import Absolute, Ambiguous, Clock, TemporalQuery
from trikal.moments import Track
from trikal.tools.composition import Kind

FIRST: Final = "s1"
"""The name of the search that every usual plan begins with."""

MOST_CUT: Final = 20
"""How many moments a reel shows that is to show more than one."""

_TEXT: Final = "text"
_AN_INSTANT_MS: Final = 1_000
_OBSERVING: Final[Mapping[str, type[Look] | type[Read] | type[Listen]]] = {
    "look": Look, "read": Read, "listen": Listen,
}


def plain_plan(query: TemporalQuery) -> StepPlan:
    """Return the plan of a plain question: search, and answer from what is found."""
    return StepPlan(steps=(Find(id=FIRST, query=query), Answer(id=_TEXT, after=(FIRST,))))


def laid_out(
    request: Request, query: TemporalQuery, media: Mapping[str, Medium],
    searches: Sequence[Find] = (),
) -> StepPlan:
    """Return the plan of a question and what is to be done with its answer.

    Args:
        request: What is to be done.
        query: What its question asks for.
        media: The archive's media, by id.
        searches: The searches to make in place of the one for the query.

    Raises:
        BadInput: The request cannot be followed: it is not said in which medium, above all.
    """
    if not searches and (made := named_span(request, query, media)):
        return StepPlan(steps=(Answer(id=_TEXT), made))
    steps: list[Any] = list(searches) or _sources(request, query, media)
    names = _cited(steps)
    text = _text(request, query, media, names)
    if isinstance(text, Compose) and text.medium is not None and not searches:
        steps = []
    steps.append(text)
    if request.clip:
        steps.append(Clip(id="reel", after=names, file=request.file,
                          most=MOST_CUT if request.many or request.last else 1))
    if request.export:
        steps.append(Export(id="export", after=names, format=request.export, file=request.file))
    if request.stills:
        steps.append(Stills(id="stills", after=names, count=request.stills, file=request.file))
    return StepPlan(steps=(*steps, *_spoken(request)))


def told_plan(request: Request) -> StepPlan:
    """Return the plan of an answer that needs no search: it is said, where that is asked for."""
    return StepPlan(steps=(Answer(id=_TEXT), *_spoken(request)))


def _spoken(request: Request) -> tuple[Step, ...]:
    """Return the step that says the answer, where that is asked for."""
    spoken: dict[str, Any] = {"after": (_TEXT,), "language": request.language,
                              "translate": request.language is not None}
    if request.avatar:
        return (Show(id="avatar", **spoken),)
    return (Say(id="voice", file=_sound_file(request), **spoken),) if request.aloud else ()


def said_aloud(plan: Plan) -> Plan:
    """Return a plan whose answer is also said, where it has a place for that and does not yet."""
    steps = plan.get("steps", [])
    text = text_step(plan)["id"]
    if files_made(plan) or len(steps) >= MOST_STEPS or any(
            each["do"] in ("say", "show") for each in steps):
        return plan
    said = Say(id="aloud", after=(text,))
    return Plan(**{**plan, "steps": [*steps, step_data(said)]})


def named_span(
    request: Request, query: TemporalQuery, media: Mapping[str, Medium]
) -> Clip | Export | Stills | None:
    """Return the step that makes a file of a medium, or of a span of it, and needs no search.

    Raises:
        BadInput: It is not said which medium.
    """
    plain = not (query.target or query.anchored or query.scope.speakers)
    if not plain or not (request.clip or request.export or request.stills):
        return None
    if len(_windows(query)) < len(query.constraints) or request.clip and not query.constraints:
        return None
    medium = only_medium(query, media)
    if request.export:
        return Export(id="export", format=request.export, medium=medium, file=request.file)
    start, end = _window(query)
    if request.stills:
        return Stills(id="stills", count=request.stills, medium=medium, start_ms=start,
                      end_ms=end, file=request.file)
    return Clip(id="reel", medium=medium, start_ms=start, end_ms=end, file=request.file)


def _cited(steps: Sequence[Any]) -> tuple[str, ...]:
    """Return the steps whose evidence is cited, those first that answer.

    Where a search hangs on another one, what that found only leads to the answer; and so does
    what was found to be looked at.
    """
    leading = {use.step for each in steps if isinstance(each, Find) for use in each.uses}
    leading |= {name for each in steps if isinstance(each, Look) for name in each.after}
    return tuple(each.id for each in reversed(steps) if each.id not in leading) if leading else (
        tuple(each.id for each in steps))


def _sources(
    request: Request, query: TemporalQuery, media: Mapping[str, Medium]
) -> list[Step]:
    if not request.observe:
        return [Find(id=FIRST, query=query)]
    step = _OBSERVING[request.observe]
    more: dict[str, Any] = {}
    if step is Listen and request.language:
        more["language"] = request.language
    if query.target or query.anchored is not None:
        return [Find(id=FIRST, query=query), step(id="o1", after=(FIRST,), **more)]
    medium = only_medium(query, media)
    start, end = _window(query)
    if step is Look and not query.constraints:
        end = _length(medium, media)
    if step is not Listen and end is not None and end <= start + _AN_INSTANT_MS:
        end = None
    observing = step(id="o1", medium=medium, start_ms=start, end_ms=end, **more)
    return [observing, _on_screen(query, medium)] if step is Look else [observing]


def _on_screen(query: TemporalQuery, medium: str) -> Find:
    """Return the search for what can be read there: that is seen, too."""
    scope = query.scope.model_copy(update={"media": (medium,)})
    return Find(id=ON_SCREEN, query=query.model_copy(
        update={"scope": scope, "tracks": (Track.SCREEN,)}))


def _text(
    request: Request, query: TemporalQuery, media: Mapping[str, Medium], names: tuple[str, ...]
) -> Any:
    if request.kind is None:
        return Answer(id=_TEXT, after=names)
    about = query.target[:300]
    if query.target and request.kind is not Kind.CHAPTERS or request.last:
        return Compose(id=_TEXT, after=names, kind=request.kind, about=about)
    if query.anchored is not None or query.scope.speakers:
        return Compose(id=_TEXT, after=names, kind=request.kind, about=about)
    start, end = _window(query)
    return Compose(id=_TEXT, kind=request.kind, medium=only_medium(query, media), start_ms=start,
                   end_ms=end)


def only_medium(query: TemporalQuery, media: Mapping[str, Medium]) -> str:
    """Return the one medium that a query can mean.

    Raises:
        BadInput: There are several.
    """
    if query.scope.media:
        return query.scope.media[0]
    if len(media) == 1:
        return next(iter(media))
    names = ", ".join(sorted(each.name for each in media.values())[:8])
    raise BadInput(f"It is not said in which medium. Name one of: {names}")


def _length(medium: str, media: Mapping[str, Medium]) -> int | None:
    """Return where a medium ends, called by its id or its name."""
    return next((each.duration_ms for each in media.values()
                 if medium == each.id or medium.casefold() in names_of(each)), None)


def _windows(query: TemporalQuery) -> list[Absolute]:
    """Return the times on the media's clock; of one with several readings the likeliest."""
    read = [each.readings[0] if isinstance(each, Ambiguous) else each
            for each in query.constraints]
    return [each for each in read if isinstance(each, Absolute) and each.clock is Clock.MEDIA]


def _window(query: TemporalQuery) -> tuple[int, int | None]:
    window = next(iter(_windows(query)), Absolute())
    start, end = window.start_ms or 0, window.end_ms
    if window.from_end or start < 0:
        raise BadInput("Give the times from the beginning of the medium, like 0:10 to 0:20.")
    return start, end if end is None or end > start else start + _AN_INSTANT_MS


def _sound_file(request: Request) -> str | None:
    return request.file if request.file and request.file.lower().endswith(".wav") else None
