from hypothesis import given
from hypothesis import strategies as st

from trikal.tools.spoken.pieces import FIRST, LONGEST, pieces, said
from trikal.tools.spoken.reading import tokens


def cut(text: str, language: str = "en") -> list[str]:
    return [said(piece) for piece in pieces(tokens(text, language))]


def test_sentences_end_at_marks_and_not_at_abbreviations_or_initials() -> None:
    assert cut("Dr. J. Smith came. It cost 3.5 pounds! Why? “So.” Yes") == [
        "doctor J. Smith came.", "It cost three point five pounds!", "Why?", "“So.”", "Yes"]


def test_words_shortened_to_letters_end_no_sentence() -> None:
    assert cut("He left the U.S.A. at 3 p.m. today.") == ["He left the U.S.A. at three p.m. today."]
    assert cut("वह आई.आई.टी. में है।", "hi") == ["वह आई.आई.टी. में है।"]


def test_a_danda_ends_a_sentence() -> None:
    assert cut("यह है। वह था॥ और", "hi") == ["यह है।", "वह था॥", "और"]


def test_a_long_first_sentence_begins_with_its_first_clause() -> None:
    text = "After the storm had passed, the people of the town came out and repaired the old dome."
    assert cut(text)[0] == "After the storm had passed,"
    assert cut(f"Yes. {text}") == ["Yes.", text]


def test_what_is_too_long_is_cut_at_clauses_or_else_between_words() -> None:
    for text in ("word, " * 200, "word " * 200, "x" * 2_000 + " end"):
        parts = cut(text)
        assert " ".join(parts) == " ".join(text.split())
        assert all(len(part) <= LONGEST or " " not in part for part in parts)


@given(st.text(alphabet="abc ,.;!?।1 \n", max_size=300))
def test_nothing_that_has_words_is_lost(text: str) -> None:
    whole = "".join(each.said for each in tokens(text, "en"))
    assert "".join(cut(text)).replace(" ", "") == whole.replace(" ", "")


@given(st.text(alphabet="ab, .", max_size=300))
def test_the_first_piece_is_short_where_a_clause_ends_in_time(text: str) -> None:
    parts = cut(text)
    if len(parts) > 1 and parts[0].endswith(","):
        assert len(parts[0]) <= FIRST
