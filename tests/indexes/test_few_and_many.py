"""Temporal queries where next to nothing is there, or far too much alike: on every engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from tests.indexes.makers import embed, moment
from trikal.indexes.edge import EdgeIndex
from trikal.indexes.intervals import Interval
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.protocol import Hit, MomentFilter, MomentIndex, MomentQuery
from trikal.indexes.query_run import QueryRun
from trikal.indexes.temporal import Absolute, Anchored, Ask, Relation, TemporalQuery
from trikal.indexes.temporal_search import Found, TemporalSearch
from trikal.moments import Moment, Track

HOUR_MS = 3_600_000


@dataclass
class Archive:
    index: MomentIndex
    media: list[str] = field(default_factory=lambda: ["medium-a"])

    def hold(self, *moments: Moment) -> None:
        self.index.upsert(list(moments), embed([each.text for each in moments]))

    def run(self, query: TemporalQuery, limit: int = 8) -> Found:
        media = {each: MediumFacts(duration_ms=HOUR_MS, name=f"{each}.mp4") for each in self.media}
        return TemporalSearch(self.index, embed, media).run(query, limit=limit)

    def places(self, query: TemporalQuery, limit: int = 8) -> list[tuple[str, int]]:
        return [(each.moment.media_id, each.moment.start_ms)
                for each in self.run(query, limit).evidence]


@pytest.fixture
def archive(index: MomentIndex) -> Archive:
    return Archive(index)


def event(text: str) -> TemporalQuery:
    return TemporalQuery(target=text)


def hung(relation: Relation, *events: str, target: str = "") -> TemporalQuery:
    anchor, *other = map(event, events)
    constraint = Anchored(relation=relation, anchor=anchor, other=other[0] if other else None)
    return TemporalQuery(target=target, constraints=(constraint,))


def nested(*texts: str) -> TemporalQuery:
    """What comes after the first text, which comes after the second, and so on."""
    query = event(texts[-1])
    for text in reversed(texts[:-1]):
        query = TemporalQuery(target=text, constraints=(
            Anchored(relation=Relation.AFTER, anchor=query),))
    return query


SHAPES: dict[str, TemporalQuery] = {
    "plain": event("the bell"),
    "quoted": TemporalQuery(target="the bell", verbatim=True),
    "on the clock": TemporalQuery(constraints=(Absolute(start_ms=0, end_ms=60_000),)),
    "at an instant": TemporalQuery(constraints=(Absolute(start_ms=500, end_ms=500),)),
    "after": hung(Relation.AFTER, "the bell", target="the door"),
    "right before": hung(Relation.RIGHT_BEFORE, "the bell"),
    "between": hung(Relation.BETWEEN, "the bell", "the door", target="a step"),
    "until the next": hung(Relation.UNTIL_NEXT, "the bell", "the door"),
    "nested": nested("a step", "the door", "the bell"),
    "the second": TemporalQuery(target="the bell", ordinal=2),
    "every": TemporalQuery(target="the bell", ask=Ask.EVERY),
    "how long": TemporalQuery(target="the bell", ask=Ask.DURATION),
    "the part": TemporalQuery(target="the bell", ask=Ask.SPANS),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_empty_archive_answers_nothing_and_says_why(archive: Archive, shape: str) -> None:
    found = archive.run(SHAPES[shape])
    assert found.evidence == found.parts == ()
    assert found.absent


def test_an_empty_archive_counts_none(archive: Archive) -> None:
    assert archive.run(TemporalQuery(target="the bell", ask=Ask.COUNT)).value == 0


ONE = moment(500, 1_500, text="the bell rings")


@pytest.mark.parametrize("shape", ["plain", "quoted", "on the clock", "at an instant", "every",
                                   "how long", "the part"])
def test_one_moment_is_all_that_is_found(archive: Archive, shape: str) -> None:
    archive.hold(ONE)
    assert [each.moment for each in archive.run(SHAPES[shape]).evidence] == [ONE]


@pytest.mark.parametrize("shape", ["after", "right before", "between", "nested", "the second"])
def test_one_moment_is_not_before_after_or_between_itself(archive: Archive, shape: str) -> None:
    archive.hold(ONE)
    found = archive.run(SHAPES[shape])
    assert found.evidence == ()
    assert found.absent


def crowd(count: int, *, media_id: str = "medium-a", text: str = "the bell rings") -> list[Moment]:
    """The same words again and again, ten seconds apart."""
    return [moment(10_000 * n, 10_000 * n + 2_000, text=text, media_id=media_id)
            for n in range(count)]


def test_of_a_hundred_equal_texts_each_is_found_once_and_no_more_than_asked(
    archive: Archive
) -> None:
    archive.hold(*crowd(100))
    places = archive.places(event("the bell rings"), limit=8)
    assert len(places) == len(set(places)) == 8


def test_a_hundred_equal_texts_are_counted_listed_and_numbered_exactly(archive: Archive) -> None:
    archive.hold(*crowd(100), moment(5_000, 6_000, text="the door opens"))
    count = archive.run(TemporalQuery(target="the bell rings", ask=Ask.COUNT))
    assert count.value == 100
    listed = archive.places(TemporalQuery(target="the bell rings", ask=Ask.EVERY))
    assert listed == [("medium-a", 10_000 * n) for n in range(100)]
    for ordinal, start_ms in ((1, 0), (37, 360_000), (100, 990_000), (-1, 990_000), (-100, 0)):
        query = TemporalQuery(target="the bell rings", ordinal=ordinal)
        assert archive.places(query) == [("medium-a", start_ms)]
    assert archive.run(TemporalQuery(target="the bell rings", ordinal=101)).absent


def test_an_event_told_a_hundred_times_still_leaves_only_what_follows_it(archive: Archive) -> None:
    archive.hold(*crowd(100), moment(995_000, 996_000, text="the door opens"),
                 moment(-5_000, -4_000, text="the door opens"))
    places = archive.places(hung(Relation.AFTER, "the bell rings", target="the door opens"))
    assert places[0] == ("medium-a", 995_000)
    assert ("medium-a", -5_000) not in places


def test_a_quoted_event_told_a_hundred_times_is_asked_about(archive: Archive) -> None:
    archive.hold(*crowd(100))
    anchor = TemporalQuery(target="the bell rings", verbatim=True)
    query = TemporalQuery(constraints=(Anchored(relation=Relation.RIGHT_AFTER, anchor=anchor),))
    (doubt, *_) = archive.run(query).doubts
    assert "100 times" in doubt.words


@pytest.mark.parametrize(("at_ms", "starts"), [
    (0, [0]), (1_999, [0]), (2_000, []), (9_999, []), (10_000, [10_000]),
])
def test_a_window_of_no_length_is_the_millisecond_at_which_it_stands(
    index: MomentIndex, at_ms: int, starts: list[int]
) -> None:
    Archive(index).hold(*crowd(3))
    wanted = MomentFilter(windows=(Interval.at(at_ms),))
    assert [each.start_ms for each in index.in_window(wanted, 9)] == starts
    assert index.count(wanted) == len(starts)
    (vector,) = embed(["the bell rings"])
    for query in (MomentQuery(vector=vector, filter=wanted),
                  MomentQuery(vector=vector, text="the bell rings", filter=wanted),
                  MomentQuery(vector=vector, text="the bell rings", filter=wanted, whole=True)):
        assert [hit.moment.start_ms for hit in index.search([query])[0]] == starts


@pytest.mark.parametrize(("at_ms", "starts"), [(0, [0]), (1, []), (9_999, []), (10_000, [10_000])])
def test_a_stretch_of_no_length_holds_what_starts_in_that_millisecond(
    index: MomentIndex, at_ms: int, starts: list[int]
) -> None:
    Archive(index).hold(*crowd(3))
    wanted = MomentFilter(media_ids=("medium-a",), starts=(Interval.at(at_ms),))
    assert [each.start_ms for each in index.in_window(wanted, 9)] == starts


def test_many_windows_of_no_length_find_each_its_own(index: MomentIndex) -> None:
    Archive(index).hold(*crowd(50))
    wanted = MomentFilter(windows=tuple(Interval.at(10_000 * n + 1) for n in range(0, 50, 7)))
    assert [each.start_ms for each in index.in_window(wanted, 50)] == [
        10_000 * n for n in range(0, 50, 7)]


TWINS = ["one", "two", "three"]


def twins(archive: Archive) -> None:
    """The same film three times, a minute later in each."""
    archive.media = TWINS
    for late, media_id in enumerate(TWINS):
        archive.hold(*(
            moment(60_000 * late + start, 60_000 * late + start + 1_000, text=text,
                   media_id=media_id)
            for start, text in ((0, "the bell rings"), (5_000, "a step on the stairs"),
                                (10_000, "the door opens"), (15_000, "a step on the stairs"))))


def settled(archive: Archive, places: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Equal moments in order where an engine's cosines of equal vectors are equal to the last bit.

    Those of the in-memory engine are not, now and then.
    """
    return places if isinstance(archive.index, EdgeIndex) else sorted(places)


