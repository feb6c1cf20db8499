"""Numbers out of an old file of torch, without torch and without running anything in it.

Before 2020 ``torch.save`` wrote three small pickles, the object with tensors left out, the keys of
what they rest on, and the raw numbers in that order (``torch/serialization.py``, legacy format).
A pickle can call any code; this one may name an ordered dictionary and tensors of floats alone.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

_MAGIC: Final = 0x1950A86A20F9469CFC6C
_FLOATS: Final = "FloatStorage"
# What unpickling and unpacking raise at a file that is cut short or another one.
_MISFITS: Final = (pickle.UnpicklingError, EOFError, LookupError, TypeError, AttributeError,
                   ValueError)


@dataclass
class _Storage:
    """A row of numbers that tensors are views of; it is filled when all of the pickle is read."""

    numbers: NDArray[np.float32]


def read_torch(path: Path) -> dict[str, Any]:
    """Return the dictionary in a file, its tensors as float32 arrays.

    Raises:
        ValueError: It is no such file, or names something else than floats.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        try:
            found = _read(file)
        except _MISFITS as exc:
            raise ValueError(f"{path} cannot be read ({exc})") from exc
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no dictionary")
    return found


def _read(file: BinaryIO) -> Any:
    if _Reader(file).load() != _MAGIC:
        raise ValueError("it is no file of torch in its old format")
    for _ in ("protocol", "system"):
        _Reader(file).load()
    reader = _Reader(file)
    found = reader.load()
    for key in _Reader(file).load():
        numbers = reader.storages[key].numbers
        count = int(np.fromfile(file, "<i8", 1)[0])
        read = np.fromfile(file, "<f4", len(numbers))
        # One number alone would fill the whole row.
        if not count == len(read) == len(numbers):
            raise ValueError(f"{len(numbers)} numbers are said to be there, then {count}, and "
                             f"{len(read)} are")
        numbers[:] = read
    return found


class _Reader(pickle.Unpickler):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        known: dict[tuple[str, str], Callable[..., Any] | str] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _tensor,
            ("torch", _FLOATS): _FLOATS,
        }
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"{module}.{name} is not let in")
        return known[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        kind, of, key, _, count, *_ = pid
        if (kind, of) != ("storage", _FLOATS):
            raise pickle.UnpicklingError(f"{kind} {of} is not let in")
        return self.storages.setdefault(key, _Storage(np.zeros(count, np.float32)))


def _tensor(
    storage: _Storage, first: int, shape: tuple[int, ...], steps: tuple[int, ...], *_: Any
) -> NDArray[np.float32]:
    """Return a view of a storage, which is filled later."""
    last = first + sum((size - 1) * step for size, step in zip(shape, steps, strict=True))
    if min(first, *steps, 0) < 0 or last >= max(len(storage.numbers), 1):
        raise pickle.UnpicklingError("a tensor leads out of its storage")
    return np.lib.stride_tricks.as_strided(
        storage.numbers[first:], shape, [4 * step for step in steps], writeable=False)
