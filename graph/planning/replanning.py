"""What is done in the place of steps that failed.

A table, not a model: each kind of step has one way out or none, so that a plan ends after a round
or two. What failed has told its reason already; here stands what is done about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trikal.graph.acts import ActItem, behind

Steps = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A plan made anew.

    Attributes:
        steps: All its steps.
        undone: Those that are to be carried out again.
        words: What is done instead, for the reader.
    """

    steps: list[dict[str, Any]]
    undone: tuple[str, ...]
    words: tuple[str, ...]


def has_way_out(steps: Steps, failed: ActItem) -> bool:
    """Tell whether something else can be done in the place of a step that failed."""
    return _way_out(steps, failed) is not None


def instead(steps: Steps, failed: Sequence[ActItem]) -> Change:
    """Put other steps in the place of those that failed; the rest of the plan stays."""
    made = [dict(each) for each in steps]
    undone: list[str] = []
    words: list[str] = []
    for each in failed:
        way = _way_out(made, each)
        if way is None:
            continue
        step, said = way
        made = [step if known["id"] == each["step"] else known for known in made]
        undone += [each["step"], *behind(made, each["step"])]
        words.append(said)
    return Change(steps=made, undone=tuple(dict.fromkeys(undone)), words=tuple(words))


def _way_out(steps: Steps, failed: ActItem) -> tuple[dict[str, Any], str] | None:
    step = next((dict(each) for each in steps if each["id"] == failed["step"]), None)
    if step is None:
        return None
    if step["do"] == "show":
        return {**step, "do": "say"}, "it is said instead of shown"
    if step["do"] == "say" and step.get("language") != "en":
        return {**step, "language": "en", "translate": False}, "it is said by an English voice"
    if step["do"] == "find" and any(use["take"] == "speaker" for use in step.get("uses", ())):
        kept = [use for use in step["uses"] if use["take"] != "speaker"]
        asked = [use["step"] for use in step["uses"] if use["take"] == "speaker"]
        medium = [{"step": name, "take": "medium"} for name in asked]
        return ({**step, "uses": [*kept, *medium]},
                "it is searched for in the same recording, whoever speaks")
    if step["do"] == "listen" and (step.get("model") or step.get("language")):
        plain = {key: value for key, value in step.items() if key not in ("model", "language")}
        return plain, "it is listened to with the usual model"
    return None

