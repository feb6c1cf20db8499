from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import Sound, make_clicks, make_tone, make_video, make_wav, read_number
from trikal.errors import BadInput, MediumUnreadable
from trikal.media.audio import read_audio
from trikal.media.clip import cut
from trikal.media.frames import frames_at
from trikal.media.probe import probe


def _numbers(path: Path, times_ms: list[int]) -> list[int]:
    return [read_number(frame.picture) for frame in frames_at(path, times_ms)]


def _clicks_ms(path: Path) -> list[float]:
    chunk = next(iter(read_audio(path)))
    loud = np.flatnonzero(np.abs(chunk.samples) > 0.3) / 16 + chunk.start_ms
    return [float(time) for time in loud[np.r_[True, np.diff(loud) > 100]]]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_clip_begins_and_ends_on_the_frame(tmp_path: Path, suffix: str) -> None:
    sound = Sound(samples=make_clicks(4, [1.25, 3]))
    path = make_video(tmp_path / f"a{suffix}", duration=4, sound=sound)
    cut(path, 1_000, 3_120, tmp_path / "clip.mp4")
    info = probe(tmp_path / "clip.mp4")
    assert info.video[0].duration_ms == 2_120
    assert _numbers(tmp_path / "clip.mp4", [0, 39, 40, 2_119]) == [25, 25, 26, 77]
    assert _clicks_ms(tmp_path / "clip.mp4") == pytest.approx([250, 2_000], abs=3)


def test_a_clip_that_begins_between_frames_shows_the_one_on_the_screen(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=2)
    cut(path, 1_030, 1_130, tmp_path / "clip.mp4")
    assert _numbers(tmp_path / "clip.mp4", [0, 9, 10, 50, 99]) == [25, 25, 26, 27, 28]
    assert probe(tmp_path / "clip.mp4").duration_ms == 100


