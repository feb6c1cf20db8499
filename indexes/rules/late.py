"""Patterns that are compiled when a question first needs them.

A length of time can be put in so many words that a pattern which holds one is twenty thousand
characters long, and there are a hundred of them: compiling all takes seconds, and few questions
name a length.
"""

import re
from collections.abc import Iterator
from functools import cached_property


class LatePattern:
    """A pattern, in any case of letters, compiled on first use.

    Args:
        source: The regular expression.
    """

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source, re.IGNORECASE)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text."""
        return self._compiled.search(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of a whole text."""
        return self._compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text."""
        return self._compiled.finditer(text)
