"""Words compared by their stems, and texts that stand between fences."""

from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.tools.conftest import moment
from tests.tools.test_export import of
from trikal.tools.composition import Kind
from trikal.tools.drafting import messages
from trikal.tools.fences import fenced
from trikal.tools.stems import (
    SMALL_WORDS,
    content_stems,
    content_words,
    folded,
    is_figure,
    plain,
    stem,
    stems,
)


@every("forms", [
    "open opens opened opening", "break broke broken breaks breaking", "bus buses",
    "write wrote written writing", "seven 7", "forty 40", "2,000 2000", "Ana Ana's ANA ana’s",
    "sing sang sung singing", "station stations", "quick quickly", "one 1", "ﬁnd found find",
    "celebrate celebrated celebrating celebrates", "mph mph.", "city cities", "movie movies",
    "carry carries carried carrying", "try tries tried trying", "battery batteries",
    "use uses used using", "age ages", "rig rigs rigged rigging", "stop stopped stopping",
    "plan planned", "fill filled", "add added",
])
def test_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(word) for word in forms.split()}) == 1


@every(("one", "other"), [
    ("1932", "1923"), ("sing", "song"), ("red", "reed"), ("was", "wash"),
    ("बजट", "बजे"), ("on", "one"), ("4.5", "45"), ("hopping", "hopeful"), ("egg", "eg"),
])
def test_other_words_have_other_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@every(("word", "figure"), [
    ("1932", True), ("3rd", True), ("Seven", True), ("lakh", True), ("MILLION", True),
    ("one", False), ("won", False), ("", False), ("५०", True), ("tenth", False),
])
def test_a_figure_is_known_in_digits_and_in_letters(word: str, figure: bool) -> None:
    assert is_figure(word) is figure


@given(st.text(max_size=80))
def test_case_and_how_letters_are_put_together_make_no_difference(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert content_stems(folded(text)) == content_stems(text)
    assert plain(plain(text)) == plain(text)


@given(st.text(max_size=80))
def test_small_words_carry_nothing(text: str) -> None:
    words = content_words(text)
    assert SMALL_WORDS.isdisjoint(words)
    assert len(content_stems(text)) == len(words)
    assert content_words(" ".join([text, "and", "the"])) == words


@given(st.text(alphabet="ab ing'sed,.7", max_size=40))
def test_the_stems_of_a_text_are_those_of_its_words(text: str) -> None:
    assert set(content_stems(text)) <= stems(text)


@given(st.text(alphabet=st.sampled_from("<> \n\tab[]‹›"), max_size=900))
def test_nothing_gets_out_of_a_fence(text: str) -> None:
    inside = fenced(text)
    assert "<<" not in inside
    assert ">>" not in inside
    assert "\n" not in inside
    assert len(inside) <= 322


@given(st.lists(st.text(max_size=400), min_size=1, max_size=4), st.text(max_size=40))
def test_each_piece_of_evidence_is_one_line_between_its_fences(
    texts: list[str], about: str
) -> None:
    evidence = of(*(moment(n * 1_000, text, end_ms=n * 1_000 + 900)
                    for n, text in enumerate(texts)))
    asked = str(messages(Kind.SUMMARY, evidence, about)[-1].content)
    told, _, task = asked.rpartition("\n\n")
    lines = told.split("\n")
    assert len(lines) == len(texts)
    for n, line in enumerate(lines, start=1):
        assert line.startswith(f"[{n}] <<")
        assert line.endswith(">>")
        assert line.count("<<") == line.count(">>") == 1
    assert task.startswith("Sum the evidence up")
