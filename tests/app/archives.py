"""Copies of one archive for many tests, without what the memory of each would cost.

An index lays out two hundred megabytes of zeros, however little it holds. To be given so much
memory, and to give it back, takes longer than most tests do: what a test wrote into its copy is
undone, and the next test is lent the same one.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

_BLOCK = 1 << 12
_ZEROS = bytes(_BLOCK)
_PIECE = 1 << 18


class Copies:
    """Lends copies of an archive.

    Args:
        archive: What they are copies of. It is closed, and deleted once its contents are known.
        folder: Where a copy waits for the next test.
    """

    def __init__(self, archive: Path, folder: Path) -> None:
        self._thin = folder / "thin"
        self._spare = folder / "spare"
        shutil.copytree(archive, self._thin, copy_function=_copy_without_zeros)
        shutil.rmtree(archive)

    @contextmanager
    def lent(self, target: Path) -> Iterator[None]:
        """Hold a copy at ``target``, as the archive is, for the length of a ``with`` block."""
        if self._spare.exists():
            _undo(self._thin, self._spare)
            self._spare.rename(target)
        else:
            shutil.copytree(self._thin, target, copy_function=_copy_with_holes)
        yield
        if target.is_dir() and not target.is_symlink():
            target.rename(self._spare)

    def close(self) -> None:
        """Give back the memory of the copy that waits."""
        shutil.rmtree(self._spare, ignore_errors=True)


def _undo(thin: Path, used: Path) -> None:
    """Make a used copy as the archive is: what is new goes, what was changed is changed back."""
    for path in sorted(used.rglob("*"), reverse=True):
        original, kind = thin / path.relative_to(used), stat.S_IFMT(path.lstat().st_mode)
        if not original.exists() or stat.S_IFMT(original.stat().st_mode) != kind:
            path.rmdir() if kind == stat.S_IFDIR else path.unlink()
    for original in sorted(thin.rglob("*")):
        path = used / original.relative_to(thin)
        if original.is_dir():
            path.mkdir(exist_ok=True)
        else:
            _rewrite(original, path)
        shutil.copymode(original, path)


def _rewrite(original: Path, path: Path) -> None:
    with open(original, "rb") as wanted, open(path, "r+b" if path.exists() else "w+b") as file:
        size = os.fstat(wanted.fileno()).st_size
        file.truncate(size)
        end = 0
        for start, stop in _written(wanted):
            _clear(file, end, start)
            os.pwrite(file.fileno(), os.pread(wanted.fileno(), stop - start, start), start)
            end = stop
        _clear(file, end, size)


def _clear(file: BinaryIO, start: int, end: int) -> None:
    """Write zeros wherever there is anything else from ``start`` to ``end``."""
    held = np.empty(_PIECE, np.uint8)
    for at in range(start, end, _PIECE):
        length = os.preadv(file.fileno(), [held[:end - at]], at)
        if held[:length].max():
            os.pwrite(file.fileno(), bytes(length), at)


def _copy_without_zeros(source: str, target: str) -> None:
    with open(source, "rb") as old, open(target, "wb") as new:
        for n, block in enumerate(iter(lambda: old.read(_BLOCK), b"")):
            if block != _ZEROS[:len(block)]:
                os.pwrite(new.fileno(), block, n * _BLOCK)
        new.truncate(old.tell())


def _copy_with_holes(source: str, target: str) -> None:
    with open(source, "rb") as old, open(target, "wb") as new:
        new.truncate(os.fstat(old.fileno()).st_size)
        for start, end in _written(old):
            os.pwrite(new.fileno(), os.pread(old.fileno(), end - start, start), start)


def _written(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Yield from where to where a file is no hole."""
    size, end = os.fstat(file.fileno()).st_size, 0
    while end < size:
        try:
            start = os.lseek(file.fileno(), end, os.SEEK_DATA)
        except OSError:  # nothing but a hole is left
            return
        end = os.lseek(file.fileno(), start, os.SEEK_HOLE)
        yield start, end
