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

from pydantic import BaseModel, ConfigDict, JsonValue
from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    create_engine,
    delete,
    event,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from trikal.errors import ArchiveError, UnknownMedium
from trikal.moments import Moment, Track, Unit

T = TypeVar("T")

_WRITE_CHUNK = 2_000


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


class StageRecord(BaseModel):
    """That one stage of ingest is finished for one medium, by what, and with what result."""

    model_config = ConfigDict(frozen=True)

    media_id: str
    stage: str
    source: str
    detail: dict[str, JsonValue] = {}
    finished_at: datetime


class _Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON, int: BigInteger}


class _MetaRow(_Base):
    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class _MediumRow(_Base):
    __tablename__ = "media"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    size_bytes: Mapped[int]
    duration_ms: Mapped[int]
    recorded_at: Mapped[datetime | None]
    info: Mapped[dict[str, Any]]
    added_at: Mapped[datetime]


class _LocationRow(_Base):
    __tablename__ = "locations"

    path: Mapped[str] = mapped_column(primary_key=True)
    media_id: Mapped[str] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"), index=True)
    size_bytes: Mapped[int]
    mtime_ns: Mapped[int]
    seen_at: Mapped[datetime]


class _StageRow(_Base):
    __tablename__ = "stages"

    media_id: Mapped[str] = mapped_column(
        ForeignKey("media.id", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    detail: Mapped[dict[str, Any]]
    finished_at: Mapped[datetime]


class _MomentRow(_Base):
    __tablename__ = "moments"
    __table_args__ = (
        Index("moments_in_order", "media_id", "track", "unit", "start_ms", "end_ms"),
        Index("moments_to_index", "indexed", "media_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    media_id: Mapped[str] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"))
    stage: Mapped[str]
    track: Mapped[str]
    unit: Mapped[str]
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str]
    language: Mapped[str | None]
    speaker: Mapped[str | None]
    confidence: Mapped[float | None]
    source: Mapped[str]
    indexed: Mapped[bool] = mapped_column(default=False)


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
        _Base.metadata.create_all(engine)

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
            row = session.get(_MetaRow, key)
            return row.value if row else None

    def set_fact(self, key: str, value: str) -> None:
        """Store a fact about the archive, replacing an earlier one."""
        with self._session() as session:
            session.merge(_MetaRow(key=key, value=value))

    def add_medium(self, medium: Medium) -> None:
        """Record a medium; one that is there already stays as it is."""
        fields = medium.model_dump(exclude={"paths"})
        with self._session() as session:
            session.execute(
                insert(_MediumRow).values(**fields, added_at=_now()).on_conflict_do_nothing()
            )

    def add_location(self, media_id: str, path: Path, *, size_bytes: int, mtime_ns: int) -> None:
        """Record that the medium's bytes lie at ``path``, in place of what lay there before."""
        with self._session() as session:
            earlier = session.get(_LocationRow, str(path))
            seen_at = earlier.seen_at if earlier and earlier.media_id == media_id else _now()
            session.merge(_LocationRow(path=str(path), media_id=media_id, size_bytes=size_bytes,
                                       mtime_ns=mtime_ns, seen_at=seen_at))

    def known_id(self, path: Path, *, size_bytes: int, mtime_ns: int) -> str | None:
        """Return the id of the unchanged file at ``path``, so that it need not be hashed again."""
        with self._session() as session:
            row = session.get(_LocationRow, str(path))
            if row and (row.size_bytes, row.mtime_ns) == (size_bytes, mtime_ns):
                return row.media_id
        return None

    def media(self) -> list[Medium]:
        """Return every medium, in the order in which they were added."""
        with self._session() as session:
            rows = session.scalars(select(_MediumRow).order_by(_MediumRow.added_at, _MediumRow.id))
            return [self._medium(session, row) for row in rows]

    def medium(self, media_id: str) -> Medium | None:
        """Return the medium with exactly this id, or ``None``."""
        with self._session() as session:
            row = session.get(_MediumRow, media_id)
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
            session.execute(delete(_MediumRow).where(_MediumRow.id == media_id))

    @staticmethod
    def _medium(session: Session, row: _MediumRow) -> Medium:
        paths = session.scalars(
            select(_LocationRow.path)
            .where(_LocationRow.media_id == row.id)
            .order_by(_LocationRow.seen_at, _LocationRow.path)
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
    ) -> None:
        """Commit a stage's moments and the record that it is done, in one transaction.

        Args:
            media_id: The medium.
            stage: Name of the stage.
            source: The model or file that the stage observed with.
            moments: What the stage observed; an earlier run's moments of this stage are replaced.
            detail: Figures and notes worth keeping, as plain data.
        """
        rows = {moment.id: _row(moment, stage) for moment in moments}
        with self._session() as session:
            session.execute(delete(_MomentRow).where(_MomentRow.media_id == media_id,
                                                     _MomentRow.stage == stage))
            for chunk in _chunks(list(rows.values()), _WRITE_CHUNK):
                session.execute(insert(_MomentRow).on_conflict_do_nothing(), chunk)
            session.merge(_StageRow(media_id=media_id, stage=stage, source=source,
                                    detail=detail or {}, finished_at=_now()))

    def stage(self, media_id: str, stage: str) -> StageRecord | None:
        """Return the record of a finished stage, or ``None`` when it is still to do."""
        with self._session() as session:
            row = session.get(_StageRow, (media_id, stage))
            return _stage_record(row) if row else None

    def stages(self, media_id: str) -> list[StageRecord]:
        """Return the finished stages of a medium, in the order in which they finished."""
        with self._session() as session:
            rows = session.scalars(select(_StageRow).where(_StageRow.media_id == media_id)
                                   .order_by(_StageRow.finished_at))
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
        query = select(_MomentRow, _MediumRow.recorded_at).join(_MediumRow).where(
            _MomentRow.media_id == media_id
        )
        if tracks:
            query = query.where(_MomentRow.track.in_([str(track) for track in tracks]))
        if unit:
            query = query.where(_MomentRow.unit == str(unit))
        if overlapping:
            query = query.where(_MomentRow.start_ms < overlapping[1],
                                _MomentRow.end_ms > overlapping[0])
        query = query.order_by(_MomentRow.start_ms, _MomentRow.end_ms, _MomentRow.id)
        with self._session() as session:
            return [_moment(row, recorded_at) for row, recorded_at in session.execute(query)]

    def unindexed(self, media_id: str | None = None, *, limit: int) -> list[Moment]:
        """Return up to ``limit`` moments that are not in the index yet, with text to embed."""
        query = select(_MomentRow, _MediumRow.recorded_at).join(_MediumRow).where(
            _MomentRow.indexed.is_(False)
        )
        if media_id:
            query = query.where(_MomentRow.media_id == media_id)
        with self._session() as session:
            found = session.execute(query.order_by(_MomentRow.id).limit(limit))
            return [_moment(row, recorded_at) for row, recorded_at in found]

    def count_moments(self, media_id: str | None = None, *, indexed: bool | None = None) -> int:
        """Count moments: of one medium or all, indexed or not, as asked."""
        query = select(func.count()).select_from(_MomentRow)
        if media_id:
            query = query.where(_MomentRow.media_id == media_id)
        if indexed is not None:
            query = query.where(_MomentRow.indexed.is_(indexed))
        with self._session() as session:
            return session.scalar(query) or 0

    def speakers(self) -> list[str]:
        """Return the names of everybody who speaks in the archive, in alphabetical order."""
        with self._session() as session:
            names = session.scalars(select(_MomentRow.speaker).distinct())
            return sorted(name for name in names if name)

    def mark_indexed(self, ids: Iterable[str]) -> None:
        """Record that these moments are safely in the index."""
        with self._session() as session:
            for chunk in _chunks(list(ids), _WRITE_CHUNK):
                session.execute(
                    update(_MomentRow).where(_MomentRow.id.in_(chunk)).values(indexed=True)
                )

    def mark_all_unindexed(self) -> None:
        """Record that the index is empty, so that every moment is embedded anew."""
        with self._session() as session:
            session.execute(update(_MomentRow).values(indexed=False))


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


def _row(moment: Moment, stage: str) -> dict[str, Any]:
    fields = moment.model_dump(exclude={"recorded_at"})
    return {**fields, "id": moment.id, "stage": stage, "track": str(moment.track),
            "unit": str(moment.unit), "indexed": False}


def _moment(row: _MomentRow, recorded_at: datetime | None) -> Moment:
    return Moment(
        media_id=row.media_id, track=Track(row.track), unit=Unit(row.unit), start_ms=row.start_ms,
        end_ms=row.end_ms, text=row.text, language=row.language, speaker=row.speaker,
        confidence=row.confidence, source=row.source, recorded_at=_aware(recorded_at),
    )


def _stage_record(row: _StageRow) -> StageRecord:
    finished_at = _aware(row.finished_at)
    assert finished_at is not None
    return StageRecord(media_id=row.media_id, stage=row.stage, source=row.source,
                       detail=row.detail, finished_at=finished_at)
