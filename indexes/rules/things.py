"""Things that are seen: "the budget slide" is meant by what can be read on it."""

import re
from typing import Any, Final

from trikal.indexes.rules.language import EDGES, QUOTED, Language
from trikal.moments import Track

_TOPIC = re.compile(r"\bT\b")


class Things:
    """Finds what can be read on a thing that a text names, and on which track.

    A language without such a table has none.

    Args:
        language: The words.
    """

    def __init__(self, language: Language) -> None:
        table: dict[str, Any] = language.table.get("things", {})
        self._language = language
        seen = f"(?P<seen>(?: (?:{'|'.join(table.get('seen', ()))}))?)"
        self._common: Final = frozenset(table.get("common", ()))
        self._phrases: Final = [
            (Track(track), re.compile(
                f"{table['leading']}(?:{_TOPIC.sub('(?P<topic>.+?)', phrase)}){seen}",
                re.IGNORECASE))
            for track, phrases in table.get("on", {}).items() for phrase in phrases
        ]

    def read(self, text: str) -> tuple[str, bool, Track] | None:
        """Read the text of an event, its ordinal taken away.

        Returns:
            What can be read on the thing (empty where any is meant), whether its very words are
            wanted, and the track; ``None`` where no such thing is named.
        """
        text = " ".join(text.split()).strip(EDGES)
        masked = self._language.masked(text)
        for track, pattern in self._phrases:
            match = pattern.fullmatch(masked)
            if match is None or match.groupdict().get("does") and not match["seen"]:
                continue  # "did the boy slide" is no slide
            if "topic" not in pattern.groupindex:
                return "", False, track
            topic = text[slice(*match.span("topic"))].strip(EDGES)
            if re.fullmatch(QUOTED, topic):
                return topic[1:-1].strip(EDGES), True, track
            if topic.casefold() not in self._common:
                return topic, False, track
        return None
