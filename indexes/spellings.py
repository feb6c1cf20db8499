"""Spellings: how people write the words of nine Indic scripts in Latin letters.

Nobody romanises by a standard: नमस्ते is "namaste", பழம் is "pazham" and "palam", ਸ਼ਹਿਰ "shehar" and
"shahir". Letters are romanised by `anyascii`; the tables here say where a script's letter is
pronounced otherwise than it is written, and where people write it in several ways. The vowel that a
consonant has when none is written is spelled out, as a, or in Bengali also as o.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Final

from anyascii import anyascii

from trikal.indexes.scripts import Script

MOST_SPELLINGS: Final = 8

_INHERENT: Final = "A"
_STARTS: Final = range(0x0900, 0x0D80, 0x80)


def _letters(first: int, last: int) -> str:
    """Return the letters at the same places of every block, as the inside of a class."""
    return "".join(f"{chr(start + first)}-{chr(start + last)}" for start in _STARTS)


_VIRAMA = f"[{_letters(0x4D, 0x4D)}]"
_CONSONANT = f"[{_letters(0x15, 0x39)}{_letters(0x58, 0x5F)}][{_letters(0x3C, 0x3C)}]?"
_VOWEL_SIGN = f"[{_letters(0x3E, 0x4C)}{_letters(0x55, 0x57)}{_letters(0x62, 0x63)}]"
_BARE = re.compile(f"({_CONSONANT})(?!{_VIRAMA}|{_VOWEL_SIGN}|[{_letters(0x3C, 0x3C)}])")
_LAST_OF_ONE = re.compile(f"(?<!{_VIRAMA})({_CONSONANT}){_INHERENT}$")

_NASAL = "[\u0901\u0902\u0981\u0982\u0a02\u0a70\u0a81\u0a82\u0b82\u0c02\u0c82\u0d02]"
_HA = "[हহਹહହஹహಹഹ]"
_CHA = "[चচਚચଚசచಚച]"
_CHHA = "[छছਛછଛఛಛഛ]"
# Where no vowel is said behind the last consonant, unless it is one of several.
_SILENT_ENDS: Final = (Script.DEVANAGARI, Script.GURMUKHI, Script.GUJARATI, Script.BENGALI)
_NORTHERN: Final = _SILENT_ENDS[:3]
# Where a Tamil stop is voiced: alone behind a vowel, or behind a nasal.
_SOFT = "(?<=[^\u0bcd])", "(?<=[ஙஞணநமன]\u0bcd)"

# A pattern, and the ways in which people spell what it matches in Latin letters.
_Rule = tuple[re.Pattern[str], tuple[str, ...]]


def _rules(*rules: tuple[str, tuple[str, ...]]) -> tuple[_Rule, ...]:
    return tuple((re.compile(pattern), spellings) for pattern, spellings in rules)


_OF_ALL = _rules(
    (f"[जজਜજଜஜజಜജ]{_VIRAMA}[ञঞਞઞଞஞఞಞഞ]", ("gy", "jn", "dny", "gn")),
    ("[\u0943\u09c3\u0ac3\u0b43\u0c43\u0cc3\u0d43ऋঋઋଋఋಋഋ]", ("ri", "ru")),
    (f"(?:{_CHA}{_VIRAMA})?(?:{_CHA}|{_CHHA})", ("C",)),
    (f"{_NASAL}(?=[मமਮમমମமಮമ])", ("m",)), (_NASAL, ("n",)), (_HA, ("H",)),
)
_OF_SCRIPT: Final[dict[Script, tuple[_Rule, ...]]] = {
    **dict.fromkeys(_NORTHERN, _rules(
        (f"{_NASAL}{_HA}", ("ng", "nH", "n")), (f"{_NASAL}$", ("n", "")),
        # A vowel beside an h takes its colour: शहर is "sheher", पहला "pehla", ਸ਼ਹਿਰ "shehar".
        (f"{_INHERENT}{_HA}(?:{_INHERENT}|[िਿિ])", ("eHa", "aHi", "aHa", "eHe")),
        ("ੁਆ", ("ua", "va")), (f"{_INHERENT}ੰ", ("an", "un")),
        (f"[कક]{_VIRAMA}[षષ]", ("ksh", "C")),
        ("[डਡડढ]\u093c|ੜ", ("r", "d")), ("[फફਫ][\u093c\u0a3c]?", ("f",)),
        ("ज\u093c|ਜ\u0a3c", ("j",)),
    )),
    Script.BENGALI: _rules(
        ("ক্ষ্ম", ("k", "ksm")), ("ক্ষ", ("ks", "k")), ("[\u0982ঙ]", ("ng",)), ("\u0981", ("n", "")),
        ("(?<=[ক-হ])্ব", ("", "v")), ("(?<=[ক-হ])্য", ("", "y")), ("[ডঢ]\u09bc", ("r", "d")),
        ("য(?!\u09bc)", ("j", "y")), ("ফ", ("f",)),
    ),
    Script.TAMIL: _rules(
        ("ற்ற", ("tr", "t")), ("ன்ற", ("ndr", "nr")), ("ஃப", ("f",)), ("\u0b82$", ("m",)),
        ("ஞ்(?=ச)|ங்(?=க)", ("n",)), ("ஞ", ("nj", "ny")), ("(?<=[^\u0bcd])ச(?!்)", ("s", "C")),
        ("ழ", ("zh",)),
        *((f"{soft}{letter}(?!்)", spellings) for soft in _SOFT for letter, spellings in (
            ("க", ("g", "k", "H")), ("ட", ("d", "t")), ("த", ("t", "d")), ("ப", ("b", "p")))),
    ),
    Script.MALAYALAM: _rules(
        ("ന്റ|ന്‍റ", ("nt", "nd")), ("റ്റ", ("t",)), ("ഞ്(?=ച)|ങ്(?=ക)", ("n",)), ("ങ്ങ", ("ng",)),
        ("ഞ്ഞ", ("nj", "nny", "nn")), ("ഞ", ("nj", "ny")), ("\u0d02$", ("m",)), ("ഫ", ("f",)),
        ("ഴ", ("zh", "j")),
        ("(?<=[ണ]്)ട", ("t", "d")), ("(?<=ന്)ത", ("t", "d")), ("(?<=[^\u0d4d])ട(?!്)", ("t", "d")),
        ("(?<=[^\u0d4d])ട്$", ("t", "d")), ("(?<=.)്$", ("", "u")),
        ("(?<=[^\u0d4d])ത(?!്)", ("t", "d")), ("(?<=[^\u0d4d])ക(?!്)", ("k", "g")),
    ),
    **dict.fromkeys((Script.TELUGU, Script.KANNADA), _rules(
        ("[\u0c02\u0c82]$", ("m",)), ("[ఫಫ]", ("f",)), ("(?<=[ాಾ])(?:వు|ವು)$", ("vu", "o")),
    )),
}
_TO_LATIN: Final = {script: (*_OF_SCRIPT.get(script, ()), *_OF_ALL) for script in Script}


def spellings(word: str, script: Script) -> Iterator[str]:
    """Yield the usual spellings of an Indic word in Latin letters, the likeliest first.

    They are meant to be compared, not shown: in them ``C`` is the sound of "ch", and ``H`` that of
    an h of its own, which is no mark of aspiration.

    Args:
        word: One word in one encoding (:func:`trikal.indexes.scripts.one_encoding`).
        script: Its script, an Indic one.
    """
    whole = _BARE.sub(rf"\1{_INHERENT}", word)
    if script in _SILENT_ENDS:
        whole = _LAST_OF_ONE.sub(r"\1", whole)
    vowels = ("a", "o") if script is Script.BENGALI else ("a",)
    parts = list(_parts(whole, _TO_LATIN[script]))
    for chosen in islice(product(*parts), MOST_SPELLINGS // len(vowels)):
        for vowel in vowels:
            yield "".join(chosen).replace(_INHERENT, vowel)


def _parts(word: str, rules: Sequence[_Rule]) -> Iterator[tuple[str, ...]]:
    """Yield the spellings of each part of a word: of what a rule matches, or of one letter."""
    at = 0
    while at < len(word):
        match, found = next(
            ((match, found) for pattern, found in rules
             if (match := pattern.match(word, at))), (None, ()))
        if match:
            yield found
        else:
            yield (word[at] if word[at] == _INHERENT else anyascii(word[at]).replace("c", "C"),)
        at = match.end() if match else at + 1
