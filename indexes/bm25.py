"""Words to sparse vectors: one BM25 for both engines, so that an archive can move between them."""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from qdrant_edge import Bm25

# Words of a typical moment; BM25 weighs a moment's length against it.
AVERAGE_WORDS: Final = 40

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True)
class Words:
    """A sparse vector: hashed words and their weights; empty when a text has no usable word."""

    indices: tuple[int, ...]
    values: tuple[float, ...]

    def __bool__(self) -> bool:
        """Whether there is any word at all."""
        return bool(self.indices)


def document_words(text: str) -> Words:
    """Encode a moment's text: each word's saturated frequency; the engine adds the IDF."""
    vector = _model().embed_document(_keeping_numbers(text))
    return Words(indices=tuple(vector.indices), values=tuple(vector.values))


def query_words(text: str) -> Words:
    """Encode a question's text: each word once, with weight 1."""
    vector = _model().embed_query(_keeping_numbers(text))
    return Words(indices=tuple(vector.indices), values=tuple(vector.values))


@cache
def _model() -> "Bm25":
    # Imported late: the engine is 35 MB of native code that `trikal --help` does not need.
    from qdrant_edge import Bm25, Bm25Config, TokenizerType

    # The word tokenizer tears Indic words apart at every virama; the multilingual one does not.
    # English stemming and stop words touch Latin script only.
    return Bm25(Bm25Config(
        avg_len=AVERAGE_WORDS, tokenizer=TokenizerType.Multilingual, language="english",
        lowercase=True, ascii_folding=False,
    ))


def _keeping_numbers(text: str) -> str:
    # The multilingual tokenizer drops tokens without a letter, and with them every year, version
    # and score on a screen. A letter in front keeps them; digits of any script become one form.
    return _NUMBER.sub(lambda match: f" n{''.join(str(int(digit)) for digit in match[0])} ", text)
