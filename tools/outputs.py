"""Where tools may write.

A plan or a model may only name a file in the archive's own folder for outputs, or in a folder that
the settings allow; a person who types a path may write where the system lets them. Nothing that
exists is overwritten unasked, and nothing half-written is left behind.
"""

import errno
import os
import secrets
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final, Protocol

from trikal.errors import BadInput

if TYPE_CHECKING:  # a database and settings, for which no tool that writes should wait
    from trikal.archive import Archive
    from trikal.settings import Settings

LONGEST_PART: Final = 120
"""Bytes that a file's name, or a folder's, may have where a plan gives it."""

_DEEPEST = 4
_RESERVED = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT")
                                                     for n in range(10))})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS})


class Outputs(Protocol):
    """Gives the places that tools write to."""

    @property
    def force(self) -> bool:
        """Whether what exists may be overwritten."""

    def place(self, name: str, suffixes: Collection[str]) -> Path:
        """Return where a file of that name goes; its folder exists.

        Args:
            name: A name with one of the suffixes. With no stem (``.mp4``) a free name is chosen.
            suffixes: Suffixes that are allowed, in lower case with the dot.

        Raises:
            BadInput: Nothing may be written there, or something is there already.
        """

    def allows(self, name: str) -> bool:
        """Tell whether a file of that name may be written; touches nothing."""

    def there(self, name: str) -> Path | None:
        """Return the file of that name if it was written already; a plain name is in the home."""


class Fenced:
    """Lets plans and models write only where they may.

    Args:
        home: The folder for names without one; made when it is first written to.
        allowed: Further folders, which absolute paths may lead into.
    """

    force = False

    def __init__(self, home: Path, allowed: Sequence[Path] = ()) -> None:
        self._home = home
        self._roots = (home, *allowed)

    def place(self, name: str, suffixes: Collection[str]) -> Path:
        """Return where the file goes; see :meth:`Outputs.place`."""
        if name in suffixes:
            return _free(self._made(self._home), name)
        _check_suffix(name, suffixes)
        root, parts = self._divided(name)
        _check_parts(name, parts)
        target = self._made(root).joinpath(*parts)
        self._check_inside(target.parent, root, name)
        _make(target.parent)
        self._check_inside(target.parent, root, name)
        return checked_target(target)

    def allows(self, name: str) -> bool:
        """Tell whether a file of that name may be written; see :meth:`Outputs.allows`."""
        try:
            root, parts = self._divided(name)
            _check_parts(name, parts)
            self._check_inside(root.joinpath(*parts).parent, root, name)
        except BadInput:
            return False
        return True

    def there(self, name: str) -> Path | None:
        """Return the file of that name if it is there; see :meth:`Outputs.there`."""
        if not self.allows(name):
            return None
        root, parts = self._divided(name)
        path = root.joinpath(*parts)
        return path if path.is_file() and not path.is_symlink() else None

    def _divided(self, name: str) -> tuple[Path, tuple[str, ...]]:
        """Split a name into the folder that it counts from and the parts below."""
        if "\\" in name or PureWindowsPath(name).drive:
            raise _refused(name, "it has a backslash or a drive")
        path = PurePosixPath(name)
        if not path.is_absolute():
            return self._home, path.parts
        for root in self._roots:
            if path.is_relative_to(root.absolute()):
                return root, path.relative_to(root.absolute()).parts
        raise _refused(name, f"files may be written below {self._named()}")

    def _check_inside(self, folder: Path, root: Path, name: str) -> None:
        """Follow links: where they lead must still be inside."""
        if not folder.resolve().is_relative_to(root.resolve()):
            raise _refused(name, f"it leads out of {root}")

    def _made(self, root: Path) -> Path:
        _make(root)
        return root

    def _named(self) -> str:
        return " or ".join(str(root) for root in self._roots)


class Anywhere:
    """Lets a person write wherever the system does.

    Args:
        force: Overwrite what exists.
    """

    def __init__(self, *, force: bool = False) -> None:
        self.force = force

    def place(self, name: str, suffixes: Collection[str]) -> Path:
        """Return where the file goes; see :meth:`Outputs.place`."""
        if name in suffixes:
            return _free(Path(), name)
        _check_suffix(name, suffixes)
        target = Path(name)
        if not target.parent.is_dir():
            raise BadInput(f"{target} cannot be written (no such folder). Choose another place.")
        return checked_target(target, force=self.force)

    def allows(self, name: str) -> bool:
        """Tell whether a file of that name may be written: for a person, any may."""
        return True

    def there(self, name: str) -> Path | None:
        """Return the file of that name if it is there; see :meth:`Outputs.there`."""
        path = Path(name)
        return path if path.is_file() else None


