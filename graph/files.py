"""The files that steps make: named by their content, so that doing a step twice makes one file.

A run that was killed after a file was written, and before that was noted, finds it by its name and
makes none again. A file that is to be called otherwise is made under that name first, and then
given the other one.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from trikal.errors import BadInput
from trikal.tools.outputs import Anywhere, Outputs, written

_DIGITS: Final = 16


def content_name(kind: str, content: Any, suffix: str) -> str:
    """Return the name of a file for what goes into it: the same for the same.

    Args:
        kind: What makes it.
        content: Everything that its bytes depend on, as plain data.
        suffix: The file's suffix.
    """
    told = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return f"{kind}-{hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]}{suffix}"


def made_once(
    name: str, outputs: Outputs, make: Callable[[str], int]
) -> tuple[Path, int | None]:
    """Make a file unless it is there.

    Args:
        name: Its name, which tells its content.
        outputs: Where files go.
        make: Makes it under a name, and returns how long it runs, in ms.

    Returns:
        The file, and how long it runs where it was made just now.
    """
    there = outputs.there(name)
    if there is not None:
        return there, None
    length = make(name)
    made = outputs.there(name)
    if made is None:
        raise BadInput(f"{name} was made, but is not there. Check the folder for outputs.")
    return made, length


def named(made: Path, file: str | None, outputs: Outputs, *, granted: bool) -> Path:
    """Give a file the name that was asked for; the same content keeps it.

    Args:
        made: The file under the name of its content.
        file: What it is to be called; as it is when not given.
        outputs: Where files may go.
        granted: Whether a person allowed it to lie elsewhere.

    Raises:
        BadInput: It may not be called so, or something else is called so.
    """
    if not file:
        return made
    place: Outputs = Anywhere() if granted else outputs
    if not Path(file).suffix:
        file += made.suffix
    known = place.there(file)
    if known is not None and _same(known, made):
        return known
    target = place.place(file, (made.suffix,))
    with written(target) as part:
        try:
            os.link(made, part)
        except OSError:  # another file system
            shutil.copyfile(made, part)
    return target


def _same(one: Path, other: Path) -> bool:
    return one.samefile(other) or (
        one.stat().st_size == other.stat().st_size and _digest(one) == _digest(other))


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
