import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.timecode import format_timecode, parse_timecode

_MS = st.integers(-(10**10), 10**10)


@given(_MS)
def test_a_written_time_reads_back_as_the_same_millisecond(ms: int) -> None:
    assert parse_timecode(format_timecode(ms, millis=True)) == ms


@given(_MS)
def test_without_milliseconds_a_player_never_starts_late(ms: int) -> None:
    shown = parse_timecode(format_timecode(ms))
    assert shown <= ms < shown + 1_000


@every(("ms", "shown"), [
    (0, "0:00"), (999, "0:00"), (65_000, "1:05"), (3_599_999, "59:59"), (3_600_000, "1:00:00"),
    (-1, "-0:01"), (-1_000, "-0:01"), (-65_000, "-1:05"), (-3_661_000, "-1:01:01"),
    (90_061_000, "25:01:01"), (400 * 3_600_000, "400:00:00"),
])
def test_hours_appear_only_when_there_are_any(ms: int, shown: str) -> None:
    assert format_timecode(ms) == shown


@pytest.mark.parametrize(("ms", "shown"), [
    (-500, "-0:00.500"), (45_005, "0:45.005"), (86_400_001, "24:00:00.001"),
])
def test_milliseconds_are_shown_when_asked(ms: int, shown: str) -> None:
    assert format_timecode(ms, millis=True) == shown


@every(("text", "ms"), [
    ("1:05", 65_000), ("1:5", 65_000), ("1:02:03.5", 3_723_500), ("1:02:03,05", 3_723_050),
    ("90", 90_000), ("90s", 90_000), ("90.5s", 90_500), ("90,5", 90_500), ("-0:05", -5_000),
    ("-2.25", -2_250), ("100:00", 6_000_000), ("30:00:00", 108_000_000), (" 2:15 \n", 135_000),
    ("0:00.001", 1),
])
def test_all_usual_ways_to_write_a_time_are_read(text: str, ms: int) -> None:
    assert parse_timecode(text) == ms


@every("text", [
    "", " ", "noon", "1:", ":30", "1:75", "1:60:00", "1:2:3:4", "1.2345", "--5", "5 minutes", "1e3",
    "0x10", "½", "1:05 pm",
])
def test_what_is_no_time_is_refused_with_the_text_and_a_remedy(text: str) -> None:
    with pytest.raises(ValueError, match="is no time") as refused:
        parse_timecode(text)
    assert repr(text) in str(refused.value)


@given(st.text(max_size=12))
def test_any_text_is_a_time_or_no_time(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(parse_timecode(text), int)


@given(st.integers(0, 400), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999),
       st.booleans(), st.sampled_from(".,"))
def test_every_field_counts_what_it_says(
    hours: int, minutes: int, seconds: int, millis: int, negative: bool, point: str
) -> None:
    text = f"{'-' if negative else ''}{hours}:{minutes:02d}:{seconds:02d}{point}{millis:03d}"
    total = ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis
    assert parse_timecode(text) == (-total if negative else total)


@given(_MS, _MS)
def test_a_later_time_never_shows_as_an_earlier_one(one: int, other: int) -> None:
    early, late = sorted((one, other))
    assert parse_timecode(format_timecode(early)) <= parse_timecode(format_timecode(late))


@given(st.integers(0, 10**9), st.sampled_from(["", "s"]))
def test_bare_seconds_are_seconds(seconds: int, unit: str) -> None:
    assert parse_timecode(f"{seconds}{unit}") == seconds * 1000


@given(_MS)
def test_a_timecode_is_as_short_as_it_can_be(ms: int) -> None:
    first, *rest = format_timecode(ms).lstrip("-").split(":")
    assert 1 <= len(rest) <= 2
    assert not first.startswith("0") or first == "0"
    assert len(rest) == 1 or int(first) > 0
    assert all(len(part) == 2 for part in rest)
