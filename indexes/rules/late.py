"""Patterns that are compiled when a question first needs them.

A length of time can be put in so many words that a pattern which holds one is twenty thousand
characters long, and there are a hundred of them: compiling all takes seconds, and few questions
name a length. Such a pattern knows which texts it cannot match, and is not compiled for those.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class LatePattern:
    """A pattern, in any case of letters, compiled for the first text that it could match.

    Args:
        source: The regular expression.
        possible: Tells, cheaply, whether a text could match at all; any could when not given.
    """

    def __init__(self, source: str, possible: Callable[[str], bool] | None = None) -> None:
        self._source = source
        self._possible = possible

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source, re.IGNORECASE)

    def _could_match(self, text: str) -> bool:
        return self._possible is None or self._possible(text)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text."""
        return self._compiled.search(text) if self._could_match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of a whole text."""
        return self._compiled.fullmatch(text) if self._could_match(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text."""
        return self._compiled.finditer(text) if self._could_match(text) else iter(())

    def sub(self, replaced: Callable[[re.Match[str]], str], text: str) -> str:
        """Return a text with its matches replaced."""
        return self._compiled.sub(replaced, text) if self._could_match(text) else text
