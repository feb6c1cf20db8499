"""What a benchmark found, kept, so that code before and after a change can be compared."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

from trikal.indexes.found import Found

_DIGITS = 6  # of a score: sums of floats in another order differ in the last ones


class Answer(NamedTuple):
    """What one question found.

    Attributes:
        found: Each moment's id, its score, and the id of the anchor that it hangs on, best first.
        steps: How it was found, in words.
    """

    found: tuple[tuple[str, float, str | None], ...]
    steps: tuple[str, ...]

    @classmethod
    def of(cls, found: Found) -> Self:
        """Return what is compared of an answer."""
        return cls(
            found=tuple((each.moment.id, round(each.score, _DIGITS),
                         each.anchor.id if each.anchor else None) for each in found.evidence),
            steps=found.trace,
        )

    @property
    def first(self) -> str | None:
        """The id of the best moment."""
        return self.found[0][0] if self.found else None

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of all moments, best first."""
        return tuple(each[0] for each in self.found)


def write_answers(path: Path, answers: Mapping[str, Answer]) -> None:
    """Write answers to a file, by question."""
    path.write_text(json.dumps(answers, ensure_ascii=False, indent=0), encoding="utf-8")


def read_answers(path: Path) -> dict[str, Answer]:
    """Read what :func:`write_answers` wrote."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {name: Answer(found=tuple((id_, score, anchor) for id_, score, anchor in found),
                         steps=tuple(steps)) for name, (found, steps) in kept.items()}


def compared(before: Mapping[str, Answer], now: Mapping[str, Answer]) -> str:
    """Say of how many questions the answers are the same as before, and name some that differ."""
    asked = [name for name in now if name in before]
    whole = [name for name in asked if now[name] != before[name]]
    order = sum(now[name].order == before[name].order for name in asked)
    first = sum(now[name].first == before[name].first for name in asked)
    named = f"; not those of {'; '.join(whole[:5])}" if whole else ""
    return (f"of {len(asked)} questions asked before, {first} have the same first answer, {order} "
            f"the same list, {len(asked) - len(whole)} the same scores, anchors and steps, "
            f"too{named}")
