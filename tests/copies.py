"""Copies of one archive for many tests, without what the memory of each would cost.

An index lays out two hundred megabytes of zeros, however little it holds. To be given so much
memory, and to give it back, takes longer than most tests do: what a test wrote into its copy is
undone, and the next test is lent the same one.
"""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

_BLOCK = 1 << 12
_ZEROS = bytes(_BLOCK)
_PIECE = 1 << 18

_Seen = Mapping[str, os.stat_result]


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
        self._kept = _seen(self._thin)
        self._lent: _Seen = {}

    @contextmanager
    def lent(self, target: Path) -> Iterator[None]:
        """Hold a copy at ``target``, as the archive is, for the length of a ``with`` block."""
        if self._spare.exists():
            self._undo()
            self._spare.rename(target)
        else:
            shutil.copytree(self._thin, target, copy_function=_copy_with_holes)
        self._lent = _seen(target)
        yield
        if target.is_dir() and not target.is_symlink():
            target.rename(self._spare)

    def close(self) -> None:
        """Give back the memory of the copy that waits."""
        shutil.rmtree(self._spare, ignore_errors=True)

    def _undo(self) -> None:
        """Make the copy as the archive is: what is new goes, what was changed is changed back."""
        left = _seen(self._spare)
        for name in reversed(left):
            if name not in self._kept or _kind(left[name]) != _kind(self._kept[name]):
                path = self._spare / name
                path.rmdir() if stat.S_ISDIR(left[name].st_mode) else path.unlink()
        written = _folders_written(self._lent, left)
        for name, original in self._kept.items():
            path = self._spare / name
            if stat.S_ISDIR(original.st_mode):
                path.mkdir(exist_ok=True)
            elif name.partition("/")[0] in written:
                _rewrite(self._thin / name, path)
            path.chmod(stat.S_IMODE(original.st_mode))


def _seen(folder: Path) -> dict[str, os.stat_result]:
    """Return what lies in a folder by its name from there, each folder before what is in it."""
    found: dict[str, os.stat_result] = {}
    waiting = [""]
    for place in waiting:
        with os.scandir(folder / place) as entries:
            for entry in entries:
                name = f"{place}{entry.name}"
                found[name] = entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{name}/")
    return found


def _kind(status: os.stat_result) -> int:
    return stat.S_IFMT(status.st_mode)


def _folders_written(before: _Seen, after: _Seen) -> set[str]:
    """Return the names at the top under which anything was written to.

    What an engine writes through memory leaves no trace on a file, but when it opens an index it
    also writes its description and its flags anew.
    """
    return {name.partition("/")[0] for name in before.keys() | after.keys()
            if _trace(before.get(name)) != _trace(after.get(name))}


def _trace(status: os.stat_result | None) -> tuple[int, ...]:
    return () if status is None else (
        status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns)


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
    os.utime(path, (0, 0))  # whatever is written from now on is told from this


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
    os.utime(target, (0, 0))


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
