"""The sentences that code itself says in answers, in the language that is wanted.

They are data, one table a language; a language without a table gets them in English.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

import langcodes

from trikal.timecode import format_length, length_parts

ENGLISH: Final = "en"
_PLACE: Final = re.compile(r"\\{(\w+)\\}")


def phrase(name: str, language: str, /, **given: object) -> str:
    """Return a sentence.

    Args:
        name: What it is called in the table.
        language: BCP-47 tag of the language that is wanted.
        **given: What is put into it.
    """
    return str(_table(language)[name]).format_map(given)


def reason(name: str, language: str, /, **given: object) -> str:
    """Return a reason, without a full stop; see :func:`phrase`."""
    return str(_table(language)["reasons"][name]).format_map(given)


def length_in(ms: int, language: str) -> str:
    """Render a length of time in a language's own words: "1 घंटा 5 मिनट", "2 h 5 min".

    Args:
        ms: Milliseconds, not negative. Below a minute tenths of a second are kept.
        language: BCP-47 tag of the language that is wanted.
    """
    if _table(language) is _table(ENGLISH):
        return format_length(ms)
    # Imported here because most answers have no length in them.
    from babel.units import format_unit

    return " ".join(format_unit(number, f"duration-{unit}", length="long",
                                locale=_primary(language)) for number, unit in length_parts(ms))


def language_in(tag: str, language: str) -> str:
    """Name a language in another one: ``hi`` is "Hindi" in English, "हिन्दी" in Hindi.

    Args:
        tag: BCP-47 tag of the language to name; the tag itself where no name is known.
        language: BCP-47 tag of the language that is wanted.
    """
    # Imported here because most answers name no language.
    from babel import Locale

    said_in = _primary(language) if has_phrases(language) else ENGLISH
    return str(Locale(said_in).languages.get(_primary(tag), tag))


def retold(why: str, language: str) -> str:
    """Return a reason that was given in English, as far as the language's table has it.

    Args:
        why: One reason, or several with semicolons between.
        language: BCP-47 tag of the language that is wanted.
    """
    if has_phrases(language) and _table(language) is not _table(ENGLISH):
        return "; ".join(_retold(each, language) for each in why.split("; "))
    return why


def has_phrases(language: str) -> bool:
    """Tell whether there is a table for a language."""
    return _primary(language) in _tables()


def languages() -> tuple[str, ...]:
    """Return the tags of the languages that have a table."""
    return tuple(_tables())


def _retold(why: str, language: str) -> str:
    for name, pattern in _patterns().items():
        if match := pattern.fullmatch(why.rstrip(".")):
            return reason(name, language, **match.groupdict())
    return why


def _primary(language: str) -> str:
    if not langcodes.tag_is_valid(language):
        return ENGLISH
    return langcodes.get(language).language or ENGLISH


def _table(language: str) -> dict[str, Any]:
    return _tables().get(_primary(language), _tables()[ENGLISH])


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return what recognises each reason by its English wording."""
    return {name: re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(words)), re.DOTALL)
            for name, words in _tables()[ENGLISH]["reasons"].items()}


@cache
def _tables() -> dict[str, dict[str, Any]]:
    text = (files("trikal.graph") / "phrases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
