"""Answers that are kept, and compared with those of a later run."""

from pathlib import Path

from bench._kept import Answer, compared, read_answers, write_answers
from trikal.indexes.found import Found
from trikal.indexes.moment_search import Evidence
from trikal.indexes.trace import Trace
from trikal.moments import Moment, Track


def said(start_ms: int) -> Moment:
    return Moment(media_id="m", track=Track.SPEECH, start_ms=start_ms, end_ms=start_ms + 1,
                  text="x", source="test")


def answer(*starts: int, score: float = 0.5, words: str = "looked") -> Answer:
    trace = Trace()
    trace.note(words)
    return Answer.of(Found(steps=trace.steps, evidence=tuple(
        Evidence(moment=said(start), score=score, anchor=said(-5)) for start in starts)))


def test_answers_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    answers = {"one": answer(0, 5), "none": answer()}
    write_answers(tmp_path / "kept.json", answers)
    assert read_answers(tmp_path / "kept.json") == answers


def test_equal_answers_are_told_to_be_equal() -> None:
    told = compared({"a": answer(0, 5), "b": answer()}, {"a": answer(0, 5), "b": answer()})
    assert told.startswith("of 2 questions asked before, 2 have the same first answer, 2 the same")
    assert "not those of" not in told


def test_every_kind_of_difference_is_counted_and_named() -> None:
    before = {name: answer(0, 5) for name in ("first", "order", "score", "steps", "same", "gone")}
    now = {"first": answer(5, 0), "order": answer(0, 9), "score": answer(0, 5, score=0.6),
           "steps": answer(0, 5, words="guessed"), "same": answer(0, 5), "new": answer(1)}
    told = compared(before, now)
    assert told.startswith("of 5 questions asked before, 4 have the same first answer, 3 the same "
                           "list, 1 the same scores")
    assert told.endswith("not those of first; order; score; steps")


def test_scores_that_differ_in_the_last_digits_are_equal() -> None:
    assert answer(0, score=0.5) == answer(0, score=0.5 + 1e-9) != answer(0, score=0.5001)
