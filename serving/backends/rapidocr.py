"""Role ocr on RapidOCR: PP-OCR detection and recognition in onnxruntime."""

import threading
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.roles import TextBox

LEAST_CONFIDENCE = 0.6


class RapidOcr:
    """ScreenReader on RapidOCR.

    Lines below ``LEAST_CONFIDENCE`` are left out: on film they are texture read as letters.

    Args:
        name: The model's name in the catalogue.
        threads: CPU threads; all cores when not given.
    """

    def __init__(self, name: str, *, threads: int | None = None) -> None:
        self._name = name
        self._threads = threads
        self._lock = threading.Lock()
        self._engine: Any = None

    @property
    def name(self) -> str:
        """Model and version."""
        return f"{self._name}/rapidocr-{metadata.version('rapidocr')}"

    def read(self, picture: NDArray[np.uint8]) -> list[TextBox]:
        """Read an RGB picture of shape ``(height, width, 3)``.

        Returns:
            Its lines from top to bottom and, on one height, from left to right.

        Raises:
            ModelUnavailable: The engine cannot be loaded.
            BackendFailed: The engine failed on this picture.
        """
        engine = self._load()
        try:
            found = engine(np.ascontiguousarray(picture[..., ::-1]), use_cls=False)
        except (RuntimeError, ValueError) as exc:
            raise BackendFailed(
                f"{self.name} failed on a picture of shape {picture.shape} ({exc}). Try a picture "
                "of at least a few pixels a side, in RGB."
            ) from exc
        return _in_reading_order(list(_boxes(found, picture.shape)))

    def _load(self) -> Any:
        with self._lock:
            if self._engine is None:
                self._engine = self._build()
            return self._engine

    def _build(self) -> Any:
        threads = self._threads or -1
        try:
            # Imported here because OpenCV and its models take two seconds.
            from rapidocr import RapidOCR

            return RapidOCR(
                params={
                    "Global.log_level": "critical",
                    "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                }
            )
        except (ImportError, OSError, RuntimeError, ValueError) as exc:
            raise ModelUnavailable(
                f"{self._name} cannot be loaded ({exc}). Install its library again: "
                "pip install --force-reinstall --no-deps rapidocr"
            ) from exc


def _boxes(found: Any, shape: Sequence[int]) -> Iterator[TextBox]:
    if found.boxes is None or found.txts is None:
        return
    size = np.array([shape[1], shape[0]], dtype=np.float64)
    for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if score < LEAST_CONFIDENCE or not text.strip():
            continue
        inside = np.clip(np.asarray(corners) / size, 0.0, 1.0)
        (left, top), (right, bottom) = inside.min(axis=0).tolist(), inside.max(axis=0).tolist()
        yield TextBox(
            text=text.strip(),
            confidence=float(score),
            left=left,
            top=top,
            right=right,
            bottom=bottom,
        )


def _in_reading_order(boxes: list[TextBox]) -> list[TextBox]:
    """Order boxes by rows: a box belongs to the row whose first box holds its middle."""
    rows: list[list[TextBox]] = []
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom, box.left)):
        middle = (box.top + box.bottom) / 2
        if rows and rows[-1][0].top <= middle < rows[-1][0].bottom:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda box: box.left)]
