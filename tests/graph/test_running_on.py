"""A moment that begins inside a sentence is read with the moment that the sentence begins in."""

from typing import Any

import pytest

from tests.graph.makers import FILM, MEDIA, item
from trikal.graph.running_on import BEGINS, whole, with_beginning
from trikal.moments import Moment, Track

CUT = item(4_000, "space telescope in one of the largest rooms", moment_id="cut")
OTHER = item(20_000, "The ferry leaves.", moment_id="other")


class Neighbours:
    """Stands in for a finder: knows one moment and the one before it."""

    def __init__(self, before: Moment | None) -> None:
        self._before = before

    def moment(self, moment_id: str) -> Moment:
        assert moment_id == "cut"
        return moment(4_000, CUT["text"])

    def neighbours(self, moment: Moment, *, before: int) -> tuple[list[Moment], list[Moment]]:
        assert before == 1
        return ([self._before] if self._before else []), []


def moment(start_ms: int, text: str, end_ms: int | None = None) -> Moment:
    return Moment(media_id=FILM.id, track=Track.SPEECH, start_ms=start_ms,
                  end_ms=end_ms or start_ms + 4_000, text=text, source="test")


def begun(before: Moment | None, *evidence: Any) -> list[Any]:
    finder: Any = Neighbours(before)
    return with_beginning(evidence or (CUT, OTHER), finder, MEDIA)


def test_the_beginning_of_its_sentence_stands_behind_the_best() -> None:
    made = begun(moment(0, "This is a part of the Webb"))
    assert [each["text"] for each in made] == [
        CUT["text"], "This is a part of the Webb", "The ferry leaves."]
    assert made[1]["why"] == BEGINS
    assert whole(made[0], made) == [made[1], made[0]]


@pytest.mark.parametrize("before", [
    None, moment(0, "That was the Webb."), moment(0, "That was the Webb.”"),
    moment(0, "This is a part of the Webb", end_ms=2_000),  # a pause lies between
])
def test_what_does_not_run_on_has_no_beginning(before: Moment | None) -> None:
    made = begun(before)
    assert made == [CUT, OTHER]
    assert whole(made[0], made) == [CUT]


@pytest.mark.parametrize("best", [
    item(4_000, "Space telescopes are large.", moment_id="cut"), item(4_000, "दूरबीन बड़ी है"),
    item(4_000, "42 metres", moment_id="cut"), item(4_000, "wide", track="screen"), item(4_000, ""),
])
def test_only_a_small_letter_in_speech_tells_that_a_sentence_began_before(best: Any) -> None:
    assert begun(moment(0, "This is a part of the Webb"), best) == [best]


def test_a_beginning_that_was_found_too_stands_there_once() -> None:
    before = moment(0, "This is a part of the Webb")
    made = begun(before, CUT, OTHER, item(0, before.text, moment_id=before.id))
    assert [each["start_ms"] for each in made] == [4_000, 0, 20_000]


def test_of_nothing_comes_nothing() -> None:
    finder: Any = Neighbours(None)
    assert with_beginning([], finder, MEDIA) == []
