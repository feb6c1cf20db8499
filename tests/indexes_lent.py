"""Empty indexes for tests: one that comes back is emptied and lent again.

To make an index costs more than most tests do. The tests of the indexes make their own.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp

from trikal.indexes.edge import EdgeIndex
from trikal.indexes.protocol import EVERYTHING

_WAITING: dict[int, list[EdgeIndex]] = defaultdict(list)
_MANY = 10_000


@contextmanager
def lent_index(dimensions: int) -> Iterator[EdgeIndex]:
    """Hold an empty index, which nobody else holds, for the length of a ``with`` block.

    Args:
        dimensions: Length of its vectors. It may have room for images, of another test's length.
    """
    waiting = _WAITING[dimensions]
    index = waiting.pop() if waiting else EdgeIndex.open(
        Path(mkdtemp(dir=_folder())) / "index", dimensions=dimensions)
    yield index
    for media_id in {each.media_id for each in index.in_window(EVERYTHING, _MANY)}:
        index.delete_media(media_id)
    assert index.count() == 0
    waiting.append(index)


def close_all() -> None:
    """Close what waits, and delete the files."""
    for index in chain.from_iterable(_WAITING.values()):
        index.close()
    _WAITING.clear()
    if _folder.cache_info().currsize:
        shutil.rmtree(_folder())
        _folder.cache_clear()


@cache
def _folder() -> Path:
    return Path(mkdtemp(prefix="indexes-"))
