import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import Picture, make_tone, make_video, make_wav, slide
from trikal.errors import MediumUnreadable
from trikal.media.probe import probe
from trikal.media.shots import Watched, _one_in_every, _shots, watch

SIZE = (160, 96)


def _scene(seed: int) -> Picture:
    """A picture with the coarse structure of a real scene."""
    coarse = np.random.default_rng(seed).integers(30, 220, (6, 10, 3), np.uint8)
    return np.ascontiguousarray(coarse.repeat(16, axis=0).repeat(16, axis=1))


def _pan(seed: int) -> Callable[[int], Picture]:
    wide = np.random.default_rng(seed).integers(30, 220, (12, 200, 3), np.uint8)
    wide = wide.repeat(8, axis=0).repeat(8, axis=1)
    return lambda index: np.ascontiguousarray(wide[:, 3 * index: 3 * index + SIZE[0]])


def _starts(watched: Watched) -> list[int]:
    return [shot.start_ms for shot in watched.shots]


def _film(path: Path, scenes: Sequence[tuple[Callable[[int], Picture], int]], **kwargs) -> Path:
    """Show each scene for a number of frames."""
    painters = [paint for paint, frames in scenes for _ in range(frames)]
    offsets = [offset for _, frames in scenes for offset in range(frames)]
    size = kwargs.pop("size", SIZE)
    fps = Fraction(kwargs.pop("fps", 25))
    return make_video(path, size=size, fps=fps, duration=len(painters) / fps,
                      pictures=lambda index: painters[index](offsets[index]), **kwargs)


@pytest.mark.parametrize("fps", [25, Fraction(30_000, 1_001), 10])
def test_cuts_are_found_on_the_frame(tmp_path: Path, fps: Fraction) -> None:
    scenes = [(lambda _, seed=seed: _scene(seed), 20 + 7 * seed) for seed in range(4)]
    path = _film(tmp_path / "a.mkv", scenes, fps=fps)
    watched = watch(path)
    assert _starts(watched) == [round(frames / Fraction(fps) * 1000) for frames in (0, 20, 47, 81)]
    assert watched.shots[-1].end_ms == probe(path).duration_ms
    assert all(one.end_ms == other.start_ms for one, other in pairwise(watched.shots))


