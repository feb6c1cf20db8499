import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.serving.repetition import compression, loops, without_loops


def test_repetition_is_measured_alike_in_every_script() -> None:
    assert compression("ab " * 40) == pytest.approx(compression("कख " * 40), rel=0.05)
    assert compression("") == 0


@every(("text", "once"), [
    ("Thank you. " * 8, "Thank you."),
    ("हाँ " * 20, "हाँ"),
    ("ന" * 40, "ന"),
    ("So it was. " + "I know, " * 9 + "and then we left.", "So it was. I know, and then we left."),
    ("1.1." * 10, "1."),
    ("यह सच है। " * 6, "यह सच है।"),
])
def test_what_goes_on_and_on_is_said_once(text: str, once: str) -> None:
    assert without_loops(text) == once


@every("text", [
    "", "No, no, no, no, no.", "ha ha ha ha", "That costs 1000000 rupees.", "Hmmmmmm.", "wait ...",
    "And so my fellow Americans, ask not what your country can do for you, ask what you can do.",
    "Very, very, very good.", "Row, row, row your boat, gently down the stream.",
])
def test_what_people_say_twice_is_left_as_it_is(text: str) -> None:
    assert loops(text) == []
    assert without_loops(text) == text.strip()


@given(st.text(alphabet="abक .", max_size=120))
def test_cutting_leaves_no_loop_longer_and_invents_nothing(text: str) -> None:
    left = without_loops(text)
    assert len(left) <= len(text)
    assert set(left) <= set(text)


@given(st.text(alphabet="abcकख", min_size=4, max_size=12), st.integers(5, 40))
def test_any_phrase_said_often_enough_is_a_loop(phrase: str, times: int) -> None:
    assert len(without_loops(" ".join([phrase] * times))) < len(" ".join([phrase] * times)) / 2
