"""Which language a question is in: told by its script, and in Latin letters by its little words."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from trikal.indexes.rules.language import QUOTED
from trikal.indexes.scripts import Script, script_of

ENGLISH: Final = "en"

_LATIN_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_WORD = re.compile("[^\\s,;:.?!।॥()\"'“”‘’«»_–—-]+")
_LEAST: Final = 2
"""How many little words of a language a question in Latin letters must hold to be in it."""


@lru_cache(maxsize=256)
def language_of(question: str) -> str:
    """Return the language of a question that has a table, English where none is plainly it.

    What stands in quotes is not asked in any language and tells nothing.
    """
    text = re.sub(QUOTED, " ", question)
    if text.isascii() or (script := script_of_words(text)) is Script.LATIN:
        return _romanised(text.casefold())
    words = _WORD.findall(text)
    codes = [code for code in _known() if _table()[code]["script"] == script]
    native = sum(script_of(word) is script for word in words)
    # "Where is नमस्ते said?" asks in English for a Hindi word.
    if not codes or native < _count(map(str.casefold, words), ENGLISH):
        return ENGLISH
    return max(codes, key=lambda code: _score(words, code, "native") + _endings(words, code))


def hinted(question: str, more: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the languages that a question in Latin letters may be in, the likeliest first.

    Args:
        question: The question; one little word is enough, where English has fewer.
        more: Words of each language beside the little ones; a language without them is left out.
    """
    words = _LATIN_WORD.findall(re.sub(QUOTED, " ", question).casefold())
    english = _count(words, ENGLISH)
    found = {code: _among(words, _words(code, "latin"), more[code]) for code in more}
    likely = [code for code, count in found.items() if count > english]
    return sorted(likely, key=lambda code: -found[code])


def script_of_words(text: str) -> Script | None:
    """Return the script of a question's own words: one Indic word is enough, names are Latin."""
    found = Counter(script for word in _WORD.findall(re.sub(QUOTED, " ", text))
                    if (script := script_of(word)))
    indic = [script for script, _ in found.most_common() if script is not Script.LATIN]
    return indic[0] if indic else next(iter(found), None)


@cache
def asking_words() -> frozenset[str]:
    """Return the words that put a question, in every language, folded."""
    return frozenset(word for code in _table() for word in _words(code, "asking"))


def is_little(word: str) -> bool:
    """Tell whether a folded word is no name alone: English's, or in its own script any's."""
    return word in _words(ENGLISH, "latin") | _words(ENGLISH, "opening") or any(
        word in _words(code, "native") for code in _table())


def script_written(code: str) -> Script:
    """Return the script of a language that has a table."""
    return Script(_table()[code].get("script", Script.LATIN))


def _among(words: Iterable[str], *sets: frozenset[str]) -> int:
    return sum(any(word in each for each in sets) for word in words)


def _romanised(text: str) -> str:
    """Tell "storm ke baad kya kaha gaya" from "what was said after the storm"."""
    words = _LATIN_WORD.findall(text)
    english = _count(words, ENGLISH)
    likely = [code for code in _known()
              if (count := _count(words, code)) >= _LEAST and count > english]
    return max(likely, key=lambda code: _score(words, code, "latin"), default=ENGLISH)


def _count(words: Iterable[str], code: str) -> int:
    """Count words that are a language's little ones, or that end as only its words do."""
    endings = tuple(_words(code, "latin_endings"))
    return sum(word in _words(code, "latin") or word.endswith(endings) for word in words)


def _score(words: Iterable[str], code: str, kind: str) -> float:
    """Count a language's little words; one that several languages use says little of which."""
    endings = tuple(_words(code, f"{kind}_endings"))
    return sum(1 / _sharing(kind)[word] if word in _words(code, kind) else word.endswith(endings)
               for word in words)


def _endings(words: Iterable[str], code: str) -> int:
    """Count words that end as only this one of the languages of a script has them."""
    endings = tuple(_table()[code].get("endings", "").split())
    return sum(word.endswith(endings) and word not in endings for word in words)


@cache
def _words(code: str, kind: str) -> frozenset[str]:
    return frozenset(_table()[code].get(kind, "").split())


@cache
def _sharing(kind: str) -> Counter[str]:
    return Counter(word for code in _known() for word in _words(code, kind))


@cache
def _known() -> tuple[str, ...]:
    """Return the languages, English aside, whose tables are there."""
    here = files("trikal.indexes.rules")
    return tuple(code for code in _table()
                 if code != ENGLISH and (here / f"{code}.toml").is_file())


@cache
def _table() -> dict[str, Any]:
    text = (files("trikal.indexes.rules") / "choice.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
