"""What is left of a clause when all words that say nothing of what is looked for are taken away."""

import re
from typing import Final

from trikal.indexes.rules.language import QUOTED
from trikal.indexes.rules.verb_final.table import EDGES, Table

_MOST_TOPICS: Final = 4


class Stripping:
    """Takes filler words away from both ends of a text.

    Args:
        language: The words.
    """

    def __init__(self, language: Table) -> None:
        self._language = language

    def bare(self, text: str) -> str:
        """Strip a text at both ends; what is between them stands as it was written."""
        text = text.strip(EDGES)
        while text:
            masked = self._language.masked(text)
            if match := self._language.leading.match(masked):
                text = text[match.end():].strip(EDGES)
            elif match := self._language.trailing.search(masked):
                text = text[:match.start()].strip(EDGES)
            else:
                break
        return text

    def event(self, text: str) -> str:
        """Return what an event is, as it was written unless it is a mention of something."""
        return self.topic(text) or (text.strip(EDGES) if self.bare(text) else "")

    def topic(self, text: str) -> str:
        """Return what a text is about: what stands before "के बारे में" and asks nothing."""
        masked = self._language.masked(text)
        found = [(match, ending) for pattern, ending in self._language.topics
                 for match in pattern.finditer(masked)]
        for match, ending in sorted(found, key=lambda each: (each[0].start(), -each[0].end()))[
                :_MOST_TOPICS]:
            if self.is_empty(text[match.end():]):
                topic = self._without_subject(text[:match.start()])
                return topic + ending if topic and ending else self._language.restored(topic)
        return ""

    def is_empty(self, text: str) -> bool:
        """Whether nothing in a text says what is looked for."""
        return not self.bare(text)

    def quote(self, text: str) -> str:
        """Return the only quotation, without its marks, when all around it says nothing."""
        quotes = list(re.finditer(QUOTED, text))
        if len(quotes) != 1 or quotes[0].end() - quotes[0].start() < 3:
            return ""
        match = quotes[0]
        around = self.is_empty(text[:match.start()]) and self.is_empty(text[match.end():])
        return match[0][1:-1].strip(EDGES) if around else ""

    def _without_subject(self, text: str) -> str:
        """Take away who speaks: of "कप्तान ने बजट" the budget is the topic."""
        masked = self._language.masked(text)
        start = 0
        for pattern in self._language.splits:
            if (match := pattern.match(masked)) and match.end() < len(masked):
                start = max(start, match.end())
        return self.bare(text[start:])
