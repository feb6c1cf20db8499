"""Romanised words: a pattern of an Indic word as people type it in Latin letters.

Nobody types a transliteration scheme: पहले is "pehle", "pahle" or "pahale". The pattern lets
through what is spelled in more than one way: long vowels, the vowel that is heard or not between
consonants, aspiration, doubled letters. All nine scripts follow one order of letters in Unicode
(ISCII's), so one table of places serves them; where a script's letters stand for other sounds, it
has its own entries.
"""

import re
import unicodedata
from typing import Final

_BLOCK: Final = 0x80
_INDIC = re.compile("[\u0900-\u0963\u0966-\u0d7f]+")
_VIRAMA, _NUKTA, _ADDAK = 0x4D, 0x3C, 0x71
# Without regard to case an i is also the dotless ı; a class beyond ASCII takes ten times as long to
# compile, and this one stands in every word several times.
_ASCII: Final = "(?a:"
_INHERENT: Final = f"{_ASCII}[aeiou])?"

_VOWELS: Final = {
    0x05: "a+", 0x06: "a+", 0x07: "(?:i|ee|e)", 0x08: "(?:y?i+|y?ee|y)", 0x09: "(?:u|oo)",
    0x0A: "(?:u+|oo)", 0x0B: "r(?a:[iu])?", 0x0D: "(?:a|e)+", 0x0E: "e+", 0x0F: "(?:e+|ay|ai|ye)",
    0x10: "(?:ai|e+|ei|ay)", 0x11: "(?:o|a|au)", 0x12: "o+", 0x13: "(?:o+|au)",
    0x14: "(?:au|ou|ow|o)",
}
_SIGNS: Final = {
    0x3E: "a+", 0x3F: "(?:i|ee|e)?", 0x40: "(?:i+|ee|y)", 0x41: "(?:u|oo)", 0x42: "(?:u+|oo)",
    0x43: "r(?a:[iu])?", 0x45: "(?:a|e)+", 0x46: "(?:e+|ay)", 0x47: "(?:e+i?|ay|ai)",
    0x48: "(?:ai|e+|ei|ay)", 0x49: "(?:o|a|au)+", 0x4A: "o+", 0x4B: "(?:o+|au)",
    0x4C: "(?:au|ou|ow|o)", 0x57: "(?:au|ou)",
}
_MARKS: Final = {0x01: "[nm]?", 0x02: "(?:n|m|ng)?", 0x03: "h?", 0x70: "[nm]?"}
_CONSONANTS: Final = {
    0x15: "[kc]", 0x16: "kh?", 0x17: "g", 0x18: "gh?", 0x19: "ng?", 0x1A: "ch?", 0x1B: "ch?h?",
    0x1C: "[jz]", 0x1D: "(?:jh?|zh?)", 0x1E: "(?:ny|n|y)", 0x1F: "t+", 0x20: "th?",
    0x21: "[dr]h?", 0x22: "[dr]h?", 0x23: "n", 0x24: "t+h?", 0x25: "th?", 0x26: "dh?", 0x27: "dh?",
    0x28: "n", 0x29: "n", 0x2A: "p", 0x2B: "(?:ph|f)", 0x2C: "b", 0x2D: "bh?", 0x2E: "m", 0x2F: "y",
    0x30: "r", 0x31: "r", 0x32: "l", 0x33: "l", 0x34: "(?:zh|l|z)", 0x35: "[vw]", 0x36: "sh?",
    0x37: "sh?", 0x38: "s", 0x39: "h", 0x5C: "[dr]h?", 0x5D: "[dr]h?", 0x5F: "y",
}
_OF_TAMIL: Final = {
    0x15: "(?:k|g|h)", 0x1A: "(?:ch|s|sh|c|j)", 0x1F: "[td]", 0x24: "(?:th|dh|t|d)", 0x2A: "[pb]",
    0x31: "(?:r|tr|t)",
}
_OF_MALAYALAM: Final = {
    0x1E: "(?:nj|ny|n|y)", 0x1F: "[td]", 0x24: "(?:th|t|d)", 0x31: "(?:r|tt|t)", 0x2A: "[pb]",
}
_OF_BENGALI: Final = {0x2F: "(?:y|j)", 0x35: "[vwb]", 0x5F: "(?:y|e|o)?"}
# With a dot, which is not looked at, it is "sh".
_OF_GURMUKHI: Final = {0x38: "sh?"}
_OWN: Final = {
    0x0B80: _OF_TAMIL, 0x0D00: _OF_MALAYALAM, 0x0980: _OF_BENGALI, 0x0A00: _OF_GURMUKHI,
}
_SHORT_I: Final = (0x07, 0x3F)
_LONG_A: Final = (0x05, 0x06)
"""Between the two some hear a glide: ਗਿਆ is "gia" or "gya"."""
_CHILLUS: Final = dict(zip("ൺൻർൽൾൿ", ("n", "n", "r", "l", "l", "k"), strict=True))
_TOGETHER: Final = {(0x15, 0x37): "(?:ksh?|x|sh)", (0x1C, 0x1E): "(?:gy|gn|jn|jny|dny)"}


