"""Labels of speakers that are short for what people call them: CDR is the commander.

Transcripts of crews, courts and trials label who speaks by a job, and shorten it: to the consonants
of one word, to the first letters of several (LMP, the lunar module pilot), or to its beginning
(Prof). A question names the job. What a label is short for cannot be known for certain. Where that
keeps other speakers out, it is only read where a speaker must stand ("what did the commander say"),
and only for labels in capitals; where it makes a moment likelier, for any label.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_SHORT: Final = re.compile("[A-Z]{3,5}")
_VOWELS: Final = frozenset("AEIOU")
_LEAST_LETTERS: Final = 6
_LEAST_OF_BEGINNING: Final = 3
_REMEMBERED: Final = 1_000


def long_forms(label: str) -> str:
    """Return a pattern for what a label may be short for; empty where it is no short form.

    Args:
        label: A speaker's label.

    >>> bool(re.fullmatch(long_forms("CDR"), "commander"))
    True
    """
    if not _SHORT.fullmatch(label):
        return ""
    letters = label.lower()
    if _VOWELS & set(label):
        return f"(?:{_initials(letters)})"
    return rf"(?:{_initials(letters)}|(?=[a-z]{{{_LEAST_LETTERS},}}){_contracted(letters)}\b)"


def any_long_form(labels: Iterable[str]) -> str:
    """Return a pattern for what any of some labels is short for; empty for none."""
    forms = [form for label in labels if (form := long_forms(label))]
    return "|".join(forms)


def short_for(words: str, labels: Iterable[str]) -> str | None:
    """Return the one label that is short for words; ``None`` where none is, or several are."""
    found = [label for label in labels if (form := long_forms(label))
             and re.fullmatch(form, words, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=_REMEMBERED)
def may_mean(label: str, words: str) -> bool:
    """Whether a label is what somebody is, or may be short for it: "CDR", "LMP", "PROF"."""
    short, said = label.casefold(), " ".join(words.casefold().split())
    full = said.split()
    if full and short in (said, full[-1]):
        return True
    if len(short) < 2 or not short.isalpha() or not full:
        return False
    return bool(re.fullmatch(_initials(short), said)) or any(
        _is_cut(short, word) for word in (full[0], full[-1]))


def _is_cut(short: str, word: str) -> bool:
    """Whether a longer word is cut off or left without letters in its middle: "prof", "cdr"."""
    if len(short) >= len(word):
        return False
    begins = len(short) >= _LEAST_OF_BEGINNING and word.startswith(short)
    return begins or bool(re.fullmatch(_contracted(short), word))


def _initials(letters: str) -> str:
    """Return a pattern for as many words as there are letters, that begin with them."""
    return "[ -]".join(f"{each}[a-z]+" for each in letters)


def _contracted(letters: str) -> str:
    """Return a pattern for a word with letters in this order, the first and last at its ends."""
    return "[a-z]*".join(letters)
