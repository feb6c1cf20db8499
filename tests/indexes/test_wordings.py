"""Every kind of question about time, in every wording of the rules' own phrase book.

The phrase book (`wordings_en.toml`) was written from what people say, not from any benchmark's
questions; each wording is filled in with quoted, bare and retold events.
"""

import pytest

from tests.indexes.wordings import RELATIONS, asked, wrong
from tests.sampling import sampled

# Of a relation's questions; what is below 1 is written down as what the rules cannot read yet.
_READ = {"between": 0.95, "until next": 0.92, "during": 0.95}
_MOST_READ = 0.97


@pytest.mark.parametrize("relation", sampled(RELATIONS, 8))
def test_a_question_is_read_whatever_words_it_is_put_in(relation: str) -> None:
    questions = [each for n, each in enumerate(asked(relation)) if n % 5 == 0]
    failures = [failure for each in questions if (failure := wrong(each))]
    assert len(questions) >= 15
    assert 1 - len(failures) / len(questions) >= _READ.get(relation, _MOST_READ), "\n".join(
        failures[:10])
