"""What only the reader may allow: to go over the budget, and to write outside the archive."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from trikal.graph.acts import all_given, given_to, ready
from trikal.graph.context import Resources
from trikal.graph.costs import seconds_of
from trikal.graph.planning.plans import OUTPUTS
from trikal.graph.state import AgentState, DoubtItem
from trikal.timecode import format_length
from trikal.tools.toolbox import Toolbox

_SAID: Final[Mapping[str, str]] = {
    "look": "Looking there", "read": "Reading the screen there", "listen": "Listening to it again",
    "compose": "Writing it", "clip": "Cutting the reel", "say": "Saying it aloud",
    "show": "Showing it said", "export": "Writing it", "stills": "Saving the pictures",
}


def permissions(state: AgentState, resources: Resources) -> list[DoubtItem]:
    """Return what must be allowed before the plan goes on; nothing has been done by then."""
    steps, acts = state["plan"].get("steps", []), state.get("acts", [])
    ended = {each["step"] for each in acts}
    asked = [doubt for each in steps if each["id"] not in ended and not each.get("granted")
             for doubt in _outside(each, resources.toolbox)]
    begun = [each for each in ready(steps, acts) if not each.get("granted")]
    left = resources.limits.seconds_left(state.get("spent"))
    for step in begun:
        given = all_given(given_to(step, acts))
        asked += _over(step, seconds_of(step, given, resources.media), left)
    return asked


def _outside(step: Mapping[str, Any], tools: Toolbox | None) -> Iterator[DoubtItem]:
    file = step.get("file")
    if step["do"] not in OUTPUTS or not file or tools is None or tools.outputs.allows(file):
        return
    target = _expanded(Path(file)).absolute()
    inside = target.name if tools.outputs.allows(target.name) else None
    kept = f"keep it in the archive as {inside}" if inside else "keep it in the archive"
    yield DoubtItem(
        words=f"{target} lies outside the folders that may be written to. Write there?",
        choices=[kept, f"write {target}"], queries=[], kind="outside", step=step["id"],
        becomes=[_with(step, file=inside), _with(step, file=str(target), granted=True)],
    )


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # the home of somebody who is not there
        return path


def _over(step: Mapping[str, Any], seconds: float, left: float) -> Iterator[DoubtItem]:
    if step["do"] not in _SAID or seconds <= left:
        return
    is_text = step["do"] == "compose"
    yield DoubtItem(
        words=f"{_SAID[step['do']]} takes about {format_length(int(seconds * 1000))}, more than "
              f"the {format_length(int(left * 1000))} that are left for this question. Do it?",
        choices=["do it without the chat model" if is_text else "leave it out", "do it"],
        queries=[], kind="cost", step=step["id"],
        becomes=[_with(step, by_model=False, granted=True) if is_text else None,
                 _with(step, granted=True)],
    )


def _with(step: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    made = {**step, **more}
    return {key: value for key, value in made.items() if value is not None}
