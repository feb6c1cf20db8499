"""Which languages' wordings a question is tried in, and the tables that hold them.

"And after that?" has too few words to tell Hindi from Marathi by, and in Latin letters one word may
be all there is; but few questions are put wholly in the words of such a table. So every language is
tried whose letters a question has, and in Latin letters every one of which it has a word.
"""

import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from babel import Locale

from trikal.graph.phrases import ENGLISH, languages
from trikal.indexes.rules import language_of
from trikal.indexes.rules.choice import hinted, script_written
from trikal.indexes.rules.verb_final.spelling import Spelling
from trikal.indexes.scripts import Script
from trikal.writing import LATIN, letters, own_letters

_NUKTAS: Final = dict.fromkeys(map(ord, "\u093c\u09bc\u0a3c\u0abc\u200c\u200d"))


@dataclass(frozen=True, kw_only=True)
class Wordings:
    """One language's wordings, for one way of writing.

    Attributes:
        code: The language.
        latin: Whether they are for Latin letters.
        raw: What the language's table holds.
        spelled: Writes a phrase of the table as a regular expression.
    """

    code: str
    latin: bool
    raw: dict[str, Any]
    spelled: Callable[[str], str]


@lru_cache(maxsize=64)
def tried(question: str) -> tuple[tuple[str, bool], ...]:
    """Return the languages to try a question in, the likeliest first, and whether in Latin."""
    indic = [name for name, _ in letters(question).most_common() if name != LATIN]
    if not indic:
        return (ENGLISH, True), *((code, True) for code in hinted(question, _more_words()))
    likely = language_of(question)
    own = [code for code in languages() if indic[0] in own_letters(code)]
    return (*((code, False) for code in sorted(own, key=lambda code: code != likely)),
            (ENGLISH, True))


@cache
def _more_words() -> dict[str, frozenset[str]]:
    return {code: frozenset(loaded(f"{code}.toml")["latin"].split())
            for code in languages() if code != ENGLISH}


@cache
def wordings(code: str, *, latin: bool) -> Wordings:
    """Load a language's wordings for one way of writing."""
    raw = loaded(f"{code}.toml")
    if code == ENGLISH:
        return Wordings(code=code, latin=latin, raw=raw, spelled=str)
    spelling = Spelling(raw["macros"], Script.LATIN if latin else script_written(code))
    return Wordings(code=code, latin=latin, raw=raw,
                    spelled=lambda phrase: spelling.sources([phrase])[0])


@cache
def loaded(name: str) -> dict[str, Any]:
    """Read a table of this folder."""
    text = (files("trikal.graph.conversation") / name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def language_names(code: str) -> dict[str, str]:
    """Return the languages' names in a language, folded, with their BCP-47 tags."""
    return {folded(name): str(tag).replace("_", "-")
            for tag, name in Locale(code).languages.items() if len(str(tag)) <= 3}


def folded(name: object) -> str:
    """Return a name as it is compared: without regard to case, dots or joiners."""
    return unicodedata.normalize("NFD", str(name).casefold()).translate(_NUKTAS)
