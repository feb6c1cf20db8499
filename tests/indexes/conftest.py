import os
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from tests.indexes.archives import DIMENSIONS as WORD_DIMENSIONS
from tests.indexes.archives import Archive
from tests.indexes.makers import DIMENSIONS
from trikal.indexes.edge import EdgeIndex
from trikal.indexes.protocol import EVERYTHING, MomentIndex
from trikal.indexes.server import ServerIndex, drop_collection


def _edge(folder: Path) -> Iterator[MomentIndex]:
    with closing(EdgeIndex.open(folder / "index", dimensions=DIMENSIONS)) as index:
        yield index


def _memory(_folder: Path) -> Iterator[MomentIndex]:
    client = QdrantClient(":memory:")
    index = ServerIndex(client, url="http://memory", collection="test", dimensions=DIMENSIONS)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Payload indexes have no effect")
        index.prepare()
    with closing(index):
        yield index


def _real(_folder: Path) -> Iterator[MomentIndex]:
    url = os.environ.get("TRIKAL_TEST_QDRANT_URL")
    if not url:
        pytest.skip("no TRIKAL_TEST_QDRANT_URL")
    name = f"trikal-test-{uuid.uuid4()}"
    with closing(ServerIndex.open(url, collection=name, dimensions=DIMENSIONS)) as index:
        yield index
    drop_collection(url, key=None, collection=name)


# The phrase books are read by a benchmark, which an installed package has none of.
collect_ignore = [] if find_spec("bench") else ["test_rules_of_india.py"]

_SEARCHING = ("test_conditions.py", "test_few_and_many.py", "test_moment_search.py",
              "test_speakers.py")
_MANY = ("test_neighbours_with_equal_starts_are_neither_lost_nor_repeated",
         "test_overlap_agrees_with_brute_force", "test_a_stretch_of_a_medium_ends_where_it_says")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave many searches in a row on Qdrant in memory, which is slow, to the thorough run."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec and callspec.params.get("engine") == "memory" and (
                item.path.name in _SEARCHING or item.originalname in _MANY):
            item.add_marker("thorough")


_ENGINES = {"edge": _edge, "memory": _memory, "server": _real}


@pytest.fixture(
    scope="session", params=["edge", "memory", pytest.param("server", marks=pytest.mark.qdrant)]
)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MomentIndex]:
    """Each engine in turn, opened once: making an index costs far more than most tests."""
    yield from _ENGINES[request.param](tmp_path_factory.mktemp(request.param))


@pytest.fixture
def index(engine: MomentIndex) -> Iterator[MomentIndex]:
    """An empty index on each engine in turn."""
    yield engine
    for media_id in {each.media_id for each in engine.in_window(EVERYTHING, 10_000)}:
        engine.delete_media(media_id)
    assert engine.count() == 0


@pytest.fixture(scope="session")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MomentIndex]:
    """The embedded engine alone, opened once."""
    folder = tmp_path_factory.mktemp("temporal") / "index"
    with closing(EdgeIndex.open(folder, dimensions=WORD_DIMENSIONS)) as index:
        yield index


@pytest.fixture
def archive(edge: MomentIndex) -> Iterator[Archive]:
    """An empty archive to put questions to."""
    yield Archive(edge)
    for media_id in {each.media_id for each in edge.in_window(EVERYTHING, 10_000)}:
        edge.delete_media(media_id)
