"""Things that are seen, in a verb-final question: "बजट वाली स्लाइड" is meant by what it reads."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from trikal.indexes.rules.verb_final.table import EDGES, Table
from trikal.moments import Track


class VerbFinalThings:
    """Finds what can be read on a thing that a text names, and on which track.

    A language without such a table has none.

    Args:
        language: The words.
        is_empty: Tells whether nothing in a text says what is looked for.
    """

    def __init__(self, language: Table, is_empty: Callable[[str], bool]) -> None:
        self._language = language
        self._is_empty = is_empty
        self._asked, self._phrases = _patterns(language)

    def read(self, text: str) -> tuple[str, Track] | None:
        """Read the text of an event, its ordinal taken away.

        Returns:
            What can be read on the thing (empty where any is meant), and the track; ``None`` where
            no such thing is named.
        """
        text = text.strip(EDGES)
        masked = self._language.masked(text)
        for track, pattern in self._phrases:
            match = pattern.match(masked)
            if match is None or not self._is_empty(self._asked.sub(" ", text[match.end():])):
                continue
            if "topic" not in pattern.groupindex:
                return "", track
            topic = text[slice(*match.span("topic"))].strip(EDGES)
            if topic and not self._is_empty(topic):
                return topic, track
        return None


@cache
def _patterns(language: Table) -> tuple[re.Pattern[str], list[tuple[Track, re.Pattern[str]]]]:
    """Return what asks for a thing, and by track the phrases for one; made once a language."""
    table: dict[str, Any] = language.table.get("things", {})
    letter, spelled = language.spelling.letter, language.spelling.sources
    asked = re.compile("|".join(
        f"(?<!{letter})(?:{each})(?!{letter})" for each in spelled(table.get("asked", ()))
    ) or "(?!)", re.IGNORECASE)
    phrases = [
        (Track(track), re.compile(
            re.sub(r"(?<![\\\w])T(?!\w)", lambda _: "(?P<topic>.+?)", source)
            + f"(?!{letter})", re.IGNORECASE))
        for track, phrases in table.get("on", {}).items()
        for source in spelled(phrases)]
    return asked, phrases
