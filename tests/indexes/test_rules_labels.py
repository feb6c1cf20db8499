"""Speakers called by what their labels are short for; events called by the slide they are on."""

import pytest

from tests.every import every
from trikal.indexes.rules import Vocabulary, read_question
from trikal.indexes.rules.labels import long_forms, short_for

CREW = Vocabulary(speakers=("CDR", "LMP", "CMP", "CC", "NAR", "Anita Rao"), media=("flight.jsonl",))


@every(("question", "speakers", "target"), [
    ("What did the commander say about the hatch?", ("CDR",), "hatch"),
    ("What did the lunar module pilot say about boats?", ("LMP",), "boats"),
    ("What did the command module pilot answer?", ("CMP",), None),
    ("What did the commander say right after “Go ahead”?", ("CDR",), ""),
    ("What did the narrator say about the dome?", (), None),  # NAR has a vowel: it is cut off
    ("What did the council say about the hatch?", (), None),
    ("What did the calendar of the commander hold?", (), None),  # nobody speaks here
    ("“What did the commander say”?", (), None),
])
def test_a_speaker_is_called_by_what_the_label_is_short_for(
    question: str, speakers: tuple[str, ...], target: str | None
) -> None:
    query = read_question(question, CREW).query
    assert query.scope.speakers == speakers
    assert target is None or query.target == target


@every(("question", "speakers"), [
    ("What did the LMP eat?", ()), ("How many hours of sleep did CDR get?", ()),
    ("What did LMP say about it?", ("LMP",)), ("What did CDR see outside?", ("CDR",)),
    ("What did CDR do?", ("CDR",)), ("How long does CDR talk about boats?", ("CDR",)),
])
def test_whoever_is_only_told_of_need_not_speak(
    question: str, speakers: tuple[str, ...]
) -> None:
    assert read_question(question, CREW).query.scope.speakers == speakers


def test_without_such_a_label_a_commander_is_a_word_like_any() -> None:
    query = read_question("What did the commander say about the hatch?").query
    assert query.scope.speakers == ()


@every(("words", "label"), [
    ("commander", "CDR"), ("Commander", "CDR"), ("lunar module pilot", "LMP"),
    ("lunar-module pilot", "LMP"), ("camp", None), ("capcom", None), ("cedar", None),
])
def test_which_label_words_are_meant_by(words: str, label: str | None) -> None:
    assert short_for(words, CREW.speakers) == label


def test_words_that_two_labels_may_be_short_for_mean_neither() -> None:
    assert short_for("commander", ("CDR", "CMR")) is None


@every("label", ["Anita Rao", "cdr", "C", "S-1", "CC", "LONGER"])
def test_what_is_no_short_form_stands_for_nothing_else(label: str) -> None:
    assert not long_forms(label)


@pytest.mark.parametrize(("question", "anchor"), [
    ("What was said while the slide with the main mirror was shown?", "main mirror"),
    ("What was said while the slide called Budget 2026 was on the screen?", "Budget 2026"),
    ("What was said when the map of Goa was on the screen?", "the map of Goa"),
    ("What was said while the page that shows the map was visible?", "the map"),
])
def test_an_event_on_a_slide_is_what_the_slide_shows(question: str, anchor: str) -> None:
    query = read_question(question).query
    assert query.anchored is not None
    assert query.anchored.anchor.target == anchor
    assert [str(each) for each in query.anchored.anchor.tracks] == ["screen"]
