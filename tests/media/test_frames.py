from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import make_tone, make_video, make_wav, plain, read_number
from trikal.errors import BadInput, MediumUnreadable
from trikal.media.container import open_medium, to_ms, video_frames
from trikal.media.frames import frames_at, frames_between, frames_every
from trikal.media.probe import probe

NTSC = Fraction(30_000, 1_001)


def _numbers(path: Path, times_ms: list[int]) -> list[int]:
    return [read_number(frame.picture) for frame in frames_at(path, times_ms)]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm", ".avi", ".ts"])
def test_every_frame_is_found_at_its_time(tmp_path: Path, suffix: str) -> None:
    path = make_video(tmp_path / f"a{suffix}", duration=4)
    assert _numbers(path, list(range(0, 4_000, 40))) == list(range(100))


def test_a_frame_stays_until_the_next_one_comes(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=2)
    assert _numbers(path, [0, 39, 40, 79, 80, 1_959, 1_960, 1_999]) == [0, 0, 1, 1, 2, 48, 49, 49]


def test_times_outside_give_the_first_and_the_last_frame(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=1)
    assert _numbers(path, [-500, 99_000]) == [0, 24]


def test_the_same_time_twice_gives_the_same_frame_twice(tmp_path: Path) -> None:
    assert _numbers(make_video(tmp_path / "a.mp4"), [400, 400]) == [10, 10]


def test_an_hour_of_ntsc_does_not_drift(tmp_path: Path) -> None:
    every = 60  # frames of the full rate between two that are there, to keep the file small
    times = [number * every / NTSC for number in range(1_850)]
    path = make_video(tmp_path / "hour.mkv", times=times, size=(96, 16), gop=50)
    wanted = [1, 900, 1_798, 1_849]
    at = [to_ms(times[number]) for number in wanted]
    assert at[-1] > 3_600_000
    assert _numbers(path, at) == wanted
    assert _numbers(path, [time - 1 for time in at]) == [number - 1 for number in wanted]


def test_variable_rates_are_followed(tmp_path: Path) -> None:
    gaps = [Fraction(gap, 1000) for gap in (40, 40, 5_000, 10, 10, 10, 2_500, 33, 700, 9_000)]
    times = list(accumulate(gaps, initial=Fraction(0)))
    path = make_video(tmp_path / "vfr.mp4", times=times, gop=3)
    starts = [to_ms(time) for time in times]
    assert _numbers(path, starts) == list(range(11))
    assert _numbers(path, [start + 9 for start in starts]) == list(range(11))


