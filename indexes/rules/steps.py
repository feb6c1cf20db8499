"""Steps: so many sentences before or after an event, counted and not timed."""

import re
from dataclasses import replace
from typing import Final

from trikal.indexes.rules.language import Language
from trikal.indexes.rules.reading import Reading
from trikal.indexes.temporal import Anchored, Ask, Relation, TemporalQuery

_SIDES: Final = {
    Relation.BEFORE: Relation.BEFORE, Relation.RIGHT_BEFORE: Relation.BEFORE,
    Relation.AFTER: Relation.AFTER, Relation.RIGHT_AFTER: Relation.AFTER,
}


class Steps:
    """Reads "two sentences before X" as what lies before X, and the last but one of it.

    Args:
        language: The words for sentences, and for the sides on which they lie.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._amounts = language.amounts
        self._patterns = [
            (said, re.compile(rf"(?<!\w)(?:{self._numbered(phrase)})(?!\w)", re.IGNORECASE))
            for said, phrase in language.table["steps"].items()
        ]

    def take(self, text: str) -> tuple[str, int] | None:
        """Say a question without its steps, "before X" for "two sentences before X".

        Returns:
            The question and the number of steps; ``None`` where it has none.
        """
        masked = self._language.masked(text)
        for said, pattern in self._patterns:
            if match := pattern.search(masked):
                count = (self._amounts.count(match["n"]) if match["n"]
                         else self._amounts.ordinal(match["o"]))
                if (said, count) == ("before", -1):
                    count = 1  # the last sentence before is the one right before
                if count > 0:
                    return f"{text[:match.start()]}{said}{text[match.end():]}", count
        return None

    def _numbered(self, phrase: str) -> str:
        blanks = self._amounts.blanks
        return re.sub(r"\b[NO]\b", lambda blank: f"(?P<{blank[0].lower()}>{blanks[blank[0]]})",
                      phrase)


def stepped(reading: Reading, count: int) -> Reading | None:
    """Count the steps in a reading of the question without them.

    Args:
        reading: How the question is read without its steps.
        count: How many steps.

    Returns:
        The reading with them; ``None`` where something particular is looked for, or nothing that
        steps could be counted from.
    """
    query = reading.query
    anchored = query.anchored
    if (anchored is None or query.target or query.ordinal is not None
            or query.ask is not Ask.MOMENTS or anchored.relation not in _SIDES):
        return None
    return replace(reading, query=_counted(query, anchored, count))


def _counted(query: TemporalQuery, anchored: Anchored, count: int) -> TemporalQuery:
    side = _SIDES[anchored.relation]
    relation = _RIGHT[side] if count == 1 else side
    constraints = tuple(each.model_copy(update={"relation": relation}) if each is anchored else each
                        for each in query.constraints)
    ordinal = None if count == 1 else -count if side is Relation.BEFORE else count
    return query.model_copy(update={"constraints": constraints, "ordinal": ordinal})


_RIGHT: Final = {Relation.BEFORE: Relation.RIGHT_BEFORE, Relation.AFTER: Relation.RIGHT_AFTER}
