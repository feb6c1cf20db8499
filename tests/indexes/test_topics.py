"""Topics that end or begin in a word that says nothing elsewhere."""

import pytest

from tests.every import every
from trikal.indexes.rules import read_question


@every(("question", "topic"), [
    ("Who mentions NORMAL voice before 3:00:00?", "NORMAL voice"),
    ("What is said about several times in the first hour?", "several times"),
    ("What was said about the gray tape after 1:00:00?", "gray tape"),
    ("Where is gray tape mentioned in the last hour?", "gray tape"),
    ("What was said about voice check after 1:00:00?", "voice check"),
    ("In the last 20 hours, what is said about sounds great?", "sounds great"),
    ('Who mentions transfer list before "we have a problem"?', "transfer list"),
])
def test_a_word_that_adjoins_a_topic_belongs_to_it(question: str, topic: str) -> None:
    assert read_question(question).query.target == topic


@pytest.mark.parametrize("question", [
    "What was said about fuel cell in the recording after 1:00:00?",
    "In which message does fuel cell come up before 2:00:00?",
    "Who mentions fuel cell on this tape after 1:00:00?", "List all fuel cell times.",
    "What does the voice say about fuel cell after 2:00:00?",
])
def test_a_word_that_stands_apart_from_a_topic_is_none_of_it(question: str) -> None:
    assert read_question(question).query.target == "fuel cell"
