"""The archive that a long-running server holds open: one a process, whoever asks for it.

A server runs the agent and ingest side by side, and an archive is held by one process at a time:
they share what is open.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, RLock
from typing import Final

from trikal.archive import Archive, open_archive
from trikal.indexes.opening import open_index
from trikal.indexes.protocol import MomentIndex
from trikal.serving.models import Models
from trikal.settings import Settings, load_settings


@dataclass(frozen=True, kw_only=True, eq=False)
class Held:
    """An open archive with its index and models.

    Attributes:
        settings: What it was opened with.
        archive: The archive.
        index: Its index.
        models: The models that work on it.
        writing: Held by whoever changes the archive.
    """

    settings: Settings
    archive: Archive
    index: MomentIndex
    models: Models
    writing: Lock


class Holder:
    """Holds one archive open after the other.

    Attributes:
        changes: Goes up whenever the archive that is held, or what is in it, is another.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._stack = ExitStack()
        self._held: Held | None = None
        self.changes = 0

    def of(self, path: Path | None, *, create: bool = False) -> Held:
        """Return the open archive in a folder; another one that was held is closed first.

        Args:
            path: The archive's folder; the settings' when not given.
            create: Make the archive when there is none.

        Raises:
            ArchiveError: The archive or its index cannot be opened.
            ModelError: The embedding model is missing.
        """
        with self._lock:
            settings = load_settings(archive=path)
            if self._held is None or settings.archive != self._held.settings.archive:
                self.close()
                self._held = self._opened(settings, create=create)
                self.changes += 1
            return self._held

    @contextmanager
    def changing(self, held: Held) -> Iterator[None]:
        """Let one at a time change an archive, and tell the others that it has changed."""
        with held.writing:
            try:
                yield
            finally:
                self.changes += 1

    def close(self) -> None:
        """Close what is held."""
        with self._lock:
            self._held = None  # first, else a failure would leave what is closed by now
            self._stack.close()

    def _opened(self, settings: Settings, *, create: bool) -> Held:
        with ExitStack() as stack:
            archive = stack.enter_context(open_archive(settings.archive, create=create))
            models = stack.enter_context(Models(settings))
            embedder = models.embedder()
            index = stack.enter_context(open_index(
                archive, settings, fingerprint=embedder.fingerprint,
                dimensions=embedder.dimensions,
            ))
            self._stack = stack.pop_all()
        return Held(settings=settings, archive=archive, index=index, models=models, writing=Lock())


HOLDER: Final = Holder()
"""The process's own."""
