"""What the ways to choose spans are for that the product's was compared with."""

from bench.span_selections import crowded, grown, heaviest, single
from tests.indexes.choosing import MINUTE, places, scored, talk
from trikal.indexes.intervals import Interval


def test_single_moments_keep_their_bounds() -> None:
    weak, strong = scored(0, 1.0), scored(10_000, 2.0)
    assert places(single([weak, strong], 5)) == [Interval(10_000, 15_000), Interval(0, 5_000)]


def test_a_growing_span_stops_at_a_long_silence_and_at_a_weak_neighbour() -> None:
    moments = [scored(0, 0.1), scored(10_000, 1.0), scored(20_000, 0.5), scored(10**6, 0.9)]
    assert places(grown(moments, 1)) == [Interval(10_000, 25_000)]


def test_the_heaviest_run_bridges_what_costs_less_than_it_brings() -> None:
    near = [scored(0, 1.0), scored(5 * MINUTE, 1.0)]
    far = [scored(0, 1.0), scored(30 * MINUTE, 1.0)]
    assert places(heaviest(near, 1)) == [Interval(0, 5 * MINUTE + 5_000)]
    assert len(heaviest(far, 5)) == 2


def test_a_peak_of_density_is_where_moments_crowd() -> None:
    moments = talk(range(0, 20 * MINUTE, 4 * MINUTE), range(60 * MINUTE, 62 * MINUTE, 10_000))
    assert crowded(moments, 1)[0].interval.overlaps(Interval(60 * MINUTE, 62 * MINUTE))
