"""What became of a plan's steps: plain data, one record a step."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NotRequired, TypedDict

from trikal.graph.evidence import EvidenceItem

Status = Literal["done", "failed", "left out", "undone"]
UNDONE: Final = "undone"


class FileItem(TypedDict):
    """A file that was made.

    Attributes:
        path: Where it is.
        kind: The step that made it: ``clip``, ``export``, ``stills``, ``say`` or ``show``.
        duration_ms: How long it runs, where it runs at all and was made just now.
    """

    path: str
    kind: str
    duration_ms: NotRequired[int]


class ActItem(TypedDict):
    """What became of one step.

    Attributes:
        step: The step's name.
        do: What it was to do.
        words: What was done, in words.
        status: How it ended; ``undone`` where it is to be done anew.
        why: Why it failed or was left out; empty when it was done.
        ms: How long it took.
        evidence: What it found or observed, best first, not numbered yet (``n`` is 0).
        lacking: Of a search, why its evidence does not answer what was searched for.
        certainty: Of a search, by how much its evidence is above what is asked of it; below zero
            where it is not enough. ``None`` where that cannot be doubted.
        found: Of a search, its steps, value, parts and doubts as the reply gives them.
        told: Whether the planner was told that it failed.
    """

    step: str
    do: str
    words: str
    status: Status
    why: str
    ms: float
    evidence: list[EvidenceItem]
    lacking: str
    certainty: float | None
    found: dict[str, Any]
    told: bool


def act(step: str, do: str, words: str, **more: Any) -> ActItem:
    """Make the record of a step that was done, but for what is given otherwise."""
    made = ActItem(step=step, do=do, words=words, status="done", why="", ms=0.0, evidence=[],
                   lacking="", certainty=None, found={}, told=False)
    made.update(more)  # type: ignore[typeddict-item]
    return made


def told(failed: ActItem) -> ActItem:
    """Return the record of a failed step as the planner has been told of it."""
    return {**failed, "told": True}


def untold(acts: Iterable[ActItem]) -> list[ActItem]:
    """Return the steps that failed and of which the planner has not been told yet."""
    return [each for each in acts if each["status"] == "failed" and not each["told"]]


def joined_acts(old: Sequence[ActItem] | None, new: Sequence[ActItem]) -> list[ActItem]:
    """Keep the last record of each step, in the order in which steps first ended."""
    by_step = {each["step"]: each for each in (*(old or ()), *new)}
    return [each for each in by_step.values() if each["status"] != UNDONE]


def by_step(acts: Iterable[ActItem]) -> dict[str, ActItem]:
    """Return the records by the names of their steps."""
    return {each["step"]: each for each in acts}


def ready(steps: Sequence[Mapping[str, Any]], acts: Iterable[ActItem]) -> list[Mapping[str, Any]]:
    """Return the steps that are not done and wait for nothing any more, in the plan's order."""
    ended = {each["step"] for each in acts}
    return [each for each in steps if each["id"] not in ended and not needs_of(each) - ended]


def needs_of(step: Mapping[str, Any]) -> set[str]:
    """Return the names of the steps that a step waits for."""
    return {*step.get("after", ()), *(use["step"] for use in step.get("uses", ()))}


def behind(steps: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    """Return the names of the steps that wait for one, directly or not, in the plan's order."""
    found = {name}
    waiting = []
    for each in steps:
        if needs_of(each) & found:
            found.add(str(each["id"]))
            waiting.append(str(each["id"]))
    return waiting


def all_given(given: Mapping[str, Sequence[EvidenceItem]]) -> list[EvidenceItem]:
    """Return the evidence of several steps one after the other."""
    return [item for each in given.values() for item in each]


def given_to(
    step: Mapping[str, Any], acts: Iterable[ActItem]
) -> dict[str, list[EvidenceItem]]:
    """Return the evidence of the steps that a step works on, by their names."""
    known = by_step(acts)
    hung = {use["step"] for use in step.get("uses", ())}  # only on what was really found
    return {name: known[name]["evidence"] for name in sorted(needs_of(step)) if name in known
            and not (name in hung and known[name]["lacking"])}
