"""Whether a text is written as its language is written: the letters tell on a wrong language."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

import langcodes

LATIN: Final = "LATIN"
"""Every language lets words of Latin letters in: names, brands, code-mixed speech."""

# ISO 15924 codes and how Unicode's names of their letters begin.
_LETTERS: Final[dict[str, frozenset[str]]] = {
    code: frozenset(names.split()) for code, names in {
        "Arab": "ARABIC", "Armn": "ARMENIAN", "Beng": "BENGALI", "Cyrl": "CYRILLIC",
        "Deva": "DEVANAGARI", "Ethi": "ETHIOPIC", "Geor": "GEORGIAN", "Grek": "GREEK",
        "Gujr": "GUJARATI", "Guru": "GURMUKHI", "Hans": "CJK BOPOMOFO", "Hant": "CJK BOPOMOFO",
        "Hebr": "HEBREW", "Jpan": "CJK HIRAGANA KATAKANA KATAKANA-HIRAGANA",
        "Khmr": "KHMER", "Knda": "KANNADA", "Kore": "HANGUL CJK", "Laoo": "LAO", "Latn": LATIN,
        "Mlym": "MALAYALAM", "Mymr": "MYANMAR", "Orya": "ORIYA", "Sinh": "SINHALA",
        "Taml": "TAMIL", "Telu": "TELUGU", "Thai": "THAI", "Tibt": "TIBETAN",
    }.items()
}

COMMONEST: Final[Mapping[str, str]] = MappingProxyType({
    LATIN: "en", "DEVANAGARI": "hi", "BENGALI": "bn", "GURMUKHI": "pa", "GUJARATI": "gu",
    "TAMIL": "ta", "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml", "ARABIC": "ur",
    "ORIYA": "or", "HEBREW": "he", "GREEK": "el", "HANGUL": "ko",
})
"""The language that is likeliest meant where only the letters are known, as BCP-47 tags."""


@cache
def own_letters(language: str) -> frozenset[str]:
    """Return how Unicode's names of a language's letters begin; empty where that is not known.

    Args:
        language: BCP-47 tag.
    """
    if not langcodes.tag_is_valid(language):
        return frozenset()
    return _LETTERS.get(langcodes.get(language).maximize().script or "", frozenset())


def letters(text: str) -> Counter[str]:
    """Count a text's letters by how their Unicode names begin: ``LATIN``, ``TAMIL``, ``CJK``."""
    found = Counter(map(_alphabet, unicodedata.normalize("NFKC", text)))
    del found[""]
    return found


@lru_cache(maxsize=4096)
def _alphabet(character: str) -> str:
    """Return how a letter's Unicode name begins; empty for what is no letter."""
    is_letter = unicodedata.category(character)[0] == "L"
    return unicodedata.name(character, "?").split()[0] if is_letter else ""


def main_letters(text: str) -> str:
    """Return what most letters of a text are, as :func:`letters` has it; empty without letters."""
    return next((name for name, _ in letters(text).most_common(1)), "")


def language_of(text: str, likely: str = "") -> str:
    """Return the language that a text is in, as far as its letters tell.

    Args:
        text: The text.
        likely: BCP-47 tag of the language that it is in if its letters allow that.

    Returns:
        ``likely``, or the commonest language that is written so; ``likely`` too for a text without
        letters, or in letters that tell nothing.
    """
    main = main_letters(text)
    if not main or main in own_letters(likely):
        return likely
    return COMMONEST.get(main, likely)


def own_share(text: str, language: str) -> float:
    """Return which share of a text's letters its language is written in.

    Returns:
        In ``[0, 1]``; 1 where there is no letter, or where the language's script is not known.
    """
    own, found = own_letters(language), letters(text)
    return sum(found[name] for name in own) / found.total() if own and found else 1.0
