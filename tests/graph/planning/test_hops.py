"""Questions that take more than one search: side by side, or hung on what the first one found."""

import pytest

from tests.every import every
from trikal.graph.planning.hops import asks_who, several
from trikal.indexes.rules import Vocabulary
from trikal.indexes.temporal import Ask, Relation
from trikal.moments import Track

NAMES = Vocabulary(media=("harbour.mp4", "talk.mp3"), speakers=("Anita Rao", "Bo Lind"))


def test_two_speakers_are_compared_side_by_side() -> None:
    one, other = several("Compare what Anita and Bo Lind said about the ferry", NAMES)
    assert (one.query.scope.speakers, other.query.scope.speakers) == (("Anita Rao",), ("Bo Lind",))
    assert one.query.target == other.query.target == "the ferry"
    assert one.uses == other.uses == ()


def test_two_recordings_are_compared_side_by_side() -> None:
    one, other = several("What do harbour.mp4 and talk say about the ferry?", NAMES)
    assert (one.query.scope.media, other.query.scope.media) == (("harbour.mp4",), ("talk.mp3",))


def test_what_the_archive_does_not_know_is_not_compared() -> None:
    assert several("Compare what the captain and the crew said about the ferry", NAMES) == []


def test_who_spoke_after_a_mention_takes_two_searches() -> None:
    first, then = several("Who spoke right after the one who mentioned the storm in talk.mp3?",
                          NAMES)
    assert (first.query.target, first.query.scope.media) == ("the storm", ("talk.mp3",))
    (use,) = then.uses
    assert (use.step, use.relation) == ("s1", Relation.RIGHT_AFTER)
    assert asks_who("Who spoke right after the one who mentioned the storm?")
    assert asks_who("Who reported that the gate is open?")
    assert not asks_who("Whose report says that the gate is open?")


def test_the_other_recording_is_the_one_that_was_not_shown() -> None:
    question = "Who spoke before the one who mentioned the storm in the other recording?"
    first, _ = several(question, NAMES, "harbour.mp4")
    assert first.query.scope.media == ("talk.mp3",)
    assert several(question, NAMES) == []


def test_what_hangs_on_a_speaker_or_a_recording() -> None:
    _, of_speaker = several("What does the one who mentioned the storm say about the ferry?", NAMES)
    assert (of_speaker.query.target, of_speaker.uses[0].take) == ("the ferry", "speaker")
    _, inside = several("In the recording that mentions the storm, who is the keeper?", NAMES)
    assert inside.uses[0].take == "medium"
    told, _ = several("In the recording that speaks about storms, who is the keeper?", NAMES)
    assert told.query.target == "storms"


@pytest.mark.parametrize(("named", "media"), [
    ("the talk", "talk.mp3"), ("talk.mp3", "talk.mp3"), ("the film", "harbour.mp4"),
    ("the recording", "talk.mp3"), ("Harbour", "harbour.mp4"),
])
def test_a_medium_may_be_called_by_what_it_is(named: str, media: str) -> None:
    (only,) = several(f"What does {named} say about the ferry?", NAMES)
    assert (only.query.target, only.query.scope.media) == ("the ferry", (media,))


def test_the_film_is_any_of_several_films_and_no_kind_that_is_missing() -> None:
    films = Vocabulary(media=("harbour.mp4", "bridge.webm"))
    (only,) = several("What does the film say about the ferry?", films)
    assert only.query.scope.media == ("harbour.mp4", "bridge.webm")
    assert several("What does the memo say about the ferry?", films) == []
    assert several("What does the captain say about the ferry?", films) == []
    many = Vocabulary(media=tuple(f"{n}.mp4" for n in range(9)))
    assert several("What does the film say about the ferry?", many) == []


def test_a_film_that_is_named_beside_the_film_is_not_the_film() -> None:
    films = Vocabulary(media=("harbour.mp4", "bridge.webm"))
    one, other = several("Compare what the film and bridge.webm tell about the ferry.", films)
    assert one.query.scope.media == ("harbour.mp4",)
    assert other.query.scope.media == ("bridge.webm",)


def test_the_question_may_stand_before_the_media_that_it_is_put_to() -> None:
    one, other = several("Which tickets cost four euros: what do the film and the talk say?", NAMES)
    assert (one.query.scope.media, other.query.scope.media) == (("harbour.mp4",), ("talk.mp3",))
    assert one.query.target == other.query.target == "Which tickets cost four euros"


@every(("question", "targets"), [
    ("Where does the ferry leave, and where is bread sold?",
     ["Where does the ferry leave", "where is bread sold"]),
    ("Was the bridge painted before the storm, and what was painted?", ["the bridge painted"]),
    ("How wide is the bridge, and in which month was it painted?",
     ["How wide is the bridge",
      "in which month was the bridge painted"]),  # what "it" is stands before
    ("Who painted harbours, and when were they sold?",
     ["Who painted harbours", "Who painted harbours, and when were they sold"]),
    ("How much is the bread and when does the ferry leave?",
     ["How much is the bread", "when does the ferry leave"]),
    ("Who won and who lost?", []), ("What was said about bread and what is sold?", []),
    ("What did Anita say, and when?", []), ("And what about the ferry?", []),
    ("Bread, butter and what else is sold?", []),
])
def test_two_questions_in_one_are_two_searches_unless_the_second_leans_on_the_first(
    question: str, targets: list[str]
) -> None:
    found = several(question, NAMES)
    assert [each.query.target for each in found] == targets
    assert not any(each.uses for each in found)


def test_a_length_beside_another_question_is_told_and_not_measured() -> None:
    one, other = several("How long was the bridge painted, and where is bread sold?", NAMES)
    assert (one.query.ask, other.query.ask) == (Ask.MOMENTS, Ask.MOMENTS)
    assert one.query.target == "bridge painted"


def test_a_speaker_known_by_a_quotation_is_asked_anything() -> None:
    first, then = several("What did the one who said “I am between two bells” hold between his "
                          "fingers?", NAMES)
    assert (first.query.target, first.query.verbatim) == ("I am between two bells", True)
    assert (then.query.target, then.query.constraints) == ("What hold between his fingers", ())
    assert [(use.step, use.take) for use in then.uses] == [("s1", "speaker")]


def test_what_stands_on_a_slide_is_what_was_shown_when_it_was_named() -> None:
    said, shown = several("On which slide is the sum that the narrator calls the toll?", NAMES)
    assert (said.query.target, said.query.tracks) == ("the toll", (Track.SPEECH,))
    assert said.query.scope.media == ("harbour.mp4",)  # the other medium has no picture
    assert (shown.query.target, shown.query.tracks) == ("", (Track.SCREEN,))
    (use,) = shown.uses
    assert (use.step, use.take, use.relation) == ("s1", "moment", Relation.DURING)


@pytest.mark.parametrize("question", [
    "What is on the slide?", "Which slide is shown at 0:10?",
    "What was on the screen when the ferry left?", "What was said after the storm?",
    "What did Anita Rao say about the ferry?",
])
def test_what_one_search_in_time_can_say_is_left_to_it(question: str) -> None:
    assert several(question, NAMES) == []
