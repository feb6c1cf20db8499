"""Phrases as patterns: edges of words in every script, and nothing compiled twice."""

import re
import unicodedata

import pytest

from tests.every import every
from tests.indexes.wordings import RELATIONS, asked
from trikal.indexes.rules import Vocabulary, read_question
from trikal.indexes.rules.choice import script_written
from trikal.indexes.rules.verb_final.romanising import letters_in, romanised
from trikal.indexes.rules.verb_final.spelling import Spelling
from trikal.indexes.scripts import Script, letters_of

INDIC = [script for script in Script if script is not Script.LATIN]


@every("script", INDIC)
def test_letters_of_a_script_are_all_that_its_words_are_made_of(script: Script) -> None:
    letter = re.compile(f"[{letters_of(script)}]")
    first = 0x0900 + 0x80 * INDIC.index(script)
    block = [chr(code) for code in range(first, first + 0x80)]
    own = [each for each in block if unicodedata.category(each)[0] in "LM" or each.isdecimal()]
    assert len(own) > 60
    assert not [each for each in [*own, *"aZé7_", "\u200c", "\u200d"] if not letter.fullmatch(each)]
    assert not [each for each in " ।॥,.?!-–“”'" if letter.fullmatch(each)]


def test_latin_letters_need_no_signs_beside_them() -> None:
    assert letters_of(Script.LATIN) == r"\w"


@pytest.mark.parametrize(("code", "script"), [
    ("hi", Script.DEVANAGARI), ("mr", Script.DEVANAGARI), ("bn", Script.BENGALI),
    ("ml", Script.MALAYALAM), ("en", Script.LATIN),
])
def test_a_language_with_a_table_has_a_script(code: str, script: Script) -> None:
    assert script_written(code) is script


@pytest.mark.parametrize(("word", "spelled"), [("कब", "kab"), ("कब", "KAB"), ("कब", "kib"),
                                               ("समय", "samay"), ("ऋण", "rin")])
def test_a_vowel_between_consonants_is_any_of_ascii_in_either_case(
    word: str, spelled: str
) -> None:
    assert re.fullmatch(romanised(word), spelled, re.IGNORECASE)
    assert not re.fullmatch(romanised("कब"), "k8b", re.IGNORECASE)


def test_what_spares_time_does_not_make_a_pattern_longer() -> None:
    assert letters_in("k(?a:[aeiou])?b") == len("k[aeiou]?b")
    assert letters_in("k[aeiou]?b") == len("k[aeiou]?b")


SPELLINGS = [Spelling({}, Script.DEVANAGARI), Spelling({}, Script.LATIN)]


@pytest.mark.parametrize("spelling", SPELLINGS, ids=["native", "latin"])
@every("text", [
    "तूफान के बाद", "तूफानके बाद", "केबाद के", "storm ke baad", "stormke bad baadke", "ke", "के",
    "के बादल", "k e", "ke bad ke baad", "",
])
def test_phrases_together_match_what_they_match_one_by_one(spelling: Spelling, text: str) -> None:
    sources = spelling.sources(["के", "-के", "के बाद", "-बाद", "बाद"])
    together = re.compile(spelling.whole(*sources), re.IGNORECASE)
    alone = re.compile("|".join(map(spelling.whole, sources)), re.IGNORECASE)
    assert [each.span() for each in together.finditer(text)] == [
        each.span() for each in alone.finditer(text)]


@pytest.mark.parametrize("question", [
    "तूफान के बाद क्या कहा गया?", "storm ke baad kya kaha gaya?", "puyalukku piragu enna?",
    *(next(asked(relation)).question for relation in RELATIONS[::8]),
])
def test_for_another_archive_only_its_names_are_compiled(
    question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_question(question, Vocabulary(speakers=("Arun",), media=("arun.mp4",)))
    compiled: list[str] = []
    compile_ = re.compile

    def noting(source: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(source)
        return compile_(source, flags)

    monkeypatch.setattr(re, "compile", noting)
    others = Vocabulary(speakers=("Zubin",), media=(f"zubin-{question}.mp4",))
    read_question(question, others)
    assert any("Zubin" in each for each in compiled)
    assert not [each for each in compiled if "ubin" not in each and len(each) > 200]
