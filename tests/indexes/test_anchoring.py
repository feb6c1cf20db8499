"""Anchors: which candidates are kept, what is doubted, and where they leave the target."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.indexes.makers import moment
from trikal.indexes.anchoring import (
    ANCHORS,
    MOST_ANCHORS,
    TOLD_ANCHORS,
    TOLD_BESIDE_TARGET,
    Anchoring,
)
from trikal.indexes.intervals import EARLIEST_MS, Interval
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.moment_search import Evidence
from trikal.indexes.occurrences import Event
from trikal.indexes.placing import Place
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.indexes.scoping import OutOfScope
from trikal.indexes.temporal import Anchored, Ask, Relation, TemporalQuery
from trikal.indexes.trace import StepKind, Trace
from trikal.moments import Track

FACTS = {"medium-a": MediumFacts(duration_ms=3_600_000)}


def event(start_s: int, score: float = 1.0, *, text: str = "bell", **fields: Any) -> Event:
    return Event.of(Evidence(score=score, moment=moment(
        start_s * 1_000, start_s * 1_000 + 1_000, text=text, **fields)))


class Scene:
    """Anchoring over events that are found by their target, within the filter's windows."""

    def __init__(self, **events: Sequence[Event]) -> None:
        self.events = events
        self.prepared: list[tuple[str, ...]] = []
        self.asked: list[tuple[str, MomentFilter, int]] = []
        self.trace = Trace()
        self.anchoring = Anchoring(self._find, self._prepare, FACTS, self.trace)

    def _find(self, query: TemporalQuery, base: MomentFilter, most: int) -> list[Event]:
        self.asked.append((query.target, base, most))
        return [each for each in self.events.get(query.target, ())
                if not base.windows or any(one.overlaps(each.interval) for one in base.windows)]

    def _prepare(self, events: Sequence[TemporalQuery], base: MomentFilter) -> None:
        self.prepared.append(tuple(each.target for each in events))

    def places(self, *constraints: Anchored, base: MomentFilter = EVERYTHING) -> list[Place]:
        return self.anchoring.places(
            TemporalQuery(target="x", constraints=constraints), base)


def hung(relation: Relation, anchor: str, other: str | None = None, **fields: Any) -> Anchored:
    return Anchored(relation=relation, anchor=TemporalQuery(target=anchor, **fields),
                    other=TemporalQuery(target=other) if other else None)


def windows(places: Sequence[Place]) -> list[Interval]:
    return [place.window for place in places if place.window]


_SCORES = st.lists(st.integers(1, 1_000).map(lambda n: n / 1_000), min_size=1, max_size=12)


@pytest.mark.parametrize(("fields", "most", "least"), [
    ({}, TOLD_ANCHORS, 0.15), ({"verbatim": True}, ANCHORS, 0.35), ({"ordinal": 2}, ANCHORS, 0.35),
])
@given(scores=_SCORES)
def test_candidates_are_kept_relative_to_the_best_and_more_of_an_event_that_is_told(
    fields: dict[str, Any], most: int, least: float, scores: list[float]
) -> None:
    ordered = sorted(scores, reverse=True)
    scene = Scene(bell=[event(10 * n, score) for n, score in enumerate(ordered)])
    found = scene.anchoring.placed(hung(Relation.AFTER, "bell", **fields), EVERYTHING)
    kept = [score / ordered[0] for score in ordered[:most] if score >= least * ordered[0]]
    assert [each.weight for each in found] == pytest.approx(kept)
    assert found[0].weight == 1.0
    assert len(scene.anchoring.taken) == 1
    assert len(scene.anchoring.taken[0].evidence) == min(len(scores), ANCHORS)
    ((_, _, asked),) = scene.asked
    assert asked == most


@every(("relation", "fields", "target", "kept"), [
    (Relation.AFTER, {"at_most_ms": 3_600_000}, {"target": "x"}, TOLD_BESIDE_TARGET),
    (Relation.AFTER, {"at_most_ms": 3_600_000}, {"target": "x", "verbatim": True},
     TOLD_BESIDE_TARGET),
    (Relation.AFTER, {}, {"target": "x"}, TOLD_ANCHORS),
    (Relation.AFTER, {"at_most_ms": 3_600_000}, {}, TOLD_ANCHORS),
    (Relation.AFTER, {"at_most_ms": 3_600_000}, {"target": "x", "ordinal": 1}, TOLD_ANCHORS),
    (Relation.AFTER, {"at_most_ms": 3_600_000}, {"target": "x", "ask": Ask.COUNT}, TOLD_ANCHORS),
])
def test_more_candidates_are_kept_where_what_lies_beside_them_tells_which_is_meant(
    relation: Relation, fields: dict[str, Any], target: dict[str, Any], kept: int
) -> None:
    scene = Scene(bell=[event(10 * n, 1 - n / 100) for n in range(40)])
    constraint = Anchored(relation=relation, anchor=TemporalQuery(target="bell"), **fields)
    found = scene.anchoring.places(
        TemporalQuery(constraints=(constraint,), **{"target": "", **target}), EVERYTHING)
    assert len(found) == kept
    power = 2 if kept == TOLD_BESIDE_TARGET else 1
    assert [each.weight for each in found] == pytest.approx(
        [(1 - n / 100) ** power for n in range(kept)])


