"""Role rerank on sentence-transformers' cross-encoders (extra ``torch``): hub models, GPUs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.errors import BackendFailed, ModelUnavailable
from trikal.serving.backends.readable import LONGEST_TEXT, readable
from trikal.serving.backends.torch_runtime import TorchModel

_BATCH = 32


class CrossEncoderReranker:
    """Reranker on sentence-transformers.

    Args:
        name: The model's name in the catalogue.
        source: A folder of weights, or a hub id.
        languages: BCP-47 tags that it reads; ``None`` for about all.
        threads: CPU threads; as torch chooses when not given.
    """

    def __init__(
        self,
        name: str,
        source: Path | str,
        *,
        languages: frozenset[str] | None = None,
        threads: int | None = None,
    ) -> None:
        self._name = name
        self._languages = languages
        self._model = TorchModel(name, source, _load, threads=threads)

    @property
    def name(self) -> str:
        """Model and backend."""
        return f"{self._name}/sentence-transformers"

    @property
    def languages(self) -> frozenset[str] | None:
        """BCP-47 tags that it reads; ``None`` for about all."""
        return self._languages

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Tell how well each passage answers a question.

        Args:
            question: What is asked.
            passages: Any strings; each is read as far as the model's context goes.

        Returns:
            float32 of shape ``(len(passages),)`` in ``[0, 1]``: the logistic function of what the
            model gives, which not all of these models take themselves.

        Raises:
            ModelUnavailable: The extra is missing, or the weights cannot be had.
            BackendFailed: The model failed, or is no reranker.
        """
        if not passages:
            return np.zeros(0, dtype=np.float32)
        asked = readable(question, LONGEST_TEXT)
        pairs = [(asked, readable(passage, LONGEST_TEXT)) for passage in passages]
        self._require_library()
        with self._model.running() as (model, activation):
            logits = np.asarray(model.predict(
                pairs, batch_size=_BATCH, activation_fn=activation, show_progress_bar=False
            ), dtype=np.float64)
        return self._checked(logits, len(passages))

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        self._model.close()

    def _require_library(self) -> None:
        if find_spec("sentence_transformers") is None:
            raise ModelUnavailable(
                f"{self._name} needs sentence-transformers, which is not installed. Install it "
                'with: pip install "trikal[torch]"'
            )

    def _checked(self, logits: NDArray[np.float64], count: int) -> NDArray[np.float32]:
        if logits.shape != (count,) or not np.isfinite(logits).all():
            raise BackendFailed(
                f"{self.name} gave values of shape {logits.shape} for {count} passages, where a "
                "reranker gives one number for each. Pin another model: rerank under [models] in "
                "trikal.toml."
            )
        return probabilities(logits)


def probabilities(logits: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the logistic function of numbers, in their order even where they are large."""
    # Of tanh, as exp of a large negative number overflows.
    return (0.5 * (1.0 + np.tanh(0.5 * logits))).astype(np.float32)


def _load(source: str) -> tuple[Any, Any]:
    from sentence_transformers import CrossEncoder
    from torch import nn

    with _quietly():
        # The logistic function is taken later, of float64: in bfloat16 all good answers are 1.0.
        return CrossEncoder(source), nn.Identity()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep a bar of progress from between a question and its answer."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
