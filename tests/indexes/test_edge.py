import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from qdrant_edge import EdgeShard

from tests.copies import Copies
from tests.indexes.makers import DIMENSIONS, moment, vector_of, vectors_of
from trikal.errors import ArchiveError, ArchiveLocked, EmbeddingMismatch
from trikal.indexes import edge_folder, edge_layout, qdrant
from trikal.indexes.edge import EdgeIndex
from trikal.indexes.intervals import Interval
from trikal.indexes.payload import to_payload
from trikal.indexes.protocol import EVERYTHING, MomentFilter, MomentQuery
from trikal.moments import Track, Unit

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = [moment(start, text=f"budget {start}") for start in range(0, 5_000, 100)]

_OPEN = """
import os, sys
from pathlib import Path
from tests.copies import Copies
from tests.indexes.makers import DIMENSIONS, moment, vectors_of
from trikal.errors import TrikalError
from trikal.indexes.edge import EdgeIndex
try:
    index = EdgeIndex.open(Path(sys.argv[1]), dimensions=DIMENSIONS)
except TrikalError as exc:
    print(type(exc).__name__)
    sys.exit(3)
"""
_STORE_AND_DIE = _OPEN + """
moments = [moment(start) for start in range(40)]
index.upsert(moments[:30], vectors_of(moments[:30]))
index.flush()
index.upsert(moments[30:], vectors_of(moments[30:]))
os._exit(9)
"""


def in_another_process(script: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, text=True,
                          capture_output=True, check=False)


@contextmanager
def opened(path: Path) -> Iterator[EdgeIndex]:
    with closing(EdgeIndex.open(path, dimensions=DIMENSIONS)) as index:
        yield index


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """A folder with an index that holds the moments, made once for all tests."""
    folder = tmp_path_factory.mktemp("copies")
    with opened(folder / "archive" / "index") as index:
        index.upsert(MOMENTS, vectors_of(MOMENTS))
    with closing(Copies(folder / "archive", folder)) as made:
        yield made


@pytest.fixture
def filled(copies: Copies, tmp_path: Path) -> Iterator[Path]:
    with copies.lent(tmp_path / "archive"):
        yield tmp_path / "archive" / "index"


def test_index_answers_alike_after_reopening(filled: Path) -> None:
    # A word that all share would tie their ranks, and ties the engine orders as it likes.
    query = MomentQuery(vector=vector_of("budget 700"), text="700")
    answers = []
    for _ in range(2):
        with opened(filled) as index:
            assert index.in_window(EVERYTHING, 100) == MOMENTS
            answers.append(index.search([query]))
    assert answers[0] == answers[1]
    assert answers[0][0][0].moment == MOMENTS[7]


def test_flushed_moments_survive_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "index"
    assert in_another_process(_STORE_AND_DIE, path).returncode == 9
    with opened(path) as index:
        kept = [each.start_ms for each in index.in_window(EVERYTHING, 100)]
        assert kept[:30] == list(range(30))
        again = [moment(start) for start in range(40)]
        index.upsert(again, vectors_of(again))
        assert index.in_window(EVERYTHING, 100) == again


def test_second_process_is_told_that_the_index_is_in_use(filled: Path) -> None:
    with opened(filled):
        second = in_another_process(_OPEN, filled)
        assert second.stdout.strip() == ArchiveLocked.__name__, second.stderr
        with pytest.raises(ArchiveLocked, match="another process"):
            EdgeIndex.open(filled, dimensions=DIMENSIONS)


def test_index_of_other_dimensions_is_refused(filled: Path) -> None:
    with pytest.raises(EmbeddingMismatch, match="trikal reindex"):
        EdgeIndex.open(filled, dimensions=DIMENSIONS + 1)


@pytest.mark.parametrize("damaged", ["edge_config.json", "segments/*/segment.json",
                                     "segments/*/vector_storage-text/vectors/status.dat"])
def test_damaged_files_name_the_remedy(
    filled: Path, damaged: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for file in filled.glob(damaged):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])
    with pytest.raises(ArchiveError, match="trikal reindex") as caught, opened(filled) as index:
        index.search([MomentQuery(vector=vector_of("x"))])
    assert str(filled) in str(caught.value)


def test_creation_cut_short_leaves_no_index(tmp_path: Path) -> None:
    path = tmp_path / "index"
    leftover = tmp_path / "index.new" / "segments"
    leftover.mkdir(parents=True)
    with opened(path) as index:
        assert index.count() == 0
    assert not leftover.exists()


