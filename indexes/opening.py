"""Opening the index that belongs to an archive, and refusing one that does not fit."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Final

from trikal.archive import Archive
from trikal.catalogue import Catalogue
from trikal.errors import ArchiveError, EmbeddingMismatch
from trikal.indexes.edge import EdgeIndex
from trikal.indexes.edge_folder import drop_folder, has_files
from trikal.indexes.payload import LAYOUT
from trikal.indexes.protocol import MomentIndex
from trikal.indexes.server import ServerIndex, drop_collection
from trikal.settings import Settings

_EMBEDDING_FACT: Final = "text-embedding"
_IMAGE_FACT: Final = "image-embedding"
_COLLECTION_FACT: Final = "qdrant-collection"


@dataclass(frozen=True, kw_only=True)
class _Embedding:
    """The vector space of an archive, and how its index is laid out."""

    fingerprint: str
    dimensions: int
    layout: int = 1

    def __str__(self) -> str:
        return f"{self.fingerprint} ({self.dimensions} dimensions)"


@contextmanager
def open_index(
    archive: Archive, settings: Settings, *, fingerprint: str, dimensions: int
) -> Iterator[MomentIndex]:
    """Open the archive's index: embedded, or on the server that the settings name.

    The archive remembers the embedding model from the first moment that is indexed with it; until
    then another one may take its place.

    Args:
        archive: The open archive.
        settings: Say whether, and where, there is a server.
        fingerprint: Names the vector space of the embedding model in use.
        dimensions: Length of its vectors.

    Yields:
        The index; written out and closed at the end of the ``with`` block.

    Raises:
        EmbeddingMismatch: The archive's vectors were made by another model.
        ArchiveLocked: Another process has the index open.
        ArchiveError: The index is damaged, or empty although moments are recorded as indexed.
        BackendFailed: The server cannot be reached.
    """
    _claim(archive, settings, _Embedding(fingerprint=fingerprint, dimensions=dimensions,
                                         layout=LAYOUT))
    is_filled = archive.catalogue.count_moments(indexed=True) > 0
    if is_filled and not settings.qdrant_url and not has_files(archive.index_path):
        raise _lost(archive)
    with closing(_open(archive, settings, dimensions)) as index:
        if is_filled and index.count() == 0:
            raise _lost(archive)
        yield index
        index.flush()


def claim_images(catalogue: Catalogue, fingerprint: str) -> None:
    """Remember which model makes the archive's image vectors, or see that it is the same.

    Until the first frame is kept another model may take its place.

    Args:
        catalogue: The archive's catalogue.
        fingerprint: Names the vector space of the image-embedding model in use.

    Raises:
        EmbeddingMismatch: The archive's image vectors were made by another model.
    """
    held = catalogue.fact(_IMAGE_FACT)
    if held == fingerprint:
        return
    if held and catalogue.has_image_vectors():
        raise EmbeddingMismatch(
            f"The frames of this archive were embedded with {held}, and the model for "
            f"image-embedding in use is {fingerprint}. Pin the first one under [models] in "
            "trikal.toml, or embed them anew with: trikal reindex"
        )
    catalogue.set_fact(_IMAGE_FACT, fingerprint)


def drop_index(archive: Archive, settings: Settings) -> None:
    """Throw the index away and record that every moment is to be embedded anew.

    The catalogue is told first: killed in between, moments are embedded twice, and none is missed.

    Raises:
        BackendFailed: The server cannot be reached.
    """
    archive.catalogue.mark_all_unindexed()
    if settings.qdrant_url:
        drop_collection(settings.qdrant_url, key=_key(settings), collection=_collection(archive))
    else:
        drop_folder(archive.index_path)


def _claim(archive: Archive, settings: Settings, wanted: _Embedding) -> None:
    fact = archive.catalogue.fact(_EMBEDDING_FACT)
    held = _Embedding(**json.loads(fact)) if fact else None
    if held == wanted:
        return
    if held and archive.catalogue.count_moments(indexed=True):
        if replace(held, layout=LAYOUT) == wanted:
            raise ArchiveError(
                f"The index of the archive {archive.path} was made by another version of Trikal. "
                "Nothing is lost, the catalogue holds every moment: build it anew with: trikal "
                "reindex"
            )
        raise EmbeddingMismatch(
            f"The archive {archive.path} was indexed with {held}, and the model in use is {wanted}."
            " Choose the first one for text-embedding, or build the index anew with: trikal reindex"
        )
    if held:
        # A run that was killed before it recorded anything may have left vectors of that model.
        drop_index(archive, settings)
    archive.catalogue.set_fact(_EMBEDDING_FACT, json.dumps(asdict(wanted)))


def _open(archive: Archive, settings: Settings, dimensions: int) -> MomentIndex:
    if settings.qdrant_url:
        return ServerIndex.open(settings.qdrant_url, key=_key(settings),
                                collection=_collection(archive), dimensions=dimensions)
    return EdgeIndex.open(archive.index_path, dimensions=dimensions)


def _collection(archive: Archive) -> str:
    """Return the archive's collection; its name is unlike any other archive's on the server."""
    name = archive.catalogue.fact(_COLLECTION_FACT)
    if name is None:
        name = f"trikal-{uuid.uuid4()}"
        archive.catalogue.set_fact(_COLLECTION_FACT, name)
    return name


def _key(settings: Settings) -> str | None:
    return settings.qdrant_key.get_secret_value() if settings.qdrant_key else None


def _lost(archive: Archive) -> ArchiveError:
    return ArchiveError(
        f"The index of the archive {archive.path} is missing or empty, although its catalogue says "
        "that moments are indexed. Build it anew with: trikal reindex"
    )
