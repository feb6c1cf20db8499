"""Whether a text tells the number that a question asks for."""

import re
from typing import Final

from trikal.tools.stems import WORD, is_figure, stem

_HOW_MANY: Final = re.compile(r"\bhow many (?:of the )?(\w+)", re.IGNORECASE)
_BETWEEN: Final = 2


def counted_thing(question: str) -> str:
    """Return what a question wants the number of: ``people`` of "How many people …?", or ``""``."""
    match = _HOW_MANY.search(question)
    return match[1] if match else ""


def counts(text: str, thing: str) -> bool:
    """Tell whether a text has a number of a thing: "four of the people".

    Args:
        text: The text.
        thing: The thing, in any form of its word.
    """
    words = WORD.findall(text)
    wanted = stem(thing)
    return any(is_figure(word) and wanted in map(stem, words[n + 1:n + 2 + _BETWEEN])
               for n, word in enumerate(words))
