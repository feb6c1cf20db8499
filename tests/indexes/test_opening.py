import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from tests.indexes.makers import DIMENSIONS, moment, vectors_of
from trikal.archive import Archive, open_archive
from trikal.catalogue import Medium
from trikal.errors import ArchiveError, BackendFailed, EmbeddingMismatch
from trikal.indexes import server
from trikal.indexes.opening import claim_images, drop_index, open_index
from trikal.moments import Track
from trikal.settings import Settings

EMBEDDED = Settings()
MOMENTS = [moment(start) for start in range(5)]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive", create=True) as opened:
        opened.catalogue.add_medium(
            Medium(id="medium-a", name="a.mp4", kind="video", size_bytes=1, duration_ms=9_000)
        )
        opened.catalogue.finish_stage("medium-a", "listen", source="test", moments=MOMENTS)
        yield opened


def index_all(
    archive: Archive, settings: Settings = EMBEDDED, *, fingerprint: str = "e5",
    dimensions: int = DIMENSIONS,
) -> int:
    with open_index(
        archive, settings, fingerprint=fingerprint, dimensions=dimensions
    ) as index:
        index.upsert(MOMENTS, vectors_of(MOMENTS))
        archive.catalogue.mark_indexed([each.id for each in MOMENTS])
        return index.count()


def count(archive: Archive, settings: Settings = EMBEDDED, *, fingerprint: str = "e5",
          dimensions: int = DIMENSIONS) -> int:
    with open_index(
        archive, settings, fingerprint=fingerprint, dimensions=dimensions
    ) as index:
        return index.count()


def test_index_lies_in_the_archive_and_stays(archive: Archive) -> None:
    assert index_all(archive) == 5
    assert archive.index_path.is_dir()
    assert count(archive) == 5


@pytest.mark.parametrize(("fingerprint", "dimensions"), [("minilm", DIMENSIONS), ("e5", 16)])
def test_other_model_is_refused_with_both_names(
    archive: Archive, fingerprint: str, dimensions: int
) -> None:
    index_all(archive)
    with pytest.raises(EmbeddingMismatch) as caught:
        count(archive, fingerprint=fingerprint, dimensions=dimensions)
    message = str(caught.value)
    assert f"e5 ({DIMENSIONS} dimensions)" in message
    assert f"{fingerprint} ({dimensions} dimensions)" in message
    assert "trikal reindex" in message


def test_model_may_change_while_nothing_is_indexed(archive: Archive) -> None:
    with open_index(archive, EMBEDDED, fingerprint="e5", dimensions=DIMENSIONS) as index:
        index.upsert(MOMENTS[:2], vectors_of(MOMENTS[:2]))
    assert count(archive, fingerprint="minilm", dimensions=16) == 0
    assert count(archive, fingerprint="minilm", dimensions=16) == 0


@pytest.mark.parametrize("leaves_folder", [True, False])
def test_lost_index_names_the_remedy(archive: Archive, leaves_folder: bool) -> None:
    index_all(archive)
    shutil.rmtree(archive.index_path)
    if leaves_folder:
        archive.index_path.mkdir()
    with pytest.raises(ArchiveError, match="trikal reindex"):
        count(archive)


def test_index_that_lost_its_moments_names_the_remedy(archive: Archive) -> None:
    count(archive)
    archive.catalogue.mark_indexed([each.id for each in MOMENTS])
    with pytest.raises(ArchiveError, match="missing or empty"):
        count(archive)


def test_dropped_index_starts_anew_with_any_model(archive: Archive) -> None:
    index_all(archive)
    drop_index(archive, EMBEDDED)
    assert archive.catalogue.count_moments(indexed=False) == 5
    assert not archive.index_path.exists()
    assert count(archive, fingerprint="minilm", dimensions=16) == 0
    drop_index(archive, EMBEDDED)
    drop_index(archive, EMBEDDED)


def test_empty_folder_is_no_index_yet(archive: Archive) -> None:
    archive.index_path.mkdir()
    assert index_all(archive) == 5


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
def test_server_is_used_when_it_is_set(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = QdrantClient(":memory:")
    monkeypatch.setattr(client, "close", lambda: None)
    monkeypatch.setattr(server, "_connect", lambda *_args, **_options: client)
    on_server = Settings(qdrant_url="http://qdrant.example")
    assert index_all(archive, on_server) == count(archive, on_server) == 5
    assert not archive.index_path.exists()
    (collection,) = client.get_collections().collections
    assert collection.name.startswith("trikal-")
    with pytest.raises(ArchiveError, match="trikal reindex"):
        count(archive)
    drop_index(archive, on_server)
    assert not client.get_collections().collections


def test_unreachable_server_is_no_reason_to_forget_the_model(archive: Archive) -> None:
    away = Settings(qdrant_url="http://127.0.0.1:9")
    with pytest.raises(BackendFailed, match="127.0.0.1:9"):
        count(archive, away)
    assert index_all(archive) == 5


def test_the_model_of_the_images_is_remembered_with_the_first_vector(archive: Archive) -> None:
    claim_images(archive.catalogue, "lens")
    claim_images(archive.catalogue, "other lens")
    frame = moment(0, text="", track=Track.FRAME)
    archive.catalogue.keep_part("medium-a", "embed", source="other lens", reached_ms=1,
                                moments=[frame], vectors=np.ones((1, 4), np.float32))
    claim_images(archive.catalogue, "other lens")
    with pytest.raises(EmbeddingMismatch, match=r"embedded with other lens.*lens.*reindex"):
        claim_images(archive.catalogue, "lens")
