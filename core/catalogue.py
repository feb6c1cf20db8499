"""The archive's catalogue: media, where they lie, which stages are done, and every moment.

The catalogue is the truth and the Qdrant index is made from it: an index can be thrown away and
built again, so nothing is ever lost with it. Each stage of ingest commits its moments together
with the record that it is done, in one transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, JsonValue
from sqlalchemy import create_engine, delete, event, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from trikal.errors import ArchiveError, UnknownMedium
from trikal.moments import Moment, Track, Unit
from trikal.tables import (
    Base,
    ImageVectorRow,
    LocationRow,
    MediumRow,
    MetaRow,
    MomentRow,
    PartRow,
    StageRow,
)

T = TypeVar("T")

Vectors = NDArray[np.float32]

_WRITE_CHUNK = 2_000
_KEPT = np.dtype("<f2")  # half of float32, and cosines stay the same to three digits


class Medium(BaseModel):
    """One media file, known by the SHA-256 of its bytes and never by its name.

    Attributes:
        id: SHA-256 of the file's bytes, in hex.
        name: The file name under which it was first seen.
        kind: ``video``, ``audio`` or ``text`` (timed text).
        size_bytes: Length of the file.
        duration_ms: Length on the media clock, in milliseconds.
        recorded_at: Wall-clock time of the medium's zero, if known.
        info: What probing found, as plain data.
        paths: Every path under which these bytes were seen, oldest first.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    kind: str
    size_bytes: int
    duration_ms: int
    recorded_at: datetime | None = None
    info: dict[str, JsonValue] = {}
    paths: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The oldest path under which these bytes were seen, or nothing when none is known."""
        return self.paths[0] if self.paths else ""

    def is_called(self, name: str) -> bool:
        """Whether a name means this medium: its file name, or the start of its id."""
        return name == self.name or self.id.startswith(name)


class StageRecord(BaseModel):
    """That one stage of ingest is finished for one medium, by what, and with what result."""

    model_config = ConfigDict(frozen=True)

    media_id: str
    stage: str
    source: str
    detail: dict[str, JsonValue] = {}
    finished_at: datetime


class StagePart(BaseModel):
    """That a stage was stopped in the middle: by what it was done, and up to where.

    Attributes:
        source: What the stage observed with.
        reached_ms: What begins before this time on the media clock is done, in milliseconds.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    reached_ms: int


def _now() -> datetime:
    return datetime.now(UTC)


