"""A moment that holds a part of a sentence is read with those that hold the others."""

from typing import Any

import pytest

from tests.every import every
from tests.graph.makers import FILM, MEDIA, item
from trikal.graph.nodes.retrieve import _asks_at_a_place
from trikal.graph.running_on import ANSWERS, RUNS_ON, _answer, whole, with_its_sentence
from trikal.indexes.temporal import Absolute, TemporalQuery
from trikal.moments import Moment, Track

CUT = item(4_000, "space telescope in one of the largest rooms", moment_id="cut")
OTHER = item(20_000, "The ferry leaves.", moment_id="other")


class Neighbours:
    """Stands in for a finder: knows one moment and those beside it."""

    def __init__(self, text: str, before: Moment | None, after: Moment | None) -> None:
        self._text = text
        self._beside = ([before] if before else [], [after] if after else [])

    def moment(self, moment_id: str) -> Moment:
        assert moment_id == "cut"
        return moment(4_000, self._text)

    def neighbours(
        self, moment: Moment, *, before: int, after: int
    ) -> tuple[list[Moment], list[Moment]]:
        assert before == 1 <= after
        return self._beside


def moment(
    start_ms: int, text: str, end_ms: int | None = None, speaker: str | None = None
) -> Moment:
    return Moment(media_id=FILM.id, track=Track.SPEECH, start_ms=start_ms,
                  end_ms=end_ms or start_ms + 4_000, text=text, speaker=speaker, source="test")


BEGINNING = moment(0, "This is a part of the Webb")


def read(
    *evidence: Any, before: Moment | None = None, after: Moment | None = None
) -> list[Any]:
    finder: Any = Neighbours(evidence[0]["text"], before, after)
    return with_its_sentence(evidence, finder, MEDIA)


def test_the_other_parts_of_its_sentence_stand_behind_the_best() -> None:
    made = read(CUT, OTHER, before=BEGINNING, after=moment(8_000, "that there are."))
    assert [each["text"] for each in made] == [
        CUT["text"], BEGINNING.text, "that there are.", "The ferry leaves."]
    assert [each["why"] for each in made[1:3]] == [RUNS_ON] * 2
    assert whole(made[0], made) == [made[1], made[0], made[2]]
    assert whole(made[3], made) == [made[3]]


@pytest.mark.parametrize("before", [
    None, moment(0, "That was the Webb."), moment(0, "That was the Webb.”"),
    moment(0, "This is a part of the Webb", end_ms=2_000),  # a pause lies between
])
@every("after", [
    None, moment(8_000, "That was the Webb."), moment(10_000, "that there are."),
])
def test_what_does_not_run_on_stays_alone(before: Moment | None, after: Moment | None) -> None:
    made = read(CUT, OTHER, before=before, after=after)
    assert made == [CUT, OTHER]
    assert whole(made[0], made) == [CUT]


@pytest.mark.parametrize("best", [
    item(4_000, "Space telescopes are large.", moment_id="cut"),
    item(4_000, "दूरबीन बड़ी है", moment_id="cut"), item(4_000, "42 metres", moment_id="cut"),
    item(4_000, "wide", track="screen"), item(4_000, "wide", moment_id=""),
])
def test_only_a_small_letter_in_speech_tells_that_a_sentence_began_before(best: Any) -> None:
    assert read(best, before=BEGINNING) == [best]


def test_where_all_letters_are_small_they_tell_nothing() -> None:
    made = read(CUT, before=moment(0, "this is a part of it"), after=moment(8_000, "there"))
    assert made == [CUT]


def test_a_part_that_was_found_too_stands_there_once() -> None:
    found = item(0, BEGINNING.text, moment_id=BEGINNING.id)
    made = read(CUT, OTHER, found, before=BEGINNING)
    assert [each["start_ms"] for each in made] == [4_000, 0, 20_000]


def test_of_nothing_comes_nothing() -> None:
    finder: Any = None
    assert with_its_sentence([], finder, MEDIA) == []


def test_what_answers_stands_behind_what_asks() -> None:
    asks = item(4_000, "How long was it closed?", moment_id="cut")
    made = read(asks, OTHER, before=BEGINNING, after=moment(9_000, "Nine days."))
    assert [(each["text"], each["why"]) for each in made] == [
        (asks["text"], "search"), ("Nine days.", ANSWERS), (OTHER["text"], "search")]
    assert whole(made[0], made) == made[:2]
    long_after = read(asks, OTHER, after=moment(20_000, "Nine days."))
    assert [each["why"] for each in long_after] == ["search", "search"]


def test_where_speakers_are_noted_another_one_answers() -> None:
    asks = moment(4_000, "How long was it closed?", speaker="Asha")
    more = moment(9_000, "I have been away.", speaker="Asha")
    reply = moment(15_000, "Nine days.", speaker="Ravi")
    assert _answer(asks, [more, reply]) == [reply]
    assert _answer(asks, [more]) == []
    assert _answer(asks, [more, moment(40_000, "Nine days.", speaker="Ravi")]) == []


AT_NOON = TemporalQuery(target="the bridge", constraints=(Absolute(start_ms=0, end_ms=9_000),))


@pytest.mark.parametrize(("query", "text", "asks"), [
    (AT_NOON, "And the bridge? How long was it closed?", True),
    (AT_NOON, "The bridge was closed.", False),
    (TemporalQuery(constraints=AT_NOON.constraints), "How long was it closed?", False),
    (AT_NOON.model_copy(update={"ordinal": 1}), "How long was it closed?", False),
    (AT_NOON.model_copy(update={"verbatim": True}), "How long was it closed?", False),
])
def test_what_only_asks_at_a_place_in_time_wants_its_answer_too(
    query: TemporalQuery, text: str, asks: bool
) -> None:
    assert _asks_at_a_place(query, [item(text=text)]) is asks
    assert _asks_at_a_place(query, []) is False