def test_a_clock_that_does_not_begin_at_zero_is_set_to_zero(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", start=Fraction(20), duration=2)
    assert _numbers(path, [0, 400, 1_960]) == [0, 10, 49]


def test_pictures_that_begin_after_the_sound_keep_their_time(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", times=[2, 2.5], sound=make_tone(3))
    frames = frames_at(path, [2_499, 2_500])
    shown = [(frame.shown_ms, read_number(frame.picture)) for frame in frames]
    assert shown == [(2_000, 0), (2_500, 1)]


@pytest.mark.parametrize(("rotation", "corner"), [(90, (-1, 0)), (180, (-1, -1)), (270, (0, -1))])
def test_pictures_stand_upright(tmp_path: Path, rotation: int, corner: tuple[int, int]) -> None:
    picture = plain((0, 0, 0))
    picture[:20, :30] = (255, 0, 0)
    path = make_video(tmp_path / "a.mp4", rotation=rotation, duration=0.2,
                      pictures=lambda _: picture)
    shown = next(iter(frames_at(path, [0]))).picture
    assert shown.shape == ((64, 96, 3) if rotation == 180 else (96, 64, 3))
    assert shown[corner][0] > 200
    assert sum(int(shown[y, x, 0] > 200) for y in (0, -1) for x in (0, -1)) == 1


def test_wide_pictures_are_scaled_down_and_small_ones_left(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=0.2)
    assert next(iter(frames_at(path, [0], max_width=48))).picture.shape == (32, 48, 3)
    assert next(iter(frames_at(path, [0], max_width=480))).picture.shape == (64, 96, 3)


def test_regular_times_cover_the_video_and_no_more(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=2)
    assert [frame.time_ms for frame in frames_every(path, 500)] == [0, 500, 1_000, 1_500]
    part = list(frames_every(path, 400, start_ms=200, end_ms=1_000))
    assert [(frame.time_ms, read_number(frame.picture)) for frame in part] == [(200, 5), (600, 15)]


def test_sound_alone_has_no_frames(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", make_tone(1))
    assert list(frames_at(path, [0])) == []
    assert list(frames_every(path, 100)) == []


def test_impossible_wishes_are_refused(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", duration=0.2)
    with pytest.raises(BadInput, match="must ascend"):
        list(frames_at(path, [2, 1]))
    with pytest.raises(BadInput, match="positive"):
        list(frames_every(path, 0))


def test_damage_in_the_middle_leaves_the_rest(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.ts", duration=8)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle: middle + 20_000] = bytes(20_000)
    path.write_bytes(data)
    assert _numbers(path, [400, 7_600]) == pytest.approx([10, 190], abs=1)


def test_not_one_picture_is_an_error(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mkv", duration=1)
    info = probe(path)
    data = path.read_bytes()
    first = data.index(b"\xa3")
    path.write_bytes(data[:first])
    with pytest.raises(MediumUnreadable):
        list(frames_at(path, [0], info=info))


@pytest.mark.parametrize("name", [
    "grid/bbaf2n.mpg", "demo/demo.mkv", "nasa/nasa_13013.mp4", "bunny/bigbuckbunny.mp4",
])
def test_real_recordings_give_the_frames_that_reading_through_gives(
    shared_media: Path, name: str
) -> None:
    path = shared_media / name
    info = probe(path)
    with open_medium(path) as container:
        stream = container.streams[info.main_video.index]
        shown = [to_ms(frame.pts * frame.time_base - info.start)
                 for frame in video_frames(container, stream)]
    asked = sorted(np.random.default_rng(3).integers(-50, shown[-1] + 200, 9).tolist())
    expected = [shown[max(int(np.searchsorted(shown, time, "right")) - 1, 0)] for time in asked]
    assert [frame.shown_ms for frame in frames_at(path, asked, info=info, max_width=64)] == expected


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of numbered pictures with few keyframes, so that seeking matters."""
    return make_video(tmp_path_factory.mktemp("film") / "film.mkv", duration=4, gop=40)


@given(st.lists(st.integers(-300, 4_500), max_size=8).map(sorted))
def test_whichever_times_are_asked_the_picture_is_the_last_no_later(
    film: Path, times: list[int]
) -> None:
    frames = list(frames_at(film, times))
    assert [frame.time_ms for frame in frames] == times
    for frame in frames:
        number = min(max(frame.time_ms, 0) // 40, 99)
        assert (read_number(frame.picture), frame.shown_ms) == (number, number * 40)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 1_500), st.integers(0, 3_000), st.integers(0, 4_000))
def test_regular_times_are_a_range(film: Path, interval: int, start: int, end: int) -> None:
    shown = list(frames_every(film, interval * 4, start_ms=start, end_ms=end))
    assert [frame.time_ms for frame in shown] == list(range(start, end, interval * 4))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 3_900), st.integers(1, 400))
def test_between_two_times_every_picture_on_the_screen_comes_once(
    film: Path, start: int, length: int
) -> None:
    video = probe(film).main_video
    with open_medium(film) as container:
        found = list(frames_between(container, video, start, start + length))
    last = min((start + length - 1) // 40, 99)
    assert [to_ms(time) for time, _ in found] == list(range(start // 40 * 40, last * 40 + 1, 40))


def test_no_times_are_no_frames(film: Path) -> None:
    assert list(frames_at(film, [])) == []
    assert list(frames_every(film, 100, start_ms=500, end_ms=500)) == []


def test_pictures_belong_to_the_caller(film: Path) -> None:
    one, other = frames_at(film, [0, 0])
    one.picture[:] = 7
    assert read_number(other.picture) == 0
    assert one.picture.dtype == np.uint8
    assert one.picture.flags.c_contiguous


@pytest.mark.parametrize("width", [1, 12, 95, 96, 97])
def test_no_picture_is_wider_than_asked(film: Path, width: int) -> None:
    (frame,) = frames_at(film, [0], max_width=width)
    height, wide, _ = frame.picture.shape
    assert wide == min(width, 96)
    assert height == max(round(64 * wide / 96), 1)


def test_a_film_that_went_away_is_told(film: Path, tmp_path: Path) -> None:
    with pytest.raises(MediumUnreadable, match="does not exist"):
        list(frames_at(tmp_path / "gone.mkv", [0], info=probe(film)))


def test_the_refusal_names_the_film_and_the_remedy(film: Path) -> None:
    with pytest.raises(BadInput, match=r"film\.mkv must ascend; sort"):
        list(frames_at(film, [5, 4]))
    with pytest.raises(BadInput, match="Frames every -5 ms are impossible"):
        list(frames_every(film, -5))
