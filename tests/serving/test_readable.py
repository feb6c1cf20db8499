from hypothesis import given
from hypothesis import strategies as st

from trikal.serving.backends.readable import readable

ANY = st.text(st.characters(), max_size=60)


@given(ANY, st.integers(0, 80))
def test_what_is_readable_is_utf8_without_nul_and_no_longer_than_asked(
    text: str, longest: int
) -> None:
    found = readable(text, longest)
    assert "\x00" not in found
    assert found.encode("utf-8").decode("utf-8") == found
    assert len(found) <= longest


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=60))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert readable(text, 60) == text


@given(ANY)
def test_reading_twice_changes_nothing_more(text: str) -> None:
    assert readable(readable(text, 60), 60) == readable(text, 60)


def test_nul_becomes_a_space_and_half_a_character_a_question_mark() -> None:
    assert readable("a\x00b \ud800 c", 20) == "a b ? c"


def test_only_the_beginning_is_kept() -> None:
    assert readable("one two three", 7) == "one two"
    assert readable("anything", 0) == ""
