"""Stretches: something that goes on for a while, told by how it begins and how it ends."""

import re
from dataclasses import dataclass

from trikal.indexes.rules.language import Language


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """What a question says of a stretch, and what is left of it.

    Attributes:
        first: What it begins with.
        last: What it ends with.
        target: The question without the stretch.
        words: The words that tell the stretch.
    """

    first: str
    last: str
    target: str
    words: str


class Stretches:
    """Reads "during the exchange that begins with A and ends with B".

    Args:
        language: The words for what goes on, and for how it begins and ends.
    """

    def __init__(self, language: Language) -> None:
        table = language.table["stretches"]
        said = table["said"]
        blanks = {"A": rf"{said}(?P<a>_+)", "B": rf"{said}(?P<b>_+)",
                  "X": rf"{said}(?P<a>.+?)",
                  "Y": rf"{said}(?P<b>_+|[^,;:?]+?(?=(?:{table['tail']})? *(?:[,;:?]|$)))"}
        self._language = language
        self._patterns = [
            re.compile(table["opening"] + re.sub(
                r"\b[ABXY]\b", lambda blank: blanks[blank[0]], phrase)
                + f"(?:{table['tail']})?", re.IGNORECASE)
            for phrase in table["phrases"]
        ]

    def read(self, text: str) -> Stretch | None:
        """Cut a stretch out of a question, if it has one."""
        masked = self._language.masked(text)
        for pattern in self._patterns:
            if match := pattern.search(masked):
                first, last = (text[slice(*match.span(name))] for name in ("a", "b"))
                if self._language.bare(first) and self._language.bare(last):
                    return Stretch(first=first, last=last, words=match[0],
                                   target=f"{text[:match.start()]} {text[match.end():]}")
        return None
