"""Stage store: moments of the catalogue are embedded and put into the index.

A moment is marked as indexed only after the index has flushed it, and its id never changes, so a
run that is killed here is finished by the next one without loss and without doubles.
"""

from collections.abc import Callable, Sequence

import numpy as np

from trikal.catalogue import Catalogue
from trikal.indexes.protocol import MomentIndex
from trikal.moments import Moment, Track
from trikal.serving.roles import Embedder

BATCH = 256
"""Moments embedded and stored at a time: what a killed run has to do again at most."""


def store(
    catalogue: Catalogue,
    index: MomentIndex,
    embedder: Embedder,
    media_id: str | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> int:
    """Embed and index every moment that is not in the index yet.

    Args:
        catalogue: Where the moments are.
        index: Where they go.
        embedder: What embeds their text.
        media_id: Only this medium's moments; all media's when not given.
        on_progress: Called with moments done and moments in all.

    Returns:
        How many moments were stored.
    """
    total, done = catalogue.count_moments(media_id, indexed=False), 0
    while moments := catalogue.unindexed(media_id, limit=BATCH):
        telling = [moment for moment in moments if _has_words(moment)]
        if telling:
            index.upsert(telling, embedder.embed_passages([moment.text for moment in telling]))
        framed = _store_frames(catalogue, index, moments)
        if telling or framed:
            index.flush()
        catalogue.mark_indexed(moment.id for moment in moments)
        done += len(moments)
        if on_progress:
            on_progress(done, total)
    return done


def _store_frames(catalogue: Catalogue, index: MomentIndex, moments: Sequence[Moment]) -> bool:
    """Index frames by the vectors that the catalogue keeps; no model is asked."""
    frames = [moment for moment in moments if moment.track is Track.FRAME]
    vectors = catalogue.image_vectors(moment.id for moment in frames)
    seen = [moment for moment in frames if moment.id in vectors]
    if seen:
        stacked = np.stack([vectors[moment.id] for moment in seen])
        index.make_image_room(stacked.shape[1])
        index.upsert_frames(seen, stacked)
    return bool(seen)


def _has_words(moment: Moment) -> bool:
    """Tell whether there is anything to find: a cue of dots is near to every question."""
    return any(character.isalnum() for character in moment.text)
