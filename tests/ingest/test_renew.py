"""Frames embedded anew with another model: from the files, and never two spaces at once."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.factories import make_video, plain
from tests.fakes import FakeEmbedder, FakeImageEmbedder, FakeModels
from trikal.catalogue import Catalogue
from trikal.indexes.edge import EdgeIndex
from trikal.indexes.protocol import MomentQuery
from trikal.ingest.pipeline import Pipeline
from trikal.ingest.renew import renew_frames
from trikal.ingest.store import store
from trikal.moments import Track


class OtherEmbedder(FakeImageEmbedder):
    name = fingerprint = "other-colours/1"
    dimensions = 7

    def embed_pictures(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        return np.pad(FakeImageEmbedder().embed_pictures(pictures), ((0, 0), (3, 0)))


@pytest.fixture
def films(tmp_path: Path) -> list[Path]:
    return [make_video(tmp_path / f"{name}.mp4", fps=5, duration=2,
                       pictures=lambda _, colour=colour: plain(colour))
            for name, colour in (("red", (200, 30, 30)), ("blue", (30, 30, 200)))]


def ingest(catalogue: Catalogue, folder: Path, films: list[Path]) -> None:
    with closing(EdgeIndex.open(folder / "old", dimensions=384)) as index:
        Pipeline(catalogue, index, FakeModels(image_embedder=FakeImageEmbedder())).run(films)


def test_an_index_is_made_anew_from_the_kept_vectors_without_any_image_model(
    catalogue: Catalogue, tmp_path: Path, films: list[Path]
) -> None:
    ingest(catalogue, tmp_path, films)
    for film in films:
        film.unlink()
    catalogue.mark_all_unindexed()
    with closing(EdgeIndex.open(tmp_path / "new", dimensions=384)) as index:
        store(catalogue, index, FakeEmbedder())
        (red,) = FakeImageEmbedder().embed_pictures([plain((200, 30, 30))])
        (hits,) = index.search([MomentQuery(image=red)])
    assert len(hits) == 2
    assert hits[0].moment.media_id == catalogue.media()[0].id
    assert hits[0].score == pytest.approx(1.0, abs=0.01)


def test_frames_are_embedded_again_from_the_files_that_are_there(
    catalogue: Catalogue, tmp_path: Path, films: list[Path]
) -> None:
    ingest(catalogue, tmp_path, films)
    films[1].unlink()
    catalogue.mark_all_unindexed()
    other = OtherEmbedder()
    with closing(EdgeIndex.open(tmp_path / "new", dimensions=384)) as index:
        assert renew_frames(catalogue, index, other) == ["blue.mp4"]
        store(catalogue, index, FakeEmbedder())
        assert index.image_dimensions == 7
        (hits,) = index.search([MomentQuery(image=other.embed_pictures([plain((200, 30, 30))])[0])])
        assert renew_frames(catalogue, index, other) == []
    red, blue = catalogue.media()
    assert [hit.moment.media_id for hit in hits] == [red.id]
    assert catalogue.moments(blue.id, tracks=[Track.FRAME]) == []


def test_what_the_same_model_made_is_left_alone(
    catalogue: Catalogue, tmp_path: Path, films: list[Path]
) -> None:
    ingest(catalogue, tmp_path, films)
    same = FakeImageEmbedder()
    with closing(EdgeIndex.open(tmp_path / "old", dimensions=384)) as index:
        assert renew_frames(catalogue, index, same) == []
    assert same.seen == []
