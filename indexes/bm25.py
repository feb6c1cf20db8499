"""Words to sparse vectors: one BM25 for both engines, so that an archive can move between them.

A word is a term as it is written, and may have further terms for what it sounds like
(:mod:`trikal.indexes.sounds`), by which it is found in another script or another spelling. What
Latin letters and what other scripts sound like are terms of two kinds, and a query in Latin letters
asks for the second kind only: two English words that sound alike never meet, and English alone is
searched as if there were no sounds.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from trikal.indexes.phrases import plain_words
from trikal.indexes.scripts import Script, one_encoding, script_of
from trikal.indexes.sounds import keys

if TYPE_CHECKING:
    from qdrant_edge import Bm25

# Words of a typical moment; BM25 weighs a moment's length against it.
AVERAGE_WORDS: Final = 40

FINE: Final = 0.1
"""How much more a word counts whose vowels sound like those of the one looked for, too."""

CLOSE: Final = 0.2
"""How much a word counts that only sounds like the one looked for, against the word itself: little
enough, with `FINE`, that a spelling as it was asked for comes before a dozen times rarer ones."""

LOOSE: Final = 0.1
"""The same for a word that only has consonants of the same kinds."""

_SATURATION: Final = 1.2
_LENGTH_WEIGHT: Final = 0.75
_NUMBER = re.compile(r"\d+")
_HYPHENS = "-\u2010\u2011"
_JOINED = str.maketrans("", "", _HYPHENS)
_COMPOUND = re.compile(rf"[^{_HYPHENS}\s]+(?:[{_HYPHENS}][^{_HYPHENS}\s]+)+")
_LATIN_SOUND: Final = "l"
_OTHER_SOUND: Final = "o"


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
    plain = one_encoding(text)
    vector = _model().embed_document(_keeping_numbers(plain))
    return _joined(vector.indices, vector.values, _document_sounds(plain))


@lru_cache(maxsize=1_000)
def query_words(text: str) -> Words:
    """Encode a question's text: each word once, with weight 1."""
    plain = one_encoding(text)
    written = written_words(plain)
    return _joined(written.indices, written.values, _query_sounds(plain))


def written_words(text: str) -> Words:
    """Encode a question's text by how its words are written alone."""
    vector = _model().embed_query(_keeping_numbers(one_encoding(text)))
    return Words(indices=tuple(vector.indices), values=tuple(vector.values))


def _joined(
    indices: Sequence[int], values: Sequence[float], sounds: dict[int, float]
) -> Words:
    terms = {**sounds, **dict(zip(indices, values, strict=True))}
    return Words(indices=tuple(terms), values=tuple(terms.values()))


def _document_sounds(text: str) -> dict[int, float]:
    words = plain_words(text).split()
    counts = Counter(term for word in (*words, *_compounds(text)) if (script := _sounding(word))
                     for term in _sounds(word, _kind(script)))
    length = 1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * len(words) / AVERAGE_WORDS
    return {term: count * (_SATURATION + 1) / (count + _SATURATION * length)
            for term, count in counts.items()}


def _query_sounds(text: str) -> dict[int, float]:
    terms: dict[int, float] = {}
    for word in (*plain_words(text).split(), *_compounds(text)):
        if script := _sounding(word):
            for kind in _OTHER_SOUND if script is Script.LATIN else (_LATIN_SOUND, _OTHER_SOUND):
                terms.update(_sounds(word, kind))
    return terms


def _compounds(text: str) -> list[str]:
    """Return the words that a hyphen joins, as one: "pradhan-mantri" is प्रधानमंत्री."""
    return [word for found in _COMPOUND.findall(text)
            for word in plain_words(found.translate(_JOINED)).split()]


def _kind(script: Script) -> str:
    return _LATIN_SOUND if script is Script.LATIN else _OTHER_SOUND


@lru_cache(maxsize=65_536)
def _sounds(word: str, kind: str) -> dict[int, float]:
    """Return the terms of what a word sounds like, and how much each counts in a query."""
    found = keys(word)
    return {**{_hashed(f"{kind}~{key}"): LOOSE for key in found.loose},
            **{_hashed(f"{kind}-{key}"): CLOSE for key in found.close},
            **{_hashed(f"{kind}={key}"): FINE for key in found.fine}}


def _hashed(term: str) -> int:
    return zlib.crc32(term.encode())


@lru_cache(maxsize=65_536)
def _sounding(word: str) -> Script | None:
    """Return the script of a word that is looked for by sound; English stop words are not."""
    script = script_of(word)
    is_empty = script is Script.LATIN and not _model().embed_query(_keeping_numbers(word)).indices
    return None if is_empty else script


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
