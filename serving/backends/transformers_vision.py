"""Role vision on ``transformers``: any model of its image-text-to-text kind."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed
from trikal.serving.backends.pictures import ASK, ASK_RUN, sampled, shrunk
from trikal.serving.backends.torch_runtime import TorchModel, number_type

LONGEST_SIDE = 768
MOST_TOKENS = 96

_PLAIN = "{ask}"  # what a captioner without a chat template is asked


class TransformersVision:
    """Describer on a vision-language model.

    Args:
        name: The model's name in the catalogue.
        source: A folder of weights, or a hub id.
        threads: CPU threads; as torch chooses when not given.
        most_tokens: How long an answer may grow.
    """

    def __init__(
        self,
        name: str,
        source: Path | str,
        *,
        threads: int | None = None,
        most_tokens: int = MOST_TOKENS,
    ) -> None:
        self._model = TorchModel(name, source, _load, threads=threads)
        self._most_tokens = most_tokens

    @property
    def name(self) -> str:
        """Model and backend."""
        return self._model.name

    def describe(self, picture: NDArray[np.uint8], *, ask: str | None = None) -> str:
        """Describe an RGB picture of shape ``(height, width, 3)``, or answer ``ask`` about it.

        Raises:
            ModelUnavailable: The extra is missing, or the weights cannot be had.
            BackendFailed: The model failed, or said nothing.
            BadInput: The picture has no pixels, or is no RGB picture.
        """
        return self._answer([picture], ask or ASK)

    def describe_run(
        self, pictures: Sequence[NDArray[np.uint8]], *, ask: str | None = None
    ) -> str:
        """Say what happens over a run of frames, or answer ``ask``; errors as :meth:`describe`."""
        return self._answer(sampled(pictures), ask or ASK_RUN)

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        self._model.close()

    def _answer(self, pictures: Sequence[NDArray[np.uint8]], ask: str) -> str:
        images = [shrunk(picture, LONGEST_SIDE) for picture in pictures]
        with self._model.running() as (model, processor):
            inputs = processor(
                text=[_prompt(processor, len(images), ask)], images=images, return_tensors="pt"
            ).to(model.device, model.dtype)
            length = inputs["input_ids"].shape[1]
            made = model.generate(**inputs, do_sample=False, max_new_tokens=self._most_tokens)
            text = processor.batch_decode(made[:, length:], skip_special_tokens=True)[0].strip()
        if not text:
            raise BackendFailed(
                f"{self.name} said nothing about a picture. Choose another model for vision."
            )
        return str(text)


def _prompt(processor: Any, count: int, ask: str) -> str:
    content = [*({"type": "image"} for _ in range(count)), {"type": "text", "text": ask}]
    if getattr(processor, "chat_template", None):
        prompt = processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )
        return str(prompt)
    return str(getattr(processor, "image_token", "") or "") * count + _PLAIN.format(ask=ask)


def _load(source: str) -> tuple[Any, Any]:
    from transformers import AutoModelForImageTextToText, AutoProcessor

    model = AutoModelForImageTextToText.from_pretrained(source, dtype=number_type())
    return model, AutoProcessor.from_pretrained(source)