def test_an_event_that_is_meant_every_time_keeps_all_its_times() -> None:
    scene = Scene(bell=[event(10 * n) for n in range(40)])
    every = Anchored(relation=Relation.AFTER, anchor=TemporalQuery(target="bell", ask=Ask.EVERY))
    assert len(scene.anchoring.placed(every, EVERYTHING)) == 40
    many = Scene(bell=[event(10 * n) for n in range(MOST_ANCHORS + 20)])
    assert len(many.anchoring.placed(every, EVERYTHING)) == MOST_ANCHORS


def test_what_is_nowhere_says_what_was_looked_for() -> None:
    with pytest.raises(OutOfScope, match="found nothing like .*gong"):
        Scene().places(hung(Relation.AFTER, "gong"))


def test_events_may_lie_on_another_track_than_what_hangs_on_them() -> None:
    scene = Scene(bell=[event(10)])
    base = MomentFilter(media_ids=("medium-a",), tracks=(Track.SCREEN,), speakers=("Asha",),
                        windows=(Interval(0, 60_000),))
    scene.places(hung(Relation.AFTER, "bell"), base=base)
    ((_, asked, _),) = scene.asked
    assert asked == MomentFilter(media_ids=base.media_ids, windows=base.windows)


def test_events_that_need_nothing_else_are_looked_for_together() -> None:
    scene = Scene(bell=[event(10)], gong=[event(50)], horn=[event(20)])
    scene.places(hung(Relation.AFTER, "bell"), hung(Relation.BETWEEN, "horn", "gong"))
    assert scene.prepared == [("bell", "horn", "gong")]
    later = Scene(bell=[event(10)], gong=[event(50)])
    later.places(hung(Relation.UNTIL_NEXT, "bell", "gong"))
    assert later.prepared == [("bell",)]


@pytest.mark.parametrize(("relation", "window"), [
    (Relation.BEFORE, Interval(EARLIEST_MS, 10_000)), (Relation.AFTER, Interval.since(11_000)),
    (Relation.DURING, Interval(10_000, 11_000)), (Relation.FROM, Interval.since(10_000)),
])
def test_an_anchor_leaves_the_window_of_its_relation_and_tells_it(
    relation: Relation, window: Interval
) -> None:
    scene = Scene(bell=[event(10)])
    assert windows(scene.places(hung(relation, "bell"))) == [window]
    kinds = [step.kind for step in scene.trace.steps]
    assert kinds == [StepKind.ANCHOR, StepKind.WINDOW]
    assert scene.trace.steps[1].intervals == (window,)
    assert "“bell” at 0:10" in scene.trace.steps[0].words


def test_until_the_next_ends_at_the_first_such_event_after_the_anchor() -> None:
    scene = Scene(bell=[event(10)], gong=[event(30, text="gong"), event(5, 0.9, text="gong")])
    assert windows(scene.places(hung(Relation.UNTIL_NEXT, "bell", "gong"))) == [
        Interval(10_000, 30_000)]
    assert scene.asked[-1][1].windows == (Interval.since(11_000),)


def test_until_the_next_is_nowhere_where_no_such_event_follows() -> None:
    scene = Scene(bell=[event(10)], gong=[event(5, text="gong")])
    with pytest.raises(OutOfScope, match="there is no time from .*bell.* until the next .*gong"):
        scene.places(hung(Relation.UNTIL_NEXT, "bell", "gong"))


def test_each_candidate_has_its_own_next_event() -> None:
    scene = Scene(bell=[event(10), event(60, 0.9)],
                  gong=[event(30, text="gong"), event(90, text="gong")])
    found = windows(scene.places(hung(Relation.UNTIL_NEXT, "bell", "gong")))
    assert Interval(10_000, 30_000) in found
    assert Interval(60_000, 90_000) in found


def test_constraints_that_leave_nothing_together_say_so() -> None:
    scene = Scene(bell=[event(50)], gong=[event(10)])
    with pytest.raises(OutOfScope, match="nothing is .*after .*bell.* and .*before .*gong"):
        scene.places(hung(Relation.AFTER, "bell"), hung(Relation.BEFORE, "gong"))


def test_quoted_words_that_are_said_several_times_are_doubted() -> None:
    scene = Scene(bell=[event(10), event(40), event(70, 0.5)])
    scene.places(hung(Relation.AFTER, "bell", verbatim=True))
    (doubt,) = scene.anchoring.doubts
    assert "is there 2 times" in doubt.words
    assert doubt.choices == ("“bell” at 0:10", "“bell” at 0:40")
    assert [each.absolutes[0].start_ms for each in doubt.narrowed] == [10_000, 40_000]


@pytest.mark.parametrize("fields", [
    {}, {"verbatim": True, "ordinal": 2}, {"verbatim": True, "ask": Ask.EVERY},
])
def test_what_is_not_quoted_or_is_counted_is_not_doubted(fields: dict[str, Any]) -> None:
    scene = Scene(bell=[event(10), event(40)])
    scene.places(hung(Relation.AFTER, "bell", **fields))
    assert scene.anchoring.doubts == []


def test_without_an_anchor_all_of_time_is_left() -> None:
    scene = Scene()
    (place,) = scene.places()
    assert place.within(EVERYTHING) == EVERYTHING
    assert scene.asked == []
