import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.app.options import time_option
from trikal.errors import BadInput
from trikal.timecode import format_timecode


def test_a_time_that_was_not_given_is_none() -> None:
    assert time_option(None, "--from") is None


@pytest.mark.parametrize(("text", "ms"), [
    ("1:05", 65_000), ("90", 90_000), ("1:02:03.5", 3_723_500), ("-0:05", -5_000),
])
def test_a_time_is_read(text: str, ms: int) -> None:
    assert time_option(text, "--from") == ms


@pytest.mark.parametrize("text", ["soon", "", "1:75", "1:2:3:4"])
@pytest.mark.parametrize("option", ["--from", "--to"])
def test_what_is_no_time_names_its_option_and_shows_how_to_write_one(
    text: str, option: str
) -> None:
    with pytest.raises(BadInput, match=f"^{option}: ") as told:
        time_option(text, option)
    assert "1:05" in str(told.value) or "minutes in an hour" in str(told.value)


@given(st.integers(-10**9, 10**9))
def test_what_we_print_can_be_given_back(ms: int) -> None:
    assert time_option(format_timecode(ms, millis=True), "--from") == ms
