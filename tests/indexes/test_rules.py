"""What the rules read in questions put in many wordings."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.indexes.intervals import EARLIEST_MS, LATEST_MS, Interval
from trikal.indexes.rules import (
    Vocabulary,
    asks_how_long_it_took,
    asks_when,
    read_question,
    tells_length,
)
from trikal.indexes.temporal import Absolute, Ambiguous, Ask, Clock, Part, TemporalQuery
from trikal.indexes.windows import intersection, window_on_clock

Window = tuple[int | None, int | None]

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


def windows(query: TemporalQuery) -> list[tuple[Any, ...]]:
    """Each window as ``(start, end)``, or ``(start, end, "from the end")``; likeliest readings."""
    return [(each.start_ms, each.end_ms, *(["from the end"] if each.from_end else []))
            for each in likeliest(query)]


def likeliest(query: TemporalQuery) -> list[Absolute]:
    return [each.readings[0] if isinstance(each, Ambiguous) else each
            for each in query.constraints if isinstance(each, Absolute | Ambiguous)]


def parts(query: TemporalQuery) -> list[tuple[float, float]]:
    return [(round(each.start, 3), round(each.end, 3)) for each in query.constraints
            if isinstance(each, Part)]


def read(question: str) -> TemporalQuery:
    return read_question(question).query


@every(("question", "window"), [
    # first
    ("What is said in the first two minutes?", (None, 2 * MINUTE)),
    ("Who spoke in the first half hour?", (None, 30 * MINUTE)),
    ("What happens within the first 10s?", (None, 10 * SECOND)),
    ("In the first minute, what happens?", (None, MINUTE)),
    ("What does she say during the opening minute?", (None, MINUTE)),
    ("In the opening 45 seconds, what is on screen?", (None, 45 * SECOND)),
    ("What is said in the first minute and a half?", (None, 90 * SECOND)),
    ("What happens in the first two minutes of the film?", (None, 2 * MINUTE)),
    ("What is said in the first few minutes?", (None, 5 * MINUTE)),
    ("first minute", (None, MINUTE)),
    # last
    ("What happened in the last 30 seconds?", (30 * SECOND, None, "from the end")),
    ("What is said in the last minute?", (MINUTE, None, "from the end")),
    ("What is said in the last couple of minutes?", (2 * MINUTE, None, "from the end")),
    ("What is shown in the final 1.5 hours?", (90 * MINUTE, None, "from the end")),
    ("What happens before the last 10 seconds?", (None, 10 * SECOND, "from the end")),
    # between
    ("What happens between 3:00 and 4:30?", (3 * MINUTE, 4 * MINUTE + 30 * SECOND)),
    ("What happens between 4:30 and 3:00?", (3 * MINUTE, 4 * MINUTE + 30 * SECOND)),
    ("What happens from 1:02:03 to 1:05:00?", (3_723 * SECOND, 65 * MINUTE)),
    ("What happens between 30 and 45 seconds?", (30 * SECOND, 45 * SECOND)),
    ("What is said from two to three minutes?", (2 * MINUTE, 3 * MINUTE)),
    ("3:00-4:30", (3 * MINUTE, 4 * MINUTE + 30 * SECOND)),
    ("Show me 1:30 to 2:30", (90 * SECOND, 150 * SECOND)),
    # since
    ("What happened after 12:30?", (750 * SECOND, None)),
    ("After two minutes, what is heard?", (2 * MINUTE, None)),
    ("What happens after the first minute?", (MINUTE, None)),
    ("What happened since 4:00?", (4 * MINUTE, None)),
    ("What happens from 4:00 on?", (4 * MINUTE, None)),
    ("What happens from 2:00 to the end?", (2 * MINUTE, None)),
    ("Play from 2:30.", (150 * SECOND, None)),
    ("What is said past the 90-second mark?", (90 * SECOND, None)),
    ("What is said right after 5:00?", (5 * MINUTE, 5 * MINUTE + 30 * SECOND)),
    # until
    ("What did they discuss before 5:00?", (None, 5 * MINUTE)),
    ("What is said until 1:30?", (None, 90 * SECOND)),
    ("What is said by 3:00?", (None, 3 * MINUTE)),
    ("What is said up to the two-minute mark?", (None, 2 * MINUTE)),
    ("What happens from the beginning to 1:00?", (None, MINUTE)),
    ("What happens just before 5:00?", (4 * MINUTE + 30 * SECOND, 5 * MINUTE)),
    # around
    ("What is said around 10:00?", (585 * SECOND, 615 * SECOND)),
    ("What happens around the one minute mark?", (45 * SECOND, 75 * SECOND)),
    ("What is said about two minutes in?", (105 * SECOND, 135 * SECOND)),
    ("What do they say around minute 10?", (585 * SECOND, 615 * SECOND)),
    # at
    ("What is being said at 2:15?", (135 * SECOND, 135 * SECOND)),
    ("What is on the screen at 0:45.5?", (45_500, 45_500)),
    ("What happens at -0:05?", (-5 * SECOND, -5 * SECOND)),
    ("What happens at minute 5?", (5 * MINUTE, 5 * MINUTE)),
    ("What is on the slide at minute five?", (5 * MINUTE, 5 * MINUTE)),
    ("What happens at the 90 second mark?", (90 * SECOND, 90 * SECOND)),
    ("What is said at 1 hour, 5 minutes and 3 seconds?", (3_903 * SECOND, 3_903 * SECOND)),
    ("What do we hear two minutes in?", (2 * MINUTE, 2 * MINUTE)),
    ("What is said two and a half minutes in?", (150 * SECOND, 150 * SECOND)),
    ("What is said an hour and a half in?", (90 * MINUTE, 90 * MINUTE)),
    ("What is said half an hour in?", (30 * MINUTE, 30 * MINUTE)),
    ("Twenty-five seconds in, what happens?", (25 * SECOND, 25 * SECOND)),
    ("What happens 30 seconds into the video?", (30 * SECOND, 30 * SECOND)),
    ("5:00?", (5 * MINUTE, 5 * MINUTE)),
])
def test_times_on_the_clock_become_one_window_and_leave_nothing_to_search_for(
    question: str, window: Window
) -> None:
    reading = read_question(question)
    assert windows(reading.query) == [window]
    assert reading.query.target == ""
    assert reading.query.anchored is None
    assert reading.sure


@pytest.mark.parametrize(("question", "target", "window"), [
    ("What did he say about water after 12:30?", "water", (750_000, None)),
    ("What was said from 2:00 to 3:00 about rivers?", "rivers",
     (120_000, 180_000)),
    ("In the last minute, what is said about taxes?", "taxes",
     (60_000, None, "from the end")),
    ("What did they say in the last 30 seconds of the meeting about costs?",
     "costs", (30_000, None, "from the end")),
])
def test_a_window_is_taken_out_of_what_is_searched_for(
    question: str, target: str, window: Window
) -> None:
    assert read(question).target == target
    assert windows(read(question)) == [window]


@every("question", [
    "What did she buy for two minutes of fame?",
    "What does she do for two minutes in the kitchen?",
    "What is said about ten minutes of fame?",
    "What happens in the past two minutes?",
    "What happened 5 minutes ago?",
    "What does he say about John 3:16?",
    "What was said in the first world war?",
    "It is one of the first minutes of peace",
    "What's said at 12:75?",
    "Who won by two minutes?",
    "What does the sign at the end of the street say?",
])
def test_lengths_and_numbers_that_name_no_place_on_the_clock_are_left_alone(question: str) -> None:
    assert read(question) == TemporalQuery(target=question, tracks=read(question).tracks)


@every(("question", "part"), [
    ("What happens at the start of the video?", (0, 0.2)),
    ("What happens at the beginning?", (0, 0.2)),
    ("What was said toward the end?", (0.8, 1)),
    ("What is shown in the middle of the film?", (0.4, 0.6)),
    ("In the middle, what does he say?", (0.4, 0.6)),
    ("What is said in the first 10 percent?", (0, 0.1)),
    ("What is said in the last 5%?", (0.95, 1)),
    ("What is said between 20% and 30% of the recording?", (0.2, 0.3)),
    ("What is said from 20 to 30 per cent?", (0.2, 0.3)),
    ("What is said after 75% of the talk?", (0.75, 1)),
    ("What is said before the 25% mark?", (0, 0.25)),
    ("What happens in the first half of the video?", (0, 0.5)),
    ("In the second half, what is said?", (0.5, 1)),
    ("What is said during the last quarter?", (0.75, 1)),
    ("What is said in the second third of the lecture?", (0.333, 0.667)),
    ("What is said halfway through the talk?", (0.495, 0.505)),
    ("What happens at the midway point?", (0.495, 0.505)),
])
def test_parts_of_a_medium_are_shares_of_its_length(
    question: str, part: tuple[float, float]
) -> None:
    reading = read_question(question)
    assert parts(reading.query) == [part]
    assert reading.query.target == ""
    assert reading.sure


@every(("question", "hours"), [
    ("What was said at 10:30 am?", [10.5]),
    ("What was said at 12 am?", [0]),
    ("What was said at 12:15 p.m.?", [12.25]),
    ("What was said at 10:30 in the evening?", [22.5]),
    ("What was said at 3 o'clock?", [3, 15]),
    ("What happened at 17:00 hours?", [17]),
])
def test_the_clock_on_the_wall_is_not_the_mediums(question: str, hours: list[float]) -> None:
    reading = read_question(question)
    (constraint,) = reading.query.constraints
    readings = constraint.readings if isinstance(constraint, Ambiguous) else (constraint,)
    assert [(each.clock, each.start_ms) for each in readings if isinstance(each, Absolute)] == [
        (Clock.WALL, hour * HOUR) for hour in hours]
    assert reading.query.target == ""


@pytest.mark.parametrize(("question", "readings"), [
    ("What was said at 2:15?", [("media", 135), ("media", 8_100), ("wall", 8_100),
                                ("wall", 51_300)]),
    ("What was said after 14:30?", [("media", 870), ("media", 52_200), ("wall", 52_200)]),
])
def test_every_reading_of_a_doubtful_time_is_kept(
    question: str, readings: list[tuple[str, int]]
) -> None:
    (constraint,) = read(question).constraints
    assert isinstance(constraint, Ambiguous)
    assert [(each.clock, (each.start_ms or 0) // SECOND) for each in constraint.readings
            ] == readings


@pytest.mark.parametrize("question", [
    "What was said at the 2:15 mark?", "What was said at 1:02:15?", "What was said at 75:15?",
    "What was said at 0:45.5?", "What was said at -0:05?",
])
def test_times_that_no_clock_on_the_wall_shows_are_not_doubtful(question: str) -> None:
    assert [type(each) for each in read(question).constraints] == [Absolute]


@every(("question", "relation", "target", "anchor"), [
    # infix
    ("What happened after the goal?", "after", "", "the goal"),
    ("What did she say before the vote?", "before", "", "the vote"),
    ("What did the speaker say right after the applause?", "right after", "", "the applause"),
    ("What happened immediately before the crash?", "right before", "", "the crash"),
    ("What was said prior to the meeting?", "before", "", "the meeting"),
    ("What happened following the announcement?", "after", "", "the announcement"),
    ("What happened once the rocket landed?", "after", "", "the rocket landed"),
    ("What happened since the goal?", "after", "", "the goal"),
    ("What was the man doing until the bell rang?", "before", "", "the bell rang"),
    ("Tell me what he said as soon as the door opened.", "right after", "", "the door opened"),
    ("Can you tell me what was said just after the siren?", "right after", "", "the siren"),
    ("What did he say while the rocket was rising?", "during", "", "the rocket was rising"),
    ("What did the lady do as the boy ran?", "during", "the lady do", "the boy ran"),
    ("How did the girl react when the dog barked?", "during", "the girl react", "the dog barked"),
    ("What does the boy do after he picked up the ball?", "after", "the boy do",
     "picked up the ball"),
    ("Where is the red car after the crash?", "after", "the red car", "the crash"),
    ("How does the woman in white respond once the bell rings?", "after",
     "the woman in white respond", "the bell rings"),
    ("What was the first thing he said after the break?", "right after", "", "the break"),
    ("What happens after two minutes of silence?", "after", "", "two minutes of silence"),
    ("What did he say after a second explosion?", "after", "", "a second explosion"),
    ("What was said before the second one left?", "before", "", "the second one left"),
    ("What follows the anthem?", "right after", "", "the anthem"),
    ("What comes after the anthem?", "after", "", "the anthem"),
    ("What precedes the anthem?", "right before", "", "the anthem"),
    ("Why did the train stop for a while after the tunnel?", "after",
     "the train stop for a while", "the tunnel"),
    # prefix
    ("After the goal, what did the crowd do?", "after", "the crowd do", "the goal"),
    ("After the goal what did the crowd do?", "after", "the crowd do", "the goal"),
    ("After the goal, the crowd did what?", "after", "the crowd did what", "the goal"),
    ("After the goal, in the stands, what did the crowd do?", "after", "the crowd do",
     "the goal, in the stands"),
    ("Before the launch, who spoke?", "before", "", "the launch"),
    ("While the choir sang, what was on the screen?", "during", "", "the choir sang"),
    ("During the storm, what did the captain say?", "during", "the captain say", "the storm"),
    ("Once the music stops, what does the dancer do?", "after", "the dancer do",
     "the music stops"),
    ("As soon as she sat down, what was said?", "right after", "", "sat down"),
    ("When she mentions rivers, what is on the screen?", "during", "", "rivers"),
    ("When the bell rings, what comes next?", "right after", "", "the bell rings"),
    # inverted
    ("The bell rings; what came next?", "right after", "", "The bell rings"),
    ("The bell rings. What happened before that?", "right before", "", "The bell rings"),
    ("He says goodbye, and then what?", "right after", "", "goodbye"),
    ("The bell rings: what did he do next?", "right after", "", "The bell rings"),
    # quotes
    ("“We choose to go to the moon” - what was said next?", "right after", "",
     "We choose to go to the moon"),
    ('What was said after "ask not what your country can do for you"?', "after", "",
     "ask not what your country can do for you"),
    ("What did he say right before “thank you all, and good night”?", "right before", "",
     "thank you all, and good night"),
    ("What was said after 'good morning'?", "after", "", "good morning"),
    ('What did she say before she said "after the flood"?', "before", "", "after the flood"),
    ("What did John's brother hold after Mary's speech?", "after", "John's brother hold",
     "Mary's speech"),
])
def test_events_hang_on_each_other(
    question: str, relation: str, target: str, anchor: str
) -> None:
    reading = read_question(question)
    assert reading.query.anchored is not None
    assert reading.query.anchored.relation == relation
    assert reading.query.target == target
    assert reading.query.anchored.anchor.target == anchor
    assert windows(reading.query) == []
    assert reading.sure


@every("question", [
    "When was the budget passed?",
    "When was the budget passed, and who passed it?",
    "Tell me the price of the red car",
    "What comes after all?",
    "What happened to the before and after pictures?",
    "Did it rain before, during or after the match?",
    "What was said about life after death?",
    "What happened the day after tomorrow?",
    'Who wrote "Before Sunrise"?',
    "Who once lived here?",
    "Who is following the man?",
    "Why did the train stop for a while?",
    "How did the bus know when to start?",
    "Was it as good as the first one?",
    "Who is known as the best of them?",
    "What stands in the middle of the field?",
])
def test_words_of_order_that_order_nothing_make_no_anchor(question: str) -> None:
    query = read(question)
    assert query.constraints == ()
    assert query.target.strip("?") in question


def test_a_word_of_order_without_its_event_leaves_the_rules_unsure() -> None:
    reading = read_question("Has she said this before?")
    assert reading.query.constraints == ()
    assert reading.query.target == "Has she said this before?"
    assert not reading.sure


@pytest.mark.parametrize("question", [
    "What happened at 2:15 and at 3:20?",
    "What did he do before he left when it rained?",
])
def test_words_about_time_that_are_not_used_leave_the_rules_unsure(question: str) -> None:
    assert read(question).constraints
    assert not read_question(question).sure


def test_a_length_before_an_event_belongs_to_the_event_and_not_to_the_clock() -> None:
    query = read("In the last 20 seconds before the crash, what was said?")
    assert windows(query) == []
    assert query.anchored is not None
    assert (query.anchored.relation, query.anchored.anchor.target) == ("before", "the crash")


def test_a_window_and_an_anchor_hold_together() -> None:
    query = read("In the first minute, what does she say after greeting the audience?")
    assert windows(query) == [(None, MINUTE)]
    assert query.anchored is not None
    assert query.anchored.anchor.target == "greeting the audience"
    assert query.target == ""


def test_two_times_narrow_each_other() -> None:
    query = read("What is said after 5:00 and before 6:00?")
    shared = intersection(window_on_clock(each, HOUR) for each in likeliest(query))
    assert shared == Interval(5 * MINUTE, 6 * MINUTE)
    assert query.target == ""


@pytest.mark.parametrize("question", [
    "What is said before 1:00 and after 5:00?",
    "What is said after 5:00 and before 1:00?",
    "What is said no earlier than 5:00 and no later than 1:00?",
    "What is said in the first minute and in the last minute?",
])
def test_times_that_contradict_are_kept_and_leave_no_window(question: str) -> None:
    query = read(question)
    assert len(likeliest(query)) == 2
    assert intersection(window_on_clock(each, HOUR) for each in likeliest(query)) is None


@every(("question", "tracks", "anchored"), [
    ("What was on the slide when she mentioned inflation?", ["screen"], ["speech"]),
    ("What does the sign say before the crash?", ["screen"], []),
    ("How many sailors were on board after the storm?", [], []),
    ("What was on the board after the break?", ["screen"], []),
    ("What did he say while the rocket was rising?", ["speech"], []),
    ("What did they discuss when the slide showed a map?", ["speech"], ["screen"]),
    ("“Liftoff!” - what was said next?", ["speech"], []),
    ("What happened after he opened the door?", [], []),
])
def test_target_and_anchor_each_have_their_track(
    question: str, tracks: list[str], anchored: list[str]
) -> None:
    query = read(question)
    assert query.anchored is not None
    assert list(query.tracks) == tracks
    assert list(query.anchored.anchor.tracks) == anchored


@every(("question", "wanted"), [
    ("When was the budget passed?", True),
    ("Tell me when the dog barks.", True),
    ("Can you please show me the moment when the dog barks?", True),
    ("At what point does she mention the river?", True),
    ("How far into the talk does she mention tax?", True),
    ("When did he say that before the vote?", True),
    ("Give me the timestamp of the vote", True),
    ("What is the time code where she mentions the river?", True),
    ("Timestamps of the vote?", True),
    ("What does the timestamp of the film show?", False),
    ("When she mentions rivers, what is on the screen?", False),
    ("What did she say when the dog barked?", False),
    ("Who passed the budget?", False),
    ("", False),
])
def test_questions_for_a_time_are_told_from_questions_for_a_thing(
    question: str, wanted: bool
) -> None:
    assert asks_when(question) is wanted


@pytest.mark.parametrize("question", ["", "???", "  \n", "…?"])
def test_nothing_asked_is_no_error(question: str) -> None:
    assert read(question).constraints == ()


@pytest.mark.parametrize("question", ["क्या बजट पास हुआ?", "🎉🎉", "¿Qué pasó después?", "after"])
def test_what_the_rules_cannot_read_is_searched_for_as_it_stands(question: str) -> None:
    assert read(question) == TemporalQuery(target=question)


@pytest.mark.thorough
def test_no_question_of_two_thousand_characters_hangs() -> None:
    # In a process of its own: a pattern that goes astray cannot be interrupted from within.
    subprocess.run([sys.executable, "-c", (
        "from trikal.indexes.rules import read_question\n"
        "for text in ('after the goal ', 'a', '1:00 ', '\"', 'one and a half ', 'when ',"
        " ', what next', 'the last ', '(', 'meeting ku apram enna ', 'बैठक के बाद '):\n"
        "    read_question(text * (2_000 // len(text)))")], check=True, timeout=300)


def test_a_time_beyond_every_clock_is_a_window_all_the_same() -> None:
    query = read("What was said 99999999999999999999 hours in?")
    for absolute in likeliest(query):
        window = window_on_clock(absolute, HOUR)
        assert EARLIEST_MS <= window.start_ms <= window.end_ms <= LATEST_MS
    assert query.absolutes


@given(st.text(max_size=200))
def test_every_text_can_be_read(question: str) -> None:
    query = read_question(question).query
    for absolute in likeliest(query):
        window_on_clock(absolute, HOUR)
    asks_when(question)


_PIECES = st.sampled_from([
    "what happened", "after", "before", "the goal", "in the last minute", "at 2:15", ",", "?",
    "when", "while", '"', "first two minutes", "and", "between 3:00 and 4:30", "as", "until", ";",
    "what came next", "since", "one and a half hours in", "’", "of the film", "-", "5",
])


@given(st.lists(_PIECES, max_size=12).map(" ".join))
def test_every_jumble_of_the_rules_own_words_can_be_read(question: str) -> None:
    query = read_question(question).query
    assert TemporalQuery.model_validate_json(query.model_dump_json()) == query
    intersection(window_on_clock(each, HOUR) for each in likeliest(query))


def test_a_window_counted_from_the_end_says_so_in_words() -> None:
    assert read("What happens in the last 30 seconds?").words().endswith("in the last 0:30")
    closing = TemporalQuery(constraints=(Absolute(end_ms=10_000, from_end=True),))
    assert closing.words().endswith("before the last 0:10")


@pytest.mark.parametrize("question", [
    'Where does "yaw gimbal" come up next after "we saw the chutes"?',
    'At what point after "we saw the chutes" is "yaw gimbal" mentioned again?',
    'When after "we saw the chutes" does "yaw gimbal" first come up?',
    'the soonest "yaw gimbal" after "we saw the chutes"',
])
def test_the_next_mention_after_an_event_is_the_first_one_there(question: str) -> None:
    query = read_question(question).query
    assert (query.target, query.ordinal) == ("yaw gimbal", 1)
    assert query.anchored is not None
    assert query.anchored.anchor.target == "we saw the chutes"


def test_a_reaction_comes_right_after_what_it_is_a_reaction_to() -> None:
    anchored = read_question("how does the baby react to the dog shaking its head").query.anchored
    assert anchored is not None
    assert anchored.anchor.target == "the dog shaking its head"
    assert read_question("how did they react to the whole thing").query.anchored is None


def test_what_an_event_tells_of_its_own_time_is_part_of_it() -> None:
    query = read_question("What was said right after he saw land after being stuck below?").query
    assert query.depth == 1


NAMES = Vocabulary(speakers=("CDR",), media=("bridge.mp4", "memo.wav"))


@every(("question", "media", "target"), [
    ("What is the name of the bridge?", (), "What is the name of the bridge?"),
    ("What is said in bridge about the ferry?", ("bridge",), "What is said about the ferry"),
    ("What is said in the bridge film about it?", ("bridge",), "What is said about it"),
    ("What does he say in the bridge.mp4 about it?", ("bridge.mp4",), "What does he say about it"),
    ("What did the memo say right after the ferry?", ("memo",), ""),  # a thing that speaks
    ("Did the bridge show rust?", (), "Did the bridge show rust?"),
])
def test_a_files_name_behind_an_article_is_a_thing(
    question: str, media: tuple[str, ...], target: str
) -> None:
    query = read_question(question, NAMES).query
    assert (query.scope.media, query.target) == (media, target)


@pytest.mark.parametrize(("question", "target"), [
    ("What did Anita say right before “the storm”?", ""),  # no speaker of the archive
    ("What did Anita Rao say after the ferry left?", ""),
    ("What did Anita say about boats before the ferry left?", "boats"),
    ("What did he say before “the storm” about the boats?", "boats"),
    ("What did CDR say before “the storm” about the boats?", "boats"),
])
def test_what_is_asked_for_beside_an_event(question: str, target: str) -> None:
    query = read_question(question, NAMES).query
    assert query.target == target
    assert query.anchored is not None


@pytest.mark.parametrize(("question", "ask"), [
    ("What is the phone number of the ferry?", Ask.MOMENTS),
    ("What is the number of mentions of the ferry?", Ask.COUNT),
    ("Count the total number of sentences about the ferry", Ask.COUNT),
])
def test_not_every_number_is_counted(question: str, ask: Ask) -> None:
    assert read_question(question).query.ask is ask


def test_a_film_that_says_something_is_not_what_is_looked_for() -> None:
    query = read_question("What does the film say right before the ferry is mentioned?").query
    assert query.target == ""
    assert query.anchored is not None


@every(("question", "text", "told"), [
    ("How long did the repair take?", "It took eleven months.", True),
    ("How much time was spent on it?", "Some 20 more minutes", True),
    ("How many hours of good sleep did he get?", "He had a solid 9 hours.", True),
    ("How long will the leave be?", "You can get a 60-day leave.", True),
    ("How many hours of good talk are there?", "He had a solid 9 hours.", False),
    ("How long is the slide shown?", "Polished for 11 months", False),
    ("How long did it take?", "It was done on 11 May.", False),
])
def test_how_long_something_took_may_be_told(question: str, text: str, told: bool) -> None:
    assert (asks_how_long_it_took(question) and tells_length(text)) is told
