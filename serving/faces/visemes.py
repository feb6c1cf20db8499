"""Which shape the mouth takes for which speech sound: a table, nothing else."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Shape(NamedTuple):
    """A shape of the mouth.

    Attributes:
        open: How far the lips are apart, in ``[0, 1]``.
        wide: From rounded (-1) over neutral to spread (1).
        teeth: How much of the opening the upper teeth fill, in ``[0, 1]``.
        tongue: How much of the tongue is seen, likewise.
        tuck: How far the lower lip is under the upper teeth, likewise.
        weight: How much the sound insists on its shape among its neighbours; above zero.
    """

    open: float
    wide: float
    teeth: float
    tongue: float
    tuck: float
    weight: float


VISEMES: Final[Mapping[str, Shape]] = MappingProxyType({
    "rest": Shape(0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    "closed": Shape(0.0, -0.15, 0.0, 0.0, 0.0, 3.0),
    "bite": Shape(0.2, 0.1, 0.9, 0.0, 1.0, 2.5),
    "a": Shape(1.0, 0.05, 0.3, 0.25, 0.0, 1.0),
    "e": Shape(0.66, 0.6, 0.35, 0.2, 0.0, 1.0),
    "i": Shape(0.42, 1.0, 0.5, 0.0, 0.0, 1.0),
    "o": Shape(0.72, -0.6, 0.0, 0.1, 0.0, 1.0),
    "u": Shape(0.4, -1.0, 0.0, 0.0, 0.0, 1.2),
    "tongue": Shape(0.42, 0.15, 0.35, 1.0, 0.0, 1.0),
    "hiss": Shape(0.24, 0.45, 0.95, 0.0, 0.0, 1.2),
    "hush": Shape(0.3, -0.55, 0.85, 0.0, 0.0, 1.4),
    "r": Shape(0.32, -0.35, 0.25, 0.5, 0.0, 1.0),
    "back": Shape(0.38, 0.15, 0.2, 0.0, 0.0, 0.4),
})
"""The shapes, by name."""

_SOUNDS: Final[Mapping[str, str]] = MappingProxyType({
    "closed": "mbpɓɱ", "bite": "fvʋ", "a": "aɐɑæʌɒä", "e": "eɛəɜɘœø", "i": "iɪyɨj",
    "o": "oɔɤ", "u": "uʊwʉɯʍɥ", "tongue": "lθðɭɫʎɬ", "hiss": "sztdnʈɖɳɗ", "hush": "ʃʒʂʐɕʑcɟ",
    "r": "rɹɾɻɽʀʁɚɝ", "back": "kɡgŋhɦxɣqɲçʔχħ",
})
_BY_LETTER: Final = MappingProxyType(
    {letter: name for name, letters in _SOUNDS.items() for letter in letters})


def visemes_of(ipa: str) -> tuple[str, ...]:
    """Return the names of the shapes that a sound goes through; diphthongs have two.

    Args:
        ipa: A sound in the International Phonetic Alphabet; empty for a pause. Marks of length,
            tone and breath do not count.
    """
    letters = unicodedata.normalize("NFD", ipa)
    if not any(map(_is_sound, letters)):  # a raised letter by itself is a glide
        letters = unicodedata.normalize("NFKD", ipa)
    names = [_BY_LETTER[letter] for letter in letters if letter in _BY_LETTER]
    kept = [name for n, name in enumerate(names) if n == 0 or names[n - 1] != name]
    if kept:
        return tuple(kept)
    # A letter that is not known is some consonant, for all vowels are; no letter is a pause.
    return ("back",) if any(map(_is_sound, letters)) else ("rest",)


def _is_sound(letter: str) -> bool:
    return unicodedata.category(letter) in ("Ll", "Lo")  # marks of length are Lm
