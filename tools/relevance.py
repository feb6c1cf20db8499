"""How relevant a moment is to a question, on a scale that does not move with the question.

Cosines of small embedding models are squeezed into a narrow band that differs from question to
question. They become comparable when each is measured against a fixed cohort of sentences about
anything and nothing: cohort (top-normalised) score normalisation as used in speaker verification
(Auckenthaler, Carey and Lloyd-Thomas, 2000; top cohort: Sturim and Reynolds, 2005).
"""

import hashlib
import logging
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trikal.serving.roles import Embedder
from trikal.settings import Settings

_log = logging.getLogger(__name__)

_NEAREST = 5
_LONGEST_NAME = 80


class Relevance:
    """Measures cosines against a cohort of unrelated sentences.

    Args:
        embedder: The model that embedded the moments.
        cache: Where the cohort's vectors are kept between runs; made when missing, and done
            without where it cannot be written.
    """

    def __init__(self, embedder: Embedder, cache: Path | None = None) -> None:
        self._embedder = embedder
        self._cache = cache

    def margin(self, question: str, cosine: float) -> float:
        """Return by how much a cosine exceeds those of the cohort's nearest sentences.

        Args:
            question: What the cosine was computed for.
            cosine: Cosine of the question and a moment.

        Returns:
            A difference of cosines; around zero for what has nothing to do with the question.
        """
        vector = self._embedder.embed_queries([question])[0]
        nearest = np.sort(self._cohort @ vector)[-_NEAREST:]
        return float(cosine - nearest.mean())

    def cosines(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the cosine of a question and each of some texts that no index holds."""
        vector = self._embedder.embed_queries([question])[0]
        return [float(each) for each in self._embedder.embed_passages(texts) @ vector]

    def prepare(self) -> None:
        """Compute and keep the cohort's vectors now, so that no question has to wait for it."""
        _ = self._cohort

    @cached_property
    def _cohort(self) -> NDArray[np.float32]:
        sentences = _sentences()
        kept = _load(self._cache) if self._cache else None
        if kept is not None and kept.shape == (len(sentences), self._embedder.dimensions):
            return kept
        vectors = self._embedder.embed_passages(sentences)
        if self._cache:
            _keep(vectors, self._cache)
        return vectors


def _keep(vectors: NDArray[np.float32], cache: Path) -> None:
    temporary = cache.with_suffix(".tmp.npy")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(temporary, vectors)
        temporary.replace(cache)
    except OSError as exc:
        _log.warning("made anew each time, for %s cannot be written: %s", cache, exc)


def _load(cache: Path) -> NDArray[np.float32] | None:
    """Load vectors; ``None`` when there are none, or when they are damaged and to be made anew."""
    try:
        vectors: NDArray[np.float32] = np.load(cache, allow_pickle=False)
    except (OSError, EOFError, ValueError):
        return None
    return vectors


def cohort_cache(settings: Settings, fingerprint: str) -> Path:
    """Return where the cohort's vectors are kept for an embedding model.

    No two models have one file, however near to each other their fingerprints are, and neither
    have two cohorts.
    """
    readable = "".join(
        c if c.isascii() and c.isalnum() else "-" for c in fingerprint
    )[:_LONGEST_NAME]
    made_from = "\n".join([fingerprint, *_sentences()])
    digest = hashlib.sha256(made_from.encode()).hexdigest()[:16]
    return settings.cache_dir / "cohorts" / f"{readable}-{digest}.npy"


def _sentences() -> list[str]:
    text = (files("trikal.tools") / "cohort.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]
