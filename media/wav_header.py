"""What the header of a WAV file promises: FFmpeg mends it to fit the file, without a word."""

import struct
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

_CHUNK: Final = struct.Struct("<4sI")
_RIFF: Final = 12  # the form's own head: "RIFF", its length, "WAVE"
_HALF: Final = 0x7FFF_FFFF
_NEARLY: Final = 0x7FFF_F000


class WavData(NamedTuple):
    """The samples of a WAV file, in bytes.

    Attributes:
        promised: How many the header tells of.
        there: How many follow it before the file ends, at most as many.
    """

    promised: int
    there: int


def wav_data(path: Path) -> WavData | None:
    """Read how long the ``data`` chunk of a WAV file is said to be, and how much of it is there.

    Layout: IBM and Microsoft, "Multimedia Programming Interface and Data Specifications 1.0",
    section "Waveform Audio File Format".

    Args:
        path: The file.

    Returns:
        ``None`` where it is no RIFF WAVE, or its header tells no length: writers into a pipe leave
        0, or a number next to 2 or 4 GiB.

    Raises:
        OSError: The file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_RIFF)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return None
        promised = _data_length(file)
        if not promised or promised & _HALF >= _NEARLY:
            return None
        return WavData(promised, min(promised, size - file.tell()))


def _data_length(file: BinaryIO) -> int | None:
    """Walk over chunks up to the samples, and return how many bytes they are said to be."""
    while len(head := file.read(_CHUNK.size)) == _CHUNK.size:
        name, length = _CHUNK.unpack(head)
        if name == b"data":
            return int(length)
        file.seek(length + length % 2, 1)  # chunks begin at even bytes
    return None
