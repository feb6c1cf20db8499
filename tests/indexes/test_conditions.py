"""Filters as engines understand them, against a filter read as its docstring says it."""

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.indexes.makers import moment, vectors_of
from trikal.indexes.conditions import Dialect
from trikal.indexes.intervals import Interval
from trikal.indexes.payload import places, time_order
from trikal.indexes.phrases import says
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex, worded
from trikal.moments import Moment, Track, Unit

HOUR_MS = 3_600_000
MEDIA = ("medium-a", "medium-b")
TRACKS = (Track.SPEECH, Track.SCREEN, Track.TRANSLATION)
WORDS = ("red", "dome", "the", "बजट")


def passes(each: Moment, wanted: MomentFilter) -> bool:
    """The filter as it is written: conditions by *and*, values by *or*."""
    span = Interval.of(each)
    named = ((wanted.media_ids, each.media_id), (wanted.tracks, each.track),
             (wanted.units, each.unit), (wanted.languages, each.language),
             (wanted.speakers, each.speaker))
    return (all(not values or own in values for values, own in named)
            and (not wanted.windows or any(span.overlaps(one) for one in wanted.windows))
            and (not wanted.starts or any(one.start_ms <= each.start_ms < one.until_ms
                                          for one in wanted.starts))
            and (not wanted.phrase or says(each.text, wanted.phrase))
            and (not wanted.any_of or any(passes(each, one) for one in wanted.any_of)))


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


times = st.integers(-90, 90).map(lambda seconds: seconds * 1_000)
spans = st.builds(lambda start, length: Interval(start, start + length), times,
                  st.sampled_from([0, 1, 1_000, 45_000, 60_000]))
stretches = st.lists(spans, max_size=2).map(tuple)
sayings = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
one_filter = st.builds(
    MomentFilter, media_ids=some(MEDIA), tracks=some(TRACKS), units=some(tuple(Unit)),
    languages=some(("en", "hi")), speakers=some(("Asha", "Ravi")), windows=stretches,
    starts=stretches, phrase=st.one_of(st.just(""), sayings))
filters = st.one_of(one_filter, st.builds(
    lambda whole, parts: MomentFilter(**{**vars(whole), "any_of": tuple(parts)}),
    one_filter, st.lists(st.one_of(one_filter, st.just(EVERYTHING)), max_size=3)))
moments = st.builds(
    lambda start, length, **fields: moment(start, start + length, **fields),
    times, st.sampled_from([0, 1, 1_000, 70_000]), media_id=st.sampled_from(MEDIA),
    track=st.sampled_from(TRACKS), unit=st.sampled_from(list(Unit)),
    language=st.sampled_from([None, "en", "hi"]), speaker=st.sampled_from([None, "Asha", "Ravi"]),
    text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join))

on_an_engine = partial(settings, deadline=None,
                       suppress_health_check=[HealthCheck.function_scoped_fixture])


def held(index: MomentIndex, given_moments: list[Moment]) -> list[Moment]:
    for medium in MEDIA:
        index.delete_media(medium)
    kept = list({each.id: each for each in given_moments}.values())
    index.upsert(kept, vectors_of(kept))
    return sorted(kept, key=time_order)


@on_an_engine(max_examples=40)
@given(st.lists(moments, max_size=12), st.lists(filters, min_size=1, max_size=4))
def test_an_engine_lets_through_what_a_filter_says(
    index: MomentIndex, stored: list[Moment], wanted: list[MomentFilter]
) -> None:
    ordered = held(index, stored)
    for each in wanted:
        expected = [one for one in ordered if passes(one, each)]
        assert index.in_window(each, 100) == expected
        assert index.count(each) == len(expected)


@on_an_engine(max_examples=25)
@given(st.lists(moments, min_size=1, max_size=14), filters, st.integers(-1, 5), st.data())
def test_neighbours_are_the_next_in_time_order_on_the_same_track(
    index: MomentIndex, stored: list[Moment], wanted: MomentFilter, count: int, data: st.DataObject
) -> None:
    ordered = held(index, stored)
    here = data.draw(st.one_of(st.sampled_from(ordered), moments))
    alike = [each for each in ordered if passes(each, wanted)
             and (each.media_id, each.track, each.unit) == (here.media_id, here.track, here.unit)]
    before = [each for each in alike if time_order(each) < time_order(here)]
    after = [each for each in alike if time_order(each) > time_order(here)]
    most = max(count, 0)
    assert index.following(here, count, filter=wanted) == after[:most]
    assert index.previous(here, count, filter=wanted) == before[max(0, len(before) - most):]


