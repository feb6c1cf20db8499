"""Sounds: keys under which the spellings of one word meet, whatever script it is written in.

A fine key keeps the consonants without aspiration and doubling, the vowels by their kind, and
whether the word ends in an a: Kannada "pustaka" is not Hindi "pustak". A close key keeps what most
spellings agree on: of the vowels only whether they are of the i or of the u kind; a, long or short,
written or only meant, is left out. A loose key keeps the consonants by class: Tamil writes k and g
with one letter, Bengali b and v, and people who write such words in Latin letters choose.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from trikal.indexes.scripts import Script, one_encoding, script_of
from trikal.indexes.spellings import spellings

_SHORTEST_LOOSE: Final = 2
_HELD: Final = 65_536

_Steps = tuple[tuple[re.Pattern[str], str], ...]


def _steps(*steps: tuple[str, str]) -> _Steps:
    return tuple((re.compile(pattern), into) for pattern, into in steps)


# How Latin letters are read, one after the other, before both sides are folded alike.
_READ: Final = _steps(
    ("c?chh?|tch", "C"), ("ck|cq|qu?", "k"), ("x", "ks"), ("c(?=[eiy])", "s"), ("c", "k"),
    ("ph", "f"), ("z(?!h)", "j"), ("(?<=[aeiouy])h", "H"), ("^h", "H"),
    ("(?<=[aoe])w(?![aeiou])", "u"), ("w", "v"),
)
_FOLDED: Final = _steps(
    ("zh", "L"), ("[^a-zCHL]", ""), ("h", ""), ("n(?=[pbfv])|m(?=[pbfv])", "n"), ("ee", "i"),
    ("oo", "u"), (r"(.)\1+", r"\1"),
)
_FINE: Final = _steps(
    ("a[ei]|[ae]y(?![aeiou])|ei", "e"), ("au|ou|ao", "o"), ("[iy]+", "i"), ("(?<!^)a(?!$)", ""),
)
_CLOSE: Final = _steps(
    ("L", "l"), ("(?<!^)a|a(?=[aeiouy])", ""), ("(?<!^)[iey]+", "i"), ("[ou]+", "u"),
)
_LOOSE: Final = _steps(
    ("^[aeiou]+", "a"), ("^y", "j"), ("(?<!^)[aeiouyH]", ""),
)
_CLASSES: Final = str.maketrans("bvwfgqdjsz", "ppppkktCCC")
_DOUBLED: Final = _steps((r"(.)\1+", r"\1"))


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What a word sounds like.

    Attributes:
        fine: Keys that words of other languages seldom have.
        close: Keys that hardly any other word of its language has.
        loose: Keys that similar words share.
    """

    fine: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()


@lru_cache(maxsize=_HELD)
def keys(word: str) -> Keys:
    """Return the keys of a word; none for a word in a script that no key carries.

    Args:
        word: One word, without punctuation.
    """
    word = one_encoding(word).casefold()
    script = script_of(word)
    if script is None:
        return Keys()
    written = [_through(anyascii(word), _READ)] if script is Script.LATIN else spellings(
        word, script)
    folded = [_through(each, _FOLDED) for each in written]
    close = [key for each in folded if (key := _through(each, _CLOSE))]
    loose = [key for each in close if len(key := _loose(each)) >= _SHORTEST_LOOSE]
    fine = [key for each in folded if (key := _through(each, _FINE))]
    return Keys(fine=tuple(dict.fromkeys(fine)), close=tuple(dict.fromkeys(close)),
                loose=tuple(dict.fromkeys(loose)))


def _loose(close: str) -> str:
    return _through(_through(close, _LOOSE).translate(_CLASSES), _DOUBLED)


def _through(text: str, steps: _Steps) -> str:
    for pattern, into in steps:
        text = pattern.sub(into, text)
    return text
