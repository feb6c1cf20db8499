"""Stills in files: the very picture of each time, and nothing beside it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.factories import read_number
from trikal.catalogue import Medium
from trikal.errors import BadInput
from trikal.tools.footage import footage
from trikal.tools.frames import save_frames, spread
from trikal.tools.outputs import Fenced


def number_in(path: Path) -> int:
    with Image.open(path) as picture:
        return read_number(np.asarray(picture.convert("RGB")))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".jpeg"])
def test_the_picture_of_each_time_is_saved(talk: Medium, fenced: Fenced, suffix: str) -> None:
    saved = save_frames(footage(talk), [0, 1_000, 3_999], fenced, name=f"still{suffix}").frames
    assert [number_in(each.path) for each in saved] == [0, 25, 99]
    assert [each.path.name for each in saved] == [
        f"still-0000000{suffix}", f"still-0001000{suffix}", f"still-0003999{suffix}"]
    assert [(each.time_ms, each.shown_ms) for each in saved] == [
        (0, 0), (1_000, 1_000), (3_999, 3_960)]
    assert {(each.width, each.height) for each in saved} == {(192, 108)}


def test_one_picture_keeps_its_name_and_times_may_come_unsorted(
    talk: Medium, fenced: Fenced, tmp_path: Path
) -> None:
    (one,) = save_frames(footage(talk), [520], fenced, name="one.png").frames
    assert one.path == tmp_path / "outputs" / "one.png"
    saved = save_frames(footage(talk), [3_000, 1_000, 3_000], fenced, name=".png").frames
    assert [each.time_ms for each in saved] == [1_000, 3_000]
    assert saved[0].path.name == f"{talk.id[:12]}-0001000.png"


def test_wide_pictures_are_scaled_down(talk: Medium, fenced: Fenced) -> None:
    (one,) = save_frames(footage(talk), [0], fenced, name="one.png", max_width=96).frames
    with Image.open(one.path) as picture:
        assert (one.width, one.height) == picture.size == (96, 54)


def test_nothing_is_written_when_one_place_is_taken(talk: Medium, fenced: Fenced) -> None:
    fenced.place("still-0001000.png", [".png"]).touch()
    with pytest.raises(BadInput, match="exists"):
        save_frames(footage(talk), [0, 1_000], fenced, name="still.png")
    assert not fenced.place("still-0000000.png", [".png"]).exists()


@pytest.mark.parametrize(("times", "says"), [
    ([], "Between 1 and 100"), (list(range(101)), "not 101"), ([4_000], "runs from"),
    ([-1], "runs from"),
])
def test_times_that_cannot_be_are_refused(
    talk: Medium, fenced: Fenced, times: list[int], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        save_frames(footage(talk), times, fenced)


def test_times_spread_evenly_and_stay_inside() -> None:
    assert spread(0, 4_000, 4) == [500, 1_500, 2_500, 3_500]
    assert spread(1_000, 1_001, 1) == [1_000]
    assert all(7 <= time < 11 for time in spread(7, 11, 9))


@pytest.mark.parametrize("name", ["/", ".", "..", "a/", "stills", "", "a/../.."])
@pytest.mark.parametrize("times", [[0], [0, 1_000]])
def test_a_name_that_names_no_picture_is_refused(
    talk: Medium, fenced: Fenced, name: str, times: list[int]
) -> None:
    with pytest.raises(BadInput):
        save_frames(footage(talk), times, fenced, name=name)
    assert not list(fenced.place("probe.png", [".png"]).parent.iterdir())
