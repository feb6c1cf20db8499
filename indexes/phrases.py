"""Texts as plain words, in any script: what a phrase is compared by when its very words are wanted.

Case, punctuation, apostrophes and the several encodings of one character make no difference; the
order of the words does.
"""

import unicodedata

from trikal.indexes.scripts import one_encoding

_APOSTROPHES = frozenset("'’ʼ‘`")
_KEPT = frozenset("LMN")  # letters, the marks that Indic vowels are written with, and digits


def plain_words(text: str) -> str:
    """Return the words of a text in order, separated by single spaces."""
    folded = unicodedata.normalize("NFKC", one_encoding(text)).casefold()
    return " ".join("".join(
        "" if character in _APOSTROPHES
        else character if unicodedata.category(character)[0] in _KEPT else " "
        for character in folded
    ).split())


def says(text: str, phrase: str) -> bool:
    """Whether a text has the words of a phrase, whole and in their order; none are in no text."""
    wanted = plain_words(phrase)
    return bool(wanted) and f" {wanted} " in f" {plain_words(text)} "
