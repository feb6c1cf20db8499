"""Limits: how far from an event something may lie, where that stands at the end of a clause."""

import re

from trikal.indexes.rules.language import Language
from trikal.indexes.rules.late import LatePattern


class Limits:
    """Cuts limits off the ends of what a question is cut into.

    Args:
        language: The words of limits.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        table = language.table["distances"]
        self._behind_event = self._ending(table["trailing"])
        self._behind_target = self._ending(table["closing"])
        self._loose = self._ending(table["loosely"])
        self._both_ways = re.compile(table["both_ways"], re.IGNORECASE)

    def of_event(self, text: str) -> tuple[str, int] | None:
        """Cut "within a minute" off "the bell, within a minute".

        Returns:
            The event, and the limit in ms; ``None`` where there is none.
        """
        return self._cut(self._behind_event, text)

    def of_target(self, text: str) -> tuple[str, int] | None:
        """Cut "within a minute" off "what was said within a minute", as :meth:`of_event`."""
        return self._cut(self._behind_target, text)

    def anywhere(self, text: str) -> tuple[str, int] | None:
        """Cut the only length out of what is asked for: "give or take a minute, what was said".

        Around an event nothing else but its limit is a length.

        Returns:
            The rest, and the limit in ms; ``None`` where there is no length, or several.
        """
        found = list(self._loose.finditer(self._language.masked(text)))
        if len(found) != 1:
            return None
        match = found[0]
        length = next(filter(None, match.groups()))
        rest = f"{text[:match.start()]} {text[match.end():]}"
        return rest, self._language.amounts.length(length)

    def one_way(self, text: str) -> str:
        """Cut "in either direction" off an event: its limit is one of both sides anyway."""
        match = self._both_ways.search(text)
        return text[:match.start()] if match else text

    def _cut(self, pattern: LatePattern, text: str) -> tuple[str, int] | None:
        match = pattern.search(self._language.masked(text))
        if match is None or not self._language.bare(text[:match.start()]):
            return None
        length = next(filter(None, match.groups()))
        return text[:match.start()], self._language.amounts.length(length)

    def _ending(self, phrase: str) -> LatePattern:
        """Put the words of limits and a length into a phrase that ends a text."""
        table, amounts = self._language.table["distances"], self._language.amounts
        for name, words in (("WITHIN", "|".join(table["within"])), ("WHICH", table["which"]),
                            ("ROUGH", table["rough"])):
            phrase = phrase.replace(f"(?:{name})", f"(?:{words})")
        filled = re.sub(r"\bL\b", lambda _: amounts.blanks["L"], phrase)
        return LatePattern(filled, amounts.some_time)
