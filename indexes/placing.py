"""Events to windows: where constraints leave a target, each with the events that leave it there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, product
from typing import Final

from trikal.indexes.intervals import Interval, intersect
from trikal.indexes.media_facts import MediumFacts, parallel, shifted
from trikal.indexes.occurrences import Event
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.temporal import Anchored
from trikal.indexes.windows import intersection, nearness, window_of

MOST_PLACES: Final = 12
"""How many places a target is looked for at."""

_MOST_HELD = 120
_TURNED = 0.8


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One constraint with the events taken for it, and the window that they leave.

    Attributes:
        constraint: The relation.
        anchor: The event.
        other: The second event, where the relation has one.
        media_id: The medium that the window lies in.
        window: The window, on that medium's clock.
        near: Where the anchor lies on that medium's clock.
        weight: How well the events fit, in ``(0, 1]``.
    """

    constraint: Anchored
    anchor: Event
    other: Event | None
    media_id: str
    window: Interval
    near: Interval
    weight: float

    @property
    def events(self) -> tuple[Event, ...]:
        """The event, or both."""
        return (self.anchor,) if self.other is None else (self.anchor, self.other)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a target may lie, given one choice of events for every constraint.

    Attributes:
        placements: The choice, one for each constraint; none when nothing is anchored.
        window: What they all leave open.
    """

    placements: tuple[Placement, ...] = ()
    window: Interval | None = None

    @cached_property
    def weight(self) -> float:
        """How well all its events fit, in ``(0, 1]``."""
        weight = 1.0
        for placement in self.placements:
            weight *= placement.weight
        return weight

    @property
    def main(self) -> Placement | None:
        """The first constraint's choice."""
        return self.placements[0] if self.placements else None

    def beside(self, placement: Placement) -> "Place | None":
        """Choose a placement too; ``None`` where both leave nothing, or lie in two media."""
        if self.main is not None and self.main.media_id != placement.media_id:
            return None
        window = intersection(filter(None, (self.window, placement.window)))
        if window is None:
            return None
        return Place(placements=(*self.placements, placement), window=window)

    def admits(self, media_id: str, target: Interval) -> bool:
        """Whether a target in a medium may lie here."""
        if not self.placements or self.window is None:
            return True
        return self.placements[0].media_id == media_id and self.window.overlaps(target)

    def within(self, scope: MomentFilter) -> MomentFilter | None:
        """Narrow a filter to this place; ``None`` when nothing is left of it."""
        if not self.placements or self.window is None:
            return scope
        media_id = self.placements[0].media_id
        if scope.media_ids and media_id not in scope.media_ids:
            return None
        windows = tuple(intersect(scope.windows, [self.window])) if scope.windows else (
            self.window,)
        return replace(scope, media_ids=(media_id,), windows=windows) if windows else None

    def nearness(self, target: Interval) -> float:
        """Weigh how near a target lies to all its anchors, in ``(0, 1]``."""
        weight = 1.0
        for each in self.placements:
            weight *= nearness(each.constraint, each.near, target)
        return weight

    def distance_ms(self, target: Interval) -> int:
        """Return how far a target lies from its first anchor, in milliseconds."""
        return self.placements[0].near.gap_ms(target) if self.placements else 0


def placements(
    constraint: Anchored, anchors: Sequence[Event], others: Sequence[Event] | None,
    media: Mapping[str, MediumFacts],
) -> list[Placement]:
    """Place a constraint against each candidate for its event, or each pair of candidates.

    Where other media were recorded at the same time, the window is carried over to their clocks.
    """
    found = []
    for anchor in anchors:
        later = _partners(anchor, others) if others is not None else [(None, 1.0)]
        for other, weight in later:
            window = window_of(constraint, anchor.interval, other.interval if other else None)
            if window is None:
                continue
            own = Placement(
                constraint=constraint, anchor=anchor, other=other, window=window,
                media_id=anchor.moment.media_id, near=anchor.interval,
                weight=anchor.score * weight,
            )
            found += [own, *_elsewhere(own, media)]
    return found


def places(
    choices: Sequence[Sequence[Placement]], most: int = MOST_PLACES
) -> list[Place]:
    """Combine the choices of several constraints; all must lie in one medium and share time.

    Args:
        choices: For each constraint its choices.
        most: How many places at most.

    Returns:
        The best places, best first; the one that excludes nothing when there are no constraints.
    """
    found = [Place(window=intersection([]))]
    for placed in choices:
        # One constraint after the other: eight of a hundred choices would be 10^16 combinations.
        joined = (place.beside(each) for place, each in product(found, placed))
        found = sorted(filter(None, joined), key=lambda place: -place.weight)[:_MOST_HELD]
    return found[:most]


def _partners(anchor: Event, others: Iterable[Event]) -> list[tuple[Event | None, float]]:
    """Return the second events that may belong to a first, with their weights.

    Of several that fit alike the nearest is meant, so each counts for less the more stand between;
    what stands between and hardly fits takes hardly anything away. Who says "between A and B"
    seldom means that B came first.
    """
    alike = sorted(
        (other for other in others if other.moment.media_id == anchor.moment.media_id
         and not other.interval.overlaps(anchor.interval)),
        key=lambda other: (other.interval < anchor.interval,
                           other.interval.gap_ms(anchor.interval)),
    )
    nearer = accumulate((other.score for other in alike), initial=0.0)
    return [(other, other.score * 0.9 ** passed * (
        _TURNED if other.interval < anchor.interval else 1.0))
            for other, passed in zip(alike, nearer, strict=False)]


def _elsewhere(own: Placement, media: Mapping[str, MediumFacts]) -> list[Placement]:
    return [
        replace(own, media_id=media_id, window=shifted(own.window, by_ms),
                near=shifted(own.near, by_ms))
        for media_id, by_ms in parallel(media, own.media_id).items()
    ]