def fenced_outputs(archive: "Archive", settings: "Settings") -> Fenced:
    """Return where plans and models may write for an archive."""
    return Fenced(archive.outputs_path, settings.output_folders)


def checked_target(target: Path, *, force: bool = False) -> Path:
    """Refuse a target that exists, unless it is a file that may be overwritten.

    Raises:
        BadInput: Something is there.
    """
    try:
        there = target.is_symlink() or target.exists()
    except OSError as exc:
        raise _unwritable(target, exc) from exc
    if there and (target.is_symlink() or not target.is_file()):
        raise BadInput(f"{target} is no plain file, and is left as it is. Choose another name.")
    if there and not force:
        raise BadInput(f"{target} exists. Choose another name, or overwrite it with --force.")
    return target


def spared(target: Path, source: Path) -> Path:
    """Refuse a target that is the very file that it is made from.

    Raises:
        BadInput: It is.
    """
    with suppress(OSError):  # what is missing is told where it is read
        if target.samefile(source):
            raise BadInput(f"{target} is what it would be made from, and is left as it is. Choose "
                           "another name with --out.")
    return target


@contextmanager
def written(target: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a temporary file beside a target, which becomes the target when the block ends well.

    Args:
        target: Where the file goes.
        force: Replace what is there; else something that came in the meantime is left alone.

    Yields:
        The path to write to, with the target's suffix.

    Raises:
        BadInput: The target cannot be written, or exists.
    """
    part = target.with_name(f".{secrets.token_hex(8)}{target.suffix}")
    try:
        yield part
        checked_target(target, force=force)
        _become(part, target, force=force)
    except BadInput as exc:
        if str(part) not in str(exc):
            raise
        raise BadInput(str(exc).replace(str(part), str(target))) from exc
    except OSError as exc:
        raise _unwritable(target, exc) from exc
    finally:
        with suppress(OSError):
            part.unlink()


def _become(part: Path, target: Path, *, force: bool) -> None:
    if force:
        os.replace(part, target)
        return
    try:
        os.link(part, target)  # unlike a rename it never overwrites
    except FileExistsError as exc:
        raise BadInput(f"{target} exists by now. Choose another name.") from exc
    except OSError as exc:
        if exc.errno not in _NO_LINKS:
            raise
        os.replace(part, target)


def _free(folder: Path, suffix: str) -> Path:
    names = (folder / f"{suffix[1:]}-{number:03d}{suffix}" for number in count(1))
    return next(path for path in names if not path.exists() and not path.is_symlink())


def _check_suffix(name: str, suffixes: Collection[str]) -> None:
    if PurePosixPath(name).suffix.lower() not in suffixes:
        raise BadInput(f"{name!r} must end in {' or '.join(sorted(suffixes))}.")


def _check_parts(name: str, parts: Sequence[str]) -> None:
    """Refuse what climbs, hides, or is no name on some system."""
    if len(parts) > _DEEPEST:
        raise _refused(name, f"it is more than {_DEEPEST} folders deep")
    for part in parts:
        odd = [c for c in part if unicodedata.category(c)[0] == "C" or c in '<>:"|?*']
        if odd:
            raise _refused(name, f"{odd[0]!r} does not belong into a file's name")
        if part.startswith((".", "-", "~")) or part != part.strip() or part.endswith("."):
            raise _refused(name, f"{part!r} may not be a part of it")
        if part.split(".")[0].upper() in _RESERVED or len(part.encode()) > LONGEST_PART:
            raise _refused(name, f"{part[:20]!r} is no name on every system")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise _unwritable(folder, exc) from exc


def _refused(name: str, why: str) -> BadInput:
    return BadInput(f"Nothing is written to {name!r}: {why}. Give a plain name like talk.srt.")


def _unwritable(target: Path, exc: OSError) -> BadInput:
    return BadInput(f"{target} cannot be written ({exc.strerror}). Choose another place.")
