r"""Phrases of a table as patterns for one way of writing: the own script, or Latin letters.

Python counts no vowel sign as a letter of a word, so that ``\b`` stands in the middle of Indic
words; a word's edge is told here by the letters themselves.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from trikal.indexes.rules.macros import spelled_out
from trikal.indexes.rules.verb_final.romanising import letters_in, romanised
from trikal.indexes.scripts import Script, letters_of

_GLUED = re.compile("-(?=[\u0900-\u0dff(A-Za-z])|(?<=[\u0900-\u0dffA-Z])-$")
_FIXED = re.compile(r"(\(\?<[=!][^()]*\)|\[[^\]]*\])")
_NASAL = re.compile("[\u0901\u0902]")
_NASAL_OF_GURMUKHI = re.compile("[\u0a02\u0a70]")
_ADDAK = "\u0a71"
# The half vowel that ends Malayalam words is written as a virama, as u, or as both.
_HALF_VOWEL = re.compile("\u0d4d(?![\u0d00-\u0d7f(])")
_CHILLUS = {ord(chillu): f"(?:{chillu}|{base}\u0d4d\u200d)"
            for chillu, base in zip("ൺൻർൽൾ", "ണനരലള", strict=True)}
_VIRAMAS = re.compile("([\u094d\u09cd\u0a4d\u0acd\u0bcd\u0c4d\u0ccd\u0d4d])")
_NUKTA = re.compile("([\u093c\u09bc\u0a3c\u0abc])")


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A phrase of a table.

    Attributes:
        source: It as a regular expression in one way of writing.
        ending: What the word before it gets back when the phrase is taken away.
    """

    source: str
    ending: str = ""


class Spelling:
    """Writes a table's phrases for texts in one script.

    Args:
        macros: What stands for a name in braces.
        script: The script of the texts. For Latin, phrases in any script are spelled in its
            letters.

    Attributes:
        letter: A letter, sign or digit of a word, as a regular expression.
    """

    def __init__(self, macros: Mapping[str, str], script: Script) -> None:
        self._macros = macros
        self._latin = script is Script.LATIN
        self.letter: Final = f"[{letters_of(script)}]"

    def phrases(self, written: Iterable[str]) -> list[Phrase]:
        """Return those of some phrases that are for this way of writing."""
        other = "=" if self._latin else "~"
        return [self._phrase(each.lstrip("=~")) for each in written if each[:1] != other]

    def sources(self, written: Iterable[str]) -> list[str]:
        """Return phrases as regular expressions, the longest first."""
        found = [each.source for each in self.phrases(written)]
        return sorted(found, key=letters_in, reverse=True)

    def whole(self, *sources: str) -> str:
        """Return a pattern of any of some sources, that ends where a word ends.

        It begins where a word does, unless all of them are glued to the word before: what begins
        with a look behind says itself where it begins.
        """
        ends = f"(?!{self.letter})"
        return "|".join(
            f"{'' if behind else f'(?<!{self.letter})'}(?:{'|'.join(alike)}){ends}"
            for behind, alike in groupby(sources, key=looks_behind))

    def _phrase(self, written: str) -> Phrase:
        body, _, ending = written.partition(" > ")
        body = unicodedata.normalize("NFC", spelled_out(body, self._macros))
        glued = body.startswith("-")
        loose = romanised if self._latin else _as_typed
        # What is looked behind at, and what is one of several letters, must keep its width.
        source = "".join(
            part if n % 2 else loose(_GLUED.sub("[ -]?", part))
            for n, part in enumerate(_FIXED.split(body[1:] if glued else body)))
        if glued:
            source = f"(?<={self.letter})[ -]?{source}"
        # An ending in the own script would be a strange one for a Latin word.
        is_strange = self._latin and not ending.isascii()
        return Phrase(source=source, ending="" if is_strange else ending)


def looks_behind(source: str) -> bool:
    """Whether a pattern begins with a look behind, and so says itself where it begins."""
    return source.startswith("(?<=")


def _as_typed(source: str) -> str:
    """Let through what one word is typed with or without: dots, joiners, addak, either nasal."""
    source = _NUKTA.sub(r"\1?", source)
    source = _NASAL.sub("[\u0901\u0902]", source)
    source = _NASAL_OF_GURMUKHI.sub("[\u0a02\u0a70]", source).replace(_ADDAK, f"{_ADDAK}?")
    source = _HALF_VOWEL.sub("(?:\u0d41?\u0d4d|\u0d41)", source)
    source = source.translate(_CHILLUS)
    return _VIRAMAS.sub("\\1[\u200c\u200d]?", source)
