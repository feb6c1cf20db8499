from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.serving.avatars import Still, spoken
from tests.serving.portraits import Picture, portrait
from trikal.errors import BackendFailed, BadInput
from trikal.serving.roles import Performance
from trikal.settings import Settings
from trikal.tools.show import (
    LARGEST_SIDE,
    Portrayed,
    Presenter,
    presenter_of,
    read_portrait,
    scene_of,
    write_show,
)


def saved(folder: Path, picture: Picture) -> Path:
    path = folder / "portrait.png"
    Image.fromarray(picture).save(path)
    return path


def drawn(path: Path) -> Picture:
    return read_portrait(Presenter(path, Portrayed.DRAWN))


def frames_of(path: Path) -> list[Picture]:
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"))
                for frame in container.decode(video=0)]


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("labelled", [True, False])
def test_the_film_says_that_it_is_synthetic_and_lasts_as_long_as_its_sound(
    tmp_path: Path, suffix: str, labelled: bool
) -> None:
    picture, target = portrait(320, 240), tmp_path / f"talk{suffix}"
    write_show(Still(), picture, spoken(2.0), target, labelled=labelled)
    with av.open(str(target)) as container:
        assert "Synthetic video" in container.metadata["comment"]
        assert "still" in container.metadata["comment"]
        heard = sum(frame.samples for frame in container.decode(audio=0))
        assert heard / container.streams.audio[0].rate == pytest.approx(2.0, abs=0.1)
    frames = frames_of(target)
    assert len(frames) == 50
    changed = np.abs(frames[10].astype(int) - picture).max(axis=2) > 60
    assert changed[-24:, :90].any() == labelled
    assert not changed[:200].any()
    assert list(tmp_path.iterdir()) == [target]


def test_a_photo_is_not_used_unasked(tmp_path: Path) -> None:
    path = saved(tmp_path, portrait())
    with pytest.raises(BadInput, match="--consent"):
        read_portrait(Presenter(path, None))
    for known in Portrayed:
        assert read_portrait(Presenter(path, known)).shape == (320, 320, 3)


def test_the_settings_name_who_says_answers(tmp_path: Path) -> None:
    assert presenter_of(Settings()) is None
    assert presenter_of(Settings(portrait=tmp_path)) == (tmp_path, None)
    known = Settings(portrait=tmp_path, portrait_is="drawn")
    assert presenter_of(known) == (tmp_path, Portrayed.DRAWN)


def test_a_large_portrait_is_shrunk_and_a_tiny_one_refused(tmp_path: Path) -> None:
    large = drawn(saved(tmp_path, np.zeros((1500, 3000, 3), np.uint8)))
    assert large.shape == (LARGEST_SIDE // 2, LARGEST_SIDE, 3)
    with pytest.raises(BadInput, match="40 x 200 pixels"):
        drawn(saved(tmp_path, np.zeros((200, 40, 3), np.uint8)))


def test_an_animation_and_what_is_no_picture_are_refused(tmp_path: Path) -> None:
    moving = tmp_path / "moving.gif"
    frames = [Image.new("RGB", (100, 100), shade) for shade in ("red", "blue", "green")]
    frames[0].save(moving, save_all=True, append_images=frames[1:])
    with pytest.raises(BadInput, match="animation of 3 pictures"):
        drawn(moving)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG no more")
    for path in (broken, tmp_path / "missing.png", tmp_path):
        with pytest.raises(BadInput):
            drawn(path)


@pytest.mark.parametrize("avatar", [Still(breaks=True), Still(3)], ids=["breaks", "ends early"])
def test_an_avatar_that_fails_leaves_the_earlier_film(tmp_path: Path, avatar: Still) -> None:
    target = tmp_path / "talk.mp4"
    target.write_bytes(b"earlier")
    with pytest.raises(BackendFailed):
        write_show(avatar, portrait(), spoken(), target)
    assert target.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [target]


def test_odd_sizes_and_tiny_portraits_take_the_label(tmp_path: Path) -> None:
    for size in ((65, 201), (64, 64)):
        target = tmp_path / "talk.mp4"
        write_show(Still(), portrait(*size), spoken(0.2), target)
        assert frames_of(target)[0].shape == (size[1] - size[1] % 2, size[0] - size[0] % 2, 3)


class Alone(Still):
    """An avatar that leaves the background away by the matte that it is given."""

    def play(self, performance: Performance) -> Iterator[Picture]:
        assert performance.alone
        for picture in super().play(performance):
            yield np.dstack([picture, performance.matte])


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    picture = np.dstack([portrait(160, 120), np.zeros((120, 160), np.uint8)])
    picture[:, 40:120, 3] = 255
    return saved(tmp_path, picture)


def test_a_background_takes_the_place_of_the_portrait_s_own(tmp_path: Path, cut: Path) -> None:
    target = tmp_path / "a.mp4"
    scene = scene_of("#00ff00", cut, (160, 120), target)
    write_show(Alone(), portrait(160, 120), spoken(0.4), target, labelled=False, scene=scene)
    for frame in frames_of(target):
        assert np.abs(frame[10:110, 5:30].astype(int) - (0, 255, 0)).mean() < 12
        assert np.abs(frame[10:110, 60:100].astype(int)
                      - portrait(160, 120)[10:110, 60:100]).mean() < 12


def test_nothing_stands_behind_the_face_and_the_label_is_seen_all_the_same(
    tmp_path: Path, cut: Path
) -> None:
    target = tmp_path / "a.mov"
    scene = scene_of("none", cut, (160, 120), target)
    write_show(Alone(), portrait(160, 120), spoken(0.4), target, scene=scene)
    with av.open(str(target)) as container:
        frames = [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]
    assert len(frames) == 10
    assert np.median(frames[5][10:80, 5:30, 3]) < 10
    assert np.median(frames[5][10:80, 60:100, 3]) > 245
    assert np.median(frames[5][-8:, 3:30, 3]) > 245