def test_cuts_of_variable_rates_are_found_on_the_frame(tmp_path: Path) -> None:
    gaps = [Fraction(20 + 37 * (index % 3), 1000) for index in range(60)]
    times = [sum(gaps[:index], Fraction(4)) for index in range(60)]
    path = make_video(tmp_path / "a.mkv", times=times, size=SIZE,
                      pictures=lambda index: _scene(index // 20))
    assert _starts(watch(path)) == [round((times[index] - 4) * 1000) for index in (0, 20, 40)]


def test_motion_is_no_cut_and_is_read_now_and_then(tmp_path: Path) -> None:
    watched = watch(_film(tmp_path / "a.mkv", [(_pan(1), 250), (_pan(2), 250)]))
    assert _starts(watched) == [0, 10_000]
    assert 6 <= len(watched.changes) <= 12
    assert min(later - earlier for earlier, later in pairwise(watched.changes)) >= 1_000


def test_a_still_picture_is_read_once(tmp_path: Path) -> None:
    noise = np.random.default_rng(5)

    def grainy(_: int) -> Picture:
        return np.clip(slide("Quarterly results") + noise.normal(0, 4, (360, 640, 3)), 0, 255
                       ).astype(np.uint8)

    watched = watch(_film(tmp_path / "a.mkv", [(grainy, 40)], size=(640, 360)))
    assert watched.changes == (0,)
    assert len(watched.shots) == 1


@pytest.mark.parametrize("dark", [False, True])
def test_each_line_that_appears_on_a_slide_is_a_change(tmp_path: Path, dark: bool) -> None:
    lines = ["The budget of 2024", "Salaries rise", "Rent falls", "Fin"]
    scenes = [(lambda _, n=n: slide(*lines[:n], dark=dark), 30) for n in (1, 2, 3, 4)]
    watched = watch(_film(tmp_path / "a.mkv", scenes, fps=10, size=(640, 360)))
    assert watched.changes == (0, 3_000, 6_000, 9_000)


def test_a_line_that_fades_in_is_read_when_it_is_there(tmp_path: Path) -> None:
    before, after = slide("Agenda").astype(float), slide("Agenda", "First the past").astype(float)

    def fading(index: int) -> Picture:
        return (before + (after - before) * min(index / 20, 1)).astype(np.uint8)

    scenes = [(lambda _: before.astype(np.uint8), 50), (fading, 75)]
    watched = watch(_film(tmp_path / "a.mkv", scenes, size=(640, 360)))
    assert watched.changes[0] == 0
    assert 2_500 <= watched.changes[-1] <= 3_100


def test_slides_that_are_one_long_frame_each_are_all_read(tmp_path: Path) -> None:
    path = make_video(
        tmp_path / "a.mkv", times=[0, 60, 61, 200, 201], size=(640, 360),
        pictures=lambda index: slide(f"Slide number {min(index, 3)}", "x" * 9 * min(index, 3)))
    assert watch(path).changes == (0, 60_000, 61_000, 200_000)


def test_every_shot_has_a_change_inside(tmp_path: Path) -> None:
    scenes = [(_pan(seed), 12) for seed in range(8)]
    watched = watch(_film(tmp_path / "a.mkv", scenes))
    assert len(watched.shots) == 8
    for shot in watched.shots:
        assert any(shot.start_ms <= change < shot.end_ms for change in watched.changes)


def test_a_fade_through_black_is_one_cut(tmp_path: Path) -> None:
    def fade(seed: int, step: int) -> Callable[[int], Picture]:
        return lambda index: (_scene(seed) * max(0, (15 - index) if step < 0 else index) / 15
                              ).astype(np.uint8)

    path = _film(tmp_path / "a.mkv", [
        (lambda _: _scene(1), 25), (fade(1, -1), 20), (fade(2, 1), 16), (lambda _: _scene(2), 25)])
    start, = _starts(watch(path))[1:]
    assert start == pytest.approx(1_700, abs=80)


def test_progress_is_told_about_once_a_second(tmp_path: Path) -> None:
    told: list[int] = []
    watch(_film(tmp_path / "a.mkv", [(_pan(1), 100)]), on_progress=told.append)
    assert told == [1_000, 2_000, 3_000]


def test_sound_alone_has_no_shots(tmp_path: Path) -> None:
    assert watch(make_wav(tmp_path / "a.wav", make_tone(1))) == Watched(shots=(), changes=())


def test_the_cuts_of_a_broadcast_are_found(shared_media: Path) -> None:
    assert _starts(watch(shared_media / "nasa" / "nasa_13013.mp4")) == [0, 5_080, 8_080]


@pytest.mark.parametrize("name", [
    pytest.param("testvideo.mp4", marks=pytest.mark.thorough), "fades.mp4"])
def test_reference_scenes_start_within_two_frames(shared_media: Path, name: str) -> None:
    path = shared_media / "cuts" / name
    entry = json.loads((path.parent / "expected_scenes.json").read_text())[name]
    frames = entry.get("scene_start_frames") or entry["ThresholdDetector()"]
    rate = probe(path).video[0].rate
    expected = [float(frame / rate * 1000) for frame in frames]
    assert _starts(watch(path)) == pytest.approx(expected, abs=float(2_000 / rate))


_CUTS = st.lists(st.integers(1, 20_000), max_size=12).map(sorted)


@given(_CUTS, st.integers(0, 5_000), st.integers(1, 20_000))
def test_shots_cover_everything_without_a_gap_and_none_is_a_flash(
    cuts: list[int], start: int, length: int
) -> None:
    end = start + length
    shots = list(_shots([start + cut for cut in cuts], start, end))
    assert (shots[0].start_ms, shots[-1].end_ms) == (start, end)
    assert all(one.end_ms == other.start_ms for one, other in pairwise(shots))
    assert all(shot.end_ms > shot.start_ms for shot in shots)
    assert all(shot.end_ms - shot.start_ms >= 300 for shot in shots[:-1])
    assert {shot.start_ms for shot in shots[1:]} <= {start + cut for cut in cuts}


@given(_CUTS, st.lists(st.integers(0, 20_000), max_size=12, unique=True).map(sorted))
def test_every_shot_is_given_one_change_and_none_is_taken_away(
    cuts: list[int], changes: list[int]
) -> None:
    shots = list(_shots(cuts, 0, 20_001))
    read = _one_in_every(shots, changes)
    assert read == sorted(read)
    assert set(changes) <= set(read)
    for shot in shots:
        inside = [change for change in read if shot.start_ms <= change < shot.end_ms]
        seen = [change for change in changes if shot.start_ms <= change < shot.end_ms]
        assert inside == (seen or [(shot.start_ms + shot.end_ms) // 2])


def test_a_single_picture_is_one_shot_that_is_read(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", fps=25, duration=0.04)
    watched = watch(path)
    (shot,) = watched.shots
    (change,) = watched.changes
    assert (shot.start_ms, shot.end_ms) == (0, 40)
    assert 0 <= change < 40


def test_pictures_that_begin_after_the_sound_begin_there(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", fps=10, times=[2 + Fraction(n, 10) for n in range(30)],
                      sound=make_tone(6), size=SIZE, pictures=lambda n: _scene(n // 15))
    watched = watch(path)
    assert _starts(watched) == [2_000, 3_500]
    assert watched.shots[-1].end_ms == 5_000
    assert watched.changes[0] == 2_000


def test_a_slide_in_the_dark_is_a_shot_of_its_own_and_no_fade(tmp_path: Path) -> None:
    night = np.full((SIZE[1], SIZE[0], 3), 6, np.uint8)
    path = _film(tmp_path / "a.mkv", [
        (lambda _: _scene(1), 25), (lambda _: night, 125), (lambda _: _scene(2), 25)])
    assert _starts(watch(path)) == pytest.approx([0, 1_000, 6_000], abs=80)


def test_a_flash_is_no_shot(tmp_path: Path) -> None:
    path = _film(tmp_path / "a.mkv", [
        (lambda _: _scene(1), 40), (lambda _: _scene(2), 3), (lambda _: _scene(1), 40)])
    assert all(shot.end_ms - shot.start_ms >= 300 for shot in watch(path).shots)


def test_the_same_film_is_watched_alike_whatever_its_clock_says(tmp_path: Path) -> None:
    scenes = [(lambda _, seed=seed: _scene(seed), 20) for seed in range(3)]
    at_zero = watch(_film(tmp_path / "a.mkv", scenes))
    later = _film(tmp_path / "b.mkv", scenes, start=Fraction(7, 2))
    assert watch(later) == watch(later, info=probe(later)) == at_zero


def test_a_turned_film_has_its_cuts_where_an_upright_one_has_them(tmp_path: Path) -> None:
    scenes = [(lambda _, seed=seed: _scene(seed), 20) for seed in range(3)]
    upright = watch(_film(tmp_path / "a.mp4", scenes))
    assert _starts(watch(_film(tmp_path / "b.mp4", scenes, rotation=90))) == _starts(upright)


def test_a_film_that_went_away_is_told(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=0.4)
    info = probe(path)
    path.unlink()
    with pytest.raises(MediumUnreadable, match="does not exist"):
        watch(path, info=info)


@pytest.mark.parametrize("size", [(16, 16), (2, 90), (1_300, 40)])
def test_pictures_of_any_shape_are_watched(tmp_path: Path, size: tuple[int, int]) -> None:
    path = make_video(tmp_path / "a.mkv", fps=5, duration=1, size=size,
                      pictures=lambda n: np.full((size[1], size[0], 3), 40 * n, np.uint8))
    watched = watch(path)
    assert watched.shots[-1].end_ms == 1_000
    assert watched.changes
