"""Frames found by what they look like."""

import numpy as np
import pytest

from tests.factories import plain
from tests.fakes import FakeImageEmbedder
from tests.tools.conftest import moment
from trikal.errors import BadInput, ModelUnavailable
from trikal.indexes.intervals import Interval
from trikal.indexes.protocol import MomentFilter, MomentIndex
from trikal.moments import Moment, Track
from trikal.tools.look_alike import LookAlike

RED, GREEN, BLUE = (200, 30, 30), (30, 200, 30), (30, 30, 200)


@pytest.fixture
def frames(index: MomentIndex) -> list[Moment]:
    shown = [moment(start, "", track=Track.FRAME) for start in (0, 5_000, 10_000)]
    vectors = FakeImageEmbedder().embed_pictures([plain(each) for each in (RED, GREEN, BLUE)])
    index.make_image_room(vectors.shape[1])
    index.upsert_frames(shown, vectors)
    return shown


def test_the_frame_most_like_the_picture_is_first(
    index: MomentIndex, frames: list[Moment]
) -> None:
    found = LookAlike(index, FakeImageEmbedder()).like(plain((20, 180, 40)))
    assert found[0].moment == frames[1]
    assert found[0].score == pytest.approx(1.0, abs=0.02)
    assert "looks like" in found[0].why
    assert len(found) == 3


def test_filters_and_limits_hold(index: MomentIndex, frames: list[Moment]) -> None:
    scope = MomentFilter(windows=(Interval.since(9_000),))
    search = LookAlike(index, FakeImageEmbedder())
    assert {each.moment for each in search.like(plain(RED), scope=scope)} == set(frames[1:])
    assert [each.moment for each in search.like(plain(RED), limit=1)] == frames[:1]


def test_a_text_finds_the_frame_that_shows_it(index: MomentIndex, frames: list[Moment]) -> None:
    blue, red = LookAlike(index, FakeImageEmbedder()).showing(["a blue room", "something red"])
    assert blue[0].moment == frames[2]
    assert red[0].moment == frames[0]


def test_a_model_without_a_place_for_texts_says_so(
    index: MomentIndex, frames: list[Moment]
) -> None:
    with pytest.raises(ModelUnavailable, match="--image"):
        LookAlike(index, FakeImageEmbedder(reads_text=False)).showing(["a blue room"])


def test_a_picture_without_pixels_is_refused(index: MomentIndex) -> None:
    with pytest.raises(BadInput, match="no pixels"):
        LookAlike(index, FakeImageEmbedder()).like(np.zeros((0, 0, 3), np.uint8))
