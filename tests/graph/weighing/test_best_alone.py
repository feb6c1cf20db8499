"""Whether the best evidence of a large archive bears a question: one piece must have it all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeEmbedder
from tests.graph.makers import item
from trikal.graph.weighing.best_alone import AMONG, MANY, UNKNOWN, WORDS, support_of_best
from trikal.graph.weighing.support import Support
from trikal.tools.rarity import RareWords
from trikal.tools.relevance import Relevance

QUESTION = "Which brand of razor did Fred use?"
RELEVANCE = Relevance(FakeEmbedder())
NOTHING = -RELEVANCE.margin(QUESTION, 0.0)
KNOWN = RareWords(rarity={"razor": 7.0, "fred": 2.0, "use": 1.0})


def weighed(
    text: str, margin: float = 0.05, words: RareWords = KNOWN, among: int = AMONG, **more: Any
) -> Support:
    best = item(text=text, dense=NOTHING + margin, **more)
    made = support_of_best(QUESTION, best, words, RELEVANCE, among=among)
    assert made is not None
    return made


def test_evidence_with_the_meaning_and_the_rare_word_is_enough() -> None:
    assert weighed("Fred, use a razor.", 0.05).enough
    assert not weighed("Fred, use a razor.", -0.05).enough
    assert not weighed("It took Fred an hour to shave.", 0.05).enough


def test_the_words_of_the_recording_s_name_count_as_said() -> None:
    unnamed = weighed("Fred, here.")
    assert weighed("Fred, here.", name="razor_2.mp4").score == pytest.approx(
        unnamed.score + WORDS * 0.7)
    assert weighed("Fred, here.", name="use.razors").score > unnamed.score
    assert weighed("Fred, here.", name="talk.razor").score == unnamed.score


@given(st.floats(-0.5, 0.5))
def test_the_rarer_word_counts_more(margin: float) -> None:
    rare, common = weighed("A razor.", margin), weighed("Fred.", margin)
    assert rare.score == pytest.approx(common.score + WORDS * 0.5)


def test_a_word_that_nothing_has_costs_once_as_the_rarest_and_once_by_itself() -> None:
    unknown = RareWords(rarity={**KNOWN.rarity, "tourists": 0.0})
    one, other = weighed("Fred, use a razor."), weighed("Fred, use a razor.", words=unknown)
    assert other.score == pytest.approx(one.score - UNKNOWN - WORDS * 8 / 18)


@pytest.mark.parametrize(("text", "costs"), [
    ("He took a Philips razor.", 0.0), ("He took a razor.", UNKNOWN + WORDS * 7 / 10 * 8 / 18),
])
def test_a_word_of_what_is_asked_for_may_be_unknown_where_something_is_named(
    text: str, costs: float
) -> None:
    asked = RareWords(rarity={**KNOWN.rarity, "brand": 0.0}, asked=frozenset({"which", "brand"}))
    assert weighed(text, words=asked).score == pytest.approx(weighed(text).score - costs)


def test_the_number_of_what_nothing_has_costs_twice() -> None:
    words = RareWords(rarity={"sailors": 0.0, "board": 8.0})
    best = item(text="Ten on board.", dense=0.5)
    asked, told = (support_of_best(each, best, words, RELEVANCE, among=AMONG)
                   for each in ("How many sailors are on board?", "Which sailors are on board?"))
    assert asked is not None
    assert told is not None
    margins = [RELEVANCE.margin(each, 0.5) for each in (
        "How many sailors are on board?", "Which sailors are on board?")]
    assert asked.score - margins[0] == pytest.approx(told.score - margins[1] - UNKNOWN)


@given(st.integers(MANY, 10**7), st.integers(MANY, 10**7))
def test_the_best_of_more_moments_must_be_better(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert weighed("A razor.", among=few).threshold <= weighed("A razor.", among=many).threshold


@pytest.mark.parametrize(("question", "text", "more"), [
    (QUESTION, "Fred, use a razor.", {"among": MANY - 1}),
    ("फ्रेड ने कौन सा उस्तरा इस्तेमाल किया?", "फ्रेड का उस्तरा।", {}),
    (QUESTION, "फ्रेड का उस्तरा।", {}),
    (QUESTION, "Fred, use a razor.", {"dense": None}),
])
def test_where_words_or_meaning_cannot_be_compared_nothing_is_said(
    question: str, text: str, more: dict[str, Any]
) -> None:
    among = more.get("among", AMONG)
    evidence = item(text=text, dense=more.get("dense", 0.9))
    assert support_of_best(question, evidence, KNOWN, RELEVANCE, among=among) is None