@pytest.mark.parametrize("has_folder", [True, False])
def test_every_filtered_field_is_indexed_from_the_start(tmp_path: Path, has_folder: bool) -> None:
    path = tmp_path / "index"
    if has_folder:
        path.mkdir()
    EdgeIndex.open(path, dimensions=DIMENSIONS).close()
    with closing(EdgeShard.load(str(path))) as shard:
        assert set(shard.info().payload_schema) == {
            "media_id", "track", "unit", "language", "speaker", "start_ms", "until_ms", "words",
            "place",
        }


def test_closed_index_says_so_and_closes_twice(filled: Path) -> None:
    index = EdgeIndex.open(filled, dimensions=DIMENSIONS)
    index.close()
    index.close()
    with pytest.raises(ArchiveError, match="not initialized"):
        index.count()


def test_optimizing_builds_a_graph_only_where_it_pays(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = MomentQuery(vector=vector_of("budget 700"), text="budget 700", limit=5)
    with opened(filled) as index:
        assert not index.optimize()
        before = index.search([query])
    monkeypatch.setattr(edge_layout, "SCANNED_VECTORS", 32)
    with opened(filled) as index:
        assert index.optimize()
        assert not index.optimize()
        assert index.in_window(EVERYTHING, 100) == MOMENTS
        after = index.search([query])
    assert after[0][0].moment == before[0][0].moment == MOMENTS[7]


def test_threads_may_share_an_index(filled: Path) -> None:
    queries = [MomentQuery(vector=vector_of(each.text), limit=1) for each in MOMENTS]
    with opened(filled) as index, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda query: index.search([query]), queries))
    assert [answer[0][0].moment for answer in answers] == MOMENTS


def test_room_for_images_joins_an_old_index_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with closing(EdgeIndex.open(path, dimensions=DIMENSIONS)) as index:
        index.upsert(MOMENTS, vectors_of(MOMENTS))
        assert index.image_dimensions is None
        with pytest.raises(EmbeddingMismatch, match="trikal ingest"):
            index.search([MomentQuery(image=np.ones(16, np.float32))])
        index.make_image_room(16)
    frame = moment(0, text="", track=Track.FRAME)
    with closing(EdgeIndex.open(path, dimensions=DIMENSIONS)) as index:
        assert index.image_dimensions == 16
        index.upsert_frames([frame], np.ones((1, 16), np.float32))
    with closing(EdgeIndex.open(path, dimensions=DIMENSIONS)) as index:
        (hits,) = index.search([MomentQuery(image=np.ones(16, np.float32))])
        assert [hit.moment for hit in hits] == [frame]
        assert index.count() == len(MOMENTS) + 1


def test_a_description_that_is_rubbish_is_a_damaged_index(tmp_path: Path) -> None:
    path = tmp_path / "index"
    EdgeIndex.open(path, dimensions=DIMENSIONS).close()
    (path / "edge_config.json").write_text("{")
    with pytest.raises(ArchiveError, match="trikal reindex"):
        EdgeIndex.open(path, dimensions=DIMENSIONS)


def test_index_from_before_passages_lay_apart_is_searched_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, passage = tmp_path / "index", moment(0, text="dome", unit=Unit.PASSAGE)
    query = MomentQuery(vector=vector_of("dome"), text="dome",
                        filter=MomentFilter(units=(Unit.PASSAGE,)))
    monkeypatch.setattr(edge_folder, "config", partial(edge_layout.config, apart=False))
    edge_folder.create_index(path, DIMENSIONS)
    monkeypatch.undo()
    for _ in range(2):
        with opened(path) as index:
            index.upsert([passage, moment(0, text="dome")], vectors_of([passage, passage]))
            assert [hit.moment for hit in index.search([query])[0]] == [passage]


def test_room_for_images_leaves_passages_apart(filled: Path) -> None:
    with opened(filled) as index:
        index.make_image_room(4)
    assert edge_folder.held_vectors(filled) == {
        "text": DIMENSIONS, "passage": DIMENSIONS, "image": 4}


def test_index_without_places_still_tells_what_starts_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "index"
    before = {name: each for name, each in edge_layout.payload_indexes().items() if name != "place"}
    monkeypatch.setattr(edge_folder, "payload_indexes", lambda: before)
    edge_folder.create_index(path, DIMENSIONS)
    monkeypatch.undo()
    monkeypatch.setattr(qdrant, "to_payload", lambda each: {
        name: value for name, value in to_payload(each).items() if name != "place"})
    with opened(path) as index:
        index.upsert(MOMENTS, vectors_of(MOMENTS))
        wanted = MomentFilter(media_ids=("medium-a",), starts=(Interval(0, 250),))
        assert index.in_window(wanted, 9) == MOMENTS[:3]
