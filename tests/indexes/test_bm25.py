import pytest

from tests.every import every
from trikal.indexes.bm25 import CLOSE, FINE, LOOSE, Words, document_words, query_words


def terms(words: Words, *, least: float = 1.0) -> set[int]:
    return {term for term, weight in zip(words.indices, words.values, strict=True)
            if weight >= least}


def score(document: str, query: str) -> float:
    held = dict(zip((words := document_words(document)).indices, words.values, strict=True))
    asked = query_words(query)
    return sum(held.get(term, 0.0) * weight
               for term, weight in zip(asked.indices, asked.values, strict=True))


def shares_a_word(document: str, query: str) -> bool:
    return bool(set(document_words(document).indices) & terms(query_words(query)))


@every(("document", "query"), [
    ("The budgets were passed", "BUDGET"),
    ("बजट आज पारित हुआ।", "पारित"),
    ("सत्यमेव जयते", "सत्यमेव"),
    ("தமிழ் நாடு அரசு", "தமிழ்"),
    ("ಕನ್ನಡ ಭಾಷೆ", "ಕನ್ನಡ"),
    ("Apollo-11 landed in 1969", "apollo 1969"),
    ("version 3.11", "3.11"),
    ("वर्ष २०२४", "2024"),
    ("日本語のテキスト", "テキスト"),
])
def test_same_word_is_found_in_every_script(document: str, query: str) -> None:
    assert shares_a_word(document, query)


@pytest.mark.parametrize(("document", "query"), [
    ("पानी", "पाना"),
    ("Apollo 11", "12"),
    ("the budget of the state", "the of"),
    ("क्या", "क्यों"),
])
def test_different_or_empty_words_are_not_found(document: str, query: str) -> None:
    assert not shares_a_word(document, query)


@pytest.mark.parametrize("number", ["11", "1969", "२०२४"])
def test_number_is_a_word(number: str) -> None:
    assert len(query_words(number).indices) == 1


@pytest.mark.parametrize("text", ["", "the and of", "?!…"])
def test_text_without_usable_words_is_empty(text: str) -> None:
    assert not query_words(text)
    assert not document_words(text)


def test_indic_word_stays_whole() -> None:
    assert len(terms(query_words("हिन्दी"))) == 1


@every(("document", "query"), [
    ("क\u093cलम", "\u0958लम"), ("क\u094d\u200dष", "क्ष"), ("അവൻ", "അവന്\u200d"),
    ("ഉൽസവം", "ഉല്\u200dസവം"),
    ("উৎসব", "উত্\u200dসব"), ("२०२४", "೨೦೨೪"),
])
def test_other_encoding_of_a_word_is_the_word_itself(document: str, query: str) -> None:
    assert shares_a_word(document, query)


@every(("one", "other"), [
    ("नमस्ते दुनिया", "namaste"), ("வணக்கம் நண்பா", "vanakkam"), ("తెలుగు భాష", "telugu"),
    ("আমি কলকাতা যাব", "kolkata"), ("ગુજરાત રાજ્ય", "gujarat"), ("ಬೆಂಗಳೂರು ನಗರ", "bengaluru"),
    ("മലയാളം പഠിക്കാം", "malayalam"), ("ਪੰਜਾਬ ਦਾ ਸ਼ਹਿਰ", "punjab"), ("माझे घर पुणे", "pune"),
    ("नमस्ते", "નમસ્તે"), ("computer चालू", "कंप्यूटर"),
    ("प्रधानमंत्री का भाषण", "pradhan-mantri"), ("a durga\u2010puja night", "দুর্গাপূজা"),
])
def test_word_is_found_in_another_script_and_back(one: str, other: str) -> None:
    assert score(one, other) > 0
    assert score(other, one) > 0


def test_word_as_it_is_written_counts_more_than_one_that_sounds_like_it() -> None:
    assert score("नमस्ते", "नमस्ते") > score("namaste", "नमस्ते") > 0
    assert score("namaste", "namaste") > score("नमस्ते", "namaste") > 0
    assert LOOSE + CLOSE + FINE < 1


@pytest.mark.parametrize(("document", "query"), [
    ("there was a night of rain", "knight"), ("the whether report", "weather"),
    ("a meat market", "meet"),
])
def test_english_words_that_sound_alike_do_not_meet(document: str, query: str) -> None:
    assert score(document, query) == 0


@pytest.mark.parametrize(("nearer", "further", "query"), [
    ("ಪುಸ್ತಕ", "पुस्तक", "pustaka"), ("पुस्तक", "ಪುಸ್ತಕ", "pustak"), ("ಸಂಗೀತ", "संगीत", "sangeetha"),
])
def test_a_word_of_the_language_comes_before_its_sister(
    nearer: str, further: str, query: str
) -> None:
    assert score(nearer, query) > score(further, query) > 0


@every("text", ["-", "a-", "-b", "--", "3-4", "state-of-the-art", "१-२"])
def test_a_hyphen_breaks_nothing(text: str) -> None:
    assert set(query_words(text).indices) >= set(query_words(text.replace("-", " ")).indices)
