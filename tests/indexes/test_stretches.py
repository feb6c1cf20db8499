"""Something that goes on for a while, told by how it begins and how it ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indexes.archives import Archive
from tests.indexes.makers import moment
from trikal.indexes.intervals import Interval
from trikal.indexes.rules import read_question
from trikal.indexes.temporal import Anchored, Relation, TemporalQuery
from trikal.indexes.windows import window_of

_DURING = "find “money” on speech during (“good morning all”) to (“that was it”)"


@pytest.mark.parametrize("question", [
    'What was said about "money" during the exchange that begins with "good morning all" and ends '
    'with "that was it"?',
    'During the interview which opened with "good morning all" and closed with "that was it", what '
    'did they say about "money"?',
    'Where was "money" mentioned in the stretch from "good morning all" to "that was it"?',
    'while the radio call from "good morning all" until "that was it" went on, what was said about '
    '"money"',
    'As the debate starting with the words "good morning all" and stopping at "that was it" was '
    'going on, who mentioned "money"?',
    'Over the session that goes from "good morning all" through to "that was it", who talks about '
    '"money"?',
    'In the midst of the quarrel whose first words are "good morning all" and whose last are "that '
    'was it", where is "money" mentioned?',
    'When there was a meeting with "good morning all" as its first words and "that was it" as its '
    'last, what was said about "money"?',
])
def test_a_stretch_is_read_from_its_beginning_and_its_end(question: str) -> None:
    reading = read_question(question)
    assert reading.query.words() == _DURING
    assert reading.sure


@pytest.mark.parametrize(("question", "words"), [
    ("During the interview that began when he sat down and ended when he left, what was said about "
     "money?", "find “money” on speech during (“sat down”) to (“left”)"),
    ("What was said about money in the part that starts with the oath and ends with the vote?",
     "find “money” on speech during (“the oath”) to (“the vote”)"),
    ('How long is the exchange that begins with "good morning" and ends with "good night"?',
     "measure how long whatever is there during (“good morning”) to (“good night”)"),
    ('How long did the exchange from "good morning" to "good night" last?',
     "measure how long whatever is there during (“good morning”) to (“good night”)"),
])
def test_told_events_and_lengths_of_stretches_are_read(question: str, words: str) -> None:
    assert read_question(question).query.words() == words


@pytest.mark.parametrize(("question", "words"), [
    ("What is said during the talk about the lens?",
     "find whatever is there on speech during (“lens” on speech)"),
    ('How long from "good morning" to "good night"?',
     "measure how long whatever is there between (“good morning”) and (“good night”)"),
    ("What does he do while he walks from the door to the car?",
     "find whatever is there during (“walks from the door to the car”)"),
])
def test_what_is_no_stretch_is_read_as_ever(question: str, words: str) -> None:
    assert read_question(question).query.words() == words


def _hung(first: str, last: str) -> Anchored:
    return Anchored(relation=Relation.DURING, anchor=TemporalQuery(target=first, verbatim=True),
                    other=TemporalQuery(target=last, verbatim=True))


_TIMES = st.tuples(st.integers(-10_000, 10_000), st.integers(0, 5_000)).map(
    lambda pair: Interval(pair[0], sum(pair)))


@given(_TIMES, _TIMES)
def test_a_stretch_holds_both_its_ends_or_is_none(first: Interval, last: Interval) -> None:
    window = window_of(_hung("a", "b"), first, last)
    assert (window is None) is (last < first)
    if window is not None:
        assert window.start_ms == first.start_ms
        assert window.end_ms == last.until_ms
        assert window.overlaps(first)
        assert window.overlaps(last)


def test_only_what_is_said_inside_counts_and_the_ends_are_inside(archive: Archive) -> None:
    archive.hold(*(moment(start * 10_000, start * 10_000 + 8_000, text=text)
                   for start, text in enumerate((
                       "the budget is a mystery", "welcome and on to the budget",
                       "nothing much was spent", "the budget was passed", "the end of the session",
                       "the budget again"))))
    query = TemporalQuery(target="the budget", constraints=(
        _hung("welcome and on", "the end of the session"),))
    inside = archive.starts(query)
    assert {start for _, start in inside} <= {10_000, 20_000, 30_000, 40_000}
    assert {start for _, start in inside[:2]} == {10_000, 30_000}


def test_a_stretch_is_as_long_as_from_its_start_to_its_end(archive: Archive) -> None:
    archive.hold(moment(0, 5_000, text="good morning to you"), moment(6_000, text="some news"),
                 moment(60_000, 62_500, text="good night to you"))
    found = archive.run('How long is the exchange that begins with "good morning to you" and ends '
                        'with "good night to you"?')
    assert found.value == 62_500


def test_what_ends_before_it_begins_is_nowhere(archive: Archive) -> None:
    archive.hold(moment(0, text="good night"), moment(60_000, text="good morning"))
    query = TemporalQuery(constraints=(_hung("good morning", "good night"),))
    assert archive.run(query).absent
