"""What a language calls media by, whatever their names: "the film", "the memo", "फ़िल्म"."""

import re
from functools import cache
from typing import Final

from trikal.graph.conversation.tables import loaded, wordings
from trikal.graph.phrases import ENGLISH

_BEFORE: Final = r"(?<![^\s,;.?!।“”\"'(])"
_BEHIND: Final = r"(?![^\s,;.?!।“”\"')])"


@cache
def one_of_kind(kind: str, code: str = ENGLISH, *, latin: bool = True) -> re.Pattern[str]:
    """Return a pattern for words that mean a certain medium of a kind: "the whole film".

    Args:
        kind: ``video``, ``audio``, or ``any`` for what may be either.
        code: Language, as its tables are called; one that has words for the archive.
        latin: Whether its words are written in Latin letters.
    """
    if code == ENGLISH:
        table = loaded(f"media_{ENGLISH}.toml")
        return re.compile(f"{table['one']['before']}(?:{table['nouns'][kind]})", re.IGNORECASE)
    language = wordings(code, latin=latin)
    words = language.raw["media"]
    return re.compile(f"{language.spelled(words['before'])}(?:{language.spelled(words[kind])})",
                      re.IGNORECASE)


def names_kind(text: str, kind: str, code: str = ENGLISH, *, latin: bool = True) -> bool:
    """Tell whether a certain medium of a kind is named anywhere in a text."""
    named = one_of_kind(kind, code, latin=latin).pattern
    return bool(re.search(f"{_BEFORE}(?:{named}){_BEHIND}", text, re.IGNORECASE))


def kinds_called(noun: str) -> tuple[str, ...]:
    """Return the kinds that a noun, one or many, calls media by where one is set beside another.

    Beside a film a recording is one of sound alone; what may be either is no kind.
    """
    return tuple(kind for kind, pattern in _nouns().items() if pattern.fullmatch(noun))


def kind_of_all(noun: str) -> str | None:
    """Return the kind that a noun, one or many, calls media by anywhere: "videos".

    ``None`` where it may be either: "recordings".
    """
    nouns = loaded(f"media_{ENGLISH}.toml")["nouns"]
    return next((kind for kind in ("video", "audio")
                 if re.fullmatch(f"(?:{nouns[kind]})s?", noun, re.IGNORECASE)), None)


@cache
def _nouns() -> dict[str, re.Pattern[str]]:
    table = loaded(f"media_{ENGLISH}.toml")
    kinds = {kind: [words] for kind, words in table["nouns"].items() if kind != "any"}
    for kind, words in table["beside"].items():
        kinds[kind].append(words)
    return {kind: re.compile(f"(?:{'|'.join(each)})s?", re.IGNORECASE)
            for kind, each in kinds.items()}