def romanised(pattern: str) -> str:
    """Put Latin spellings in the place of a regular expression's Indic letters.

    Args:
        pattern: A regular expression. Its Indic letters stand outside character classes and
            lookbehinds: what takes their place has no fixed width.
    """
    return _INDIC.sub(lambda run: _word(unicodedata.normalize("NFC", run[0])), pattern)


def letters_in(source: str) -> int:
    """Return how long a pattern is, with what is only there to compile it faster left out."""
    return len(source) - source.count(_ASCII) * len(f"{_ASCII})")


def _word(run: str) -> str:
    letters = [(ord(letter) % _BLOCK, ord(letter) & ~(_BLOCK - 1), letter) for letter in run
               if ord(letter) % _BLOCK != _NUKTA]
    made: list[str] = []
    at = 0
    while at < len(letters):
        spelled, width = _syllable(letters[at:at + 4])
        # The first vowel of a word is always heard.
        is_first = at == 0 and len(letters) > 1
        made.append(spelled.removesuffix("?") if is_first and spelled.endswith(_INHERENT)
                    else spelled)
        at += width
    return "".join(made)


def _syllable(letters: list[tuple[int, int, str]]) -> tuple[str, int]:
    """Return the spelling of the first letter, with what it makes of its neighbours."""
    place, block, letter = letters[0]
    if letter in _CHILLUS:
        return _CHILLUS[letter], 1
    following = [each[0] for each in letters[1:]]
    if place in _SHORT_I and following[:1] and following[0] in _LONG_A:
        return "(?:i|ee|e)?y?", 1
    for marks in (_VOWELS, _SIGNS, _MARKS):
        if place in marks:
            return marks[place], 1
    if place == _ADDAK and following[:1] and following[0] in _CONSONANTS:
        # It doubles the letter that follows.
        return f"(?:{_CONSONANTS[following[0]]})?", 1
    sound = _OWN.get(block, {}).get(place) or _CONSONANTS.get(place)
    if sound is None:
        return "", 1
    if following[:1] != [_VIRAMA]:
        return (sound if following[:1] and following[0] in _SIGNS else sound + _INHERENT), 1
    return _joined(place, sound, following, block)


def _joined(place: int, sound: str, following: list[int], block: int) -> tuple[str, int]:
    """Spell a consonant without its vowel: "x", "gy", or one of a doubled letter."""
    if len(following) < 2 or following[1] not in _CONSONANTS:
        # A vowel that is hardly heard closes many Dravidian words: "kazhinju".
        return f"{sound}[uae]?", 2
    if (place, following[1]) in _TOGETHER:
        ends = len(following) == 2 or following[2] not in (*_SIGNS, _VIRAMA)
        return _TOGETHER[place, following[1]] + _INHERENT * ends, 3
    is_doubled = following[1] in (place, place + 1)
    return (f"(?:{sound})?" if is_doubled else sound), 2
