import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.timecode import format_timecode, parse_timecode

_MS = st.integers(-(10**10), 10**10)


@given(_MS)
def test_a_written_time_reads_back_as_the_same_millisecond(ms: int) -> None:
    assert parse_timecode(format_timecode(ms, millis=True)) == ms


@given(_MS)
def test_without_milliseconds_a_player_never_starts_late(ms: int) -> None:
    shown = parse_timecode(format_timecode(ms))
    assert shown <= ms < shown + 1_000


@pytest.mark.parametrize(("ms", "shown"), [
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


@pytest.mark.parametrize(("text", "ms"), [
    ("1:05", 65_000), ("1:5", 65_000), ("1:02:03.5", 3_723_500), ("1:02:03,05", 3_723_050),
    ("90", 90_000), ("90s", 90_000), ("90.5s", 90_500), ("90,5", 90_500), ("-0:05", -5_000),
    ("-2.25", -2_250), ("100:00", 6_000_000), ("30:00:00", 108_000_000), (" 2:15 \n", 135_000),
    ("0:00.001", 1),
])
def test_all_usual_ways_to_write_a_time_are_read(text: str, ms: int) -> None:
    assert parse_timecode(text) == ms


@pytest.mark.parametrize("text", [
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
