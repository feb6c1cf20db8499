"""Which of a question's words are rare, and how many of those a text has."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.every import every
from trikal.indexes.protocol import MomentFilter
from trikal.tools.rarity import RareWords, rare_words

GRAVY = RareWords(rarity={"eat": 1.0, "fred": 1.0, "gravy": 6.0, "with": None, "spoon": 0.0})


class Counting:
    """Stands in for a finder: tells how rare words are from a table."""

    def __init__(self, rarity: dict[str, float | None]) -> None:
        self.scopes: list[MomentFilter] = []
        self._rarity = rarity

    def rarity(self, words: Sequence[str], scope: MomentFilter) -> list[float | None]:
        self.scopes.append(scope)
        return [self._rarity.get(word, 0.0) for word in words]


def read(question: str, **rarity: float | None) -> RareWords:
    finder: Any = Counting(rarity)
    return rare_words(question, finder)


@pytest.mark.parametrize(("text", "share"), [
    ("Beef and gravy.", 0.75), ("Fred eats at noon.", 0.25), ("Fred ate gravy with a spoon.", 1.0),
    ("The ferry leaves.", 0.0), ("With them.", 0.0),
])
def test_a_rare_word_outweighs_common_ones(text: str, share: float) -> None:
    assert GRAVY.share(text) == share


@pytest.mark.parametrize(("text", "carried"), [
    ("Beef and gravy.", 6 / 16), ("Fred ate gravy with a spoon.", 0.5), ("The ferry leaves.", 0.0),
])
def test_of_all_words_those_that_nothing_has_count_as_the_rarest(
    text: str, carried: float
) -> None:
    assert GRAVY.carried(text) == pytest.approx(carried)
    assert RareWords(rarity={"spoon": 0.0}).carried(text) == 0.0


def test_without_known_words_no_text_has_a_share() -> None:
    assert RareWords(rarity={"spoon": 0.0, "with": None}).share("A spoon.") == 0.0


@every(("question", "unknown"), [
    ("Who composed the theme?", ("composed",)),
    ("Which song did the crew hear?", ()),  # the archive says which, and need not call it a song
    ("What kind of song did the crew hear?", ()),
    ("How much money did the crew compose?", ("compose",)),
    ("How many songs did the crew compose?", ("songs", "compose")),  # what is counted is named
    ("What did the crew hear?", ()),
])
def test_words_that_nothing_has_are_unknown_but_for_what_is_asked_for(
    question: str, unknown: tuple[str, ...]
) -> None:
    assert read(question, crew=1.0, hear=2.0, theme=5.0, out=None, many=None).unknown == unknown


def test_what_is_asked_for_is_told_by_the_whole_question() -> None:
    finder: Any = Counting({"clouds": 2.0})
    made = rare_words("countries he saw in clouds", finder,
                      question="Which countries did Anita say he saw in clouds?")
    assert made.unknown == ("saw",)


def test_each_word_is_looked_up_once_where_it_is_asked_for() -> None:
    finder: Any = Counting({"boat": 1.0})
    scope = MomentFilter(media_ids=("m",))
    assert rare_words("Boat by boat, which boat?", finder, scope).rarity == {"boat": 1.0}
    assert finder.scopes == [scope]


def test_a_text_with_the_capitals_of_a_phrase_has_its_words() -> None:
    words = RareWords(rarity={"lunar": 3.0, "module": 3.0, "lifeboat": 6.0},
                      initials={"lunar module": "LM"})
    assert words.share("The [glossary:LM] lifeboat.") == 1.0
    assert words.share("The lm lifeboat.") == 0.5
    assert words.carried("In the LM, now.") == 0.5
