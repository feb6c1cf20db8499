"""What stands behind a face: a colour, a picture, or nothing at all."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trikal.errors import BadInput
from trikal.tools.backdrop import Backdrop, read_backdrop, read_matte

SIZE = (60, 40)
FILM = Path("a.mp4")


@pytest.mark.parametrize(("named", "colour"), [
    ("navy", (0, 0, 128)), ("#102030", (16, 32, 48)), (" #fff ", (255, 255, 255)),
    ("rgb(1, 2, 3)", (1, 2, 3)),
])
def test_a_colour_fills_the_picture(named: str, colour: tuple[int, ...]) -> None:
    picture = read_backdrop(named, SIZE, FILM).picture
    assert picture is not None
    assert picture.shape == (40, 60, 3)
    assert np.unique(picture.reshape(-1, 3), axis=0).tolist() == [list(colour)]


def test_a_picture_covers_the_film_and_is_not_squeezed(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    image = Image.new("RGB", (400, 100), "red")
    image.paste((0, 0, 255), (150, 0, 250, 100))
    image.save(path)
    picture = read_backdrop(str(path), SIZE, FILM).picture
    assert picture is not None
    assert picture.shape == (40, 60, 3)
    assert picture[20, 30].tolist() == [0, 0, 255]
    assert picture[20, 2].tolist() == [255, 0, 0]


@pytest.mark.parametrize(("named", "film", "says"), [
    ("none", "a.mp4", r"cannot be let see through.*\.webm"), ("nocolour", "a.mp4", "neither"),
    ("", "a.mp4", "neither"), (" ", "a.mp4", "neither"), ("missing.png", "a.webm", "neither"),
])
def test_what_is_no_background_is_told(named: str, film: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_backdrop(named, SIZE, Path(film))


@pytest.mark.parametrize("named", ["none", " None", "transparent"])
def test_nothing_may_stand_behind(named: str) -> None:
    assert read_backdrop(named, SIZE, Path("a.webm")).picture is None


def test_a_file_that_is_no_picture_is_told(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_text("no picture")
    with pytest.raises(BadInput, match="no picture"):
        read_backdrop(str(path), SIZE, FILM)


def test_a_frame_stands_before_it_as_far_as_it_is_opaque() -> None:
    frame = np.full((1, 3, 4), 200, np.uint8)
    frame[0, :, 3] = (0, 255, 128)
    behind = Backdrop(np.full((1, 3, 3), 100, np.uint8))
    assert behind.behind(frame)[0, :, 0].tolist() == [100, 200, 150]
    assert behind.behind(frame).shape == (1, 3, 3)
    assert Backdrop(None).behind(frame) is frame


def test_a_portrait_s_own_transparency_is_read_and_an_opaque_one_has_none(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    image = Image.new("RGBA", (120, 80), (10, 20, 30, 255))
    image.save(path)
    assert read_matte(path, SIZE) is None
    image.paste((0, 0, 0, 0), (0, 0, 60, 80))
    image.save(path)
    matte = read_matte(path, SIZE)
    assert matte is not None
    assert (matte.shape, matte[20, 5], matte[20, 55]) == ((40, 60), 0, 255)
    Image.new("RGB", (120, 80)).save(path)
    assert read_matte(path, SIZE) is None
