"""Sounds: keys under which the spellings of one word meet, whatever script it is written in.

Nobody romanises by a standard: नमस्ते is "namaste", பழம் is "pazham" and "palam", ਸ਼ਹਿਰ "shehar" and
"shahir". A close key keeps what most spellings agree on: the consonants without aspiration and
doubling, and whether a vowel is of the i or of the u kind; a, long or short, written or only
meant, is left out. A loose key keeps the consonants by class: Tamil writes k and g with one
letter, Bengali b and v, and people who write such words in Latin letters choose.

Letters are romanised by `anyascii`; the tables here say where a script's letter is pronounced
otherwise than it is written, and where people write it in several ways.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Final

from anyascii import anyascii

from trikal.indexes.scripts import Script, one_encoding, script_of

_SHORTEST_LOOSE: Final = 2
_MOST_SPELLINGS: Final = 8
_HELD: Final = 65_536

_VIRAMA = "[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d]"
_NASAL = "[\u0901\u0902\u0981\u0982\u0a02\u0a70\u0a81\u0a82\u0b82\u0c02\u0c82\u0d02]"
_HA = "[हহਹહହஹహಹഹ]"
_CHA = "[चচਚચଚசచಚച]"
_CHHA = "[छছਛછଛఛಛഛ]"
_NORTHERN = (Script.DEVANAGARI, Script.GURMUKHI, Script.GUJARATI)
# Where a Tamil stop is voiced: alone behind a vowel, or behind a nasal.
_SOFT = "(?<=[^\u0bcd])", "(?<=[ஙஞணநமன]\u0bcd)"

# A pattern, and the ways in which people spell what it matches in Latin letters. C is the sound
# of "ch", and H that of an h of its own, which is no mark of aspiration.
_Rule = tuple[re.Pattern[str], tuple[str, ...]]


def _rules(*rules: tuple[str, tuple[str, ...]]) -> tuple[_Rule, ...]:
    return tuple((re.compile(pattern), spellings) for pattern, spellings in rules)


_OF_ALL = _rules(
    (f"[जজਜજଜஜజಜജ]{_VIRAMA}[ञঞਞઞଞஞఞಞഞ]", ("gy", "jn", "dny", "gn")),
    ("[\u0943\u09c3\u0ac3\u0b43\u0c43\u0cc3\u0d43ऋঋઋଋఋಋഋ]", ("ri", "ru")),
    (f"(?:{_CHA}{_VIRAMA})?(?:{_CHA}|{_CHHA})", ("C",)),
    (f"{_NASAL}(?=[मমਮમମமమಮമ])", ("m",)), (_NASAL, ("n",)), (_HA, ("H",)),
)
_OF_SCRIPT: Final[dict[Script, tuple[_Rule, ...]]] = {
    **dict.fromkeys(_NORTHERN, _rules(
        (f"{_NASAL}{_HA}", ("ng", "nH")), (f"{_NASAL}$", ("n", "")),
        ("[डਡડढ]\u093c|ੜ", ("r", "d")), ("[फફਫ][\u093c\u0a3c]?", ("f",)),
        ("ज\u093c|ਜ\u0a3c", ("j",)),
    )),
    Script.BENGALI: _rules(
        ("ক্ষ", ("ks", "k")), ("[\u0982ঙ]", ("ng",)), ("\u0981", ("n", "")),
        ("(?<=[ক-হ])্ব", ("", "v")), ("(?<=[ক-হ])্য", ("", "y")), ("[ডঢ]\u09bc", ("r", "d")),
        ("য(?!\u09bc)", ("j", "y")), ("ফ", ("f",)),
    ),
    Script.TAMIL: _rules(
        ("ற்ற", ("tr", "t")), ("ன்ற", ("ndr", "nr")), ("ஃப", ("f",)), ("\u0b82$", ("m",)),
        ("ஞ்(?=ச)|ங்(?=க)", ("n",)), ("ஞ", ("nj", "ny")), ("(?<=[^\u0bcd])ச(?!்)", ("s", "C")),
        *((f"{soft}{letter}(?!்)", spellings) for soft in _SOFT for letter, spellings in (
            ("க", ("g", "k", "H")), ("ட", ("d", "t")), ("த", ("t", "d")), ("ப", ("b", "p")))),
    ),
    Script.MALAYALAM: _rules(
        ("ന്റ|ന്‍റ", ("nt", "nd")), ("റ്റ", ("t",)), ("ഞ്(?=ച)|ങ്(?=ക)", ("n",)), ("ങ്ങ", ("ng",)),
        ("ഞ", ("nj", "ny")), ("\u0d02$", ("m",)), ("ഫ", ("f",)),
        ("(?<=[ണ]്)ട", ("t", "d")), ("(?<=ന്)ത", ("t", "d")), ("(?<=[^\u0d4d])ട(?!്)", ("t", "d")),
        ("(?<=[^\u0d4d])ത(?!്)", ("t", "d")), ("(?<=[^\u0d4d])ക(?!്)", ("k", "g")),
    ),
    **dict.fromkeys((Script.TELUGU, Script.KANNADA), _rules(
        ("[\u0c02\u0c82]$", ("m",)), ("[ఫಫ]", ("f",)),
    )),
}
_TO_LATIN: Final = {script: (*_OF_SCRIPT.get(script, ()), *_OF_ALL) for script in Script}

# How Latin letters are read, one after the other, before both sides are folded alike.
_READ: Final = _rules(
    ("c?chh?|tch", ("C",)), ("ck|cq|qu?", ("k",)), ("x", ("ks",)), ("c(?=[eiy])", ("s",)),
    ("c", ("k",)), ("ph", ("f",)), ("zh", ("l",)), ("z", ("j",)), ("(?<=[aeiouy])h", ("H",)),
    ("^h", ("H",)), ("(?<=[aoe])w(?![aeiou])", ("u",)), ("w", ("v",)),
)
_FOLDED: Final = _rules(
    ("[^a-zCH]", ("",)), ("h", ("",)), ("n(?=[pbfv])|m(?=[pbfv])", ("n",)),
    ("(?<!^)a|a(?=[aeiouy])", ("",)), ("(?<!^)[iey]+", ("i",)), ("[ou]+", ("u",)),
    (r"(.)\1+", (r"\1",)),
)
_LOOSE: Final = _rules(
    ("^[aeiou]+", ("a",)), ("^y", ("j",)), ("(?<!^)[aeiouyH]", ("",)),
)
_CLASSES: Final = str.maketrans("bvwfgqdjsz", "ppppkktCCC")
_DOUBLED = re.compile(r"(.)\1+")


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What a word sounds like.

    Attributes:
        close: Keys that hardly any other word has.
        loose: Keys that similar words share.
    """

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
    spellings = [word] if script is Script.LATIN else list(_romanised(word, script))
    close = [folded for each in spellings if (folded := _folded(each, script))]
    loose = [key for each in close if len(key := _loose(each)) >= _SHORTEST_LOOSE]
    return Keys(close=tuple(dict.fromkeys(close)), loose=tuple(dict.fromkeys(loose)))


