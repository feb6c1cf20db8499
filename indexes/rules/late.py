"""Patterns that are compiled when a question first needs them.

A length of time can be put in so many words that a pattern which holds one is thousands of
characters long, and there are a hundred of them: compiling all takes a second, and most questions
could match few. Such a pattern knows which texts it cannot match, and is not compiled for those.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final

_LONG: Final = 200


class LatePattern:
    """A pattern, in any case of letters, compiled for the first text that it could match.

    Args:
        source: The regular expression.
        possible: Tells, cheaply, whether a text could match at all; any could when not given.
        outline: A shorter regular expression that is found in all texts in which the source is.
    """

    def __init__(
        self, source: str, possible: Callable[[str], bool] | None = None, outline: str = ""
    ) -> None:
        self._source = source
        self._possible = possible
        self._outline = outline

    @property
    def rules_out(self) -> bool:
        """Whether there are texts of which it is told, cheaply, that they cannot match."""
        return self._possible is not None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source, re.IGNORECASE)

    @cached_property
    def _outlined(self) -> re.Pattern[str]:
        return re.compile(self._outline, re.IGNORECASE | re.DOTALL)

    def _could_match(self, text: str) -> bool:
        if self._possible is not None and not self._possible(text):
            return False
        # An outline has gaps of any length: in a long text it costs more than it saves.
        is_ready = "_compiled" in self.__dict__ or not self._outline or len(text) > _LONG
        return is_ready or bool(self._outlined.search(text))

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
