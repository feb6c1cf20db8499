import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import (
    FakeChat,
    FakeDescriber,
    FakeModels,
    FakeScreenReader,
    FakeTranscriber,
    FakeVoice,
)
from tests.indexes_lent import lent_index
from trikal.catalogue import Catalogue, Medium
from trikal.indexes.protocol import MomentIndex
from trikal.ingest.identify import identify
from trikal.moments import Moment, Track
from trikal.tools.find import Finder, media_facts
from trikal.tools.outputs import Fenced
from trikal.tools.toolbox import Toolbox


class WordEmbedder:
    """An embedder in whose space texts that share words lie near each other."""

    def __init__(self, dimensions: int = 64) -> None:
        self.dimensions = dimensions
        self.fingerprint = f"words-{dimensions}"
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        rows = [np.sum([_direction(word, self.dimensions)
                        for word in re.findall(r"\w+", text.lower())], axis=0) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows],
                        np.float32).reshape(-1, self.dimensions)

    embed_queries = embed_passages


@cache
def _direction(word: str, dimensions: int) -> NDArray[Any]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=dimensions)


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def index() -> Iterator[MomentIndex]:
    with lent_index(64) as index:
        yield index


def moment(start_ms: int, text: str, **fields: Any) -> Moment:
    given = {"media_id": "m", "track": Track.SPEECH, "end_ms": start_ms + 5_000, "source": "test",
             **fields}
    return Moment(start_ms=start_ms, text=text, **given)


@pytest.fixture
def talk(film_file: Path, tmp_path: Path, catalogue: Catalogue) -> Medium:
    """The film of four seconds, in the catalogue, in a file that the test may do away with."""
    return identify(Path(shutil.copy(film_file, tmp_path / "talk.mp4")), catalogue)


@pytest.fixture
def fenced(tmp_path: Path) -> Fenced:
    return Fenced(tmp_path / "outputs", [tmp_path / "allowed"])


@pytest.fixture
def toolbox(
    catalogue: Catalogue, index: MomentIndex, embedder: WordEmbedder, fenced: Fenced
) -> Toolbox:
    """The tools over an archive, with a fake model for every role."""
    return Toolbox(
        catalogue=catalogue, outputs=fenced,
        finder=lambda: Finder(index, embedder, media_facts(catalogue.media())),
        models=FakeModels(chat=FakeChat(), transcriber=FakeTranscriber(), voice=FakeVoice(),
                          screen_reader=FakeScreenReader(), describer=FakeDescriber()),
    )