class Catalogue:
    """The catalogue database of one archive, on SQLAlchemy.

    Args:
        engine: An engine on the database; :meth:`open` makes one for a SQLite file.

    Every method raises :class:`trikal.errors.ArchiveError` when the database cannot be read or
    written, as on a full disk.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        Base.metadata.create_all(engine)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the SQLite database at ``path``, creating it when missing.

        Raises:
            ArchiveError: The file is no catalogue or cannot be opened.
        """
        engine = create_engine(f"sqlite:///{path}")
        event.listen(engine, "connect", _configure_sqlite)
        try:
            return cls(engine)
        except DatabaseError as exc:
            engine.dispose()
            raise ArchiveError(
                f"The catalogue {path} cannot be opened ({exc.orig}). Restore it from a backup, or "
                "move the archive's folder away and ingest again."
            ) from exc

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(self._engine) as session, session.begin():
                yield session
        except IntegrityError:
            raise
        except DatabaseError as exc:
            raise ArchiveError(
                f"The catalogue {self._engine.url.database} cannot be used ({exc.orig}). Look at "
                "the disk and the folder's permissions, then run the same command again."
            ) from exc

    def fact(self, key: str) -> str | None:
        """Return the fact stored under ``key``, or ``None``."""
        with self._session() as session:
            row = session.get(MetaRow, key)
            return row.value if row else None

    def set_fact(self, key: str, value: str) -> None:
        """Store a fact about the archive, replacing an earlier one."""
        with self._session() as session:
            session.merge(MetaRow(key=key, value=value))

    def add_medium(self, medium: Medium) -> None:
        """Record a medium; one that is there already stays as it is."""
        fields = medium.model_dump(exclude={"paths"})
        with self._session() as session:
            session.execute(
                insert(MediumRow).values(**fields, added_at=_now()).on_conflict_do_nothing()
            )

    def add_location(self, media_id: str, path: Path, *, size_bytes: int, mtime_ns: int) -> None:
        """Record that the medium's bytes lie at ``path``, in place of what lay there before."""
        with self._session() as session:
            earlier = session.get(LocationRow, str(path))
            seen_at = earlier.seen_at if earlier and earlier.media_id == media_id else _now()
            session.merge(LocationRow(path=str(path), media_id=media_id, size_bytes=size_bytes,
                                       mtime_ns=mtime_ns, seen_at=seen_at))

    def known_id(self, path: Path, *, size_bytes: int, mtime_ns: int) -> str | None:
        """Return the id of the unchanged file at ``path``, so that it need not be hashed again."""
        with self._session() as session:
            row = session.get(LocationRow, str(path))
            if row and (row.size_bytes, row.mtime_ns) == (size_bytes, mtime_ns):
                return row.media_id
        return None

    def media(self) -> list[Medium]:
        """Return every medium, in the order in which they were added."""
        with self._session() as session:
            rows = session.scalars(select(MediumRow).order_by(MediumRow.added_at, MediumRow.id))
            return [self._medium(session, row) for row in rows]

    def medium(self, media_id: str) -> Medium | None:
        """Return the medium with exactly this id, or ``None``."""
        with self._session() as session:
            row = session.get(MediumRow, media_id)
            return self._medium(session, row) if row else None

    def find_media(self, name: str) -> list[Medium]:
        """Return the media that a person means by ``name``.

        Args:
            name: A path, a file name with or without its suffix, or the start of an id of at
                least six hex digits.

        Returns:
            All matches: two different files may well share one name.

        Raises:
            UnknownMedium: Nothing matches; the message lists what is there.
        """
        media = self.media()
        resolved = str(Path(name).absolute())
        for matches in (
            [m for m in media if m.id == name],
            [m for m in media if resolved in m.paths],
            [m for m in media if _is_called(m, name)],
            [m for m in media if len(name) >= 6 and m.id.startswith(name.lower())],
        ):
            if matches:
                return matches
        known = ", ".join(sorted({m.name for m in media})[:8]) or "nothing yet"
        raise UnknownMedium(f"No medium is called {name!r}. The archive holds: {known}.")

    def remove_medium(self, media_id: str) -> None:
        """Forget a medium with its locations, stages and moments; the file itself stays."""
        with self._session() as session:
            session.execute(delete(MediumRow).where(MediumRow.id == media_id))

    @staticmethod
    def _medium(session: Session, row: MediumRow) -> Medium:
        paths = session.scalars(
            select(LocationRow.path)
            .where(LocationRow.media_id == row.id)
            .order_by(LocationRow.seen_at, LocationRow.path)
        )
        return Medium(
            id=row.id, name=row.name, kind=row.kind, size_bytes=row.size_bytes,
            duration_ms=row.duration_ms, recorded_at=_aware(row.recorded_at), info=row.info,
            paths=tuple(paths),
        )

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
            _add_moments(session, stage, moments)
            session.execute(delete(PartRow).where(PartRow.media_id == media_id,
                                                  PartRow.stage == stage))
            session.merge(StageRow(media_id=media_id, stage=stage, source=source,
                                   detail=detail or {}, finished_at=_now()))

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
            _add_moments(session, stage, moments)
            if vectors is not None:
                _add_vectors(session, moments, vectors)
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

    def has_image_vectors(self) -> bool:
        """Return whether any frame has its vector."""
        with self._session() as session:
            return session.scalar(select(ImageVectorRow.moment_id).limit(1)) is not None

    def image_vectors(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """Return the image vectors of the moments that have one, float32, by moment id."""
        found: dict[str, Vectors] = {}
        with self._session() as session:
            for chunk in _chunks(list(ids), _WRITE_CHUNK):
                rows = session.execute(select(ImageVectorRow.moment_id, ImageVectorRow.vector)
                                       .where(ImageVectorRow.moment_id.in_(chunk)))
                found.update({id_: np.frombuffer(kept, _KEPT).astype(np.float32)
                              for id_, kept in rows})
        return found

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
            overlapping: Only moments that share time with ``[start_ms, end_ms)``.
        """
        query = select(MomentRow, MediumRow.recorded_at).join(MediumRow).where(
            MomentRow.media_id == media_id
        )
        if tracks:
            query = query.where(MomentRow.track.in_([str(track) for track in tracks]))
        if unit:
            query = query.where(MomentRow.unit == str(unit))
        if overlapping:
            query = query.where(MomentRow.start_ms < overlapping[1],
                                MomentRow.end_ms > overlapping[0])
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
            for chunk in _chunks(list(ids), _WRITE_CHUNK):
                session.execute(
                    update(MomentRow).where(MomentRow.id.in_(chunk)).values(indexed=indexed)
                )


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _is_called(medium: Medium, name: str) -> bool:
    names = {medium.name, *(Path(path).name for path in medium.paths)}
    wanted = name.casefold()
    return any(wanted in (n.casefold(), Path(n).stem.casefold()) for n in names)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _forget(session: Session, media_id: str, stage: str) -> None:
    for table in (MomentRow, StageRow, PartRow):
        session.execute(delete(table).where(table.media_id == media_id, table.stage == stage))


def _add_moments(session: Session, stage: str, moments: Iterable[Moment]) -> None:
    rows = {moment.id: _row(moment, stage) for moment in moments}
    for chunk in _chunks(list(rows.values()), _WRITE_CHUNK):
        session.execute(insert(MomentRow).on_conflict_do_nothing(), chunk)


def _add_vectors(session: Session, moments: Sequence[Moment], vectors: Vectors) -> None:
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
        confidence=row.confidence, source=row.source, recorded_at=_aware(recorded_at),
    )


def _stage_record(row: StageRow) -> StageRecord:
    finished_at = _aware(row.finished_at)
    assert finished_at is not None
    return StageRecord(media_id=row.media_id, stage=row.stage, source=row.source,
                       detail=row.detail, finished_at=finished_at)
