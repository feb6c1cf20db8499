"""Whether a text tells the number of what a question asks for."""

import pytest

from tests.every import every
from trikal.tools.counting import counted_thing, counts


@pytest.mark.parametrize(("question", "thing"), [
    ("How many people polished the mirror?", "people"), ("how many of the ships came", "ships"),
    ("How much does it cost?", ""), ("Who came?", ""),
])
def test_what_is_counted_is_named_behind_how_many(question: str, thing: str) -> None:
    assert counted_thing(question) == thing


@every(("text", "thing", "told"), [
    ("Four people polished it.", "people", True), ("some 300 small ships", "ship", True),
    ("It took eleven months.", "people", False), ("The people of 1900.", "people", False),
    ("4 of the old days, people", "people", False), ("", "people", False),
])
def test_a_number_tells_how_many_where_it_stands_before_the_thing(
    text: str, thing: str, told: bool
) -> None:
    assert counts(text, thing) is told
