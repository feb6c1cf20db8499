import pytest

from trikal.indexes.bm25 import document_words, query_words


def shares_a_word(document: str, query: str) -> bool:
    return bool(set(document_words(document).indices) & set(query_words(query).indices))


@pytest.mark.parametrize(("document", "query"), [
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
    assert len(document_words("हिन्दी").indices) == 1
