"""Numbers in words: every language tells every number from every other one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.tools.spoken.reading import tokens
from trikal.tools.spoken.vocabulary import base, digits, number, ordinal, vocabulary, year

LANGUAGES = ("en", "hi", "ta", "te", "bn", "mr", "gu", "kn", "ml", "pa")


def said(text: str, language: str = "en") -> str:
    return " ".join(each.said for each in tokens(text, language) if each.said)


@every("language", LANGUAGES)
def test_no_two_numbers_sound_alike(language: str) -> None:
    values = [*range(1_200), *(figure * 10**power for power in range(3, 8) for figure in
                               range(1, 100))]
    spoken = {value: number(value, language) for value in dict.fromkeys(values)}
    assert len(set(spoken.values())) == len(spoken)


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1), st.sampled_from(LANGUAGES))
def test_large_numbers_sound_alike_only_where_they_are_equal(
    one: int, other: int, language: str
) -> None:
    assert (number(one, language) == number(other, language)) == (one == other)


@pytest.mark.parametrize(("value", "words"), [
    (83, "ಎಂಬತ್ತ್ ಮೂರು"), (110, "ಒಂದು ನೂರ ಹತ್ತು"), (100_000, "ಒಂದು ಲಕ್ಷ"),
    (200_000, "ಎರಡು ಲಕ್ಷ"), (10_100_000, "ಒಂದು ಕೋಟಿ ಒಂದು ಲಕ್ಷ"),
])
def test_kannada_numbers_are_the_ones_that_are_written(value: int, words: str) -> None:
    assert number(value, "kn") == words


@every("language", LANGUAGES)
def test_what_is_too_large_is_read_figure_by_figure(language: str) -> None:
    single = [number(each, language) for each in (1, 0)]
    assert number(10**9, language).split() == [
        word for each in [single[0], *[single[1]] * 9] for word in each.split()]


@every("language", LANGUAGES)
def test_words_have_no_figures_and_no_marks(language: str) -> None:
    for value in (0, 21, 105, 1_999, 100_001):
        assert not set(number(value, language)) & set("0123456789-,.")


@pytest.mark.parametrize(("tag", "primary"), [
    ("en", "en"), ("en-IN", "en"), ("hi-Deva-IN", "hi"), ("EN", "en"), ("zh-Hant", "zh"),
])
def test_a_region_s_language_is_the_language(tag: str, primary: str) -> None:
    assert base(tag) == primary


def test_only_the_ten_languages_have_rules() -> None:
    assert all(vocabulary(each) is not None for each in (*LANGUAGES, "en-GB", "hi-IN"))
    assert all(vocabulary(each) is None for each in ("pt", "de", "ur", "zh"))


@pytest.mark.parametrize(("value", "words"), [
    (1, "first"), (12, "twelfth"), (21, "twenty first"), (100, "one hundredth"), (0, "zeroth"),
])
def test_ordinals_are_english(value: int, words: str) -> None:
    assert ordinal(value) == words


@pytest.mark.parametrize(("value", "words"), [
    (1999, "nineteen ninety nine"), (1905, "nineteen oh five"), (2010, "twenty ten"),
    (2000, "two thousand"),
])
def test_years_are_read_in_pairs(value: int, words: str) -> None:
    assert year(value, "en") == words
    assert year(value, "ta") == number(value, "ta")
    assert (year(value, "hi") == number(value, "hi")) == (value >= 2000)


def test_figures_one_by_one_keep_their_zeros() -> None:
    assert digits("007", "en") == "zero zero seven"


@every(("written", "spoken"), [
    ("0:00:00", "zero seconds"), ("0:00:01", "one second"), ("0:01:00", "one minute"),
    ("1:00:00", "one hour"), ("0:00", "zero o'clock"), ("0:05", "zero oh five"),
    ("100:00:01", "one hundred hours one second"),
])
def test_no_time_is_silent(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("language", LANGUAGES)
@every("written", [
    "0", "0:00:00", "00:00", "-0", "0.0", "0 %", "₹0", "$0.00", "0 km", "2024-02-29", "1/1/2000",
    "0–0", "12345678901234567890", "٣", "१२:३०", "1,00,000", "0°C",
])
def test_every_figure_is_said_in_every_language(written: str, language: str) -> None:
    spoken = said(written, language)
    assert spoken
    assert not any(each.isdecimal() for each in spoken)


@every(("written", "spoken"), [
    ("−4", "minus four"), ("2-3", "two - three"), ("v2", "v2"),
    ("(7)", "(seven)"), ("7!", "seven!"), ("€5", "five euros"), ("£1", "one pound"),
    ("100%", "one hundred percent"), ("R&D", "R and D"), ("5 m", "five meters"),
    ("3 MB", "three megabytes"), ("3.14.15", "three point one four. fifteen"),
])
def test_signs_beside_figures_have_words(written: str, spoken: str) -> None:
    assert said(written) == spoken
