"""The catalogue's journal of ingest: which stages are done, and how far a stopped one came."""

from collections.abc import Iterable

from pydantic import JsonValue
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trikal.catalogue.database import Database, aware, now
from trikal.catalogue.moments import add_moments, add_vectors
from trikal.catalogue.records import StagePart, StageRecord, Vectors
from trikal.catalogue.tables import MomentRow, PartRow, StageRow
from trikal.moments import Moment


class StageJournal(Database):
    """The stages of ingest, each committed together with what it observed."""

    def finish_stage(
        self,
        media_id: str,
        stage: str,
        *,
        source: str,
        moments: Iterable[Moment] = (),
        detail: dict[str, JsonValue] | None = None,
        goes_on: bool = False,
    ) -> None:
        """Commit a stage's moments and the record that it is done, in one transaction.

        Args:
            media_id: The medium.
            stage: Name of the stage.
            source: The model or file that the stage observed with.
            moments: What the stage observed; an earlier run's moments of this stage are replaced.
            detail: Figures and notes worth keeping, as plain data.
            goes_on: Add the moments to those of :meth:`keep_part` instead of replacing them.
        """
        with self._session() as session:
            if not goes_on:
                _forget(session, media_id, stage)
            add_moments(session, stage, moments)
            session.execute(delete(PartRow).where(PartRow.media_id == media_id,
                                                  PartRow.stage == stage))
            session.merge(StageRow(media_id=media_id, stage=stage, source=source,
                                   detail=detail or {}, finished_at=now()))

    def keep_part(
        self,
        media_id: str,
        stage: str,
        *,
        source: str,
        reached_ms: int,
        moments: Iterable[Moment] = (),
        vectors: Vectors | None = None,
    ) -> None:
        """Commit what a long stage has observed so far, so that a stopped run can go on there.

        Args:
            media_id: The medium.
            stage: Name of the stage.
            source: The model that the stage observes with.
            reached_ms: Everything that begins before this time is done, in milliseconds.
            moments: What was observed since the last call; what was kept before stays.
            vectors: Image vectors of these moments, float32 of shape ``(n, dimensions)``.
        """
        moments = list(moments)
        with self._session() as session:
            add_moments(session, stage, moments)
            if vectors is not None:
                add_vectors(session, moments, vectors)
            session.merge(PartRow(media_id=media_id, stage=stage, source=source,
                                  reached_ms=reached_ms))

    def part(self, media_id: str, stage: str) -> StagePart | None:
        """Return how far a stage came that was stopped, or ``None`` when it did not begin."""
        with self._session() as session:
            row = session.get(PartRow, (media_id, stage))
            return StagePart(source=row.source, reached_ms=row.reached_ms) if row else None

    def stage_ids(self, media_id: str, stage: str) -> list[str]:
        """Return the ids of the moments that a stage observed."""
        with self._session() as session:
            return list(session.scalars(select(MomentRow.id).where(
                MomentRow.media_id == media_id, MomentRow.stage == stage)))

    def forget_stage(self, media_id: str, stage: str) -> None:
        """Forget what a stage observed, and that it was done: it is still to do."""
        with self._session() as session:
            _forget(session, media_id, stage)

    def stage(self, media_id: str, stage: str) -> StageRecord | None:
        """Return the record of a finished stage, or ``None`` when it is still to do."""
        with self._session() as session:
            row = session.get(StageRow, (media_id, stage))
            return _stage_record(row) if row else None

    def stages(self, media_id: str) -> list[StageRecord]:
        """Return the finished stages of a medium, in the order in which they finished."""
        with self._session() as session:
            rows = session.scalars(select(StageRow).where(StageRow.media_id == media_id)
                                   .order_by(StageRow.finished_at))
            return [_stage_record(row) for row in rows]


def _forget(session: Session, media_id: str, stage: str) -> None:
    for table in (MomentRow, StageRow, PartRow):
        session.execute(delete(table).where(table.media_id == media_id, table.stage == stage))


def _stage_record(row: StageRow) -> StageRecord:
    finished_at = aware(row.finished_at)
    assert finished_at is not None
    return StageRecord(media_id=row.media_id, stage=row.stage, source=row.source,
                       detail=row.detail, finished_at=finished_at)
