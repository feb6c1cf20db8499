"""Initials: what a question spells out and an archive says in capitals, as "lunar module" and "LM".

Two to five words that stand side by side in a question are short for the capitals that they begin
with, where one recording of the archive says both: the words, in their order, and the capitals as a
word of their own. That both are said in one recording is what tells an abbreviation from a chance.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from trikal.indexes.phrases import says
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.indexes.temporal import TemporalQuery
from trikal.tools.find import Finder
from trikal.tools.stems import SMALL_WORDS, WORD, folded

_MOST: Final = 5
_LEAST: Final = 2
_SAYING: Final = 20
"""So many places are looked at where the words are said, and so many where the capitals are."""

_NEVER: Final = frozenset(
    "after again all another any before both each even every few first last least less many more "
    "most much next now once only other same some still too".split())
"""Words that say how many or when are no part of a name."""

_NONE: Final = SMALL_WORDS | _NEVER


def initials_said(
    text: str, finder: Finder, scope: MomentFilter = EVERYTHING
) -> dict[str, str]:
    """Return the phrases of a text whose initials the archive says, each with its initials.

    Args:
        text: What is searched for.
        finder: Finds moments.
        scope: Which moments are looked through.
    """
    phrases = _phrases(text)
    rarity = finder.rarity([*phrases.values()], scope) if phrases else []
    likely = [(phrase, short) for (phrase, short), rare in zip(phrases.items(), rarity, strict=True)
              if rare]
    found: dict[str, str] = {}
    for phrase, short in likely:
        if not any(phrase in longer for longer in found) and _both_said(
                phrase, short, finder, scope):
            found[phrase] = short
    return found


def shortened(text: str, initials: Mapping[str, str]) -> str:
    """Return a text with its phrases put as their initials."""
    for phrase, short in initials.items():
        text = re.sub(re.escape(phrase), short, text, flags=re.IGNORECASE)
    return text


def spelled_out(text: str, initials: Mapping[str, str]) -> list[str]:
    """Return the phrases whose initials stand in a text, in capitals."""
    return [phrase for phrase, short in initials.items() if _has(text, short)]


def _phrases(text: str) -> dict[str, str]:
    """Return the runs of words that may have initials, the longest first."""
    found: dict[str, str] = {}
    for run in _runs(text):
        for size in range(min(_MOST, len(run)), _LEAST - 1, -1):
            for start in range(len(run) - size + 1):
                words = run[start:start + size]
                phrase = text[words[0].start():words[-1].end()]
                found[phrase] = "".join(word[0][0] for word in words).upper()
    return dict(sorted(found.items(), key=lambda each: -len(each[1])))


def _runs(text: str) -> list[list[re.Match[str]]]:
    """Return the words that nothing but a blank parts and none of which is a little word."""
    runs: list[list[re.Match[str]]] = [[]]
    for word in WORD.finditer(text):
        if folded(word[0]) in _NONE or not word[0].isalpha() or word[0].isupper():
            runs.append([])
            continue
        if runs[-1] and text[runs[-1][-1].end():word.start()] != " ":
            runs.append([])
        runs[-1].append(word)
    return [run for run in runs if len(run) >= _LEAST]


def _both_said(phrase: str, short: str, finder: Finder, scope: MomentFilter) -> bool:
    """Tell whether one recording says both the words and the capitals."""
    def media(wanted: str, holds: Callable[[str], bool]) -> set[str]:
        query = TemporalQuery(target=wanted, verbatim=True)
        found = finder.find(query, scope=scope, limit=_SAYING).evidence
        return {each.moment.media_id for each in found if holds(each.moment.text)}

    said = media(phrase, lambda text: says(text, phrase))
    return bool(said and said & media(short, lambda text: _has(text, short)))


def _has(text: str, short: str) -> bool:
    """Tell whether initials stand in a text, in capitals."""
    return bool(re.search(rf"(?<!\w){short}(?!\w)", text))
