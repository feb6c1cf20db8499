"""The catalogue's moments: everything observed, and which of it is in the index."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from trikal.catalogue.database import WRITE_CHUNK, Database, aware, chunks
from trikal.catalogue.records import Vectors
from trikal.catalogue.tables import ImageVectorRow, MediumRow, MomentRow
from trikal.moments import Moment, Track, Unit

_KEPT = np.dtype("<f2")  # half of float32, and cosines stay the same to three digits


class MomentRecords(Database):
    """The moments of an archive, with the image vectors of those that have a picture."""

    def moments(
        self,
        media_id: str,
        *,
        tracks: Sequence[Track] = (),
        unit: Unit | None = None,
        overlapping: tuple[int, int] | None = None,
    ) -> list[Moment]:
        """Return a medium's moments in time order.

        Args:
            media_id: The medium.
            tracks: Only these tracks; all when empty.
            unit: Only observations, or only passages.
            overlapping: Only moments that share time with ``[start_ms, end_ms)``; an instant
                occupies the millisecond at which it stands.
        """
        query = select(MomentRow, MediumRow.recorded_at).join(MediumRow).where(
            MomentRow.media_id == media_id
        )
        if tracks:
            query = query.where(MomentRow.track.in_([str(track) for track in tracks]))
        if unit:
            query = query.where(MomentRow.unit == str(unit))
        if overlapping:
            start_ms, end_ms = overlapping
            query = query.where(MomentRow.start_ms < max(end_ms, start_ms + 1),
                                or_(MomentRow.end_ms > start_ms, MomentRow.start_ms == start_ms))
        query = query.order_by(MomentRow.start_ms, MomentRow.end_ms, MomentRow.id)
        with self._session() as session:
            return [_moment(row, recorded_at) for row, recorded_at in session.execute(query)]

    def unindexed(self, media_id: str | None = None, *, limit: int) -> list[Moment]:
        """Return up to ``limit`` moments that are not in the index yet, with text to embed."""
        query = select(MomentRow, MediumRow.recorded_at).join(MediumRow).where(
            MomentRow.indexed.is_(False)
        )
        if media_id:
            query = query.where(MomentRow.media_id == media_id)
        with self._session() as session:
            found = session.execute(query.order_by(MomentRow.id).limit(limit))
            return [_moment(row, recorded_at) for row, recorded_at in found]

    def count_moments(self, media_id: str | None = None, *, indexed: bool | None = None) -> int:
        """Count moments: of one medium or all, indexed or not, as asked."""
        query = select(func.count()).select_from(MomentRow)
        if media_id:
            query = query.where(MomentRow.media_id == media_id)
        if indexed is not None:
            query = query.where(MomentRow.indexed.is_(indexed))
        with self._session() as session:
            return session.scalar(query) or 0

    def speakers(self) -> list[str]:
        """Return the names of everybody who speaks in the archive, in alphabetical order."""
        with self._session() as session:
            names = session.scalars(select(MomentRow.speaker).distinct())
            return sorted(name for name in names if name)

    def languages(self, media_id: str) -> dict[str, float]:
        """Return the languages that are spoken in a medium, the one heard longest first.

        Returns:
            By BCP-47 tag the highest confidence that speech in it was heard with; 1 where some was
            not heard by a model.
        """
        length = func.sum(MomentRow.end_ms - MomentRow.start_ms)
        surest = func.max(func.coalesce(MomentRow.confidence, 1.0))
        query = (select(MomentRow.language, surest).where(
            MomentRow.media_id == media_id, MomentRow.track == str(Track.SPEECH),
            MomentRow.unit == str(Unit.OBSERVATION), MomentRow.language.is_not(None))
            .group_by(MomentRow.language).order_by(length.desc(), MomentRow.language))
        with self._session() as session:
            return {tag: confidence for tag, confidence in session.execute(query) if tag}

    def mark_indexed(self, ids: Iterable[str]) -> None:
        """Record that these moments are safely in the index."""
        self._mark(ids, indexed=True)

    def mark_unindexed(self, ids: Iterable[str]) -> None:
        """Record that these moments are no longer in the index."""
        self._mark(ids, indexed=False)

    def mark_all_unindexed(self) -> None:
        """Record that the index is empty, so that every moment is embedded anew."""
        with self._session() as session:
            session.execute(update(MomentRow).values(indexed=False))

    def _mark(self, ids: Iterable[str], *, indexed: bool) -> None:
        with self._session() as session:
            for chunk in chunks(list(ids), WRITE_CHUNK):
                session.execute(
                    update(MomentRow).where(MomentRow.id.in_(chunk)).values(indexed=indexed)
                )

    def has_image_vectors(self) -> bool:
        """Return whether any frame has its vector."""
        with self._session() as session:
            return session.scalar(select(ImageVectorRow.moment_id).limit(1)) is not None

    def image_vectors(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """Return the image vectors of the moments that have one, float32, by moment id."""
        found: dict[str, Vectors] = {}
        with self._session() as session:
            for chunk in chunks(list(ids), WRITE_CHUNK):
                rows = session.execute(select(ImageVectorRow.moment_id, ImageVectorRow.vector)
                                       .where(ImageVectorRow.moment_id.in_(chunk)))
                found.update({id_: np.frombuffer(kept, _KEPT).astype(np.float32)
                              for id_, kept in rows})
        return found


def add_moments(session: Session, stage: str, moments: Iterable[Moment]) -> None:
    """Write what a stage observed; a moment that is there already stays."""
    rows = {moment.id: _row(moment, stage) for moment in moments}
    for chunk in chunks(list(rows.values()), WRITE_CHUNK):
        session.execute(insert(MomentRow).on_conflict_do_nothing(), chunk)


def add_vectors(session: Session, moments: Sequence[Moment], vectors: Vectors) -> None:
    """Write the image vectors of moments, float32 of shape ``(n, dimensions)``, in their order."""
    rows = {moment.id: {"moment_id": moment.id, "vector": vector.astype(_KEPT).tobytes()}
            for moment, vector in zip(moments, vectors, strict=True)}
    if rows:
        session.execute(insert(ImageVectorRow).on_conflict_do_nothing(), list(rows.values()))


def _row(moment: Moment, stage: str) -> dict[str, Any]:
    fields = moment.model_dump(exclude={"recorded_at"})
    return {**fields, "id": moment.id, "stage": stage, "track": str(moment.track),
            "unit": str(moment.unit), "indexed": False}


def _moment(row: MomentRow, recorded_at: datetime | None) -> Moment:
    return Moment(
        media_id=row.media_id, track=Track(row.track), unit=Unit(row.unit), start_ms=row.start_ms,
        end_ms=row.end_ms, text=row.text, language=row.language, speaker=row.speaker,
        confidence=row.confidence, source=row.source, recorded_at=aware(recorded_at),
    )
