"""Role ocr: one contract for the fake that other tests trust and the real adapter."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests import fakes
from tests.serving.contract.opening import at_once, real
from trikal.serving.models import Models
from trikal.serving.roles import ScreenReader, TextBox


@pytest.fixture(params=["fake", real("rapidocr")])
def reader(request: pytest.FixtureRequest) -> ScreenReader:
    if request.param == "fake":
        return fakes.FakeScreenReader(("Quarterly Budget", "Thank you"))
    opened: Models = request.getfixturevalue("models")
    return opened.screen_reader()


def _screen() -> np.ndarray[Any, np.dtype[np.uint8]]:
    image = Image.new("RGB", (960, 540), "white")
    draw = ImageDraw.Draw(image)
    draw.text((80, 60), "Quarterly Budget", font=ImageFont.load_default(48), fill="black")
    draw.text((80, 400), "Thank you", font=ImageFont.load_default(32), fill="black")
    return np.asarray(image)


def test_lines_are_read_from_the_top_with_boxes_as_fractions(reader: ScreenReader) -> None:
    found = reader.read(_screen())
    assert [box.text for box in found] == ["Quarterly Budget", "Thank you"]
    for box in found:
        assert 0 <= box.left < box.right <= 1
        assert 0 <= box.top < box.bottom <= 1
        assert 0.5 < box.confidence <= 1


@pytest.mark.parametrize("shape", [(540, 960, 3), (1, 1, 3), (8, 900, 3)])
def test_a_blank_picture_has_no_lines(reader: ScreenReader, shape: tuple[int, ...]) -> None:
    assert reader.read(np.zeros(shape, dtype=np.uint8)) == []


def test_threads_read_the_same(reader: ScreenReader) -> None:
    for found in at_once(lambda: reader.read(_screen()), 3):
        assert [box.text for box in found] == ["Quarterly Budget", "Thank you"]


@pytest.mark.models
def test_reading_order_is_by_rows_then_columns(models: Models) -> None:
    image = Image.new("RGB", (1280, 720), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(48)
    for place, text in [((760, 110), "Page 7"), ((80, 95), "Budget"), ((80, 400), "Revenue")]:
        draw.text(place, text, font=font, fill="black")
    found: list[TextBox] = models.screen_reader().read(np.asarray(image))
    assert [box.text for box in found] == ["Budget", "Page 7", "Revenue"]
