"""Keys by which the spellings of one word meet, and others stay apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.indexes.scripts import Script, one_encoding, script_of
from trikal.indexes.sounds import Keys, keys
from trikal.indexes.spellings import MOST_SPELLINGS, spellings

INDIC = [script for script in Script if script is not Script.LATIN]
LETTERS = st.sampled_from([
    chr(code) for code in range(0x0900, 0x0D80) if unicodedata.category(chr(code))[0] in "LM"])


def meet(one: str, other: str) -> set[str]:
    """The levels at which two words share a key."""
    a, b = keys(one), keys(other)
    return {level for level in ("fine", "close", "loose")
            if set(getattr(a, level)) & set(getattr(b, level))}


@every(("native", "latin"), [
    ("नमस्ते", "namastey"), ("आज़ादी", "aazadi"), ("सिंह", "sinh"), ("सिंह", "singh"),
    ("पहला", "pehla"), ("शहर", "sheher"), ("क्षेत्र", "kshetra"), ("कृष्ण", "krishna"),
    ("ਸ਼ਹਿਰ", "shehar"), ("ਗੁਰਦੁਆਰਾ", "gurdwara"), ("ਪੰਜਾਬ", "punjab"), ("ਮੀਂਹ", "meenh"),
    ("ধন্যবাদ", "dhonnobad"), ("ধন্যবাদ", "dhanyabad"), ("লক্ষ্মী", "lokkhi"), ("বই", "boi"),
    ("సూర్యాపేట", "suryapeta"), ("రామారావు", "ramarao"), ("ಧನ್ಯವಾದ", "dhanyavada"),
    ("തിരഞ്ഞെടുപ്പ്", "thiranjeduppu"), ("വയനാട്", "wayanad"), ("പാട്ട്", "paattu"),
    ("മഴ", "mazha"), ("பழம்", "pazham"), ("பழம்", "palam"), ("ஆசிரியர்", "aasiriyar"),
])
def test_usual_spelling_meets_the_word_closely(native: str, latin: str) -> None:
    assert "close" in meet(native, latin)
    assert "close" in meet(latin, native)


@pytest.mark.parametrize(("one", "other"), [
    ("നന്ദി", "nadi"),        # a double n with a vowel between is no double letter
    ("ജനങ്ങൾ", "jangal"),
    ("गान", "ज्ञान"),
    ("आभार", "bar"),           # a long a at the beginning is said
    ("पानी", "pune"),
])
def test_words_that_differ_do_not_meet_closely(one: str, other: str) -> None:
    assert "close" not in meet(one, other)


@every(("latin", "nearer", "further"), [
    ("pustaka", "ಪುಸ್ತಕ", "पुस्तक"), ("pustak", "पुस्तक", "ಪುಸ್ತಕ"),
    ("gramam", "ഗ്രാമം", "গ্রাম"), ("palle", "పల్లె", "பள்ளி"), ("chitra", "ಚಿತ್ರ", "chhetra"),
    ("mazhai", "மழை", "ಮಳೆ"),
])
def test_fine_keys_tell_sister_words_apart(latin: str, nearer: str, further: str) -> None:
    assert "fine" in meet(latin, nearer)
    assert "fine" not in meet(latin, further)


@every(("one", "other"), [
    ("निर्माण", "नीर्मान"), ("தமிழ்", "tamil"), ("தமிழ்", "thamizh"), ("ফুল", "phul"),
    ("विद्या", "widya"), ("మజ్జిగ", "majjiga"), ("ఎక్స్", "ex"),
])
def test_spellings_of_one_sound_are_one(one: str, other: str) -> None:
    assert "close" in meet(one, other)


@every("word", ["", "123", "…", "日本", "привет", "שלום"])
def test_words_of_other_scripts_have_no_keys(word: str) -> None:
    assert keys(word) == Keys()


@given(st.text(LETTERS, min_size=1, max_size=12))
def test_any_word_has_few_keys_of_plain_letters(word: str) -> None:
    found = keys(word)
    for level in (found.fine, found.close, found.loose):
        assert len(level) == len(set(level)) <= MOST_SPELLINGS
        assert all(key.isascii() and key.isalpha() for key in level)
    assert keys(word) == keys(unicodedata.normalize("NFD", word)) == keys(one_encoding(word))


@given(st.text(LETTERS, min_size=1, max_size=12))
def test_the_likeliest_spelling_of_a_word_sounds_like_it(word: str) -> None:
    plain = one_encoding(word).casefold()
    script = script_of(plain)
    assert script in INDIC
    first = next(spellings(plain, script))
    assert first.isascii()
    assert "A" not in first


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_doubling_and_case_of_latin_letters_make_no_difference(word: str) -> None:
    assert keys(word) == keys(word.upper()) == keys(word.title())
