"""Events told in English: who tells something there, and what, in the words that were said."""

from typing import NamedTuple

from trikal.indexes.rules.choice import ENGLISH
from trikal.indexes.rules.language import language


class Teller(NamedTuple):
    """Who says something in a told event.

    Attributes:
        words: As the event has it, without "the": "Houston", "lunar module pilot".
        is_name: Whether that is a name, or else what somebody is.
    """

    words: str
    is_name: bool


def reported_clause(text: str) -> str:
    """Return what an event told in English reports: "he asked if it was warm" → "it was warm"."""
    return language(ENGLISH).reported.sub("", text, count=1) or text


def as_said(text: str) -> str:
    """Put what an event told in English reports back into the mouth of who said it.

    "He asked if they were late" → "we are late?". Who is meant by "they" is not found out: most of
    what people are told to have said is about themselves.
    """
    words = language(ENGLISH)
    said = words.told_words.sub(lambda word: words.spoken[word[0].lower()], reported_clause(text))
    return f"{said}?" if asks_in_report(text) else said


def asks_in_report(text: str) -> bool:
    """Tell whether an event told in English is that somebody asked something."""
    return bool(language(ENGLISH).asks_in_report.search(text))


def teller_of(text: str) -> Teller | None:
    """Return who says something in an event told in English, and ``None`` where none is named.

    Whoever is told something is not the one: "Anna was asked whether" names no teller.
    """
    match = language(ENGLISH).teller.match(text)
    if match is None:
        return None
    return Teller(words=match["name"] or match["role"], is_name=match["name"] is not None)
