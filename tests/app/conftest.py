"""A command line to call, in this process, with an archive of its own."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.copies import Copies
from tests.harbour import HARBOUR
from trikal.app.cli import main
from trikal.app.session import open_session
from trikal.ingest.pipeline import Pipeline
from trikal.serving import desk
from trikal.serving.backends.onnx_e5 import OnnxE5
from trikal.serving.models import Models
from trikal.settings import Settings, load_settings


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The last line of standard output as JSON."""
        return json.loads(self.out.strip().splitlines()[-1])


Trikal = Callable[..., Outcome]
Patched = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache without joined weights, shared by the tests; encoders' graphs are the machine's."""
    path = tmp_path_factory.mktemp("cache")
    graphs = load_settings().cache_dir / "onnx"
    graphs.mkdir(parents=True, exist_ok=True)
    (path / "onnx").symlink_to(graphs)
    return path


@pytest.fixture(scope="session")
def embeds_once(cache: Path) -> Iterator[Patched]:
    """Hold the embedding model, and give what lets it embed each text once where that is wanted.

    All tests take in the same few texts. Each undoes it: what other folders test is the model.
    """
    once = {name: _once(getattr(OnnxE5, name)) for name in ("embed_passages", "embed_queries")}

    @contextmanager
    def patched() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for name, embed in once.items():
                patch.setattr(OnnxE5, name, embed)
            yield

    with Models(Settings(cache_dir=cache)) as models:
        models.embedder().embed_queries(["ferry"])
        yield patched


def _once(embed: Callable[[OnnxE5, Sequence[str]], NDArray[np.float32]]) -> Any:
    known: dict[str, NDArray[np.float32]] = {}

    def embedded(self: OnnxE5, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, embed(self, new), strict=True))
        return np.array([known[text] for text in texts]).reshape(-1, self.dimensions)

    return embedded


@pytest.fixture
def trikal(
    tmp_path: Path, cache: Path, embeds_once: Patched, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Trikal]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIKAL_CACHE_DIR", str(cache))
    monkeypatch.setenv("TRIKAL_CHAT_URL", "http://127.0.0.1:9/v1")  # no chat model answers here
    monkeypatch.setenv("TRIKAL_CHAT_MODEL", "none")
    monkeypatch.setenv("TRIKAL_FALLBACK", "0")
    monkeypatch.setattr(desk, "_MOMENT_S", (0.0, 0.01))  # nor is it waited for

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["trikal", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as exc:
            code = exc.code if isinstance(exc.code, int) else 1
        printed = capsys.readouterr()
        return Outcome(code=code, out=printed.out, err=printed.err)

    with embeds_once():
        yield call


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.srt"
    path.write_text(HARBOUR)
    return path


@pytest.fixture(scope="session")
def copies(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, embeds_once: Patched
) -> Iterator[Copies]:
    """An archive that holds the harbour, made once for all tests, with the vectors they get."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "harbour.srt").write_text(HARBOUR)
    settings = Settings(archive=folder / ".trikal", cache_dir=cache)
    with embeds_once(), open_session(settings, create=True) as session:
        pipeline = Pipeline(session.archive.catalogue, session.index, session.models)
        pipeline.run([folder / "harbour.srt"])
    with closing(Copies(settings.archive, folder)) as made:
        yield made


@pytest.fixture(scope="session")
def empties(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Copies]:
    """An archive that nothing was taken into yet."""
    folder = tmp_path_factory.mktemp("empty")
    settings = Settings(archive=folder / ".trikal", cache_dir=cache)
    with open_session(settings, create=True) as session:
        assert session.index.count() == 0  # it is opened when it is needed
    with closing(Copies(settings.archive, folder)) as made:
        yield made


@pytest.fixture
def begun(trikal: Trikal, empties: Copies, tmp_path: Path) -> Iterator[Trikal]:
    """A command line whose archive is made already, for what is not about that."""
    with empties.lent(tmp_path / ".trikal"):
        yield trikal


@pytest.fixture
def filled(trikal: Trikal, copies: Copies, tmp_path: Path) -> Iterator[Trikal]:
    """A command line whose archive holds the harbour already."""
    with copies.lent(tmp_path / ".trikal"):
        yield trikal
