"""From what the engine finds on a picture to lines in the order in which people read."""

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends.rapidocr import (
    LEAST_CONFIDENCE,
    RapidOcr,
    _boxes,
    _in_reading_order,
)
from trikal.serving.roles import TextBox

SHAPE = (100, 200, 3)


def corners(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def found(*lines: tuple[list[list[float]], str, float]) -> Any:
    return SimpleNamespace(boxes=np.array([line[0] for line in lines]),
                           txts=tuple(line[1] for line in lines),
                           scores=tuple(line[2] for line in lines))


def box(text: str, left: float, top: float, height: float = 0.1) -> TextBox:
    return TextBox(text=text, confidence=0.9, left=left, top=top, right=min(left + 0.2, 1),
                   bottom=min(top + height, 1))


def order(*boxes: TextBox) -> list[str]:
    return [each.text for each in _in_reading_order(list(boxes))]


class _Engine:
    """Gives the same result for every picture, and keeps the pictures."""

    def __init__(self, result: Any) -> None:
        self.result = result
        self.pictures: list[Any] = []

    def __call__(self, picture: Any, *, use_cls: bool) -> Any:
        self.pictures.append(picture)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def reader(result: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[RapidOcr, _Engine]:
    engine, ocr = _Engine(result), RapidOcr("pp-ocr")
    monkeypatch.setattr(ocr, "_build", lambda: engine)
    return ocr, engine


def test_places_are_fractions_of_the_picture() -> None:
    (line,) = _boxes(found((corners(20, 10, 100, 30), "Budget", 0.9)), SHAPE)
    assert (line.left, line.top, line.right, line.bottom) == pytest.approx((0.1, 0.1, 0.5, 0.3))
    assert (line.text, line.confidence) == ("Budget", 0.9)


def test_a_slanted_line_is_held_by_its_upright_box() -> None:
    slanted = [[20, 20], [100, 10], [104, 30], [24, 40]]
    (line,) = _boxes(found((slanted, "Budget", 0.9)), SHAPE)
    assert (line.left, line.top, line.right, line.bottom) == pytest.approx((0.1, 0.1, 0.52, 0.4))


@given(st.lists(st.floats(-50, 300), min_size=8, max_size=8))
def test_no_place_is_outside_the_picture(numbers: list[float]) -> None:
    four = [numbers[index: index + 2] for index in range(0, 8, 2)]
    for line in _boxes(found((four, "x", 0.9)), SHAPE):
        assert 0 <= line.left <= line.right <= 1
        assert 0 <= line.top <= line.bottom <= 1


@pytest.mark.parametrize(("text", "score", "kept"), [
    ("Budget", 0.9, True), ("Budget", LEAST_CONFIDENCE, True),
    ("Budget", LEAST_CONFIDENCE - 0.01, False), ("  ", 0.99, False), ("", 0.99, False),
])
def test_texture_and_emptiness_are_left_out(text: str, score: float, kept: bool) -> None:
    lines = list(_boxes(found((corners(0, 0, 9, 9), text, score)), SHAPE))
    assert bool(lines) is kept


@pytest.mark.parametrize("nothing", [
    SimpleNamespace(boxes=None, txts=None, scores=None),
    SimpleNamespace(boxes=np.zeros((0, 4, 2)), txts=(), scores=()),
])
def test_nothing_found_is_no_line(nothing: Any) -> None:
    assert list(_boxes(nothing, SHAPE)) == []


def test_rows_come_from_the_top_and_each_from_the_left() -> None:
    assert order(box("d", 0.5, 0.5), box("c", 0.1, 0.52), box("b", 0.6, 0.1), box("a", 0.1, 0.12)
                 ) == ["a", "b", "c", "d"]


def test_columns_of_unequal_height_stay_one_row() -> None:
    assert order(box("small", 0.6, 0.14, 0.04), box("BIG", 0.1, 0.1, 0.14)) == ["BIG", "small"]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=12), st.randoms())
def test_every_line_is_kept_once_whatever_order_it_was_found_in(
    places: list[tuple[float, float]], chance: Any
) -> None:
    boxes = [box(str(number), left, top) for number, (left, top) in enumerate(places)]
    shuffled = list(boxes)
    chance.shuffle(shuffled)
    assert sorted(order(*shuffled)) == sorted(each.text for each in boxes)


def test_the_engine_is_given_blue_first_as_it_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    ocr, engine = reader(found((corners(0, 0, 9, 9), "x", 0.9)), monkeypatch)
    picture = np.zeros(SHAPE, np.uint8)
    picture[..., 0] = 255
    ocr.read(picture)
    (given_picture,) = engine.pictures
    assert given_picture[0, 0].tolist() == [0, 0, 255]
    assert given_picture.flags.c_contiguous


@pytest.mark.parametrize("error", [RuntimeError("onnx"), ValueError("shape")])
def test_an_engine_that_fails_names_the_picture(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    ocr, _ = reader(error, monkeypatch)
    with pytest.raises(BackendFailed, match=r"pp-ocr/rapidocr-.* shape \(100, 200, 3\)"):
        ocr.read(np.zeros(SHAPE, np.uint8))


def test_an_engine_that_cannot_be_loaded_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(ModelUnavailable, match="force-reinstall --no-deps rapidocr"):
        RapidOcr("pp-ocr").read(np.zeros(SHAPE, np.uint8))