@on_an_engine(max_examples=20)
@given(st.lists(moments, max_size=14), filters, st.integers(-1, 6))
def test_a_limit_cuts_time_order_and_nothing_else(
    index: MomentIndex, stored: list[Moment], wanted: MomentFilter, limit: int
) -> None:
    expected = [one for one in held(index, stored) if passes(one, wanted)]
    assert index.in_window(wanted, limit) == expected[:max(limit, 0)]


@on_an_engine(max_examples=25)
@given(st.lists(st.one_of(
    st.tuples(st.just("hold"), st.lists(moments, max_size=4)),
    st.tuples(st.just("drop"), st.integers(0, 9)),
    st.tuples(st.just("forget"), st.sampled_from(MEDIA)),
), max_size=8))
def test_whatever_is_done_in_turn_an_index_holds_what_a_dictionary_would(
    index: MomentIndex, steps: list[tuple[str, object]]
) -> None:
    model = {each.id: each for each in held(index, [])}
    for does, what in steps:
        if isinstance(what, list):
            index.upsert(what, vectors_of(what))
            model |= {each.id: each for each in what}
        elif does == "drop" and isinstance(what, int):
            gone = [key for place, key in enumerate(model) if place == what]
            index.delete(gone)
            model = {key: each for key, each in model.items() if key not in gone}
        else:
            index.delete_media(str(what))
            model = {key: each for key, each in model.items() if each.media_id != what}
        assert index.in_window(EVERYTHING, 100) == sorted(model.values(), key=time_order)
        assert index.count() == len(model)
        assert index.get(list(model)) == list(model.values())


def plain(**given_parts: object) -> dict[str, object]:
    return given_parts


PLAIN = Dialect(
    all_of=partial(plain, kind="all"), field=partial(plain, kind="field"),
    value=lambda one: {"value": one}, any_value=partial(plain, kind="any"),
    phrase=lambda words: {"phrase": words}, span=partial(plain, kind="span"),
    ids=lambda ids: {"ids": ids})


def test_a_filter_of_everything_is_no_condition() -> None:
    assert PLAIN.matching(EVERYTHING) is None
    assert PLAIN.matching(MomentFilter(any_of=(MomentFilter(speakers=("A",)), EVERYTHING))) is None


def test_windows_that_touch_are_asked_for_as_one() -> None:
    apart = (Interval(20, 30), Interval(0, 10), Interval(10, 20))
    joined = (Interval(0, 30),)
    assert PLAIN.matching(MomentFilter(windows=apart)) == PLAIN.matching(
        MomentFilter(windows=joined))


@pytest.mark.parametrize("window", [Interval.since(5), Interval.until(5), Interval(5, 9)])
def test_an_open_side_of_a_window_is_not_asked_for(window: Interval) -> None:
    bounds = PLAIN.matching(MomentFilter(windows=(window,)))["must"]
    asked = {bound["key"]: set(bound["range"]) - {"kind"} for bound in bounds}
    expected = {Interval.since(5): {"until_ms": {"gt"}}, Interval.until(5): {"start_ms": {"lt"}}}
    assert asked == expected.get(window, {"start_ms": {"lt"}, "until_ms": {"gt"}})


@given(st.lists(st.sampled_from(MEDIA), unique=True),
       st.lists(st.builds(lambda start, length: Interval(start, start + length),
                          st.integers(-HOUR_MS, HOUR_MS), st.integers(0, HOUR_MS)), max_size=3),
       st.integers(-HOUR_MS, HOUR_MS))
def test_places_name_every_minute_in_which_something_may_start(
    media: list[str], starts: list[Interval], time_ms: int
) -> None:
    named = places(media, starts)
    assert len(named) <= 64
    assert len(set(named)) == len(named)
    if named and any(each.start_ms <= time_ms < each.until_ms for each in starts):
        assert set(places(media, [Interval.at(time_ms)])) <= set(named)


def test_so_many_minutes_are_not_named_one_by_one() -> None:
    assert len(places(MEDIA, [Interval(0, 32 * 60_000)])) == 64
    assert places(MEDIA, [Interval(0, 32 * 60_000 + 1)]) == ()
    assert places(MEDIA, [Interval.since(0)]) == places((), [Interval(0, 9)]) == ()


@given(one_filter)
def test_what_has_words_leaves_a_filter_that_names_tracks_alone(wanted: MomentFilter) -> None:
    if wanted.tracks:
        assert worded(wanted) == wanted
    else:
        assert {Track.FRAME, Track.TRANSLATION}.isdisjoint(worded(wanted).tracks)
        assert set(worded(wanted).tracks) >= {Track.SPEECH, Track.SCREEN}
