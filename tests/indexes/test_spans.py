"""Choosing spans from scored moments: what holds for every way, and what the product's is for."""

from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indexes.choosing import MINUTE, Selection, places, scored, talk
from trikal.indexes.intervals import Interval
from trikal.indexes.spans import Scored, surprising
from trikal.moments import Track, Unit

SELECTIONS: list[Selection] = [surprising]
if find_spec("bench"):  # of which an installed package has none
    from bench.span_selections import crowded, grown, heaviest, single

    SELECTIONS += [crowded, grown, heaviest, single]

every = pytest.mark.parametrize("select", SELECTIONS, ids=lambda select: select.__name__)


@st.composite
def found(draw: st.DrawFn) -> list[Scored]:
    """Moments of two media and two tracks, instants and overlaps among them."""
    return [
        scored(draw(st.integers(-10_000, 10**7)), draw(st.integers(0, 32)) / 8,
               length_ms=draw(st.integers(0, 90_000)), stretch=draw(st.integers(0, 1)),
               media_id=draw(st.sampled_from("ab")), text=str(number),
               track=draw(st.sampled_from([Track.SPEECH, Track.SCREEN])),
               unit=draw(st.sampled_from(list(Unit))))
        for number in range(draw(st.integers(0, 12)))
    ]


@every
@given(moments=found(), limit=st.integers(1, 5))
def test_spans_come_best_first_and_none_overlaps_another_of_its_line(
    select: Selection, moments: list[Scored], limit: int
) -> None:
    spans = select(moments, limit)
    assert len(spans) <= limit
    assert all(one.score >= other.score > 0 for one, other in pairwise(spans))
    stretches = {each.moment.id: each.stretch for each in moments}
    for position, one in enumerate(spans):
        for other in spans[:position]:
            if (one.media_id, one.track, stretches[one.moments[0].id]) == (
                    other.media_id, other.track, stretches[other.moments[0].id]):
                assert not one.interval.overlaps(other.interval)


@every
@given(moments=found())
def test_a_span_has_a_moment_and_all_its_moments_lie_in_it(
    select: Selection, moments: list[Scored]
) -> None:
    for span in select(moments, 5):
        assert span.moments
        for each in span.moments:
            assert (each.media_id, each.track) == (span.media_id, span.track)
            assert span.interval.overlaps(Interval.of(each))
        assert len({each.unit for each in span.moments}) == 1


@every
@given(moments=found(), factor=st.sampled_from([0.25, 2.0, 8.0]))
def test_only_the_proportions_of_scores_matter(
    select: Selection, moments: list[Scored], factor: float
) -> None:
    scaled = [Scored(moment=each.moment, interval=each.interval, stretch=each.stretch,
                     score=each.score * factor) for each in moments]
    assert places(select(scaled, 5)) == places(select(moments, 5))


@every
def test_nothing_found_and_nothing_that_fits_give_no_span(select: Selection) -> None:
    assert select([], 5) == []
    assert select([scored(0, 0.0)], 5) == []


@every
def test_a_lone_moment_is_within_the_span(select: Selection) -> None:
    (span,) = select([scored(1_000)], 5)
    assert span.interval.contains(Interval(1_000, 6_000)) or (
        select.__name__ == "crowded")
    assert span.interval.overlaps(Interval(1_000, 6_000))


@pytest.mark.parametrize(
    "select", [each for each in SELECTIONS if each.__name__ != "single"],
    ids=lambda select: select.__name__)
def test_a_burst_is_one_span_and_the_far_moment_is_not_in_it(select: Selection) -> None:
    moments = talk(range(0, 2 * MINUTE, 10_000), range(90 * MINUTE, 90 * MINUTE + 1, 10_000))
    best = select(moments, 2)[0]
    assert len(best.moments) == 12
    assert not best.interval.overlaps(Interval(80 * MINUTE, 100 * MINUTE))


@pytest.mark.parametrize("length_ms", [2 * MINUTE, 40 * MINUTE])
def test_a_surprising_span_is_as_long_as_the_matter(length_ms: int) -> None:
    """Twelve moments at even distances, among weak ones strewn over ten hours."""
    start = 200 * MINUTE
    matter = talk(range(start, start + length_ms, length_ms // 12))
    strewn = talk(range(0, 600 * MINUTE, 30 * MINUTE), score=0.05)
    best = surprising([*matter, *strewn], 1)[0].interval
    gold = Interval(start, start + length_ms)
    common = best.intersection(gold)
    assert common is not None
    assert common.duration_ms > 0.8 * gold.duration_ms
    assert best.duration_ms < 1.2 * gold.duration_ms


def test_a_surprising_span_in_a_short_medium_is_not_all_of_it() -> None:
    moments = [scored(start, 1.0 if 60_000 <= start < 90_000 else 0.05)
               for start in range(0, 3 * MINUTE, 6_000)]
    best = surprising(moments, 1)[0].interval
    assert best == Interval(60_000, 89_000)


@pytest.mark.parametrize("differing", [
    lambda n: {"media_id": str(n)}, lambda n: {"track": list(Track)[n]},
    lambda n: {"stretch": n},
])
def test_no_span_joins_media_tracks_or_stretches(
    differing: Callable[[int], dict[str, object]]
) -> None:
    moments = [scored(n * 1_000, length_ms=1_000, **differing(n))  # type: ignore[arg-type]
               for n in range(2)]
    for select in SELECTIONS:
        assert all(len(span.moments) == 1 for span in select(moments, 5))
        assert len(select(moments, 5)) == 2


def test_the_observations_carry_a_span_and_passages_only_where_there_are_none() -> None:
    observation = scored(0, 1.0)
    passage = scored(0, 3.0, length_ms=20_000, unit=Unit.PASSAGE)
    (both,) = surprising([observation, passage], 1)
    assert both.moments == (observation.moment,)
    (alone,) = surprising([passage], 1)
    assert alone.moments == (passage.moment,)
