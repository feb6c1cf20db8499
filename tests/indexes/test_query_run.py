"""Queries answered as a whole: counts, lists and lengths of time against a count by hand."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.indexes.archives import Archive
from tests.indexes.makers import moment
from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import MomentFilter
from trikal.indexes.query_run import EVERY
from trikal.indexes.temporal import Absolute, Anchored, Ask, Relation, Scope, TemporalQuery
from trikal.indexes.trace import StepKind
from trikal.moments import Moment, Track

WORDS = ("goal", "pass", "whistle")

talks = st.lists(st.tuples(st.integers(0, 3), st.lists(st.sampled_from(WORDS), max_size=2)),
                 max_size=10)


def told(talk: list[tuple[int, list[str]]]) -> list[Moment]:
    """Utterances of three seconds, each some seconds after the one before."""
    at, made = 0, []
    for pause, words in talk:
        at += pause * 1_000
        made.append(moment(at, at + 3_000, text=" ".join(["so", *words])))
        at += 3_000
    return made


def ask(target: str, how: Ask, *constraints: Any, **fields: Any) -> TemporalQuery:
    return TemporalQuery(target=target, ask=how, constraints=constraints, verbatim=True, **fields)


def after(anchor: str) -> Anchored:
    return Anchored(relation=Relation.AFTER, anchor=TemporalQuery(target=anchor, verbatim=True,
                                                                  ordinal=1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(talks, st.integers(0, 20), st.integers(1, 20))
def test_counts_lists_and_ordinals_in_a_window_are_those_of_a_count_by_hand(
    archive: Archive, talk: list[tuple[int, list[str]]], start_s: int, length_s: int
) -> None:
    archive.index.delete_media("medium-a")
    said = told(talk)
    archive.hold(*said)
    window = Interval(start_s * 1_000, (start_s + length_s) * 1_000)
    on_clock = Absolute(start_ms=window.start_ms, end_ms=window.end_ms)
    by_hand = [each for each in said
               if "goal" in each.text and Interval.of(each).overlaps(window)]
    counted = archive.run(ask("goal", Ask.COUNT, on_clock))
    assert counted.value == len(by_hand)
    assert counted.absent == ""
    every = archive.run(ask("goal", Ask.EVERY, on_clock), limit=1)
    assert [each.moment for each in every.evidence] == by_hand
    for n, each in enumerate(by_hand, start=1):
        for ordinal in (n, n - len(by_hand) - 1):
            (found, *_) = archive.run(ask("goal", Ask.MOMENTS, on_clock, ordinal=ordinal)).evidence
            assert found.moment == each
    beyond = archive.run(ask("goal", Ask.MOMENTS, on_clock, ordinal=len(by_hand) + 1))
    assert beyond.evidence == ()
    assert f"only {len(by_hand)}" in beyond.absent


@settings(max_examples=20, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(talks)
def test_what_is_counted_after_an_event_begins_where_that_ends(
    archive: Archive, talk: list[tuple[int, list[str]]]
) -> None:
    archive.index.delete_media("medium-a")
    said = told(talk)
    archive.hold(*said)
    found = archive.run(ask("goal", Ask.EVERY, after("whistle")))
    whistles = [each for each in said if "whistle" in each.text]
    if not whistles:
        assert found.evidence == ()
        assert found.absent
        return
    later = [each for each in said if "goal" in each.text
             and each.start_ms >= whistles[0].end_ms]
    assert [each.moment for each in found.evidence] == later
    assert all(each.anchor == whistles[0] for each in found.evidence)


def test_every_time_lists_a_hundred_at_most_and_counts_them_all(archive: Archive) -> None:
    archive.hold(*(moment(n * 4_000, n * 4_000 + 1_000, text="goal") for n in range(EVERY + 20)))
    assert archive.run(ask("goal", Ask.COUNT)).value == EVERY + 20
    assert len(archive.run(ask("goal", Ask.EVERY), limit=5).evidence) == EVERY
    assert len(archive.run(ask("goal", Ask.EVERY), limit=EVERY + 10).evidence) == EVERY + 10


@pytest.mark.parametrize(("first", "second"), [("kickoff", "whistle"), ("whistle", "kickoff")])
def test_the_time_between_two_events_is_the_same_from_either(
    archive: Archive, first: str, second: str
) -> None:
    archive.hold(moment(10_000, 12_000, text="kickoff"), moment(70_000, 71_000, text="whistle"))
    between = Anchored(relation=Relation.BETWEEN, anchor=TemporalQuery(target=first),
                       other=TemporalQuery(target=second))
    found = archive.run(TemporalQuery(ask=Ask.DURATION, constraints=(between,)))
    assert found.value == 58_000
    assert {each.moment.text for each in found.evidence} == {"kickoff", "whistle"}


def test_how_long_after_an_event_is_the_gap_to_its_target(archive: Archive) -> None:
    archive.hold(moment(10_000, 12_000, text="kickoff"), moment(70_000, 71_000, text="a goal"))
    found = archive.run(TemporalQuery(target="a goal", ask=Ask.DURATION, constraints=(
        Anchored(relation=Relation.AFTER, anchor=TemporalQuery(target="kickoff")),)))
    assert found.value == 58_000
    assert [each.moment.text for each in found.evidence] == ["kickoff", "a goal"]
    assert found.evidence[0].why == "the anchor"


def test_how_long_an_event_lasts_takes_in_what_adjoins_and_is_like_it(archive: Archive) -> None:
    archive.hold(*(moment(start, start + 4_000, text="they sing a song")
                   for start in (10_000, 16_000, 22_000)),
                 moment(200_000, text="they sing a song"))
    found = archive.run(TemporalQuery(target="singing of a song", ask=Ask.DURATION))
    assert found.value == 16_000
    assert any("it lasts from" in step.words for step in found.steps)


@pytest.mark.parametrize("how", [Ask.MOMENTS, Ask.EVERY, Ask.DURATION, Ask.SPANS])
def test_an_empty_archive_says_that_there_is_nothing(archive: Archive, how: Ask) -> None:
    found = archive.run(TemporalQuery(target="goal", ask=how))
    assert (found.evidence, found.value, found.parts) == ((), None, ())
    assert found.absent
    assert found.absent in found.trace


def test_nothing_counted_is_an_answer(archive: Archive) -> None:
    found = archive.run(TemporalQuery(target="goal", ask=Ask.COUNT))
    assert (found.value, found.absent, found.evidence) == (0, "", ())


def test_the_parts_about_something_speak_for_themselves(archive: Archive) -> None:
    archive.hold(*(moment(start, start + 4_000, text="the crimson dome is painted")
                   for start in range(100_000, 120_000, 5_000)),
                 *(moment(start, start + 4_000, text=f"weather number {start}")
                   for start in range(0, 100_000, 5_000)))
    found = archive.run(TemporalQuery(target="the crimson dome", ask=Ask.SPANS))
    assert found.evidence == found.parts[0].evidence
    assert found.parts[0].interval.start_ms >= 95_000
    assert all(each.moment.start_ms >= 95_000 for each in found.evidence)


def test_a_moment_that_fits_several_places_is_given_once(archive: Archive) -> None:
    bells = [moment(start, start + 1_000, text="the bell rings") for start in (0, 20_000)]
    archive.hold(*bells, moment(30_000, text="great applause"))
    found = archive.run(TemporalQuery(target="great applause", constraints=(
        Anchored(relation=Relation.AFTER, anchor=TemporalQuery(target="the bell rings")),)))
    ids = [each.moment.id for each in found.evidence]
    assert len(ids) == len(set(ids))
    assert found.evidence[0].anchor == bells[1]


def test_a_caller_s_scope_holds_for_all_that_is_looked_for(archive: Archive) -> None:
    archive.hold(moment(0, 1_000, text="the bell"), moment(5_000, text="a goal"),
                 moment(5_000, text="A GOAL", track=Track.SCREEN))
    query = TemporalQuery(target="goal", constraints=(after("the bell"),))
    on_screen = archive.run(query, scope=MomentFilter(tracks=(Track.SCREEN,)))
    assert [each.moment.text for each in on_screen.evidence] == ["A GOAL"]
    elsewhere = archive.run(query, scope=MomentFilter(media_ids=("medium-b",)))
    assert elsewhere.evidence == ()
    assert StepKind.WINDOW not in {step.kind for step in elsewhere.steps}


@pytest.mark.parametrize(("said_ms", "slides"), [
    ((17_500, 20_500), ["budget"]),  # half a second of it before the slide changes
    ((16_000, 20_000), ["mirror", "budget"]),
    ((9_000, 30_000), ["mirror", "budget"]),
])
def test_a_slide_that_goes_as_a_sentence_begins_is_not_the_one_it_was_said_with(
    archive: Archive, said_ms: tuple[int, int], slides: list[str]
) -> None:
    archive.index.delete_media("medium-a")
    archive.hold(moment(*said_ms, text="so much money"),
                 moment(9_000, 18_000, text="mirror", track=Track.SCREEN),
                 moment(18_000, 27_000, text="budget", track=Track.SCREEN))
    anchor = TemporalQuery(target="money", verbatim=True, tracks=(Track.SPEECH,))
    found = archive.run(TemporalQuery(tracks=(Track.SCREEN,), constraints=(
        Anchored(relation=Relation.DURING, anchor=anchor),)))
    assert [each.moment.text for each in found.evidence] == slides


def test_how_long_somebody_speaks_is_the_sum_of_what_that_one_says(archive: Archive) -> None:
    archive.index.delete_media("medium-a")
    archive.hold(moment(0, 4_000, text="one", speaker="Anita"),
                 moment(4_000, 9_000, text="two", speaker="Ravi"),
                 moment(8_000, 12_000, text="three", speaker="Anita"),
                 moment(11_000, 13_000, text="four", speaker="Anita"))
    found = archive.run(TemporalQuery(ask=Ask.DURATION, scope=Scope(speakers=("Anita",))))
    assert found.value == 4_000 + 5_000
    assert [each.moment.text for each in found.evidence] == ["one", "three", "four"]


def test_after_somebody_spoke_somebody_else_does(archive: Archive) -> None:
    archive.index.delete_media("medium-a")
    archive.hold(moment(0, 4_000, text="one", speaker="Anita"),
                 moment(4_000, 8_000, text="two", speaker="Anita"),
                 moment(8_000, 12_000, text="three", speaker="Ravi"))
    anita = TemporalQuery(scope=Scope(speakers=("Anita",)), ordinal=1, tracks=(Track.SPEECH,))
    after = TemporalQuery(tracks=(Track.SPEECH,), constraints=(
        Anchored(relation=Relation.RIGHT_AFTER, anchor=anita),))
    assert [each.moment.text for each in archive.run(after).evidence] == ["three"]
    # What follows a sentence of hers may be hers.
    one = anita.model_copy(update={"target": "one", "verbatim": True})
    after = after.model_copy(update={"constraints": (
        Anchored(relation=Relation.RIGHT_AFTER, anchor=one),)})
    assert archive.run(after).evidence[0].moment.text == "two"
