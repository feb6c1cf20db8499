"""Which of two comes first is computed from their times, and no model is asked."""

from collections.abc import Callable

import pytest

from tests.graph.makers import MEMO, item
from tests.graph.test_agent import ask
from trikal.graph.context import Context
from trikal.graph.planning.order import order_asked, order_told
from trikal.indexes.rules import NO_NAMES


@pytest.mark.parametrize(("question", "asked", "targets"), [
    ("What came first, the budget or the storm?", "which", ["the budget", "the storm"]),
    ("Which was mentioned first: the budget or the storm?", "which", ["the budget", "the storm"]),
    ("Which came earlier, the budget or the storm?", "which", ["the budget", "the storm"]),
    ("What happened earlier: the budget or the storm?", "which", ["the budget", "the storm"]),
    ("Was the budget mentioned before or after the storm?", "which", ["the budget", "the storm"]),
    ("Is the mirror mentioned before the budget?", "before", ["the mirror", "the budget"]),
    ("Does the storm come up after the mirror?", "after", ["the storm", "the mirror"]),
    ("Does she mention the storm before the mirror?", "before", ["the storm", "the mirror"]),
])
def test_questions_for_the_order_of_two_are_told(
    question: str, asked: str, targets: list[str]
) -> None:
    read = order_asked(question, NO_NAMES)
    assert read
    assert read.asked == asked
    found = [each.query for each in read.searches]
    assert [each.target in (words, words.removeprefix("the ")) for each, words in zip(
        found, targets, strict=True)] == [True, True]
    assert [(each.ordinal, each.tracks) for each in found] == [(1, ()), (1, ())]


@pytest.mark.parametrize(("question", "asked", "targets"), [
    ("पहले क्या आया, बजट या तूफ़ान?", "which", ["बजट", "तूफ़ान"]),
    ("किसका ज़िक्र पहले हुआ: बजट का या तूफ़ान का?", "which", ["बजट", "तूफ़ान"]),
    ("बजट और तूफ़ान में से पहले किसका ज़िक्र हुआ?", "which", ["बजट", "तूफ़ान"]),
    ("बजट पहले आया या तूफ़ान?", "which", ["बजट", "तूफ़ान"]),
    ("पहले बजट की बात हुई या तूफ़ान की?", "which", ["बजट", "तूफ़ान"]),
    ("क्या बजट का ज़िक्र तूफ़ान से पहले हुआ?", "before", ["बजट", "तूफ़ान"]),
    ("pehle kya aaya, budget ya toofan?", "which", ["budget", "toofan"]),
    ("budget pehle aaya ya toofan?", "which", ["budget", "toofan"]),
    ("kya budget ka zikr toofan se pehle hua?", "before", ["budget", "toofan"]),
])
def test_hindi_asks_for_the_order_of_two(question: str, asked: str, targets: list[str]) -> None:
    read = order_asked(question, NO_NAMES)
    assert read
    assert read.asked == asked
    found = [each.query for each in read.searches]
    assert [each.target for each in found] == targets
    assert [(each.ordinal, each.tracks) for each in found] == [(1, ()), (1, ())]


@pytest.mark.parametrize("question", [
    "क्या बजट का ज़िक्र 0:30 से पहले हुआ?", "तूफ़ान से पहले क्या कहा गया?", "पहले कौन बोला?",
    "बजट या तूफ़ान के बारे में बताओ", "तूफ़ान से पहले बजट या कर की बात हुई?",
    "सबसे पहले क्या कहा गया?",
])
def test_other_hindi_questions_with_first_are_left_alone(question: str) -> None:
    assert order_asked(question, NO_NAMES) is None


@pytest.mark.parametrize("question", [
    "Is the budget mentioned before 0:30?", "What was said before the storm?",
    "Was anyone hurt before the storm?", "Does he mention the mirror after the first minute?",
    "Who spoke first?", "Is it the budget or the storm?",
    "Is the mirror mentioned after “The ferry leaves.”?",
    "Is the mirror mentioned after the budget?",
    "Do they talk about the storm after the ferry?",
    "Does the budget come up after the mirror and before the storm?",
])
def test_other_questions_with_before_and_first_are_left_alone(question: str) -> None:
    assert order_asked(question, NO_NAMES) is None


EARLY, LATE = item(5_000, "The ferry leaves.", n=1), item(15_000, "A storm came.", n=2)


@pytest.mark.parametrize(("one", "other", "asked", "begins"), [
    (EARLY, LATE, "which", "“The ferry leaves.” [1] at 0:05 comes before"),
    (LATE, EARLY, "which", "“The ferry leaves.” [1] at 0:05 comes before"),
    (EARLY, LATE, "before", "Yes: “The ferry leaves.” [1] at 0:05"),
    (LATE, EARLY, "before", "No: “The ferry leaves.” [1] at 0:05"),
    (LATE, EARLY, "after", "Yes: “The ferry leaves.” [1] at 0:05"),
    (EARLY, LATE, "after", "No: “The ferry leaves.” [1] at 0:05"),
    (EARLY, {**EARLY, "n": 2}, "before", "Both at 0:05"),
])
def test_times_are_compared(one: dict, other: dict, asked: str, begins: str) -> None:  # type: ignore[type-arg]
    assert order_told(one, other, asked).startswith(begins)  # type: ignore[arg-type]


def test_times_are_compared_in_hindi() -> None:
    assert order_told(LATE, EARLY, "before", "hi") == (
        "नहीं: “The ferry leaves.” [1] (0:05) पहले है, “A storm came.” [2] (0:15) उसके बाद।")


def test_moments_of_two_recordings_have_no_order() -> None:
    elsewhere = item(1_000, "Bread.", n=2, media_id=MEMO.id, name=MEMO.name)
    assert order_told(EARLY, elsewhere, "before").endswith("of two recordings neither comes first.")


def test_the_agent_answers_with_both_moments(context: Callable[..., Context]) -> None:
    reply = ask(context(), "What came first, the ferry or the storm?")
    assert reply["answer"] == (
        "“The ferry to the island leaves every hour.” [1] at 0:05 comes before "
        "“A storm closed the lighthouse for three weeks.” [2] at 0:10.")
    assert [each["start_ms"] for each in reply["citations"]] == [5_000, 10_000]
    assert ask(context(), "Is the storm mentioned before the ferry?")["answer"].startswith("No: ")
    in_hindi = ask(context(), "पहले क्या आया, ferry या storm?")
    assert (in_hindi["citations"], in_hindi["language"]) == (reply["citations"], "hi")
