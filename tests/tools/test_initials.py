"""Initials: which phrases of a question an archive says in capitals."""

import pytest

from tests.tools.conftest import WordEmbedder, moment
from trikal.indexes.media_facts import MediumFacts
from trikal.indexes.protocol import MomentFilter, MomentIndex
from trikal.tools.find import Finder
from trikal.tools.initials import initials_said, shortened, spelled_out
from trikal.tools.rarity import rare_words

SAID = {"flight": ["Fred is in the lunar module.", "The [glossary:LM] lifeboat is warm: a mess."],
        "office": ["Our sales manager left.", "The sm of two left more."],
        "shop": ["SM is a size of shirt."]}


@pytest.fixture
def finder(index: MomentIndex, embedder: WordEmbedder) -> Finder:
    moments = [moment(10_000 * n, text, media_id=medium)
               for medium, texts in SAID.items() for n, text in enumerate(texts)]
    index.upsert(moments, embedder.embed_passages([each.text for each in moments]))
    return Finder(index, embedder, {each: MediumFacts(duration_ms=60_000) for each in SAID})


def test_what_one_recording_spells_out_and_says_in_capitals_is_known(finder: Finder) -> None:
    asked = "How warm is the lunar module now?"
    assert initials_said(asked, finder) == {"lunar module": "LM"}
    words = rare_words(asked, finder)
    assert words.share(SAID["flight"][1]) == 1.0
    assert words.share(SAID["flight"][0]) < 1.0


def test_only_the_recordings_in_question_tell(finder: Finder) -> None:
    scope = MomentFilter(media_ids=("office",))
    assert initials_said("Where is the lunar module?", finder, scope) == {}


@pytest.mark.parametrize("question", [
    "Who is the sales manager?",  # another recording has the capitals, this one small letters
    "What is a laughing matter?",  # nobody says the words
    "Is it a mess?", "Who left more?", "Is the lunar, module?", "",
])
def test_what_no_recording_says_both_ways_is_no_abbreviation(
    finder: Finder, question: str
) -> None:
    assert initials_said(question, finder) == {}


def test_phrases_and_initials_stand_for_each_other() -> None:
    known = {"lunar module": "LM"}
    assert shortened("Where is the Lunar Module?", known) == "Where is the LM?"
    assert spelled_out("The [glossary:LM] is cold.", known) == ["lunar module"]
    assert spelled_out("The lm, or ALMS.", known) == []
