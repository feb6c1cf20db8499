"""Whom a told event names, where labels of speakers are codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indexes.makers import moment, vectors_of
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentIndex
from trikal.indexes.speakers import Speakers, bearer
from trikal.moments import Moment

TURNS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=40)


def said(start_s: int, speaker: str | None, text: str, media_id: str = "medium-a") -> Moment:
    return moment(start_s * 1_000, text=text, speaker=speaker, media_id=media_id)


def hold(index: MomentIndex, *moments: Moment) -> None:
    index.upsert(list(moments), vectors_of(list(moments)))


def calls(name: str, caller: str, answerer: str, times: int, *, since_s: int = 0) -> list[Moment]:
    """The caller says the name, and the other answers two seconds later."""
    starts = range(since_s, since_s + 60 * times, 60)
    return [each for start in starts for each in (
        said(start, caller, f"{name}, over."), said(start + 2, answerer, "Go ahead."))]


@pytest.mark.parametrize(("event", "label", "is_meant"), [
    ("the commander said it was warm", "CDR", True),
    ("The commander was cold", "CDR", True),
    ("the commander was cold", "CC", False),
    ("the commander coughed calmly", "CC", False),
    ("the lunar module pilot said it was warm", "LMP", True),
    ("the lunar module pilot said it was warm", "CMP", False),
    ("the professor asked whether it was warm", "Prof", True),
    ("the professor asked whether it was warm", "PRO2", False),
    ("the commander said it was warm", None, False),
    ("the commander said it was warm", "Commander", True),
])
def test_a_label_may_be_short_for_what_somebody_is(
    index: MomentIndex, event: str, label: str | None, is_meant: bool
) -> None:
    spoke = Speakers(index).named(event, [EVERYTHING])
    assert spoke is not None
    assert spoke(said(0, label, "x")) is is_meant


def test_who_is_called_answers(index: MomentIndex) -> None:
    hold(index, *calls("Houston", "S1", "S2", 8))
    spoke = Speakers(index).named("Houston asked whether it was warm", [EVERYTHING])
    assert spoke is not None
    assert [spoke(said(0, label, "x")) for label in ("S2", "S1", None)] == [True, False, False]


def test_who_says_a_name_as_often_as_they_are_called_by_it_still_bears_it(
    index: MomentIndex
) -> None:
    own = [each for n in range(12) for each in (
        said(2_000 + 60 * n, "S2", "Aquarius, this is Houston."),
        said(2_002 + 60 * n, f"S{1 + 2 * (n % 2)}", "Go ahead."))]
    hold(index, *calls("Houston", "S1", "S2", 8), *own)
    spoke = Speakers(index).named("Houston asked whether it was warm", [EVERYTHING])
    assert spoke is not None
    assert spoke(said(0, "S2", "x"))


def test_a_few_calls_and_late_answers_tell_nothing(index: MomentIndex) -> None:
    late = [each for n in range(8) for each in (
        said(1_000 + 60 * n, "S1", "Vance, over."), said(1_030 + 60 * n, "S2", "What?"))]
    hold(index, *calls("Houston", "S1", "S2", 2), *late)
    speakers = Speakers(index)
    assert speakers.named("Houston asked whether it was warm", [EVERYTHING]) is None
    assert speakers.named("Vance asked whether it was warm", [EVERYTHING]) is None
    assert speakers.named("Nobody-Here asked whether it was warm", [EVERYTHING]) is None


def test_a_name_may_be_somebody_else_in_each_medium(index: MomentIndex) -> None:
    hold(index, *calls("Anna", "S1", "S2", 8), *(each.model_copy(update={
        "media_id": "medium-b", "speaker": "S2" if each.speaker == "S1" else "S1"})
        for each in calls("Anna", "S1", "S2", 8)))
    speakers = Speakers(index)
    one, other = (speakers.named("Anna asked whether it was warm", [MomentFilter(media_ids=(m,))])
                  for m in ("medium-a", "medium-b"))
    assert one is not None
    assert other is not None
    both = speakers.named("Anna asked whether it was warm", [EVERYTHING])
    assert both is not None
    rows = [said(0, label, "x", medium) for medium in ("medium-a", "medium-b")
            for label in ("S1", "S2")]
    assert [one(row) for row in rows] == [False, True, False, False]
    assert [other(row) for row in rows] == [False, False, True, False]
    assert [both(row) for row in rows] == [False, True, True, False]


@pytest.mark.parametrize("event", [
    "Houston was told that it was warm", "he asked whether it was warm", "it was warm", "",
    "somebody asked Houston whether it was warm",
])
def test_who_is_told_something_did_not_say_it(index: MomentIndex, event: str) -> None:
    hold(index, *calls("Houston", "S1", "S2", 8))
    assert Speakers(index).named(event, [EVERYTHING]) is None


@given(TURNS)
def test_who_bears_a_name_answered_more_than_half_of_the_others_calls(
    turns: list[tuple[str, str]]
) -> None:
    label = bearer(turns)
    called = [answer for caller, answer in turns if caller not in (answer, label)]
    assert label == "" or called.count(label) > len(called) / 2
    assert bearer([(each, each) for each, _ in turns]) == ""
    assert bearer(reversed(turns)) == label


@pytest.mark.parametrize(("times", "label"), [(3, ""), (4, "b"), (40, "b")])
def test_few_answers_are_no_proof(times: int, label: str) -> None:
    assert bearer([("a", "b")] * times) == label
