"""Who asks why is told what the same speaker says around what was found."""

from typing import Any

from tests.every import every
from tests.graph.makers import FILM, MEDIA, item
from trikal.graph.reasons import BESIDE, with_reasons
from trikal.graph.running_on import whole
from trikal.moments import Moment, Track

WHY = "Why did Anita bother to paint the bridge?"
BEST = item(20_000, "It took Anita an hour to paint the bridge.", speaker="Bo", moment_id="best")
OTHER = item(90_000, "The ferry leaves.", moment_id="other")


def moment(start_ms: int, text: str, speaker: str | None = "Bo") -> Moment:
    return Moment(media_id=FILM.id, track=Track.SPEECH, start_ms=start_ms, end_ms=start_ms + 4_000,
                  text=text, speaker=speaker, source="test")


REASON = moment(8_000, "She wanted it green for the feast.")


class Neighbours:
    """Stands in for a finder: knows one moment and those beside it."""

    def __init__(self, before: list[Moment], after: list[Moment]) -> None:
        self._beside = before, after

    def moment(self, moment_id: str) -> Moment:
        assert moment_id == "best"
        return moment(20_000, BEST["text"])

    def neighbours(self, moment: Moment, **many: int) -> tuple[list[Moment], list[Moment]]:
        return self._beside


def read(question: str, best: Any, before: Moment, *after: Moment) -> list[Any]:
    finder: Any = Neighbours([before], list(after))
    return with_reasons(question, [best, OTHER], finder, MEDIA)


def test_what_the_speaker_says_around_it_stands_behind_the_best_and_is_quoted_with_it() -> None:
    later = moment(30_000, "Green suits it.")
    made = read(WHY, BEST, REASON, later)
    assert [each["text"] for each in made] == [BEST["text"], REASON.text, later.text, OTHER["text"]]
    assert [each["why"] for each in made[1:3]] == [BESIDE] * 2
    assert whole(made[0], made) == [made[1], made[0], made[2]]


@every(("question", "best", "before"), [
    ("Who painted the bridge?", BEST, REASON),  # no reason is asked for
    (WHY, {**BEST, "text": "She painted it because she likes green."}, REASON),
    (WHY, {**BEST, "track": "screen"}, REASON), (WHY, {**BEST, "moment_id": ""}, REASON),
    (WHY, BEST, moment(8_000, "She wanted it green.", "Carl")),
    (WHY, BEST, moment(8_000, "Did she want it green?")),
    (WHY, BEST, moment(500, "She wanted it green.")),  # long before
])
def test_where_there_is_no_reason_beside_nothing_is_added(
    question: str, best: Any, before: Moment
) -> None:
    assert read(question, best, before) == [best, OTHER]


def test_of_nothing_comes_nothing() -> None:
    finder: Any = Neighbours([], [])
    assert with_reasons(WHY, [], finder, MEDIA) == []