def test_variable_rates_and_ntsc_stay_as_they_are(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", times=[0, 1, 1.04, 5, Fraction(1001, 150)])
    cut(path, 500, 6_700, tmp_path / "clip.mp4")
    shown = frames_at(tmp_path / "clip.mp4", [0, 520, 540, 4_600, 6_190])
    assert [frame.shown_ms for frame in shown] == [
        0, 500, 540, 4_500, 6_173]
    assert probe(tmp_path / "clip.mp4").video[0].duration_ms == 6_200


def test_a_clip_behind_an_hour_is_exact(tmp_path: Path) -> None:
    times = [Fraction(number * 2) for number in range(1_830)]
    path = make_video(tmp_path / "hour.mkv", times=times, size=(96, 16), gop=50)
    cut(path, 3_601_000, 3_605_000, tmp_path / "clip.mp4")
    assert _numbers(tmp_path / "clip.mp4", [0, 999, 1_000, 3_000]) == [1_800, 1_800, 1_801, 1_802]


def test_a_turned_picture_is_cut_upright(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", rotation=90, duration=1)
    cut(path, 0, 400, tmp_path / "clip.mp4")
    video = probe(tmp_path / "clip.mp4").video[0]
    assert (video.rotation, video.width, video.height) == (0, 64, 96)


@pytest.mark.parametrize("suffix", [".wav", ".m4a"])
def test_the_sound_alone_can_be_cut(tmp_path: Path, suffix: str) -> None:
    path = make_video(tmp_path / "a.mp4", duration=4, sound=make_clicks(4, [2.5]))
    cut(path, 2_000, 3_000, tmp_path / f"clip{suffix}")
    info = probe(tmp_path / f"clip{suffix}")
    assert (info.video, info.duration_ms) == ((), 1_000)
    assert _clicks_ms(tmp_path / f"clip{suffix}") == pytest.approx([500], abs=3)


def test_sound_that_begins_inside_the_clip_begins_there(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=4, sound=make_clicks(2, [0.5]), audio_offset=2)
    cut(path, 1_000, 4_000, tmp_path / "clip.mp4")
    assert _clicks_ms(tmp_path / "clip.mp4") == pytest.approx([1_500], abs=3)


def test_stereo_stays_stereo(tmp_path: Path) -> None:
    sides = np.stack([make_tone(1), np.zeros(16_000, np.float32)], axis=1)
    cut(make_wav(tmp_path / "a.wav", sides), 100, 600, tmp_path / "clip.wav")
    samples = next(iter(read_audio(tmp_path / "clip.wav", channels=2))).samples
    assert samples.shape == (8_000, 2)
    assert np.abs(samples[:, 1]).max() == 0


@pytest.mark.parametrize(("start", "end"), [
    (500, 500), (600, 500), (-1, 500), (2_000, 2_500), (0, 3_500),
])
def test_intervals_that_are_not_in_the_medium_are_refused(
    tmp_path: Path, start: int, end: int
) -> None:
    path = make_video(tmp_path / "a.mp4", duration=2)
    with pytest.raises(BadInput, match="clip"):
        cut(path, start, end, tmp_path / "clip.mp4")
    assert sorted(tmp_path.iterdir()) == [path]


def test_what_a_file_cannot_hold_is_refused(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=1)
    with pytest.raises(BadInput, match="no sound"):
        cut(path, 0, 500, tmp_path / "clip.wav")
    with pytest.raises(BadInput, match="must end in one of"):
        cut(path, 0, 500, tmp_path / "clip.txt")


def test_nothing_half_written_is_left_behind(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=1)
    (tmp_path / "taken.mp4").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        cut(path, 0, 500, tmp_path / "taken.mp4")
    with pytest.raises(BadInput, match="cannot be written"):
        cut(path, 0, 500, tmp_path / "none" / "clip.mp4")
    assert {entry.name for entry in tmp_path.iterdir()} == {"a.mp4", "taken.mp4"}


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of numbered pictures with sound."""
    path = tmp_path_factory.mktemp("talk") / "talk.mp4"
    return make_video(path, duration=2, sound=make_tone(2))


@pytest.mark.thorough
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1_900), st.integers(1, 1_500))
def test_every_clip_is_as_long_as_asked_and_shows_what_was_on_the_screen(
    talk: Path, start: int, length: int
) -> None:
    end = min(start + length, 2_000)
    target = talk.with_name("clip.mp4")
    cut(talk, start, end, target)
    assert abs(probe(target).video[0].duration_ms - (end - start)) <= 1
    times = sorted({0, (end - start) // 2, end - start - 1})
    assert _numbers(target, times) == _numbers(talk, [start + time for time in times])


def test_the_whole_medium_is_a_clip_too(talk: Path, tmp_path: Path) -> None:
    cut(talk, 0, 2_000, tmp_path / "all.mp4", info=probe(talk))
    assert _numbers(tmp_path / "all.mp4", [0, 1_000, 1_999]) == [0, 25, 49]
    assert probe(tmp_path / "all.mp4").audio


def test_an_end_a_little_behind_the_medium_is_its_end(talk: Path, tmp_path: Path) -> None:
    cut(talk, 1_500, 2_900, tmp_path / "clip.mp4")
    assert probe(tmp_path / "clip.mp4").video[0].duration_ms == pytest.approx(500, abs=25)


def test_a_silent_film_is_cut_without_sound(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=1)
    cut(path, 200, 600, tmp_path / "clip.mov")
    info = probe(tmp_path / "clip.mov")
    assert (info.audio, info.video[0].duration_ms) == ((), 400)


def test_sound_cut_to_a_film_has_no_picture(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", make_clicks(2, [1.25]))
    cut(path, 1_000, 2_000, tmp_path / "clip.mp4")
    assert probe(tmp_path / "clip.mp4").video == ()
    assert _clicks_ms(tmp_path / "clip.mp4") == pytest.approx([250], abs=3)


def test_the_refusal_tells_what_was_asked_and_how_long_the_medium_is(
    talk: Path, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=r"from 0:05\.000 to 0:06\.000: it runs from 0:00 to 0:02"):
        cut(talk, 5_000, 6_000, tmp_path / "clip.mp4")
    with pytest.raises(BadInput, match="the end must be later than the start"):
        cut(talk, 600, 500, tmp_path / "clip.mp4")


def test_a_file_in_the_place_of_the_folder_is_told(talk: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be written"):
        cut(talk, 0, 500, tmp_path / "file" / "clip.mp4")


def test_a_medium_that_went_away_is_told_and_leaves_no_clip(talk: Path, tmp_path: Path) -> None:
    info = probe(talk).model_copy(update={"path": tmp_path / "gone.mp4"})
    with pytest.raises(MediumUnreadable, match="does not exist"):
        cut(tmp_path / "gone.mp4", 0, 500, tmp_path / "clip.mp4", info=info)
    assert list(tmp_path.iterdir()) == []
