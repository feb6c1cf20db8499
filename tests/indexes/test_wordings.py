"""Every kind of question about time, in every wording of the rules' own phrase book.

The phrase book (`wordings_en.toml`) was written from what people say, not from any benchmark's
questions; each wording is filled in with quoted, bare and retold events.
"""

from collections.abc import Sequence

import pytest

from tests.indexes.wordings import RELATIONS, Asked, asked, wrong
from tests.sampling import sampled

# Of a relation's questions; what is below 1 is written down as what the rules cannot read yet.
_READ = {"between": 0.95, "until next": 0.92, "during": 0.95}
_MOST_READ = 0.97


@pytest.mark.parametrize("relation", sampled(RELATIONS, 8))
def test_a_question_is_read_whatever_words_it_is_put_in(relation: str) -> None:
    questions = [*asked(relation)][::5]
    assert len(questions) >= 15
    assert_read(relation, questions[::max(1, len(questions) // 100)])


@pytest.mark.thorough
@pytest.mark.parametrize("relation", RELATIONS)
def test_every_fifth_question_of_the_book_is_read(relation: str) -> None:
    assert_read(relation, [*asked(relation)][::5])


def assert_read(relation: str, questions: Sequence[Asked]) -> None:
    failures = [failure for each in questions if (failure := wrong(each))]
    assert 1 - len(failures) / len(questions) >= _READ.get(relation, _MOST_READ), "\n".join(
        failures)
