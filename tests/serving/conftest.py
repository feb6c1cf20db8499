"""Real adapters, loaded once for all tests that are marked for them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from trikal.serving import desk
from trikal.serving.models import Models
from trikal.settings import Settings


@pytest.fixture(scope="session")
def models() -> Iterator[Models]:
    """Trikal's own models from their carriers, in the user's own cache of weights."""
    with Models(Settings(threads=2)) as opened:
        yield opened


@pytest.fixture(scope="session")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    """The English embedding model of the extra ``torch``."""
    pytest.importorskip("sentence_transformers")
    cache = tmp_path_factory.mktemp("cache")
    settings = Settings(cache_dir=cache, models={"text-embedding": "all-minilm-l6-v2"})
    with Models(settings) as opened:
        yield opened
    shutil.rmtree(cache)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a request that may do now be made again at once."""
    monkeypatch.setattr(desk, "_MOMENT_S", (0.0, 0.01))


@pytest.fixture
def no_server_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server that somebody runs on this machine take no role."""
    monkeypatch.setattr("trikal.serving.vllm.state._folder", lambda _: tmp_path / "servers")
