"""An answer that is true and answers something else is left out, and the evidence quoted."""

from typing import Any

import pytest

from tests.graph.makers import item, plan, state
from tests.graph.test_replies import resources
from trikal.graph.verifying import verified

NEWS = ("The Gulls beat the Herons 110 to 102. Spring practice is in full swing. The keeper of the "
        "island light is leading after three rounds.")


def kept(question: str, draft: str, *texts: str) -> list[str]:
    evidence: list[Any] = [item(n * 5_000, text, n=n) for n, text in enumerate(texts, start=1)]
    told = verified(state(question=question, draft=draft, evidence=evidence, plan=plan()),
                    resources())
    return [each.text for each in told]


@pytest.mark.parametrize(("draft", "told"), [
    ("Spring practice is in full swing. [1]", ""),  # true, and no answer
    ("The Gulls beat the Herons. [1]", "The Gulls beat the Herons. [1]"),
])
def test_a_sentence_without_a_word_of_the_question_is_left_out_where_its_evidence_has_some(
    draft: str, told: str
) -> None:
    assert kept("Which team beat the Herons?", draft, NEWS) == [told]


def test_a_short_answer_stays_where_its_evidence_shares_no_word_with_the_question() -> None:
    assert kept("Which animal was seen?", "A grey seal. [1]", "Look there, a grey seal.") == [
        "A grey seal. [1]"]


@pytest.mark.parametrize(("texts", "told"), [
    (("The bell came by boat.", "The bell weighs 3 tonnes."), ""),
    (("The bell came by boat.",), "The bell came by boat. [1]"),  # no other evidence either
])
def test_an_answer_without_the_kind_of_thing_is_left_out_where_evidence_has_one(
    texts: tuple[str, ...], told: str
) -> None:
    assert kept("How heavy is the bell that came by ferry?", "The bell came by boat. [1]",
                *texts) == [told]


LONG = ("Let us start with sports. The Gulls survived 8 to 7. The trains are on strike. Taxes are "
        "due on Wednesday. The Marsh Boys have announced that they will no longer sing as a group.")


@pytest.mark.parametrize(("draft", "told"), [
    ("The band that will no longer sing is the Gulls. [1]", ""),
    ("The Marsh Boys will no longer sing. [1]", "The Marsh Boys will no longer sing. [1]"),
])
def test_of_a_long_report_only_what_stands_where_the_question_s_words_do_is_told(
    draft: str, told: str
) -> None:
    assert kept("Which band will no longer sing as a group?", draft, LONG) == [told]


def test_answers_in_other_languages_are_not_weighed_by_words() -> None:
    assert kept("घंटा कैसे आया?", "The bell came by boat. [1]", "The bell came by boat.") == [
        "The bell came by boat. [1]"]
