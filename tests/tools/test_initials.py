"""Initials: which phrases of a question an archive says in capitals."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from trikal.indexes.phrases import says
from trikal.indexes.protocol import EVERYTHING, MomentFilter
from trikal.indexes.temporal import TemporalQuery
from trikal.tools.initials import initials_said, shortened, spelled_out

FLIGHT = {"flight": ["Fred is in the lunar module.", "The LM lifeboat is warm, and it is a mess."],
          "office": ["Our sales manager left.", "The sm of two."],
          "other": ["SM is a size of shirt."]}


class Said:
    """Stands in for a finder: recordings as lists of texts, searched for very words first."""

    def __init__(self, recordings: Mapping[str, Sequence[str]]) -> None:
        self._moments = [SimpleNamespace(media_id=name, text=text)
                         for name, texts in recordings.items() for text in texts]

    def rarity(self, words: Sequence[str], scope: MomentFilter) -> list[float | None]:
        return [float(any(says(each.text, word) for each in self._moments)) for word in words]

    def find(self, query: TemporalQuery, *, scope: MomentFilter = EVERYTHING, limit: int) -> Any:
        said = [each for each in self._moments if says(each.text, query.target)]
        # Where nobody says the words, a real search gives what is near in meaning.
        return SimpleNamespace(evidence=[SimpleNamespace(moment=each)
                                         for each in (said or self._moments)[:limit]])


def read(question: str) -> dict[str, str]:
    finder: Any = Said(FLIGHT)
    return initials_said(question, finder)


def test_what_one_recording_spells_out_and_says_in_capitals_is_known() -> None:
    assert read("How warm is the lunar module now?") == {"lunar module": "LM"}


@pytest.mark.parametrize("question", [
    "Who is the sales manager?",  # another recording has the capitals, this one small letters
    "What is a laughing matter?",  # nobody says the words
    "Is it a mess?", "Who left more?", "Is the lunar, module?", "",
])
def test_what_no_recording_says_both_ways_is_no_abbreviation(question: str) -> None:
    assert read(question) == {}


def test_phrases_and_initials_stand_for_each_other() -> None:
    known = {"lunar module": "LM"}
    assert shortened("Where is the Lunar Module?", known) == "Where is the LM?"
    assert spelled_out("The [glossary:LM] is cold.", known) == ["lunar module"]
    assert spelled_out("The lm, or ALMS.", known) == []
