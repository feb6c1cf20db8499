"""Failures of the embedded engine as errors of this house."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trikal.errors import ArchiveError, ArchiveLocked, EmbeddingMismatch


@contextmanager
def engine_errors(path: Path) -> Iterator[None]:
    """Map what the engine raises on the index in a folder.

    Raises:
        ArchiveLocked: Another process has it open.
        EmbeddingMismatch: It holds vectors of another length.
        ArchiveError: It failed, or its files are damaged.
    """
    try:
        yield
    # The engine tells causes apart by their text only: all are bare `Exception`, save the panics
    # on damaged files, whose class is outside `Exception` and cannot be imported.
    except BaseException as exc:
        if type(exc) is not Exception and type(exc).__name__ != "PanicException":
            raise
        raise engine_error(path, str(exc)) from exc


def engine_error(path: Path, reason: str) -> ArchiveError:
    """Return the error that a reason of the engine means."""
    if "WouldBlock" in reason:
        return ArchiveLocked(
            f"The index {path} is in use by another process. Wait until it has finished, or choose "
            "another archive with --archive."
        )
    if "expected vector size" in reason or "Vector dimension error" in reason:
        return EmbeddingMismatch(
            f"The index {path} was made for vectors of another length ({reason}). Use the model "
            "that it was made with, or build it anew with: trikal reindex"
        )
    return ArchiveError(
        f"The index {path} failed or is damaged ({reason}). Nothing is lost, the catalogue holds "
        "every moment: build it anew with: trikal reindex"
    )
