from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.factories import Picture, make_clicks, numbered, plain, read_number
from trikal.errors import BadInput
from trikal.media.audio import read_audio
from trikal.media.encode import encode, hold
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
