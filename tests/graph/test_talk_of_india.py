"""Follow-ups and requests in the languages of India, in their script and in Latin letters."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.every import every
from tests.graph.test_conversation import MakeContext, Talk, follow, shown, turn
from tests.sampling import sampled
from trikal.graph.conversation.followups import Fact, lost, understand
from trikal.graph.phrases import languages
from trikal.graph.planning.hops import asks_who, several
from trikal.graph.planning.requests import read_request
from trikal.indexes.rules import NO_NAMES, Vocabulary, read_question
from trikal.indexes.temporal import Absolute, Anchored, Relation, TemporalQuery
from trikal.moments import Track
from trikal.tools.composition import Kind
from trikal.tools.export import Format

TALK: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("talk_of_india.toml").read_text(encoding="utf-8"))
NAMES = Vocabulary(media=("harbour.mp4", "talk.mp3"), speakers=("Anita Rao", "Bo Lind"))
HUNG = {"after": Relation.RIGHT_AFTER, "before": Relation.RIGHT_BEFORE, "screen": Relation.DURING}


def said(*names: str) -> list[Any]:
    """Return what is said under some names, each with its name, in every language."""
    return [each for talk in TALK.values() for name in names
            for each in sampled([(name, case) for case in talk.get(name, ())], 1)]


def said_of(name: str) -> list[Any]:
    """Return what is said under a name in every language."""
    return [each for talk in TALK.values() for each in sampled(talk.get(name, ()), 1)]


def is_last(query: TemporalQuery) -> bool:
    return query.absolutes == (Absolute(start_ms=5_000, end_ms=9_000),)


def test_every_language_has_a_table_of_its_own() -> None:
    assert set(TALK) == set(languages()) - {"en"}
    for name in ("after", "speaker", "aloud", "written", "inside", "compare", "export", "observe",
                 "beside", "of_speaker"):
        assert all(talk[name] for talk in TALK.values())


@every(("name", "question"), said(*HUNG))
def test_a_follow_up_hangs_on_what_was_shown_last(name: str, question: str) -> None:
    query = follow(question).reading.query
    assert isinstance(query.anchored, Anchored)
    assert (query.anchored.relation, query.target) == (HUNG[name], "")
    assert is_last(query.anchored.anchor)
    assert (query.tracks == (Track.SCREEN,)) == (name == "screen")


def test_a_session_goes_on_in_another_language(context: MakeContext) -> None:
    talk = Talk(context("The ferry leaves every hour. [1]"))
    talk("How often does the ferry to the island leave?")
    assert talk("और उसके बाद?")["citations"][0]["start_ms"] == 10_000
    assert talk("aur uske baad?")["citations"][0]["start_ms"] == 15_000
    assert talk("ಅದಕ್ಕೆ ಮೊದಲು?")["citations"][0]["start_ms"] == 10_000


@pytest.mark.parametrize("question", ["Who sang it?", "Next", "Show me the ferry", "do", "Kya?"])
def test_words_that_are_no_follow_up_of_a_language_are_left_alone(question: str) -> None:
    assert not read_request(question).aloud
    assert read_request(question).about in (question, "")


@every(("name", "question"), said("after", "before", "screen"))
def test_with_nothing_shown_a_follow_up_is_asked_back(name: str, question: str) -> None:
    assert understand(question, NO_NAMES, []).reading.problem == lost()


@every(("name", "question"), said("speaker", "time", "medium"))
def test_a_fact_is_told_of_what_was_shown_last(name: str, question: str) -> None:
    assert follow(question).fact is Fact(name)


@every("case", said_of("instead"))
def test_the_last_question_is_asked_about_something_else(case: list[str]) -> None:
    question, target = case
    assert follow(question, turn(shown())).reading.query.target == target


@every("case", said_of("inside"))
def test_a_reference_inside_a_question_means_what_was_shown_last(case: list[str]) -> None:
    question, relation = case
    query = follow(question).reading.query
    assert query.anchored is not None
    assert query.target
    assert (str(query.anchored.relation), is_last(query.anchored.anchor)) == (relation, True)


@every("case", said_of("aloud"))
def test_an_answer_is_wanted_aloud_in_a_language(case: list[str]) -> None:
    question, language, about = case
    request = read_request(question)
    assert (request.aloud, request.language, request.about) == (True, language, about)
    assert request.last == (not about)


@pytest.mark.parametrize(("_", "case"), said("written"))
def test_an_answer_is_wanted_in_a_language_to_be_read(_: str, case: list[str]) -> None:
    question, language, about = case
    request = read_request(question)
    assert (request.written, request.aloud) == (language, False)
    assert (request.about.rstrip(" ?"), request.last) == (about, not about)


@pytest.mark.parametrize(("name", "case"), said("clip", "summary", "quiz"))
def test_something_is_to_be_made(name: str, case: list[str]) -> None:
    question, about = case
    request = read_request(question)
    assert request.clip == (name == "clip")
    assert request.kind == (None if name == "clip" else Kind(name))
    assert (request.about, request.last) == (about, not about)


@every("case", said_of("compare"))
def test_what_two_say_is_compared_side_by_side(case: list[str]) -> None:
    question, *sides, target = case
    found = several(question, NAMES)
    assert not any(each.uses for each in found)
    assert [(*each.query.scope.speakers, *each.query.scope.media) for each in found] == [
        (side,) for side in sides]
    assert {each.query.target for each in found} == {target}


@every("case", said_of("compare"))
def test_what_the_archive_does_not_know_is_not_compared(case: list[str]) -> None:
    assert several(case[0], Vocabulary(speakers=("Carla Diaz",), media=("walk.mp4",))) == []


@every("case", said_of("beside"))
def test_who_spoke_next_to_somebody_takes_two_searches(case: list[str]) -> None:
    question, about, side, asked = case
    first, then = several(question, NAMES)
    assert first.query.target == about
    assert first.query.scope.media == (("talk.mp3",) if "talk.mp3" in question else ())
    (use,) = then.uses
    assert (use.step, use.take, use.relation) == ("s1", "moment", HUNG[side])
    assert (then.query.target, then.query.tracks) == ("", (Track.SPEECH,))
    assert asks_who(question) == (asked == "who")


@every("case", said_of("of_speaker"))
def test_what_somebody_says_is_asked_who_is_known_by_other_words(case: list[str]) -> None:
    question, first, about = case
    of, said_so = several(question, NAMES)
    assert (of.query.target, said_so.query.target) == (first, about)
    assert [(use.step, use.take) for use in said_so.uses] == [("s1", "speaker")]
    assert not asks_who(question)


@every("case", said_of("export"))
def test_a_file_for_other_programs_is_asked_for(case: list[str]) -> None:
    question, format_, about, *file = case
    request = read_request(question, NAMES.media)
    assert (request.export, request.about) == (Format(format_), about)
    assert request.file == (file[0] if file else None)


@every("case", said_of("observe"))
def test_a_second_look_is_asked_for_at_a_place(case: list[str]) -> None:
    question, do, about = case
    request = read_request(question, NAMES.media)
    assert (request.observe, request.about) == (do, about)
    query = read_question(about, NAMES, code=request.code).query
    assert query.scope.media == ("harbour.mp4",)
    (window,) = query.absolutes
    assert window.start_ms == (10_000 if do == "listen" else 12_000)
    assert not query.target


@every("question", said_of("plain"))
def test_a_plain_question_stays_one(question: str) -> None:
    understood = follow(question)
    assert (understood.fact, understood.leans_on) == (None, None)
    request = read_request(question)
    assert (request.asks, request.about) == (False, question)
