"""Targets: where they are looked for, which of them lead, and what is listed without one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indexes.archives import Archive, embed
from tests.indexes.makers import moment
from tests.indexes.test_conditions import filters, moments, passes
from trikal.indexes.intervals import Interval
from trikal.indexes.listing import SILENCE_MS, Listing
from trikal.indexes.moment_search import Evidence, MomentSearch
from trikal.indexes.occurrences import Event
from trikal.indexes.placing import Place, Placement, places
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.indexes.scoping import OutOfScope
from trikal.indexes.targets import Targets, within
from trikal.indexes.temporal import Anchored, Relation, TemporalQuery
from trikal.indexes.trace import Trace
from trikal.indexes.windows import window_of
from trikal.moments import Moment, Track, Unit

ANYTHING = TemporalQuery(target="the bell")


def place(anchor: Moment, relation: Relation = Relation.AFTER, *, weight: float = 1.0,
          **distance: int) -> Place:
    """Where something lies that stands in a relation to an anchor."""
    constraint = Anchored(relation=relation, anchor=ANYTHING, **distance)
    span = Interval.of(anchor)
    window = window_of(constraint, span)
    assert window is not None
    (found,) = places([[Placement(
        constraint=constraint, anchor=Event.of(Evidence(moment=anchor, score=weight)), other=None,
        media_id=anchor.media_id, window=window, near=span, weight=weight)]])
    return found


anchors = st.builds(
    lambda start, length, medium: moment(start * 1_000, (start + length) * 1_000, media_id=medium),
    st.integers(-60, 60), st.integers(0, 40), st.sampled_from(["medium-a", "medium-b"]))
spots_anywhere = st.builds(place, anchors, st.sampled_from(
    [Relation.BEFORE, Relation.AFTER, Relation.DURING, Relation.NEAR, Relation.FROM]))


@given(st.lists(filters, max_size=3), st.lists(spots_anywhere, max_size=3), moments)
def test_what_is_within_passes_a_scope_and_lies_at_one_of_the_places(
    scopes: list[MomentFilter], spots: list[Place], each: Moment
) -> None:
    span = Interval.of(each)
    let_in = any(passes(each, one) for one in within(scopes, spots))
    at_place = any(
        passes(each, scope) and spot.main and spot.main.media_id == each.media_id
        and any(share.overlaps(span) for window in scope.windows or [span]
                if spot.window and (share := window.intersection(spot.window)))
        for scope in scopes for spot in spots)
    assert let_in is bool(at_place)


@given(st.lists(filters, max_size=3), moments)
def test_where_nothing_is_anchored_the_scopes_alone_say_what_is_within(
    scopes: list[MomentFilter], each: Moment
) -> None:
    let_in = any(passes(each, one) for one in within(scopes, [Place()]))
    assert let_in is any(passes(each, one) for one in scopes)


def test_places_of_one_medium_become_one_filter() -> None:
    spots = [place(moment(0, 1_000), Relation.DURING), place(moment(500, 2_000), Relation.DURING),
             place(moment(0, 1_000, media_id="medium-b"), Relation.DURING)]
    assert within([EVERYTHING], spots) == [
        MomentFilter(media_ids=("medium-a",), windows=(Interval(0, 2_000),)),
        MomentFilter(media_ids=("medium-b",), windows=(Interval(0, 1_000),))]


@pytest.fixture
def trace() -> Trace:
    return Trace()


@pytest.fixture
def targets(archive: Archive, trace: Trace) -> Targets:
    return Targets(archive.index, MomentSearch(archive.index, embed), trace)


def asked(target: str = "", **fields: Any) -> TemporalQuery:
    return TemporalQuery(target=target, **fields)


def found_at(events: list[Event]) -> list[int]:
    return [each.moment.start_ms for each in events]


def test_quoted_words_come_before_longer_utterances_that_hold_them(
    archive: Archive, targets: Targets, trace: Trace
) -> None:
    archive.hold(moment(0, text="and the eagle has landed, he said"),
                 moment(9_000, text="The eagle has landed."), moment(20_000, text="an eagle"))
    found = targets.find(asked("the eagle has landed", verbatim=True), [EVERYTHING], [Place()], 1)
    assert found_at(found) == [9_000, 0]
    assert found[0].score > found[1].score
    assert {each.evidence.why for each in found} == {"says it"}
    assert trace.steps == ()


def test_a_quotation_that_nobody_says_is_looked_for_by_its_meaning_and_told(
    archive: Archive, targets: Targets, trace: Trace
) -> None:
    archive.hold(moment(0, text="an eagle landed there"), moment(9_000, text="silence"))
    found = targets.find(asked("eagle landed", verbatim=True), [EVERYTHING], [Place()], 5)
    assert found[0].moment.start_ms == 0
    quoted = targets.find(asked("landed eagle", verbatim=True), [EVERYTHING], [Place()], 5)
    assert quoted[0].moment.start_ms == 0
    assert trace.steps[-1].words == "nobody says exactly “landed eagle”; looked for its meaning"


def test_what_says_the_words_leads_however_near_what_resembles_them_is(
    archive: Archive, targets: Targets
) -> None:
    bell = moment(0, 1_000, text="the bell")
    archive.hold(bell, moment(2_000, text="a crimson dome, a dome"),
                 moment(900_000, text="there is the crimson dome of theirs"))
    spot = place(bell, Relation.RIGHT_AFTER, at_most_ms=1_000_000)
    found = targets.find(asked("the crimson dome"), [EVERYTHING], [spot], 5)
    assert found_at(found) == [900_000, 2_000]
    assert found[0].evidence.anchor == bell


def test_a_target_hangs_on_the_place_that_suits_it_best(
    archive: Archive, targets: Targets
) -> None:
    first, second = moment(0, 1_000, text="a bell"), moment(60_000, 61_000, text="a gong")
    archive.hold(first, second, moment(62_000, text="great applause"))
    spots = [place(first, Relation.RIGHT_AFTER), place(second, Relation.RIGHT_AFTER, weight=0.8)]
    (found, *_) = targets.find(asked("great applause"), [EVERYTHING], spots, 3)
    assert found.evidence.anchor == second
    (doubtful, *_) = targets.find(asked("great applause"), [EVERYTHING], [
        spots[0], place(second, Relation.RIGHT_AFTER, weight=0.01)], 3)
    assert doubtful.evidence.anchor == first
    assert 0 < doubtful.score < found.score


def test_what_hangs_on_other_events_comes_in_between_where_the_likeliest_has_many(
    archive: Archive, targets: Targets, trace: Trace
) -> None:
    bells = [moment(start, text="a bell") for start in (0, 500_000, 900_000)]
    goals = [moment(start, text="goal") for start in range(10_000, 60_000, 10_000)]
    later = [moment(start, text="goal") for start in (510_000, 910_000)]
    archive.hold(*bells, *goals, *later)
    spots = [place(bell, weight=weight) for bell, weight in
             zip(bells, (1.0, 0.5, 0.4), strict=True)]
    goal = asked("goal", verbatim=True)
    plain = found_at(targets.find(goal, [EVERYTHING], spots, 9))
    assert plain[:5] == found_at([Event.of(Evidence(moment=each, score=1)) for each in goals])
    mixed = Targets(archive.index, MomentSearch(archive.index, embed), trace, mixed=True)
    found = mixed.find(goal, [EVERYTHING], spots, 9)
    assert found_at(found)[:4] == [10_000, 510_000, 20_000, 910_000]
    assert [each.evidence.anchor for each in found[:4]] == [bells[0], bells[1], bells[0], bells[2]]
    assert sorted(found_at(found)) == sorted(plain)
    assert found_at(mixed.find(goal, [EVERYTHING], spots[:1], 9)) == plain


def test_looking_ahead_finds_what_looking_alone_finds(archive: Archive) -> None:
    archive.hold(*(moment(n * 10_000, text=text) for n, text in enumerate(
        ("great applause", "a red dome", "the bell", "applause and a dome"))))
    texts, calls = ("applause", "red dome", "nothing like it"), []

    def counted(queries: Any) -> Any:
        calls.append(list(queries))
        return embed(queries)

    alone = Targets(archive.index, MomentSearch(archive.index, embed), Trace())
    ahead = Targets(archive.index, MomentSearch(archive.index, counted), Trace())
    ahead.look_ahead([(text, [EVERYTHING]) for text in texts])
    for text in texts:
        assert ahead.find(asked(text), [EVERYTHING], [Place()], 3) == alone.find(
            asked(text), [EVERYTHING], [Place()], 3)
    assert calls == [list(texts)]
    narrower = MomentFilter(windows=(Interval(0, 5_000),))
    assert found_at(ahead.find(asked("applause"), [narrower], [Place()], 3)) == [0]


def test_an_ordinal_counts_in_each_medium_and_says_how_many_there_are(
    archive: Archive, targets: Targets
) -> None:
    archive.hold(*(moment(n * 20_000, text="goal", media_id=medium)
                   for medium, count in (("medium-a", 3), ("medium-b", 1)) for n in range(count)))
    third = targets.find(asked("goal", ordinal=3), [EVERYTHING], [Place()], 9)
    assert [(each.moment.media_id, each.moment.start_ms) for each in third] == [
        ("medium-a", 40_000)]
    last = targets.find(asked("goal", ordinal=-1), [EVERYTHING], [Place()], 9)
    assert {(each.moment.media_id, each.moment.start_ms) for each in last} == {
        ("medium-a", 40_000), ("medium-b", 0)}
    with pytest.raises(OutOfScope, match="only 3"):
        targets.find(asked("goal", ordinal=4), [EVERYTHING], [Place()], 9)
    with pytest.raises(OutOfScope, match="only 0"):
        targets.find(asked("goal", ordinal=1), [EVERYTHING], [], 9)


def test_every_time_is_that_of_the_best_place_that_has_any(
    archive: Archive, targets: Targets
) -> None:
    early, late = moment(0, 1_000, text="a bell"), moment(50_000, 51_000, text="a gong")
    archive.hold(early, late, *(moment(start, text="goal") for start in (20_000, 60_000, 80_000)))
    goal, empty = asked("goal", verbatim=True), place(early, Relation.DURING)
    assert found_at(targets.every(
        goal, [EVERYTHING], [empty, place(late, weight=0.5), place(early, weight=0.4)]
    )) == [60_000, 80_000]
    assert targets.every(goal, [EVERYTHING], [empty]) == []


@pytest.mark.parametrize("query", [asked("x"), asked("x", verbatim=True), asked()])
def test_nowhere_is_nothing_found(targets: Targets, query: TemporalQuery) -> None:
    assert targets.find(query, [], [Place()], 5) == []
    assert targets.find(query, [EVERYTHING], [Place()], 5) == []


def test_the_first_at_every_place_is_listed_before_the_second_at_any(
    archive: Archive, targets: Targets
) -> None:
    bells = [moment(start, start + 1_000, text="bell") for start in (0, 100_000)]
    archive.hold(*bells, *(moment(start, text=f"word {start}")
                           for start in (2_000, 4_000, 102_000, 104_000)))
    spots = [place(bell, Relation.AFTER, at_most_ms=9_000) for bell in bells]
    listed = found_at(targets.find(asked(), [EVERYTHING], spots, 5))
    assert set(listed[:2]) == {2_000, 102_000}
    assert set(listed[2:4]) == {4_000, 104_000}
    unlikely = [spots[0], place(bells[1], Relation.AFTER, weight=0.1, at_most_ms=9_000)]
    assert set(found_at(targets.find(asked(), [EVERYTHING], unlikely, 5))) == {2_000, 4_000}


def test_the_first_beside_an_unlikely_anchor_is_listed_before_the_second_beside_the_likeliest(
    archive: Archive, targets: Targets
) -> None:
    bells = [moment(start, start + 1_000, text="bell") for start in range(0, 500_000, 100_000)]
    archive.hold(*bells, *(moment(bell.start_ms + by, text=f"word {bell.start_ms + by}")
                           for bell in bells for by in (2_000, 4_000)))
    spots = [place(bell, Relation.AFTER, weight=weight, at_most_ms=9_000)
             for bell, weight in zip(bells, (1.0, 0.8, 0.4, 0.25, 0.2), strict=True)]
    listed = found_at(targets.find(asked(), [EVERYTHING], spots, 8))
    assert listed[:5] == [2_000, 102_000, 202_000, 302_000, 402_000]
    assert listed[5] == 4_000


def test_what_is_listed_stays_in_the_anchor_s_medium_unless_only_another_is_asked_for(
    archive: Archive, targets: Targets
) -> None:
    bell = moment(0, 1_000, text="bell")
    archive.hold(bell, moment(2_000, text="here"), moment(2_000, text="there", media_id="medium-b"))
    own = place(bell)
    assert own.main is not None
    (other,) = places([[Placement(
        constraint=own.main.constraint, anchor=own.main.anchor, other=None, media_id="medium-b",
        window=own.main.window, near=own.main.near, weight=1.0)]])
    assert [each.moment.text for each in targets.find(asked(), [EVERYTHING], [own, other], 5)] == [
        "here"]
    elsewhere = MomentFilter(media_ids=("medium-b",))
    assert [each.moment.text for each in targets.find(asked(), [elsewhere], [own, other], 5)] == [
        "there"]


@pytest.fixture
def listing(archive: Archive, trace: Trace) -> Listing:
    return Listing(archive.index, trace)


@pytest.mark.parametrize(("gap_ms", "heard"), [(SILENCE_MS - 1, True), (SILENCE_MS, False)])
def test_a_silence_is_looked_around_so_far_and_no_farther(
    archive: Archive, listing: Listing, trace: Trace, gap_ms: int, heard: bool
) -> None:
    archive.hold(moment(0, 10_000, text="before"),
                 moment(40_000, text="a passage", unit=Unit.PASSAGE))
    window = Interval.at(10_000 + gap_ms)
    listed = listing.on_the_clock(MomentFilter(windows=(window,)), 5)
    assert [each.text for each in listed] == ["before"] * heard
    assert ["looked up to five seconds" in step.words for step in trace.steps] == [True]


def test_beside_a_silence_the_nearest_to_its_middle_comes_first(
    archive: Archive, listing: Listing
) -> None:
    archive.hold(moment(0, 6_000, text="far"), moment(12_500, text="near"))
    scope = MomentFilter(windows=(Interval(10_000, 10_800),))
    assert [each.text for each in listing.on_the_clock(scope, 5)] == ["near", "far"]


def test_what_stands_somewhere_is_read_out_not_shown_or_translated(
    archive: Archive, listing: Listing
) -> None:
    archive.hold(moment(0, text="said"), moment(1, text="written", track=Track.SCREEN),
                 moment(2, text="put otherwise", track=Track.TRANSLATION))
    scope = MomentFilter(windows=(Interval(0, 500),))
    assert [each.text for each in listing.on_the_clock(scope, 5)] == ["said", "written"]
    named = MomentFilter(windows=(Interval(0, 500),), tracks=(Track.TRANSLATION,))
    assert [each.text for each in listing.on_the_clock(named, 5)] == ["put otherwise"]


def test_the_neighbours_of_a_translation_are_what_was_said(
    archive: Archive, listing: Listing
) -> None:
    archive.hold(*(moment(start, text=f"said {start}") for start in (0, 10_000, 20_000, 30_000)))
    anchor = moment(10_000, text="told", track=Track.TRANSLATION)
    after, before = place(anchor), place(anchor, Relation.BEFORE)
    scopes = [each.within(EVERYTHING) or EVERYTHING for each in (after, before)]
    assert [each.start_ms for each in listing.at(after, scopes[0], 5)] == [20_000, 30_000]
    assert [each.start_ms for each in listing.at(before, scopes[1], 5)] == [0]


def test_at_a_distance_what_stands_in_the_middle_of_the_window_comes_first(
    archive: Archive, listing: Listing
) -> None:
    bell = moment(0, 1_000, text="bell")
    archive.hold(bell, *(moment(start, text=f"at {start}")
                         for start in range(5_000, 200_000, 5_000)))
    spot = place(bell, at_least_ms=60_000, at_most_ms=120_000)
    listed = listing.at(spot, spot.within(EVERYTHING) or EVERYTHING, 3)
    gaps = [abs(each.start_ms - 91_000) for each in listed]
    assert gaps == sorted(gaps)
    assert gaps[-1] <= 10_000


@pytest.mark.parametrize(("relation", "starts", "texts"), [
    (Relation.BEFORE, (10_000, 120_000, 170_000, 180_000), ["at 120000", "at 170000"]),
    (Relation.AFTER, (180_000, 250_000), ["at 250000"]),
    (Relation.BEFORE, (10_000, 180_000), []),  # as far again from that time as the bell is
])
def test_in_a_silence_at_a_distance_what_is_nearest_to_that_time_is_listed(
    archive: Archive, listing: Listing, trace: Trace, relation: Relation,
    starts: tuple[int, ...], texts: list[str],
) -> None:
    archive.hold(*(moment(start, text=f"at {start}") for start in starts))
    spot = place(moment(180_000, text="at 180000"), relation, at_least_ms=30_000,
                 at_most_ms=40_000)
    listed = listing.at(spot, spot.within(EVERYTHING) or EVERYTHING, 3)
    assert [each.text for each in listed] == texts
    assert any("nearest" in step.words for step in trace.steps) is bool(texts)
