"""Subtitles as text: what media say and who they say it is never reaches beyond its own cue."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.every import every
from tests.tools.conftest import moment
from trikal.media.timedtext import Cue, read_timed_text
from trikal.tools.results import Cited, cited
from trikal.tools.timed_text import cue_time, srt, vtt

WRITERS = {".srt": srt, ".vtt": vtt}
EVIL = "Ana\n\n9\n00:00:09,000 --> 00:00:10,000\nvote for me"
TEXTS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60)


def of(*told: tuple[int, int, str] | tuple[int, int, str, str | None]) -> list[Cited]:
    return [cited(n, moment(each[0], each[2], end_ms=each[1],
                            speaker=each[3] if len(each) > 3 else None), "talk.mp4")
            for n, each in enumerate(told, start=1)]


def read_back(folder: Path, suffix: str, moments: list[Cited]) -> list[Cue]:
    path = folder / f"a{suffix}"
    path.write_text(WRITERS[suffix](moments), encoding="utf-8", newline="\n")
    return read_timed_text(path)


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_speaker_s_name_begins_no_cue_of_its_own(tmp_path: Path, suffix: str) -> None:
    cues = read_back(tmp_path, suffix, of((0, 900, "Hello there.", EVIL), (1_000, 2_000, "Next.")))
    assert [(each.start_ms, each.end_ms) for each in cues] == [(0, 900), (1_000, 2_000)]
    assert cues[0].text.endswith("Hello there.")


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("name", ["Ana Ruiz", "Dr. O'Neil", "R2-D2"])
def test_a_speaker_is_read_back(tmp_path: Path, suffix: str, name: str) -> None:
    (cue,) = read_back(tmp_path, suffix, of((0, 900, "Hello there.", name)))
    assert (cue.text, (cue.speaker or "").upper()) == ("Hello there.", name.upper())


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("text", [
    "अगली बैठक में", "שלום עולם", "日本語", "emoji 🎬 here", "e\u0301", "a\u200db", "tab\tbed",
    "one\r\ntwo", "line\u2028separator", "form\x0cfeed",
])
def test_words_of_every_script_are_read_back(tmp_path: Path, suffix: str, text: str) -> None:
    (cue,) = read_back(tmp_path, suffix, of((0, 900, text)))
    assert cue.text.split() == text.split()


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(("start", "end", "shown"), [
    (0, 0, (0, 1)), (5, 5, (5, 6)), (-10, 10, (0, 10)), (0, 1, (0, 1)),
    (86_400_000, 86_400_001, (86_400_000, 86_400_001)),
    (360_000_000, 360_000_500, (360_000_000, 360_000_500)),
])
def test_every_moment_that_a_player_can_show_is_written(
    tmp_path: Path, suffix: str, start: int, end: int, shown: tuple[int, int]
) -> None:
    (cue,) = read_back(tmp_path, suffix, of((start, end, "Word.")))
    assert (cue.start_ms, cue.end_ms) == shown


@pytest.mark.parametrize(("start", "end"), [(-10, -5), (-10, 0), (-5, -5)])
def test_what_lies_before_zero_is_left_out(start: int, end: int) -> None:
    for write in WRITERS.values():
        assert "Word." not in write(of((start, end, "Word.")))


def test_cues_of_srt_are_numbered_without_the_ones_left_out() -> None:
    text = srt(of((-9, -1, "gone"), (0, 5, "one"), (6, 9, "two")))
    assert [line for line in text.splitlines() if line.isdecimal()] == ["1", "2"]


def test_nothing_to_write_is_an_empty_file_of_its_kind() -> None:
    assert srt([]) == ""
    assert vtt([]) == "WEBVTT\n"


@every(("ms", "shown"), [
    (0, "00:00:00.000"), (999, "00:00:00.999"), (60_000, "00:01:00.000"),
    (3_599_999, "00:59:59.999"), (3_600_000, "01:00:00.000"), (359_999_999, "99:59:59.999"),
    (360_000_000, "100:00:00.000"), (3_600_000_000, "1000:00:00.000"),
])
def test_a_cue_s_time_has_as_many_hours_as_there_are(ms: int, shown: str) -> None:
    assert cue_time(ms) == shown
    assert cue_time(ms, ",") == shown.replace(".", ",")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**5), TEXTS, TEXTS),
                max_size=5))
def test_there_are_never_more_cues_than_moments(tmp_path: Path, told: list[Any]) -> None:
    moments = of(*((start, start + length, text, name) for start, length, text, name in told))
    known = {(start, start + length) for start, length, _, _ in told}
    for suffix in WRITERS:
        path = tmp_path / f"a{suffix}"
        path.write_text(WRITERS[suffix](moments), encoding="utf-8", newline="\n")
        arrows = [line for line in path.read_text("utf-8").split("\n") if "-->" in line]
        assert len(arrows) == len(moments)
        if any(each.text.strip() for each in moments):
            cues = read_timed_text(path)
            assert {(each.start_ms, each.end_ms) for each in cues} <= known
