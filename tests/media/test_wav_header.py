"""The length that a WAV's header promises, found behind any chunks and in any odd file."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trikal.media.wav_header import WavData, wav_data


def chunk(name: bytes, content: bytes, length: int | None = None) -> bytes:
    said = len(content) if length is None else length
    return name + struct.pack("<I", said) + content + bytes(len(content) % 2)


def form(*chunks: bytes) -> bytes:
    whole = b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(whole) + 4) + b"WAVE" + whole


FORMAT = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8_000, 16_000, 2, 16))


@pytest.mark.parametrize(("content", "found"), [
    (form(FORMAT, chunk(b"data", bytes(100))), WavData(100, 100)),
    (form(FORMAT, chunk(b"data", bytes(40), 100)), WavData(100, 40)),
    (form(FORMAT, chunk(b"LIST", bytes(7)), chunk(b"data", bytes(4), 9)), WavData(9, 4)),
    (form(chunk(b"data", bytes(4)), chunk(b"LIST", bytes(50))), WavData(4, 4)),
    (form(FORMAT, chunk(b"data", b"")), None),
    (form(FORMAT, chunk(b"data", bytes(4), 0xFFFF_FFFF)), None),
    (form(FORMAT, chunk(b"data", bytes(4), 0x8000_0000 - 36)), None),
    (form(FORMAT), None), (b"RIFF", None), (b"", None),
    (form(FORMAT, chunk(b"data", bytes(4))).replace(b"WAVE", b"AVI "), None),
])
def test_what_is_promised_and_what_is_there(
    tmp_path: Path, content: bytes, found: WavData | None
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    assert wav_data(path) == found


@given(st.binary(max_size=200))
def test_any_bytes_behind_the_head_are_read_without_harm(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.wav"
    path.write_bytes(b"RIFF\0\0\0\0WAVE" + tail)
    found = wav_data(path)
    assert found is None or 0 <= found.there <= min(found.promised, len(tail))
