"""The catalogue's media: what was seen, and where it lies."""

from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from trikal.catalogue.database import Database, aware, now
from trikal.catalogue.records import Medium
from trikal.catalogue.tables import LocationRow, MediumRow
from trikal.errors import UnknownMedium


class MediaRecords(Database):
    """The media of an archive, each known by the hash of its bytes."""

    def add_medium(self, medium: Medium) -> None:
        """Record a medium; one that is there already stays as it is."""
        fields = medium.model_dump(exclude={"paths"})
        with self._session() as session:
            session.execute(
                insert(MediumRow).values(**fields, added_at=now()).on_conflict_do_nothing()
            )

    def add_location(self, media_id: str, path: Path, *, size_bytes: int, mtime_ns: int) -> None:
        """Record that the medium's bytes lie at ``path``, in place of what lay there before."""
        with self._session() as session:
            earlier = session.get(LocationRow, str(path))
            seen_at = earlier.seen_at if earlier and earlier.media_id == media_id else now()
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
            return [_medium(session, row) for row in rows]

    def medium(self, media_id: str) -> Medium | None:
        """Return the medium with exactly this id, or ``None``."""
        with self._session() as session:
            row = session.get(MediumRow, media_id)
            return _medium(session, row) if row else None

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


def _medium(session: Session, row: MediumRow) -> Medium:
    paths = session.scalars(
        select(LocationRow.path)
        .where(LocationRow.media_id == row.id)
        .order_by(LocationRow.seen_at, LocationRow.path)
    )
    return Medium(
        id=row.id, name=row.name, kind=row.kind, size_bytes=row.size_bytes,
        duration_ms=row.duration_ms, recorded_at=aware(row.recorded_at), info=row.info,
        paths=tuple(paths),
    )


def _is_called(medium: Medium, name: str) -> bool:
    names = {medium.name, *(Path(path).name for path in medium.paths)}
    wanted = name.casefold()
    return any(wanted in (n.casefold(), Path(n).stem.casefold()) for n in names)
