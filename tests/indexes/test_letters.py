"""Letters that patterns without regard to case take for one another, in questions and names."""

import re
import sys
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.indexes.rules import Vocabulary, read_question
from trikal.indexes.scripts import as_matched, one_encoding
from trikal.indexes.temporal import Absolute, Part

NAMES = Vocabulary(
    speakers=("Işıl", "İpek", "Strauß", "Ángel"), media=("Yıldız.mp4", "straße.mkv"),
    today=date(2026, 11, 24),
)
WORDS = st.sampled_from(
    "what was said in the first last two fıve mınutes SECONDS yeſterday at 1H20M halfway quarter "
    "THİRD per cent 50% Işıl IŞIL ıpek ipek strauß STRAUẞ about \"dome\" after before third time "
    "on 3 MARCH 2025 ſept Kelvin minute ٣ १२ hours 24:30 noon".split()
)


def test_whatever_a_pattern_takes_for_a_letter_is_folded_like_it() -> None:
    letters = [chr(code) for code in range(0x250) if unicodedata.category(chr(code))[0] == "L"]
    plain = "abcdefghijklmnopqrstuvwxyzßåäöéñ"
    taken = [(one, other) for one in plain for other in letters
             if re.fullmatch(one, other, re.IGNORECASE)]
    assert ("i", "ı") in taken
    assert [pair for pair in taken if as_matched(pair[0]) != as_matched(pair[1])] == []


def test_letters_that_differ_stay_apart() -> None:
    assert len({as_matched(letter) for letter in "abcdefghijklmnopqrstuvwxyz"}) == 26
    assert as_matched("é") != as_matched("e")


@given(st.lists(WORDS, max_size=9).map(" ".join))
def test_no_question_of_odd_letters_is_too_much_for_the_rules(question: str) -> None:
    reading = read_question(question, NAMES)
    assert reading.query.words()


@pytest.mark.parametrize(("question", "end_ms"), [
    ("What is said in the first fıve mınutes?", 300_000),
    ("What is said in the FIRST FIVE MINUTES?", 300_000),
    ("What is said in the first 90 ſeconds?", 90_000),
    ("What is said in the first two Hours?", 7_200_000),
])
def test_lengths_are_read_in_any_case_and_from_any_keyboard(question: str, end_ms: int) -> None:
    assert read_question(question).query.constraints == (Absolute(end_ms=end_ms),)


@pytest.mark.parametrize("written", ["1h20m", "1H20M", "1h20M", "1H20m"])
def test_short_times_are_read_in_any_case(written: str) -> None:
    at = 80 * 60_000
    query = read_question(f"What was said at {written}?").query
    assert query.constraints == (Absolute(start_ms=at, end_ms=at),)


@pytest.mark.parametrize("written", ["third quarter", "THIRD QUARTER", "THİRD quarter"])
def test_fractions_are_read_in_any_case(written: str) -> None:
    query = read_question(f"What was said in the {written}?").query
    assert query.constraints == (Part(start=0.5, end=0.75),)


@every(("written", "speaker"), [
    ("Işıl", "Işıl"), ("ışıl", "Işıl"), ("IŞIL", "Işıl"), ("ipek", "İpek"), ("İPEK", "İpek"),
    ("strauß", "Strauß"), ("STRAUẞ", "Strauß"), ("ángel", "Ángel"),
])
def test_a_speaker_is_known_however_the_name_is_typed(written: str, speaker: str) -> None:
    query = read_question(f"What did {written} say about the budget?", NAMES).query
    assert query.scope.speakers == (speaker,)
    assert query.target == "budget"


@pytest.mark.parametrize(("written", "name"), [
    ("“YILDIZ.MP4”", "Yıldız.mp4"), ("“STRAẞE.mkv”", "straße.mkv"),
])
def test_a_medium_in_quotes_is_known_however_its_name_is_typed(written: str, name: str) -> None:
    assert read_question(f"What is said about rain in {written}?", NAMES).query.scope.media in (
        (name,), (written[1:-1],))


@pytest.mark.parametrize(("written", "day"), [
    ("yesterday", "2026-11-23"), ("YESTERDAY", "2026-11-23"), ("yeſterday", "2026-11-23"),
    ("the day before yesterday", "2026-11-22"), ("today", "2026-11-24"),
])
def test_days_are_counted_back_from_today(written: str, day: str) -> None:
    query = read_question(f"What was said about the bridge {written}?", NAMES).query
    assert query.scope.dates == (day,)


@every(("written", "days"), [
    ("on 3 MARCH 2025", ("2025-03-03",)), ("on Sept 9, 2024", ("2024-09-09",)),
    ("on ſept 9, 2024", ("2024-09-09",)), ("on 3/4/2025", ("2025-03-04", "2025-04-03")),
    ("on 4/4/2025", ("2025-04-04",)), ("on 13/4/2025", ("2025-04-13",)),
    ("on 2024-02-29", ("2024-02-29",)), ("on 29.2.2024", ("2024-02-29",)),
])
def test_dates_are_read_in_every_order(written: str, days: tuple[str, ...]) -> None:
    query = read_question(f"What was said about the bridge {written}?", NAMES).query
    assert query.scope.dates == days


@pytest.mark.parametrize("written", ["2025-02-30", "31/31/2025", "2025-13-45", "0/0/2025"])
def test_a_day_that_does_not_exist_is_no_day_of_recording(written: str) -> None:
    query = read_question(f"What was said about the bridge on {written}?", NAMES).query
    assert query.scope.dates == ()


@given(st.text(max_size=60))
def test_one_encoding_is_reached_at_once(text: str) -> None:
    once = one_encoding(text)
    assert one_encoding(once) == once


@pytest.mark.skipif(sys.maxunicode < 0x10FFFF, reason="a narrow build")
def test_every_decimal_digit_of_every_script_becomes_an_ascii_one() -> None:
    digits = [chr(code) for code in range(0x110000)
              if unicodedata.category(chr(code)) == "Nd"]
    assert len(digits) > 600
    assert {one_encoding(digit) for digit in digits} == set("0123456789")
