from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.every import every
from tests.factories import Picture, make_clicks, make_tone, numbered, plain, read_number
from trikal.errors import BadInput
from trikal.media.audio import read_audio
from trikal.media.encode import encode, film, hold, holds_pictures
from trikal.media.frames import frames_at
from trikal.media.probe import probe


def test_slides_with_a_voice_become_a_film_in_step(tmp_path: Path) -> None:
    slides = [(numbered(1), 1_000), (numbered(2), 330), (numbered(3), 1_670)]
    target = tmp_path / "film.mp4"
    sound = make_clicks(3, [1, 1.33], rate=22_050)
    encode(target, hold(slides, 10), rate=10, sound=sound, sound_rate=22_050)
    info = probe(target)
    assert info.video[0].duration_ms == 3_000
    frames = frames_at(target, [0, 999, 1_000, 1_299, 1_300, 2_999])
    assert [read_number(frame.picture) for frame in frames] == [1, 1, 2, 2, 3, 3]
    loud = np.flatnonzero(np.abs(next(iter(read_audio(target))).samples) > 0.4) / 16
    assert loud[0] == pytest.approx(1_000, abs=3)
    assert loud[-1] == pytest.approx(1_334, abs=3)


def test_stills_stay_in_step_however_many_there_are() -> None:
    slides = [(numbered(number), 133) for number in range(300)]
    assert len(list(hold(slides, Fraction(30_000, 1_001)))) == round(39.9 * 30_000 / 1_001)


def test_odd_sizes_lose_a_pixel(tmp_path: Path) -> None:
    encode(tmp_path / "film.mp4", [plain((9, 9, 9), (97, 65))], rate=1)
    video = probe(tmp_path / "film.mp4").video[0]
    assert (video.width, video.height, video.duration_ms) == (96, 64, 1_000)


def test_a_film_needs_a_picture_and_a_name_for_films(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="at least one picture"):
        encode(tmp_path / "film.mp4", [], rate=25)
    with pytest.raises(BadInput, match="at least one picture"):
        encode(tmp_path / "film.wav", [numbered(1)], rate=25)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_film_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_text("old")

    def pictures() -> Iterator[Picture]:
        yield numbered(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode(target, pictures(), rate=1)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@every(("name", "pictures"), [
    ("a.mp4", True), ("a.MOV", True), ("a.wav", False), ("a.m4a", False), ("a.mp3", False),
    ("a.opus", False), ("a.ogg", False), ("a.webm", True),
])
def test_the_name_tells_whether_there_can_be_pictures(name: str, pictures: bool) -> None:
    assert holds_pictures(Path(name)) is pictures


@pytest.mark.parametrize("name", ["a.mkv", "a.txt", "a", "mp4", ".mp4"])
def test_another_name_is_refused_with_those_that_can_be_written(name: str) -> None:
    with pytest.raises(BadInput, match=r"must end in one of \.m4a, \.mov, \.mp3, \.mp4, ") as told:
        holds_pictures(Path(name))
    assert name in str(told.value)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 12), st.sampled_from([1, 10, 25, Fraction(30_000, 1_001)]),
       st.integers(1, 40), st.integers(1, 30))
def test_what_is_encoded_is_what_is_probed(
    tmp_path_factory: pytest.TempPathFactory, count: int, rate: Fraction | int, wide: int,
    high: int,
) -> None:
    target = tmp_path_factory.mktemp("film") / "film.mp4"
    size = (2 * wide + 20, 2 * high + 20)
    encode(target, [numbered(n, size) for n in range(count)], rate=rate)
    info = probe(target)
    video = info.video[0]
    assert (video.width, video.height) == size
    assert video.duration_ms == pytest.approx(count / Fraction(rate) * 1000, abs=1)
    assert (info.audio, info.duration_ms) == ((), video.duration_ms)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=6), st.sampled_from([5, 10, 25]))
def test_every_still_is_shown_for_its_time(durations: list[int], rate: int) -> None:
    slides = [(np.full((2, 2, 3), number, np.uint8), ms) for number, ms in enumerate(durations)]
    shown = [int(picture[0, 0, 0]) for picture in hold(slides, rate)]
    end_ms, end = 0, 0
    for number, ms in enumerate(durations):
        end_ms += ms
        begin, end = end, round(Fraction(end_ms, 1000) * rate)
        assert shown[begin:end] == [number] * (end - begin)
    assert len(shown) == end


def test_a_still_is_held_as_the_very_same_object() -> None:
    picture = numbered(1)
    assert all(each is picture for each in hold([(picture, 1_000)], 10))
    assert list(hold([], 10)) == []


@pytest.mark.parametrize("seconds", [0.5, 1.0, 2.5])
def test_sound_is_written_whole_whether_shorter_or_longer_than_the_picture(
    tmp_path: Path, seconds: float
) -> None:
    target = tmp_path / "film.mov"
    clicks = make_clicks(seconds, [seconds - 0.25], rate=48_000)
    encode(target, [numbered(1)] * 10, rate=10, sound=clicks, sound_rate=48_000)
    samples = np.concatenate([chunk.samples for chunk in read_audio(target)])
    loud = np.flatnonzero(np.abs(samples) > 0.4) / 16
    assert loud[0] == pytest.approx(1_000 * seconds - 250, abs=3)
    assert probe(target).video[0].duration_ms == 1_000


def test_sides_stay_apart(tmp_path: Path) -> None:
    sides = np.stack([make_tone(1), np.zeros(16_000, np.float32)], axis=1)
    encode(tmp_path / "film.mp4", [numbered(1)] * 10, rate=10, sound=sides)
    assert probe(tmp_path / "film.mp4").audio[0].channels == 2
    (heard,) = read_audio(tmp_path / "film.mp4", channels=2)
    assert np.abs(heard.samples[2_000:14_000, 0]).max() > 0.4
    assert np.abs(heard.samples[2_000:14_000, 1]).max() < 0.05


