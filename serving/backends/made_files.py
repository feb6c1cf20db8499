"""Files that are made of a model's weights and kept in the cache: named by what they are made of.

Two installations with the same weights share them. When new ones are made, old ones that nobody
has opened for a day go; what another process has just made or opened stays.
"""

import glob
import hashlib
import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

_BLOCK: Final = 4_096
_BLOCKS: Final = 64
_HOUR_S: Final = 3_600
_DAY_S: Final = 24 * _HOUR_S
_DIGEST: Final = 16


def fingerprint(weights: Path, *made_with: object) -> str:
    """Return 16 hexadecimal digits that tell weights, and what they were made into, from others.

    Args:
        weights: The file; its size and 64 blocks of it are looked at, for all of it takes long.
        made_with: Versions of whatever makes something of it.

    Raises:
        OSError: It cannot be read.
    """
    size = weights.stat().st_size
    digest = hashlib.sha256(f"{size} {' '.join(map(str, made_with))}".encode())
    with weights.open("rb") as file:
        for n in range(_BLOCKS):
            file.seek(max(size - _BLOCK, 0) * n // (_BLOCKS - 1))
            digest.update(file.read(_BLOCK))
    return digest.hexdigest()[:_DIGEST]


def note_use(file: Path) -> None:
    """Note that a file is in use, as the time of its last change; once an hour is enough."""
    with suppress(OSError):  # a cache that only others may write is as good
        if time.time() - file.stat().st_mtime > _HOUR_S:
            os.utime(file)


def drop_unused(folder: Path, name: str, kept: str) -> None:
    """Delete what was made of other weights of a name, or by other versions, and lies unused.

    Args:
        folder: The cache's folder.
        name: What the names of all begin with, before a fingerprint.
        kept: The fingerprint of those that stay.
    """
    ours = re.compile(rf"{re.escape(name)}-(?P<digest>[0-9a-f]{{{_DIGEST}}})[-.].*")
    for file in folder.glob(f"{glob.escape(name)}-*"):
        match = ours.fullmatch(file.name)
        if match is None or match["digest"] == kept or file.suffix == ".lock":
            continue
        with suppress(OSError):  # another process was quicker, or has it open where that matters
            if is_unused(file):
                file.unlink()


def is_unused(file: Path) -> bool:
    """Tell whether nobody has made or opened a file, or a folder, for a day; see :func:`note_use`.

    Raises:
        OSError: It is gone.
    """
    return time.time() - file.stat().st_mtime > _DAY_S
