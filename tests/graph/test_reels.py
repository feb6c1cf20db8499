"""Reels: every moment that was found is in them, once, and nothing beyond its medium."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph.conftest import FILM
from tests.graph.makers import MEDIA, MEMO, item
from trikal.errors import BadInput
from trikal.graph.planning.output_steps import Clip
from trikal.graph.reels import PADDING_MS, span_named, spans_of

PLACES = st.lists(st.tuples(st.integers(-2_000, 61_000), st.integers(0, 9_000),
                            st.sampled_from([FILM.id, MEMO.id, "gone"])), max_size=8)


def cut(*places: tuple[int, int], most: int = 9) -> list[tuple[int, int]]:
    given_ = [item(start, end_ms=end) for start, end in places]
    return [(each.start_ms, each.end_ms) for each in spans_of(given_, {}, MEDIA, most=most)]


def test_a_moment_has_a_little_room_on_both_sides() -> None:
    assert cut((5_000, 9_000)) == [(5_000 - PADDING_MS, 9_000 + PADDING_MS)]


@pytest.mark.parametrize(("place", "span"), [
    ((0, 4_000), (0, 4_250)), ((58_000, 60_000), (57_750, 60_000)), ((7_000, 7_000),
                                                                     (6_750, 7_750)),
    ((-900, -800), (0, 1_000)), ((59_990, 59_995), (59_740, 60_000)),
])
def test_nothing_is_cut_beyond_the_medium(place: tuple[int, int], span: tuple[int, int]) -> None:
    assert cut(place) == [span]


def test_what_lies_behind_the_end_is_not_cut() -> None:
    assert cut((61_000, 62_000)) == []


def test_a_stretch_that_bridges_two_makes_them_one() -> None:
    assert cut((0, 10_000), (20_000, 30_000), (9_000, 21_000)) == [(0, 30_250)]
    assert cut((20_000, 30_000), (0, 10_000), (40_000, 50_000), (9_000, 21_000)) == [
        (0, 30_250), (39_750, 50_250)]


def test_only_so_many_moments_are_cut_and_of_a_part_all_of_it() -> None:
    assert len(cut((0, 1_000), (9_000, 10_000), (20_000, 21_000), most=2)) == 2
    part = {"media_id": FILM.id, "name": FILM.name, "start_ms": 10_000, "end_ms": 50_000,
            "score": 1.0}
    (only,) = spans_of([item(5_000)], {"parts": [part, part]}, MEDIA, most=1)  # type: ignore[typeddict-item]
    assert (only.start_ms, only.end_ms) == (9_750, 50_250)


@given(PLACES)
def test_every_moment_is_in_the_reel_once(places: list[tuple[int, int, str]]) -> None:
    given_ = [item(start, end_ms=start + length, media_id=medium)
              for start, length, medium in places]
    spans = spans_of(given_, {}, MEDIA, most=50)
    for each in given_:
        medium = MEDIA.get(each["media_id"])
        if medium is None or each["start_ms"] >= medium.duration_ms:
            continue
        start, end = max(each["start_ms"], 0), min(each["end_ms"], medium.duration_ms)
        assert sum(span.medium == medium.id and span.start_ms <= start and end <= span.end_ms
                   for span in spans) == 1
    for n, one in enumerate(spans):
        assert 0 <= one.start_ms < one.end_ms <= MEDIA[one.medium].duration_ms
        for other in spans[n + 1:]:
            assert one.medium != other.medium or (
                one.end_ms < other.start_ms or other.end_ms < one.start_ms)


@given(PLACES)
def test_the_order_in_which_it_plays_is_that_of_the_evidence(
    places: list[tuple[int, int, str]]
) -> None:
    given_ = [item(start, end_ms=start + length, media_id=medium)
              for start, length, medium in places if medium in MEDIA and 0 <= start < 60_000]
    spans = spans_of(given_, {}, MEDIA, most=50)
    firsts = [next(n for n, each in enumerate(given_) if each["media_id"] == span.medium
                   and span.start_ms <= each["start_ms"] <= span.end_ms) for span in spans]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize(("start", "end", "span"), [
    (0, None, (0, 60_000)), (5_000, 9_000, (5_000, 9_000)), (5_000, 99_000, (5_000, 60_000)),
])
def test_a_named_stretch_is_cut_as_far_as_the_medium_runs(
    start: int, end: int | None, span: tuple[int, int]
) -> None:
    made = span_named(Clip(id="reel", medium=FILM.name, start_ms=start, end_ms=end), FILM)
    assert (made.start_ms, made.end_ms) == span


@pytest.mark.parametrize(("start", "end"), [(60_000, None), (99_000, 100_000), (9_000, 8_000)])
def test_a_stretch_that_is_not_there_is_told(start: int, end: int | None) -> None:
    with pytest.raises(BadInput, match=r"harbour\.mp4 ends at 1:00"):
        span_named(Clip(id="reel", medium=FILM.name, start_ms=start, end_ms=end), FILM)
