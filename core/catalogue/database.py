"""The database behind the catalogue: opened, used in transactions, and closed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from trikal.catalogue.tables import Base
from trikal.errors import ArchiveError

T = TypeVar("T")

WRITE_CHUNK = 2_000


class Database:
    """A database with the catalogue's tables, on SQLAlchemy.

    Args:
        engine: An engine on the database; :meth:`open` makes one for a SQLite file.

    Every method, of the classes that stand on this one too, raises
    :class:`trikal.errors.ArchiveError` when the database cannot be read or written, as on a full
    disk.
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


def now() -> datetime:
    """Return the present time, in UTC."""
    return datetime.now(UTC)


def aware(moment: datetime | None) -> datetime | None:
    """Give a time read from SQLite, which keeps no zone, the zone in which it was written."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most ``size``."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