def test_between_two_events_never_pairs_them_across_media(archive: Archive) -> None:
    twins(archive)
    query = hung(Relation.BETWEEN, "the bell rings", "the door opens",
                 target="a step on the stairs")
    assert settled(archive, archive.places(query)) == sorted(
        (media_id, 60_000 * late + 5_000) for late, media_id in enumerate(TWINS))


@pytest.mark.parametrize(("relation", "start_ms"), [
    (Relation.AFTER, 15_000), (Relation.BEFORE, 5_000),
])
def test_each_of_several_equal_media_answers_on_its_own_clock(
    archive: Archive, relation: Relation, start_ms: int
) -> None:
    twins(archive)
    query = hung(relation, "the door opens", target="a step on the stairs")
    assert settled(archive, archive.places(query)[:3]) == sorted(
        (media_id, 60_000 * late + start_ms) for late, media_id in enumerate(TWINS))


def test_equals_come_in_the_same_order_each_time(archive: Archive) -> None:
    twins(archive)
    runs = [archive.run(PAIRS["between"]) for _ in range(6)]
    assert all(each == runs[0] for each in runs)


def test_moments_equal_in_all_but_their_medium_are_all_found_once(archive: Archive) -> None:
    archive.media = [f"copy-{n}" for n in range(30)]
    archive.hold(*(moment(0, 1_000, text="the bell rings", media_id=each)
                   for each in archive.media))
    places = archive.places(event("the bell rings"), limit=40)
    # In whatever order: the in-memory engine's cosines of equal vectors differ in the last bits.
    assert sorted(places) == sorted((each, 0) for each in archive.media)


