import pytest

from tests.every import every
from trikal.writing import language_of, letters, own_letters, own_share


@every(("language", "text"), [
    ("hi", "नमस्ते दुनिया"), ("ml", "കാക്കയും സർപ്പവും"), ("ta", "நீ வருமிலே"), ("ur", "یا پھر ہم"),
    ("en", "Plain words."), ("ja", "誕生者もアンナー"), ("ko", "안녕하세요"), ("zh", "你好"),
    ("pa", "ਸਤਿ ਸ੍ਰੀ"),
    ("hi-Latn", "namaste duniya"), ("en-GB", "Ｗｉｄｅ"), ("ru", "привет"),
])
def test_every_language_is_written_in_its_own_letters(language: str, text: str) -> None:
    assert own_share(text, language) == 1.0


@pytest.mark.parametrize(("language", "text"), [
    ("hi", "یا پھر ہم"), ("ml", "நீ வருமிலே"), ("en", "नमस्ते"), ("kn", "आल्मरेवम"),
])
def test_letters_of_another_script_are_not_own(language: str, text: str) -> None:
    assert own_share(text, language) == 0.0


def test_latin_words_are_not_own_in_another_script() -> None:
    assert own_share("यह laptop है", "hi") == pytest.approx(3 / 9)


@pytest.mark.parametrize("text", ["", "12:30 …", "\U0001f600"])
def test_a_text_without_letters_fits_every_language(text: str) -> None:
    assert own_share(text, "hi") == 1.0


@pytest.mark.parametrize("language", ["", "not a tag!", "und-Zzzz"])
def test_an_unknown_script_accuses_nobody(language: str) -> None:
    assert own_letters(language) == frozenset()
    assert own_share("anything", language) == 1.0


def test_letters_are_counted_by_script() -> None:
    assert letters("ab कख 12") == {"LATIN": 2, "DEVANAGARI": 2}


@every(("text", "likely", "language"), [
    ("नमस्ते", "", "hi"), ("नमस्ते", "mr", "mr"), ("নমস্কার", "hi", "bn"), ("Hello", "hi", "en"),
    ("Bonjour", "fr", "fr"), ("12:30", "ta", "ta"), ("", "", ""), ("Привет", "", ""),
    ("Привет", "ru", "ru"), ("سلام", "", "ur"),
])
def test_letters_tell_a_language_and_what_is_likely_decides_between_those_that_share_them(
    text: str, likely: str, language: str
) -> None:
    assert language_of(text, likely) == language
