"""The books of questions that rules are measured on, beside what else is read in a question."""

import pytest

from bench.asking import BOOKS, book
from tests.graph.makers import MEDIA, MEMO
from trikal.graph.planning.archive_facts import about_archive

ARCHIVE = (*MEDIA.values(), MEMO)


@pytest.mark.parametrize("code", BOOKS)
def test_no_question_of_the_rules_own_book_is_about_the_archive(code: str) -> None:
    written = book(code)
    questions = [each["q"] for each in written["questions"]] + written["plain"]["questions"]
    assert questions
    assert [each for each in questions if about_archive(each, ARCHIVE)] == []