@dataclass
class Counted:
    """An index that counts how often it is searched."""

    index: MomentIndex
    searches: int = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.index, name)

    def search(self, queries: Sequence[MomentQuery]) -> list[list[Hit]]:
        self.searches += 1
        return self.index.search(queries)


PAIRS = {
    "between": hung(Relation.BETWEEN, "the bell rings", "the door opens", target="a step"),
    "of one event": hung(Relation.BETWEEN, "a step", "a step", target="the door"),
    "on two tracks": TemporalQuery(target="a step", constraints=(Anchored(
        relation=Relation.BETWEEN, anchor=event("the bell rings"),
        other=TemporalQuery(target="the door opens", tracks=(Track.SPEECH,))),)),
    "two constraints": TemporalQuery(target="a step", constraints=(
        Anchored(relation=Relation.AFTER, anchor=event("the bell rings")),
        Anchored(relation=Relation.BEFORE, anchor=event("the door opens")))),
    "within a window": TemporalQuery(target="a step", constraints=(
        Absolute(start_ms=0, end_ms=70_000),
        Anchored(relation=Relation.BETWEEN, anchor=event("the bell rings"),
                 other=event("the door opens")))),
    "one quoted": TemporalQuery(target="a step", constraints=(Anchored(
        relation=Relation.BETWEEN, anchor=event("the bell rings"),
        other=TemporalQuery(target="the door opens", verbatim=True)),)),
    "one nowhere": hung(Relation.BETWEEN, "the bell rings", "zebra", target="a step"),
}


def one_by_one(_run: QueryRun, _events: Sequence[TemporalQuery], _base: MomentFilter) -> None:
    """Search for no event before its turn."""


@pytest.mark.parametrize("pair", PAIRS)
def test_events_searched_together_are_the_same_as_one_by_one(
    archive: Archive, pair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins(archive)
    together = archive.run(PAIRS[pair])
    monkeypatch.setattr(QueryRun, "_look_ahead", one_by_one)
    assert archive.run(PAIRS[pair]) == together
    assert together.evidence or together.absent


def test_both_events_of_a_pair_are_searched_in_one_batch(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins(archive)

    counted = Counted(archive.index)
    search = TemporalSearch(cast(MomentIndex, counted), embed, {})
    assert search.run(PAIRS["between"]).evidence
    together, counted.searches = counted.searches, 0
    monkeypatch.setattr(QueryRun, "_look_ahead", one_by_one)
    search.run(PAIRS["between"])
    assert together < counted.searches
