"""Every row of the tables of numbers, units, ordinals, fractions, days and tracks is read."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.every import every
from trikal.indexes.rules import Vocabulary, asks_when, read_question, relations_named
from trikal.indexes.rules.language import language
from trikal.indexes.temporal import Absolute, Part, Relation, TemporalQuery
from trikal.moments import Track

TABLE = language("en").table
AMOUNTS = language("en").amounts
TODAY = date(2026, 11, 24)
NAMES = Vocabulary(today=TODAY, media=("talk.mp4", "news.mkv"), series=("council",),
                   speakers=("CDR", "Ana Ruiz"))


def read(question: str) -> TemporalQuery:
    return read_question(question, NAMES).query


def first_ms(question: str) -> int | None:
    (window,) = read(question).constraints
    assert isinstance(window, Absolute)
    assert window.start_ms is None
    return window.end_ms


@every(("word", "value"), TABLE["numbers"].items())
def test_every_number_is_a_length_of_minutes(word: str, value: float) -> None:
    unit = "hour" if word.endswith((" an", "half a", "half an")) else "minutes"
    size = 3_600_000 if unit == "hour" else 60_000
    assert first_ms(f"What is said in the first {word} {unit}?") == round(value * size)


@every(("word", "ms"), TABLE["units"].items())
def test_every_unit_is_a_length(word: str, ms: int) -> None:
    assert first_ms(f"What is said in the first 7 {word}?") == 7 * ms
    assert AMOUNTS.length(f"7{word}") == 7 * ms
    assert AMOUNTS.length(f"2.5 {word}") == round(2.5 * ms)


@every(("word", "place"), TABLE["ordinals"]["numbers"].items())
def test_every_ordinal_is_a_place(word: str, place: int) -> None:
    assert AMOUNTS.ordinal(word) == AMOUNTS.ordinal(word.upper()) == place
    assert read(f'When is the {word} mention of "rain"?').ordinal == place


@every(("number", "ending"), [(1, "st"), (2, "nd"), (3, "rd"), (4, "th"),
                                                (11, "th"), (21, "st"), (112, "th")])
def test_ordinals_in_figures_are_places(number: int, ending: str) -> None:
    query = read(f'When is the {number}{ending} time that "rain" is said?')
    assert (query.ordinal, query.target) == (number, "rain")


@every(("word", "parts"), TABLE["fractions"].items())
def test_every_fraction_is_a_share_of_the_whole(word: str, parts: int) -> None:
    if word == "halves":
        assert AMOUNTS.fraction(word) == parts
        return
    for ordinal, start in (("first", 0.0), ("second", 1 / parts), ("last", 1 - 1 / parts)):
        (part,) = read(f"What was said in the {ordinal} {word}?").constraints
        assert isinstance(part, Part)
        assert part.start == pytest.approx(start)
        assert part.end - part.start == pytest.approx(1 / parts)


def test_a_fraction_that_is_not_there_is_no_window() -> None:
    assert read("What was said in the third half?").constraints == ()


@pytest.mark.parametrize(("word", "ago"), TABLE["scopes"]["days"].items())
def test_every_day_is_counted_back(word: str, ago: int) -> None:
    assert read(f"What was said about rain {word}?").scope.dates == (
        (TODAY - timedelta(days=ago)).isoformat(),)


@every(("word", "month"), TABLE["scopes"]["months"].items())
def test_every_month_is_read_in_both_orders(word: str, month: int) -> None:
    expected = (date(2025, month, 9).isoformat(),)
    for written in (f"on 9 {word} 2025", f"on the 9th of {word} 2025", f"on {word} 9th, 2025",
                    f"on {word.upper()} 9 2025"):
        assert read(f"What was said about rain {written}?").scope.dates == expected


@every(("question", "track"), [
    ("What was on the screen?", Track.SCREEN), ("What is written on the board?", Track.SCREEN),
    ("What does the slide say?", Track.SCREEN), ("What did the narrator talk of?", Track.SPEECH),
    ("What was announced?", Track.SPEECH), ("What was heard?", Track.SPEECH),
])
def test_words_for_a_track_name_it(question: str, track: Track) -> None:
    assert read(question).tracks == (track,)


@pytest.mark.parametrize("name", ["talk.mp4", "TALK.MP4", "the file talk.mp4",
                                  "the recording called talk.mp4"])
def test_a_medium_is_named_in_many_ways(name: str) -> None:
    query = read(f"What was said about rain in {name}?")
    assert [each.casefold() for each in query.scope.media] == ["talk.mp4"]


@pytest.mark.parametrize(("question", "media"), [
    ("What was said about the talk?", ()), ("What news is in the video?", ()),
    ("What was said in “news.mkv”?", ("news.mkv",)),
])
def test_common_words_are_no_media(question: str, media: tuple[str, ...]) -> None:
    assert read(question).scope.media == media


def test_a_folder_is_named_as_a_series() -> None:
    assert read("What was said about rain in the series council?").scope.series == ("council",)
    assert read("What was said about rain in the council?").scope.series == ()


@every(("relation", "words"), [
    ("after", "after"), ("before", "before"), ("during", "while"), ("right after", "right after"),
    ("right before", "just before"), ("between", "between"), ("from", "ever since"),
])
def test_relations_are_named_by_their_words(relation: str, words: str) -> None:
    assert Relation(relation) in relations_named(f"What was said {words} the dome fell?")
    assert relations_named(f'What is meant by "{words}"?') <= {Relation.DURING, Relation.AFTER}


@every(("question", "when"), [
    ("When did the ferry leave?", True), ("At what time does the bell ring?", True),
    ("How far into the film is the storm?", True), ("Where in the talk is rain mentioned?", True),
    ("Please, when was the vote?", True), ("When the bell rings, what comes next?", False),
    ("What did she say?", False), ("Who came when it rained?", False), ("", False),
])
def test_whether_a_time_is_wanted(question: str, when: bool) -> None:
    assert asks_when(question) is when


@every(("text", "share"), [
    ("50%", 0.5), ("0 %", 0.0), ("100 per cent", 1.0), ("12.5 percent", 0.125),
    ("two hundred percent", 1.0), ("fifty per cent", 0.5), ("250%", 1.0),
])
def test_percentages_are_shares_within_the_whole(text: str, share: float) -> None:
    assert AMOUNTS.share(text) == pytest.approx(share)


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_a_length_is_the_sum_of_its_parts_however_it_is_put(h: int, m: int, s: int) -> None:
    ms = ((h * 60 + m) * 60 + s) * 1_000
    for text in (f"{h} hours {m} minutes {s} seconds", f"{h} h, {m} min and {s} s",
                 f"{h}h{m}m{s}s", f"{h}:{m:02d}:{s:02d}", f"{h}H{m}M{s}S"):
        assert AMOUNTS.length(text) == ms


@given(st.integers(0, 10**30))
def test_no_length_is_beyond_what_a_window_can_hold(hours: int) -> None:
    assert 0 <= AMOUNTS.length(f"{hours} hours") <= 2**51
    Absolute(start_ms=AMOUNTS.length(f"{hours} hours"))


@every(("text", "ways"), [
    ("9:30", (34_200_000, 77_400_000)), ("9:30 pm", (77_400_000,)), ("9 p.m.", (75_600_000,)),
    ("12:00 am", (0,)), ("12:00 pm", (43_200_000,)), ("0:15", (900_000,)),
    ("13:00 hours", (46_800_000,)), ("9:00 hours", (32_400_000,)), ("25:00", ()),
    ("13 pm", ()), ("0 am", ()), ("7 in the morning", (25_200_000,)),
    ("7 in the evening", (68_400_000,)), ("24:00", (86_400_000,)), ("no time", ()),
])
def test_a_time_of_day_has_one_reading_or_two(text: str, ways: tuple[int, ...]) -> None:
    assert AMOUNTS.time_of_day(text) == ways
