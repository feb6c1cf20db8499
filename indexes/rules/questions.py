"""Questions in any language that has a table: each goes to the reader of its own."""

from functools import lru_cache
from typing import Protocol
from unicodedata import normalize

from trikal.indexes.rules.choice import ENGLISH, language_of, script_of_words
from trikal.indexes.rules.language import language
from trikal.indexes.rules.reader import EnglishReader
from trikal.indexes.rules.reading import Reading
from trikal.indexes.rules.scopes import NO_NAMES, Vocabulary
from trikal.indexes.rules.verb_final import VerbFinalReader, table
from trikal.indexes.scripts import Script
from trikal.indexes.temporal import Relation

_LONGEST = 2_000


class Reader(Protocol):
    """Reads the questions of one language."""

    def read(self, question: str) -> Reading:
        """Read a question into a temporal query."""

    def asks_when(self, question: str) -> bool:
        """Tell whether the answer that a question wants is a time."""

    def relations(self, question: str) -> frozenset[Relation]:
        """Return the relations that some words of a question stand for."""


def read_question(
    question: str, vocabulary: Vocabulary = NO_NAMES, *, code: str | None = None
) -> Reading:
    """Read a question into a temporal query.

    Args:
        question: What a person asks, in any usual wording; what is longer than 2,000 characters
            is cut.
        vocabulary: The archive's names, without which none can be recognised.
        code: Language of the question, as its table is called; told from the question when not
            given.

    Returns:
        The query, and whether the rules are sure of it. A question without any word about time
        is searched for as it stands.
    """
    text = _tidied(question)
    return _reader_of(text, vocabulary, code).read(text)


def asks_when(question: str, *, code: str | None = None) -> bool:
    """Tell whether the answer that a question wants is a time."""
    text = _tidied(question)
    return _reader_of(text, NO_NAMES, code).asks_when(text)


def relations_named(question: str, *, code: str | None = None) -> frozenset[Relation]:
    """Return the relations that some words of a question stand for, whatever they hang together."""
    return _reader_of(question, NO_NAMES, code).relations(question)


def topic_of(text: str, code: str) -> str:
    """Return what some words are about, without the word that says so and the case it wants.

    Args:
        text: The words: "नौका के बारे में".
        code: Language of them, as its table is called; English has such words in front and is
            left as it is.
    """
    reader = _reader_of(_tidied(text), NO_NAMES, code)
    return reader.topic(_tidied(text)) if isinstance(reader, VerbFinalReader) else text


def asks_how_long_it_took(question: str) -> bool:
    """Tell whether a length of time is asked for, in English, that somebody may tell in words."""
    return bool(language(ENGLISH).took.search(question))


def tells_length(text: str) -> bool:
    """Tell whether a text says a length of time in English: "eleven months"."""
    return bool(language(ENGLISH).told.search(text))


def _tidied(question: str) -> str:
    return " ".join(normalize("NFC", question).split())[:_LONGEST]


def _reader_of(text: str, vocabulary: Vocabulary, code: str | None) -> Reader:
    code = code or language_of(text)
    latin = code != ENGLISH and script_of_words(text) is Script.LATIN
    return _reader(code, vocabulary, latin=latin)


@lru_cache(maxsize=24)
def _reader(code: str, vocabulary: Vocabulary, *, latin: bool) -> Reader:
    if code == ENGLISH:
        return EnglishReader(language(code), vocabulary)
    return VerbFinalReader(table(code, latin=latin), vocabulary)
