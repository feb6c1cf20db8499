"""So many sentences before or after an event."""

import pytest

from tests.indexes.archives import Archive
from tests.indexes.makers import moment
from trikal.indexes.rules import read_question
from trikal.moments import Track


@pytest.mark.parametrize(("question", "words"), [
    ('What was said two sentences before "the tank is gone"?',
     "find the last but 1 whatever is there on speech before (“the tank is gone”)"),
    ('"the tank is gone" — what was said three utterances later?',
     "find the 3rd whatever is there on speech after (“the tank is gone”)"),
    ('What was the second sentence after "the tank is gone"?',
     "find the 2nd whatever is there after (“the tank is gone”)"),
    ('What was said in the last line before "the tank is gone"?',
     "find whatever is there on speech right before (“the tank is gone”)"),
    ("What did they say one sentence before the bang?",
     "find whatever is there on speech right before (“the bang”)"),
    ('Four remarks prior to "the tank is gone", what was said?',
     "find the last but 3 whatever is there on speech before (“the tank is gone”)"),
])
def test_steps_are_counted_from_the_event(question: str, words: str) -> None:
    assert read_question(question).query.words() == words


@pytest.mark.parametrize(("question", "words"), [
    ('What was said about the two lines before "the tank is gone"?',
     "find “two lines” on speech before (“the tank is gone”)"),
    ('Who said "two lines before dinner"?',
     "find “two lines before dinner” on speech"),
])
def test_what_is_no_step_is_read_as_ever(question: str, words: str) -> None:
    assert read_question(question).query.words() == words


def test_steps_are_utterances_whatever_time_lies_between(archive: Archive) -> None:
    starts = (0, 9_000, 300_000, 301_500, 900_000, 903_000)
    archive.hold(*(moment(start, text=f"{name} speaks of the harbour") for start, name in zip(
        starts, ("anna", "boris", "cleo", "doris", "emil", "fritz"), strict=True)))
    archive.hold(moment(302_000, text="a caption in between", track=Track.CAPTION))
    for question, name in (('What was said two sentences before "emil speaks"?', "cleo"),
                           ('What was said three sentences after "boris speaks"?', "emil"),
                           ('"doris speaks" — what was said two lines later?', "fritz")):
        assert archive.texts(question)[0].startswith(name)
    assert archive.run('What was said nine sentences before "emil speaks"?').absent
