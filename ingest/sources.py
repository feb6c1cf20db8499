"""Which files a person means: files, folders and globs become a list of paths."""

import glob
from collections.abc import Iterable
from pathlib import Path

from trikal.errors import BadInput
from trikal.media.probe import MEDIA_SUFFIXES
from trikal.media.sidecars import sidecars
from trikal.media.timedtext import TIMED_TEXT_SUFFIXES

_KNOWN = MEDIA_SUFFIXES | TIMED_TEXT_SUFFIXES


def expand(given: Iterable[str | Path]) -> list[Path]:
    """List the files that the given names stand for, each once, in order.

    A file named outright is taken whatever its suffix; in folders and globs only known media and
    timed-text suffixes count. A subtitle file beside a medium of the same stem is that medium's
    sidecar and no medium of its own, unless it is named outright.

    Args:
        given: Paths of files and folders (searched to the bottom), and glob patterns.

    Returns:
        Absolute paths, without repetition.

    Raises:
        BadInput: A name stands for nothing at all.
    """
    named: dict[Path, None] = {}
    found: dict[Path, None] = {}
    for name in given:
        path = Path(name).expanduser().absolute()
        if _is_folder(path):
            found.update(dict.fromkeys(_some(_inside(path), name)))
        elif not glob.has_magic(str(name)) or path.exists():
            named[path] = None
        else:
            found.update(dict.fromkeys(_some(_matching(name), name)))
    beside = {sidecar for path in [*named, *found] for sidecar in _sidecars(path)}
    return [*named, *(path for path in found if path not in named and path not in beside)]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as too long a name: the file itself will be reported with the reason
        return False


def _some(paths: list[Path], name: str | Path) -> list[Path]:
    if not paths:
        raise BadInput(
            f"Nothing in {str(name)!r} is a medium or a subtitle file. Name a file outright to "
            "take it whatever its suffix."
        )
    return paths


def _matching(pattern: str | Path) -> list[Path]:
    matches = glob.glob(str(Path(pattern).expanduser()), recursive=True)
    if not matches:
        raise BadInput(f"Nothing matches {str(pattern)!r}. Check the pattern and its quotes.")
    return sorted(Path(match).absolute() for match in matches if _is_known(Path(match)))


def _inside(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if _is_known(path))
    return sorted(path for path in files if not _hidden(path, folder))


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _is_known(path: Path) -> bool:
    return path.suffix.lower() in _KNOWN and path.is_file()


def _sidecars(path: Path) -> list[Path]:
    return sidecars(path) if path.suffix.lower() not in TIMED_TEXT_SUFFIXES else []