def test_a_rate_that_the_codec_cannot_do_is_raised_and_the_times_stay(tmp_path: Path) -> None:
    clicks = make_clicks(1, [0.5], rate=10_000, width=0.02)
    encode(tmp_path / "film.mp4", [numbered(1)] * 10, rate=10, sound=clicks, sound_rate=10_000)
    assert probe(tmp_path / "film.mp4").audio[0].sample_rate == 11_025
    (heard,) = read_audio(tmp_path / "film.mp4")
    loud = np.flatnonzero(np.abs(heard.samples) > 0.3) / 16
    assert loud[0] == pytest.approx(500, abs=5)


def test_too_loud_is_clipped_and_not_turned_over(tmp_path: Path) -> None:
    with film(tmp_path / "loud.wav", size=None, sound_rate=16_000) as reel:
        reel.play(np.array([3.0, -3.0] * 500, np.float32))
    (heard,) = read_audio(tmp_path / "loud.wav")
    assert np.allclose(heard.samples[::2], 1, atol=1e-3)
    assert np.allclose(heard.samples[1::2], -1, atol=1e-3)


def test_the_first_picture_gives_the_size_and_others_are_fitted(tmp_path: Path) -> None:
    encode(tmp_path / "film.mp4", [numbered(5), numbered(9, (192, 128))], rate=1)
    first, second = frames_at(tmp_path / "film.mp4", [0, 1_000])
    assert first.picture.shape == second.picture.shape == (64, 96, 3)
    assert (read_number(first.picture), read_number(second.picture)) == (5, 9)


def test_pictures_may_come_at_any_time(tmp_path: Path) -> None:
    times = [Fraction(0), Fraction(1, 30), Fraction(1001, 1000), Fraction(5)]
    with film(tmp_path / "film.mp4", size=(96, 64)) as reel:
        for number, (at, until) in enumerate(pairwise([*times, Fraction(7)])):
            reel.show(numbered(number), at, until)
    shown = frames_at(tmp_path / "film.mp4", [0, 33, 1_001, 5_000])
    assert [frame.shown_ms for frame in shown] == [0, 33, 1_001, 5_000]
    assert probe(tmp_path / "film.mp4").video[0].duration_ms == 7_000


def test_a_browser_finds_the_index_at_the_front(tmp_path: Path) -> None:
    encode(tmp_path / "film.mp4", [numbered(1)] * 5, rate=5)
    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def _missing_folder(folder: Path) -> Path:
    return folder / "none" / "film.mp4"


def _folder_in_its_place(folder: Path) -> Path:
    (folder / "film.mp4").mkdir()
    return folder / "film.mp4"


def _file_for_a_folder(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file" / "film.mp4"


@pytest.mark.parametrize("make", [_missing_folder, _folder_in_its_place, _file_for_a_folder])
def test_a_target_that_cannot_be_written_is_told_and_leaves_nothing(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    target = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BadInput, match="cannot be written: .*Check the folder") as told:
        encode(target, [numbered(1)], rate=1)
    assert str(target) in str(told.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_film_that_was_there_is_replaced_in_one_step(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    encode(target, [numbered(1)], rate=1)
    encode(target, [numbered(2)] * 2, rate=1)
    assert [read_number(frame.picture) for frame in frames_at(target, [0])] == [2]
    assert list(tmp_path.iterdir()) == [target]


def clear_pictures(path: Path) -> list[Picture]:
    """Decode a film with its transparency: RGBA."""
    with av.open(str(path)) as container:
        if path.suffix != ".webm":
            return [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]
        # FFmpeg's own decoder of VP9 leaves transparency away.
        decoder = cast(av.VideoCodecContext, av.CodecContext.create("libvpx-vp9", "r"))
        packets = [each if each.size else None for each in container.demux(video=0)]
        return [frame.to_ndarray(format="rgba") for each in packets
                for frame in decoder.decode(each)]


@pytest.mark.parametrize("suffix", [".webm", ".mov"])
def test_a_film_can_be_let_see_through(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"clear{suffix}"
    pictures = np.zeros((6, 48, 64, 4), np.uint8)
    pictures[:, :, :, :3] = (200, 60, 40)
    for number, picture in enumerate(pictures):
        picture[8:40, 8 + 4 * number:24 + 4 * number, 3] = 255
    with film(target, size=(64, 48), rate=25, clear=True, sound_rate=16_000) as reel:
        for number, picture in enumerate(pictures):
            reel.show(picture, Fraction(number, 25), Fraction(number + 1, 25))
        reel.play(np.zeros(16_000 * 6 // 25, np.float32))
    shown = clear_pictures(target)
    assert len(shown) == 6
    for made, meant in zip(shown, pictures, strict=True):
        inside, outside = meant[..., 3] > 0, meant[..., 3] == 0
        assert np.median(made[inside, 3]) > 245
        assert np.median(made[outside, 3]) < 10
        assert np.abs(made[inside, :3].astype(int) - (200, 60, 40)).mean() < 25
    assert probe(target).audio


def test_what_cannot_be_let_see_through_is_told_and_not_written(tmp_path: Path) -> None:
    target = tmp_path / "clear.mp4"
    with (pytest.raises(BadInput, match=r"\.webm or \.mov"),
          film(target, size=(64, 48), clear=True)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_film_for_the_web_has_pictures_and_sound(tmp_path: Path) -> None:
    target = tmp_path / "film.webm"
    encode(target, [numbered(1), numbered(2)], rate=2, sound=np.zeros(16_000, np.float32))
    assert [read_number(each.picture) for each in frames_at(target, [100, 600])] == [1, 2]
