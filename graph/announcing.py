"""What is said where nothing is asked, but a file is to be made of a medium that is named."""

from collections.abc import Mapping
from typing import Any, Final

from trikal.catalogue import Medium
from trikal.graph.acts import ActItem, by_step
from trikal.graph.phrases import ENGLISH, phrase
from trikal.graph.planning.output_steps import Export, Stills
from trikal.graph.planning.plans import SOURCES, step_of
from trikal.graph.state import AgentState, Plan
from trikal.timecode import format_timecode
from trikal.tools.export import CHAPTERS, SUBTITLES

_MADE: Final = frozenset({"clip", "export", "stills"})


def files_made(plan: Plan) -> list[dict[str, Any]]:
    """Return the steps that make files of media, where the plan does nothing else."""
    steps = plan.get("steps", [])
    if any(each["do"] in SOURCES for each in steps):
        return []
    return [each for each in steps if each["do"] in _MADE]


def announced(plan: Plan, media: Mapping[str, Medium]) -> str:
    """Say which files are to be made, in words."""
    return " ".join(_words(step_of(each), media) for each in files_made(plan))


def unmade(state: AgentState, acts: list[ActItem]) -> dict[str, Any]:
    """Return the reply where the files that were asked for could not be made: an update."""
    known = by_step(acts)
    ends = [known[each["id"]] for each in files_made(state["plan"]) if each["id"] in known]
    reasons = [each["why"] for each in ends if each["status"] in ("failed", "left out")]
    if not reasons:
        return {}
    language = state["plan"].get("language") or ENGLISH
    return {"answer": phrase("unmade", language, why=reasons[0]), "found": False}


def _words(step: Any, media: Mapping[str, Medium]) -> str:
    medium = media.get(step.medium)
    name = medium.name if medium else step.medium
    if isinstance(step, Export):
        return f"The {_what(step)} of {name} as {step.format}."
    what = f"{step.count} pictures of " if isinstance(step, Stills) and step.count > 1 else (
        "A picture of " if isinstance(step, Stills) else "A cut of ")
    return f"{what}{name}{_where(step)}."


def _what(step: Export) -> str:
    return ("chapters" if step.format in CHAPTERS else
            "subtitles" if step.format in SUBTITLES else "moments")


def _where(step: Any) -> str:
    """Say where in the medium; nothing where it is all of it."""
    start = format_timecode(step.start_ms)
    if isinstance(step, Stills) and step.count == 1 and step.end_ms is not None:
        return f" at {start}"
    if step.end_ms is not None:
        return f" from {start} to {format_timecode(step.end_ms)}"
    return f" from {start}" if step.start_ms else ""
