"""Role image-embedding on ``transformers``: pictures and texts in one space (CLIP, SigLIP)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.pictures import shrunk
from trikal.serving.backends.readable import readable
from trikal.serving.backends.torch_runtime import TorchModel, number_type

LONGEST_TEXT = 500

_BATCH = 16


class TransformersPictures:
    """Image embedder on a model with a vision tower, and a text tower beside it or none.

    Args:
        name: The model's name in the catalogue.
        source: A folder of weights, or a hub id.
        dimensions: Length of a vector.
        reads_text: Whether it has a text tower.
        threads: CPU threads; as torch chooses when not given.
    """

    def __init__(
        self,
        name: str,
        source: Path | str,
        *,
        dimensions: int,
        reads_text: bool = True,
        threads: int | None = None,
    ) -> None:
        self._model = TorchModel(name, source, _load, threads=threads)
        self._dimensions = dimensions
        self._reads_text = reads_text

    @property
    def name(self) -> str:
        """Model and backend."""
        return self._model.name

    @property
    def fingerprint(self) -> str:
        """Names the vector space."""
        return self.name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    @property
    def reads_text(self) -> bool:
        """Whether texts have vectors in this space."""
        return self._reads_text

    def embed_pictures(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embed RGB pictures, each of shape ``(height, width, 3)``; sizes may differ.

        Returns:
            float32 vectors, L2-normalised, of shape ``(len(pictures), dimensions)``.

        Raises:
            ModelUnavailable: The extra is missing, or the weights cannot be had.
            BackendFailed: The model failed.
            BadInput: A picture has no pixels, or is no RGB picture.
        """
        images = [shrunk(picture) for picture in pictures]
        return self._in_batches(images, self._seen)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Embed texts in the pictures' space; ``None`` when the model has no text tower."""
        if not self._reads_text:
            return None
        return self._in_batches([readable(text, LONGEST_TEXT) for text in texts], self._read)

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        self._model.close()

    def _in_batches(self, things: list[Any], embed: Any) -> NDArray[np.float32]:
        vectors = np.zeros((len(things), self._dimensions), dtype=np.float32)
        for first in range(0, len(things), _BATCH):
            batch = things[first : first + _BATCH]
            with self._model.running() as (model, processor):
                found = embed(model, processor, batch)
                pooled = getattr(found, "pooler_output", found)
                vectors[first : first + len(batch)] = pooled.float().cpu().numpy()
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    @staticmethod
    def _seen(model: Any, processor: Any, images: list[Any]) -> Any:
        inputs = processor(images=images, return_tensors="pt").to(model.device, model.dtype)
        see = getattr(model, "get_image_features", model)
        return see(**inputs)

    @staticmethod
    def _read(model: Any, processor: Any, texts: list[str]) -> Any:
        longest = model.config.text_config.max_position_embeddings
        # SigLIP was trained on texts filled up to its longest, and knows no mask; CLIP has one.
        filled = model.config.model_type.startswith("siglip")
        inputs = processor(
            text=texts, return_tensors="pt", truncation=True, max_length=longest,
            padding="max_length" if filled else True,
        )
        return model.get_text_features(**inputs.to(model.device))


def _load(source: str) -> tuple[Any, Any]:
    from transformers import AutoModel, AutoProcessor

    return AutoModel.from_pretrained(source, dtype=number_type()), AutoProcessor.from_pretrained(
        source
    )
