"""What a reading is, and the last steps to one that every language's reader takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trikal.indexes.rules.clock import Window, widened
from trikal.indexes.temporal import (
    MAX_CONSTRAINTS,
    MAX_DEPTH,
    Ask,
    Constraint,
    Relation,
    Scope,
    TemporalQuery,
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the rules read in a question.

    Attributes:
        query: The question as a temporal query.
        sure: Whether every word about time that the rules know was used; when not, a language
            model may split the question better.
        problem: Why the question cannot be followed as it was put, and what to do; empty when it
            can.
    """

    query: TemporalQuery
    sure: bool
    problem: str = ""


class Unfollowable(Exception):
    """A question says more than is followed; the text says what, and what to do."""


class TooDeep(Unfollowable):
    """More events hang on each other than are followed."""

    def __init__(self) -> None:
        super().__init__(f"The question hangs more than {MAX_DEPTH} events on each other. Ask in "
                         "two steps: find one event first, then ask what lies before or after it.")


class TooMany(Unfollowable):
    """More conditions on time must hold at once than are followed."""

    def __init__(self, count: int) -> None:
        super().__init__(f"The question sets {count} conditions on time, and at most "
                         f"{MAX_CONSTRAINTS} are followed at once. Leave some out, or ask in two "
                         "steps.")


def counted(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """Return the constraints, if they are no more than a query may have.

    Raises:
        TooMany: They are more.
    """
    if len(constraints) > MAX_CONSTRAINTS:
        raise TooMany(len(constraints))
    return tuple(constraints)


def beside(query: TemporalQuery) -> TemporalQuery:
    """Read "the first thing said after the bell" as what was said right after it."""
    constraint = query.anchored
    if constraint is None or query.target or query.ordinal is None:
        return query
    turned = _TURNED.get((constraint.relation, query.ordinal))
    if turned is None:
        return query
    nearest = constraint.model_copy(update={"relation": turned})
    others = tuple(c for c in query.constraints if c is not constraint)
    return query.model_copy(update={"ordinal": None, "constraints": (nearest, *others)})


_TURNED: Final = {
    (Relation.AFTER, 1): Relation.RIGHT_AFTER, (Relation.BEFORE, -1): Relation.RIGHT_BEFORE,
    (Relation.RIGHT_AFTER, 1): Relation.RIGHT_AFTER,
    (Relation.RIGHT_BEFORE, -1): Relation.RIGHT_BEFORE,
}


def completed(
    query: TemporalQuery, ask: Ask, scope: Scope, windows: tuple[Window, ...]
) -> TemporalQuery:
    """Put what a whole question says, its scope and its windows, into a query.

    Raises:
        TooMany: Its constraints are more than are followed.
    """
    windows = widened(windows) if query.target else windows
    whole = scope.model_copy(update={"speakers": query.scope.speakers})
    return query.model_copy(update={
        "ask": ask if ask is not Ask.MOMENTS else query.ask, "scope": whole,
        "constraints": counted((*windows, *query.constraints)),
    })
