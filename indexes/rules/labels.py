"""Labels of speakers that are short for what people call them: CDR is the commander.

Transcripts of crews, courts and trials label who speaks by a job, and shorten it: to the consonants
of one word, or to the first letters of several (LMP, the lunar module pilot). A question names the
job. What a label is short for cannot be known for certain, so it is only read where a speaker must
stand: "what did the commander say".
"""

import re
from collections.abc import Iterable
from typing import Final

_SHORT: Final = re.compile("[A-Z]{3,5}")
_VOWELS: Final = frozenset("AEIOU")
_LEAST_LETTERS: Final = 6


def long_forms(label: str) -> str:
    """Return a pattern for what a label may be short for; empty where it is no short form.

    Args:
        label: A speaker's label.

    >>> bool(re.fullmatch(long_forms("CDR"), "commander"))
    True
    """
    if not _SHORT.fullmatch(label):
        return ""
    first, *others = map(str.lower, label)
    forms = [rf"[ -]{each}[a-z]+" for each in others]
    initials = f"{first}[a-z]+{''.join(forms)}"
    if _VOWELS & set(label):
        return f"(?:{initials})"
    inside = "".join(f"[a-z]*{each}" for each in others)
    return rf"(?:{initials}|(?=[a-z]{{{_LEAST_LETTERS},}}){first}{inside}\b)"


def any_long_form(labels: Iterable[str]) -> str:
    """Return a pattern for what any of some labels is short for; empty for none."""
    forms = [form for label in labels if (form := long_forms(label))]
    return "|".join(forms)


def short_for(words: str, labels: Iterable[str]) -> str | None:
    """Return the one label that is short for words; ``None`` where none is, or several are."""
    found = [label for label in labels if (form := long_forms(label))
             and re.fullmatch(form, words, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None
