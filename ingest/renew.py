"""Frames embedded anew, where the archive's image vectors were made by another model."""

from pathlib import Path

from trikal.catalogue import Catalogue, Medium
from trikal.errors import MediumUnreadable
from trikal.indexes.opening import claim_images
from trikal.indexes.protocol import MomentIndex
from trikal.ingest.events import Stage
from trikal.ingest.parts import Parts
from trikal.ingest.seen import embed_frames
from trikal.media.probe import MediaInfo, probe
from trikal.serving.roles import ImageEmbedder


def renew_frames(
    catalogue: Catalogue, index: MomentIndex, embedder: ImageEmbedder
) -> list[str]:
    """Embed the frames of every medium again whose vectors are not the embedder's.

    Args:
        catalogue: The archive's catalogue.
        index: Its index.
        embedder: What embeds frames from now on.

    Returns:
        Names of the media whose file is not there any more: their frames are forgotten, and are
        embedded when the file is ingested again.

    Raises:
        ModelError: The embedder failed; what was done is kept, and a second call goes on.
    """
    stale = [medium for medium in catalogue.media() if _is_stale(catalogue, medium, embedder)]
    parts = {medium.id: Parts(catalogue, index, medium, Stage.EMBED, lambda: embedder.fingerprint)
             for medium in stale}
    # All first: vectors of two spaces must never stand side by side.
    begins = {medium.id: parts[medium.id].begin() for medium in stale}
    claim_images(catalogue, embedder.fingerprint)
    return [medium.name for medium in stale
            if not _renewed(catalogue, medium, embedder, parts[medium.id], begins[medium.id])]


def _is_stale(catalogue: Catalogue, medium: Medium, embedder: ImageEmbedder) -> bool:
    done = catalogue.stage(medium.id, Stage.EMBED) or catalogue.part(medium.id, Stage.EMBED)
    return done is not None and done.source != embedder.fingerprint


def _renewed(
    catalogue: Catalogue, medium: Medium, embedder: ImageEmbedder, parts: Parts,
    from_ms: int | None,
) -> bool:
    path = _present(catalogue, medium)
    watched = catalogue.stage(medium.id, Stage.WATCH)
    if path is None or watched is None:
        return False
    try:
        shots: list[list[int]] = watched.detail["shots"]  # type: ignore[assignment]
        info = MediaInfo.model_validate({**medium.info, "path": path}) if medium.info else (
            probe(path))
        for part in embed_frames(path, info, medium, shots, embedder, from_ms=from_ms):
            parts.keep(part)
    except MediumUnreadable:
        return False
    parts.finish()
    return True


def _present(catalogue: Catalogue, medium: Medium) -> Path | None:
    """Return a path at which the medium's bytes still lie, unchanged."""
    for path in map(Path, medium.paths):
        if path.is_file():
            found = path.stat()
            known = catalogue.known_id(path, size_bytes=found.st_size,
                                       mtime_ns=found.st_mtime_ns)
            if known == medium.id:
                return path
    return None
