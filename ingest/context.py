"""What the nodes of ingest work with, reached through LangGraph's runtime context."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from trikal.archive import Archive
from trikal.indexes.protocol import MomentIndex
from trikal.ingest.pipeline import IngestModels
from trikal.settings import load_settings
from trikal.tools.holding import HOLDER, Held


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open archive to ingest into, for callers that hold one themselves."""

    archive: Archive
    index: MomentIndex
    models: IngestModels
    writing: Lock


@dataclass(frozen=True, kw_only=True)
class IngestContext:
    """The run's context.

    Attributes:
        archive: Folder of the archive; the settings' when empty. Made when there is none.
        transcribe: Listen with the model even where there are subtitles.
        longest_minutes: Longer media are asked about before they are ingested.
        folders: Where files may be ingested from unasked; the settings' when empty.
        opened: What to work with; opened from ``archive`` and kept when not given.
    """

    archive: str = ""
    transcribe: bool = False
    longest_minutes: int = 60
    folders: tuple[str, ...] = ()
    opened: Opened | None = None

    def media_folders(self) -> tuple[Path, ...]:
        """Return where files may be ingested from unasked."""
        return tuple(map(Path, self.folders)) or load_settings().media_folders

    def held(self) -> Opened | Held:
        """Return the open archive.

        Raises:
            ArchiveError: It cannot be opened.
        """
        if self.opened is not None:
            return self.opened
        return HOLDER.of(Path(self.archive) if self.archive else None, create=True)