def spoken_phrase(text: str) -> Sequence[str]:
    """Return the likeliest close key of each word, in order."""
    return [found.close[0] for word in text.split() if (found := keys(word)).close]


def _romanised(word: str, script: Script) -> Iterator[str]:
    """Yield the usual spellings of an Indic word in Latin letters, the likeliest first."""
    for chosen in islice(product(*_parts(word, _TO_LATIN[script])), _MOST_SPELLINGS):
        yield "".join(chosen)


def _parts(word: str, rules: Sequence[_Rule]) -> Iterator[tuple[str, ...]]:
    """Yield the spellings of each part of a word: of what a rule matches, or of one letter."""
    at = 0
    while at < len(word):
        match, spellings = next(
            ((match, spellings) for pattern, spellings in rules
             if (match := pattern.match(word, at))), (None, ()))
        yield spellings if match else (anyascii(word[at]).replace("c", "C"),)
        at = match.end() if match else at + 1


def _folded(spelling: str, script: Script) -> str:
    plain = anyascii(spelling) if script is Script.LATIN else spelling
    for pattern, into in (*(_READ if script is Script.LATIN else ()), *_FOLDED):
        plain = pattern.sub(into[0], plain)
    return plain


def _loose(close: str) -> str:
    key = close
    for pattern, into in _LOOSE:
        key = pattern.sub(into[0], key)
    return _DOUBLED.sub(r"\1", key.translate(_CLASSES))
