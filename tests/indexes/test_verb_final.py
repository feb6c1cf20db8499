"""What a table may say beside what Hindi's does: glued suffixes, those that take letters along."""

import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from trikal.indexes.rules import NO_NAMES, Vocabulary, read_question
from trikal.indexes.rules.verb_final import Table, VerbFinalReader
from trikal.indexes.temporal import Anchored, TemporalQuery

Read = Callable[[str, bool], Anchored]


def _reader(table: dict[str, Any]) -> Read:
    def reading(question: str, latin: bool) -> Anchored:
        words = Table("ta", table, latin=latin)
        hung = VerbFinalReader(words, NO_NAMES).read(question).query.anchored
        assert hung is not None
        return hung
    return reading


@pytest.fixture(scope="module")
def read() -> Read:
    """Read with Hindi's table, in which the words behind an event are some of Tamil's."""
    table = tomllib.loads((files("trikal.indexes.rules") / "hi.toml").read_text(encoding="utf-8"))
    table["relations"] = {"after": ["-த்திற்குப் பிறகு > ம்", "-(?:க்குப்|க்கு|ுக்கு)? பிறகு"],
                          "before": ["-க்கு முன்"]}
    table["frames"] = {"between": ["A-க்கும் B-க்கும் இடையே"]}

    return _reader(table)


def test_a_glued_suffix_gives_back_what_it_took(read: Read) -> None:
    assert read("கூட்டத்திற்குப் பிறகு என்ன?", False).anchor.target == "கூட்டம்"


def test_a_glued_suffix_is_cut_off_the_event(read: Read) -> None:
    assert read("பாடலுக்கு முன் என்ன?", False).anchor.target == "பாடலு"


def test_both_of_two_events_lose_their_suffixes(read: Read) -> None:
    hung = read("பாடலுக்கும் மழைக்கும் இடையே क्या?", False)
    assert hung.other is not None
    assert (hung.anchor.target, hung.other.target) == ("பாடலு", "மழை")


@pytest.mark.parametrize("question", [
    "meetingukku piragu kya", "meeting-kku piragu kya", "meeting ukku piragu kya"])
def test_in_latin_letters_a_suffix_is_glued_or_apart(read: Read, question: str) -> None:
    assert read(question, True).anchor.target == "meeting"


@pytest.mark.parametrize("question", [
    "तूफान के बाद राजू ने क्या कहा?", "राजू ने तूफान के बाद क्या कहा?"])
def test_speakers_are_known_and_leave_nothing_behind(question: str) -> None:
    query = read_question(question, Vocabulary(speakers=("राजू",))).query
    assert query.scope.speakers == ("राजू",)
    assert query.target == ""
    assert query.anchored is not None
    assert query.anchored.anchor.target == "तूफान"


def test_a_medium_is_known_by_its_name() -> None:
    names = Vocabulary(media=("talk.mp4",), speakers=("Jim",))
    query: TemporalQuery = read_question(
        "talk.mp4 mein storm ke baad Jim ne budget ke bare mein kya kaha?", names).query
    assert query.scope.media == ("talk.mp4",)
    assert query.target == "budget"


@pytest.fixture(scope="module")
def cased() -> Read:
    """Read with Hindi's table, in which words of order take cases that are told by themselves."""
    table = tomllib.loads((files("trikal.indexes.rules") / "hi.toml").read_text(encoding="utf-8"))
    table["relations"] = {"after": ["பிறகு"]}
    table["frames"] = {"between": ["A B இடையே"]}
    table["topics"] = {"markers": ["பற்றி"]}
    table["events"]["endings"] = [
        "=-த்(?:துக்கு|தை)(?:ம்|ப்)? > ம்", "=-க்கு(?:ம்|ப்)?", "~-a(?:th|dh)ukku > am", "~-u?kku"]

    return _reader(table)


@pytest.mark.parametrize(("question", "latin", "event"), [
    ("கூட்டத்துக்குப் பிறகு क्या?", False, "கூட்டம்"), ("மழைக்குப் பிறகு क्या?", False, "மழை"),
    ("மழை பெய்த பிறகு क्या?", False, "மழை பெய்த"), ("கூட்டத்தைப் பற்றி பிறகு", False, "கூட்டம்"),
    ("koottathukku piragu kya", True, "koottam"), ("meetingukku piragu kya", True, "meeting"),
    ("mazhai peidha piragu kya", True, "mazhai peidha"),
])
def test_an_event_loses_the_case_that_a_word_of_order_wants(
    cased: Read, question: str, latin: bool, event: str
) -> None:
    assert cased(question, latin).anchor.target == event


def test_both_of_two_events_lose_their_cases(cased: Read) -> None:
    hung = cased("கூட்டத்துக்கும் மழைக்கும் இடையே क्या?", False)
    assert hung.other is not None
    assert (hung.anchor.target, hung.other.target) == ("கூட்டம்", "மழை")
