"""Captions of spans, of one frame, and answers about what is seen."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_tone, make_video, make_wav, plain
from tests.fakes import FakeDescriber
from trikal.errors import BadInput
from trikal.tools.caption import (
    MOST_FRAMES,
    STRETCH_MS,
    Caption,
    captions,
    joined,
    look,
    sample_times,
    stretches,
)

COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Eight seconds of red, then eight of blue."""
    return make_video(tmp_path / "film.mp4", fps=2, duration=16,
                      pictures=lambda frame: plain(COLOURS[0 if frame < 16 else 2]))


SHOTS = st.lists(st.integers(1, 90_000), min_size=1, max_size=6)


@given(SHOTS, st.integers(-5_000, 5_000))
def test_stretches_cover_the_shots_without_gap_and_are_never_too_long(
    lengths: list[int], start: int
) -> None:
    shots, at = [], start
    for length in lengths:
        shots.append((at, at + length))
        at += length
    parts = list(stretches(shots))
    assert parts[0][0] == start
    assert parts[-1][1] == at
    assert all(one[1] == other[0] for one, other in zip(parts, parts[1:], strict=False))
    assert all(0 < end - begin <= STRETCH_MS for begin, end, _ in parts)
    assert [begin for begin, _, opens in parts if opens] == [begin for begin, _ in shots]


@given(st.integers(-10_000, 10_000), st.integers(1, 200_000))
def test_samples_lie_inside_their_span_in_order(start: int, length: int) -> None:
    times = sample_times(start, start + length)
    assert 1 <= len(times) <= MOST_FRAMES
    assert times == sorted(times)
    assert start <= times[0] <= times[-1] < start + length


def test_a_short_shot_is_one_picture_and_a_long_one_a_run(film: Path) -> None:
    describer = FakeDescriber()
    first, second = captions(film, [(0, 1_000), (1_000, 16_000)], describer)
    assert (first.start_ms, first.end_ms) == (0, 1_000)
    assert first.text == "A picture that is mostly red."
    assert second.text.count("Then:") == 2
    assert second.text.startswith("A picture that is mostly red.")
    assert second.text.endswith("mostly blue.")
    assert second.source == "fake-vision/1"


def test_captions_go_on_from_a_time(film: Path) -> None:
    (only,) = captions(film, [(0, 8_000), (8_000, 9_000)], FakeDescriber(), from_ms=8_000)
    assert (only.start_ms, only.text) == (8_000, "A picture that is mostly blue.")


def seen(text: str, start_ms: int, *, opens: bool, source: str = "lens/1") -> Caption:
    return Caption(start_ms=start_ms, end_ms=start_ms + 10, text=text, source=source, opens=opens)


def spans(*given: Caption) -> list[tuple[str, int, int]]:
    return [(each.text, each.start_ms, each.end_ms) for each in joined(given)]


def test_what_says_the_same_within_a_shot_is_one() -> None:
    assert spans(seen("lion", 0, opens=True), seen("lion", 10, opens=False),
                 seen("", 20, opens=False), seen("lion", 30, opens=False)) == [
        ("lion", 0, 20), ("lion", 30, 40)]


def test_what_says_the_same_in_two_shots_or_of_two_models_stays_two() -> None:
    assert len(spans(seen("lion", 0, opens=True), seen("lion", 10, opens=True))) == 2
    assert len(spans(seen("lion", 0, opens=True),
                     seen("lion", 10, opens=False, source="lens/2"))) == 2


def test_a_question_about_a_frame_reaches_the_model_with_that_frame(film: Path) -> None:
    describer = FakeDescriber()
    assert look(film, 12_000, describer, ask="Which colour?").endswith("blue.")
    assert describer.asked == ["Which colour?"]


def test_a_span_is_looked_at_as_a_run(film: Path) -> None:
    assert look(film, 4_000, FakeDescriber(), end_ms=12_000) == (
        "A picture that is mostly red. Then: A picture that is mostly blue.")


def test_sound_alone_cannot_be_looked_at(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no picture"):
        look(make_wav(tmp_path / "a.wav", make_tone(1)), 0, FakeDescriber())


def test_a_span_that_ends_before_it_begins_is_refused(film: Path) -> None:
    with pytest.raises(BadInput, match="cannot end"):
        look(film, 2_000, FakeDescriber(), end_ms=2_000)
