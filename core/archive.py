"""The archive: a folder of Trikal's own, held by one process at a time.

::

    .trikal/
    ├── catalogue.db     media, journal, moments (the truth)
    ├── index/           the Qdrant engine's files (made from the truth)
    ├── outputs/         files that plans and models had written
    ├── sessions.db      conversations
    ├── memory.db        what is remembered across conversations
    └── lock             who holds the archive now
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from trikal.catalogue import Catalogue
from trikal.errors import ArchiveError, ArchiveLocked, ArchiveMissing


class Archive:
    """One archive folder and its catalogue.

    Attributes:
        path: The folder.
        catalogue: The open catalogue database.
    """

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        self.path = path
        self.catalogue = catalogue

    @property
    def index_path(self) -> Path:
        """The folder of the embedded index."""
        return self.path / "index"

    @property
    def outputs_path(self) -> Path:
        """The folder that tools write to unless told otherwise."""
        return self.path / "outputs"

    @property
    def sessions_path(self) -> Path:
        """The database of conversations."""
        return self.path / "sessions.db"

    @property
    def memory_path(self) -> Path:
        """The database of what is remembered across conversations."""
        return self.path / "memory.db"


@contextmanager
def open_archive(path: Path, *, create: bool = False) -> Iterator[Archive]:
    """Hold the archive in ``path`` for the length of a ``with`` block.

    Args:
        path: The archive's folder.
        create: Make the archive when there is none.

    Yields:
        The open archive.

    Raises:
        ArchiveMissing: There is none, and ``create`` is false.
        ArchiveLocked: Another process holds it.
        ArchiveError: The folder cannot be written, or its catalogue cannot be opened.
    """
    try:
        there = (path / "catalogue.db").exists()
    except OSError as exc:
        raise ArchiveError(
            f"The archive folder {path} cannot be looked into ({exc.strerror}). Choose another "
            "with --archive."
        ) from exc
    if not create and not there:
        raise ArchiveMissing(
            f"There is no archive in {path}. Make one with: trikal ingest FILES --archive {path}"
        )
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise ArchiveError(
            f"The archive folder {path} cannot be made ({exc.strerror}). Choose another with "
            "--archive."
        ) from exc
    with _held(path):
        catalogue = Catalogue.open(path / "catalogue.db")
        try:
            yield Archive(path, catalogue)
        finally:
            catalogue.close()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    lock = FileLock(path / "lock", timeout=0)
    holder = path / "lock.holder"
    try:
        lock.acquire()
    except Timeout as exc:
        raise ArchiveLocked(
            f"The archive {path} is in use by {_name_in(holder)}. Wait until it has finished, "
            "or choose another archive with --archive."
        ) from exc
    except OSError as exc:
        raise ArchiveError(
            f"The archive {path} cannot be locked ({exc.strerror}). Make the folder writable, or "
            "choose another with --archive."
        ) from exc
    try:
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:3]])
        # A file's name on the command line need not be UTF-8.
        holder.write_text(f"process {os.getpid()} ({command})", encoding="utf-8",
                          errors="backslashreplace")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _name_in(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:  # it may go at any moment
        return "another process"
