"""Places: every choice of events for every constraint, the best first, and never too many."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.indexes.makers import moment
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.moment_search import Evidence
from trikal.indexes.occurrences import Event
from trikal.indexes.placing import Place, Placement, placements, places
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.indexes.temporal import Anchored, Relation, TemporalQuery
from trikal.indexes.windows import intersection, window_of

ALWAYS = Interval(EARLIEST_MS, LATEST_MS)
WHAT = TemporalQuery(target="event")
AFTER = Anchored(relation=Relation.AFTER, anchor=WHAT)
BETWEEN = Anchored(relation=Relation.BETWEEN, anchor=WHAT, other=WHAT)


def event(start: int, end: int, *, medium: str = "a", score: float = 1.0) -> Event:
    return Event.of(Evidence(moment=moment(start, end, media_id=medium), score=score))


def placed(start: int, end: int, *, medium: str = "a", weight: float = 1.0) -> Placement:
    return Placement(constraint=AFTER, anchor=event(0, 1, medium=medium), other=None,
                     media_id=medium, window=Interval(start, end), near=Interval(0, 1),
                     weight=weight)


_PLACED = st.builds(
    lambda start, length, medium, weight: placed(start, start + length, medium=medium,
                                                 weight=weight),
    st.integers(0, 40), st.integers(1, 40), st.sampled_from("ab"),
    st.integers(1, 1_000).map(lambda n: n / 1_000))


@given(st.lists(st.lists(_PLACED, max_size=5), max_size=3))
def test_the_best_places_are_those_of_all_combinations(choices: list[list[Placement]]) -> None:
    every = []
    for chosen in product(*choices):
        window = intersection(each.window for each in chosen)
        if len({each.media_id for each in chosen}) <= 1 and window is not None:
            weight = 1.0
            for each in chosen:
                weight *= each.weight
            every.append((weight, window))
    found = places(choices)
    assert [each.weight for each in found] == pytest.approx(
        sorted((weight for weight, _ in every), reverse=True)[:12])
    assert all(any(window == each.window for _, window in every) for each in found)


def test_without_constraints_there_is_one_place_that_excludes_nothing() -> None:
    (place,) = places([])
    assert place.window == ALWAYS
    assert (place.placements, place.main, place.weight) == ((), None, 1.0)
    assert place.within(EVERYTHING) is EVERYTHING
    assert place.distance_ms(Interval(5, 6)) == 0
    assert place.nearness(Interval(5, 6)) == 1.0


def test_a_constraint_that_has_no_place_leaves_none() -> None:
    assert places([[]]) == []
    assert places([[placed(0, 9)], []]) == []


def test_places_lie_in_one_medium_and_share_time() -> None:
    assert places([[placed(0, 9)], [placed(0, 9, medium="b")]]) == []
    assert places([[placed(0, 9)], [placed(9, 12)]]) == []
    (place,) = places([[placed(0, 9)], [placed(5, 12), placed(5, 12, medium="b")]])
    assert place.window == Interval(5, 9)


def test_eight_constraints_of_a_hundred_events_are_not_too_many() -> None:
    choices = [[placed(n, 1_000 + n, weight=1 / (1 + n)) for n in range(100)] for _ in range(8)]
    best, second, *rest = places(choices)
    assert len(rest) == 10
    assert best.weight == 1.0
    assert second.weight == 0.5
    assert best.window == Interval(0, 1_000)


@pytest.mark.parametrize(("scope", "expected"), [
    (MomentFilter(), MomentFilter(media_ids=("a",), windows=(Interval(5, 9),))),
    (MomentFilter(media_ids=("a", "b")),
     MomentFilter(media_ids=("a",), windows=(Interval(5, 9),))),
    (MomentFilter(media_ids=("b",)), None),
    (MomentFilter(windows=(Interval(0, 6), Interval(8, 20))),
     MomentFilter(media_ids=("a",), windows=(Interval(5, 6), Interval(8, 9)))),
    (MomentFilter(windows=(Interval(9, 20),)), None),
])
def test_a_filter_is_narrowed_to_a_place(
    scope: MomentFilter, expected: MomentFilter | None
) -> None:
    place = Place(placements=(placed(5, 9),), window=Interval(5, 9))
    assert place.within(scope) == expected


def test_each_event_leaves_a_window_with_its_own_weight() -> None:
    found = placements(AFTER, [event(0, 5), event(10, 20, score=0.5)], None, {})
    assert [(each.window, each.weight, each.events) for each in found] == [
        (Interval(5, LATEST_MS), 1.0, (found[0].anchor,)),
        (Interval(20, LATEST_MS), 0.5, (found[1].anchor,))]


def test_a_pair_of_events_needs_one_medium_and_time_between() -> None:
    first = event(0, 5)
    others = [event(5, 8), event(9, 12, medium="b"), event(4, 9), event(20, 25)]
    found = placements(BETWEEN, [first], others, {})
    assert [each.window for each in found] == [Interval(5, 20)]


def test_between_a_and_b_rather_means_that_a_came_first() -> None:
    anchors = [event(100, 110), event(10, 20, score=0.9)]
    found = placements(BETWEEN, anchors, [event(60, 70)], {})
    assert max(found, key=lambda each: each.weight).window == Interval(20, 60)
    turned = placements(BETWEEN, anchors[:1], [event(60, 70)], {})
    assert [each.window for each in turned] == [Interval(70, 100)]


def test_of_partners_that_fit_alike_the_nearest_ahead_is_meant() -> None:
    anchor = event(100, 110)
    found = placements(BETWEEN, [anchor], [event(300, 310), event(200, 210), event(10, 20)], {})
    assert [(each.window, round(each.weight, 3)) for each in found] == [
        (Interval(110, 200), 1.0), (Interval(110, 300), 0.9), (Interval(20, 100), 0.648)]


def test_what_hardly_fits_and_stands_between_takes_hardly_anything_from_a_partner() -> None:
    others = [event(300, 310), *(event(n, n + 5, score=0.1) for n in (200, 220, 240))]
    found = placements(BETWEEN, [event(100, 110)], others, {})
    best = max(found, key=lambda each: each.weight)
    assert best.window == Interval(110, 300)
    assert best.weight == pytest.approx(0.9 ** 0.3)


@every("relation", [each for each in Relation if each not in
                                      (Relation.BETWEEN, Relation.UNTIL_NEXT)])
def test_a_window_is_carried_to_another_camera_s_clock(relation: Relation) -> None:
    from datetime import UTC, datetime, timedelta

    began = datetime(2026, 1, 1, 9, tzinfo=UTC)
    media = {"a": MediumFacts(duration_ms=60_000, recorded_at=began),
             "b": MediumFacts(duration_ms=60_000, recorded_at=began - timedelta(seconds=10)),
             "c": MediumFacts(duration_ms=60_000)}
    constraint = Anchored(relation=relation, anchor=WHAT)
    own, other = placements(constraint, [event(20_000, 25_000)], None, media)
    assert own.window == window_of(constraint, Interval(20_000, 25_000))
    assert (own.media_id, other.media_id) == ("a", "b")
    assert other.near == Interval(30_000, 35_000)
    for one, shifted in ((own.window.start_ms, other.window.start_ms),
                         (own.window.end_ms, other.window.end_ms)):
        assert shifted == (one if one in (EARLIEST_MS, LATEST_MS) else one + 10_000)
