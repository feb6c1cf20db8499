"""Scripts: which one a word is written in, and one encoding for what is written alike.

Unicode lets the same Indic word be stored in several ways: a letter with its dot (nukta) as one
character or two, a Malayalam chillu as one letter or as a consonant, a virama and a joiner, with
joiners that are not seen at all. Digits exist in every script. None of this is a difference.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

_FIRST_BLOCK: Final = 0x0900
_BLOCK: Final = 0x80
_JOINERS = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_DIGIT = re.compile(r"\d")
_VIRAMA_OF: Final = {"ml": "\u0d4d", "bn": "\u09cd"}
# Letters that stand for a consonant without its vowel, as that consonant and a virama.
_BARE_CONSONANTS: Final = str.maketrans({
    **{chillu: base + _VIRAMA_OF["ml"] for chillu, base in zip("ൺൻർൽൾൿ", "ണനരലളക", strict=True)},
    "ৎ": "ত" + _VIRAMA_OF["bn"],
})


# As a capital İ is folded, its dot stands beside the i.
_TURKISH: Final = str.maketrans({"ı": "i", "\u0307": ""})


class Script(StrEnum):
    """The scripts that words are carried between, in the order of their Unicode blocks."""

    DEVANAGARI = "Deva"
    BENGALI = "Beng"
    GURMUKHI = "Guru"
    GUJARATI = "Gujr"
    ORIYA = "Orya"
    TAMIL = "Taml"
    TELUGU = "Telu"
    KANNADA = "Knda"
    MALAYALAM = "Mlym"
    LATIN = "Latn"


_INDIC: Final = tuple(script for script in Script if script is not Script.LATIN)


def letters_of(script: Script) -> str:
    r"""Return what words in a script are made of, as what stands in a class of a pattern.

    The signs of its own block stand beside ``\w``, which has no vowel signs, and joiners; Latin
    needs neither. No more than that: a class of every script's signs takes long to compile.
    """
    if script is Script.LATIN:
        return r"\w"
    first = _FIRST_BLOCK + _BLOCK * _INDIC.index(script)
    # The dandas of all scripts stand in Devanagari's block, between its signs and its digits.
    last = 0x0963 if script is Script.DEVANAGARI else first + _BLOCK - 1
    return f"\\w{chr(first)}-{chr(last)}\u200c\u200d"


def script_of(text: str) -> Script | None:
    """Return the script of a text's first letter; ``None`` for any other script, or no letter."""
    return next((script for letter in text if (script := _script(letter))), None)


def one_encoding(text: str) -> str:
    """Return a text with every character in the one encoding that is compared and indexed."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", _JOINERS.sub("", text)).translate(_BARE_CONSONANTS)
    return _DIGIT.sub(lambda match: str(int(match[0])), plain)


def as_matched(text: str) -> str:
    """Fold a text so that all that patterns without regard to case take for one another is equal.

    ``re.IGNORECASE`` lets an i be written with a dot or without, as a Turkish keyboard has both;
    neither ``lower`` nor ``casefold`` makes these equal, so a table would not have what was found.
    """
    return text.casefold().translate(_TURKISH)


def _script(letter: str) -> Script | None:
    if letter.isascii():
        return Script.LATIN if letter.isalpha() else None
    place = (ord(letter) - _FIRST_BLOCK) // _BLOCK
    if 0 <= place < len(_INDIC):
        return _INDIC[place] if unicodedata.category(letter)[0] in "LM" else None
    return Script.LATIN if unicodedata.name(letter, "").startswith("LATIN ") else None
