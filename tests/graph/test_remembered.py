"""What memories change about a question."""


from tests.every import every
from trikal.graph.conversation.remembered import named, understood
from trikal.graph.memory import NOTHING, Memories
from trikal.indexes.rules import Vocabulary, read_question

CREW = Memories(
    speakers={"CDR": "Jim Lovell", "LMP": "Fred Haise", "CMP": "Jack Swigert", "CC": "Jack Lousma"},
    aliases={"the telescope": "the Webb Space Telescope", "the show": "the television show"},
)
NAMES = Vocabulary(speakers=("CDR", "LMP"), media=("talk.mp4",))


@every(("question", "meant"), [
    ("What did Jim Lovell say about the dome?", "What did CDR say about the dome?"),
    ("What did lovell say?", "What did CDR say?"),
    ("What did Fred say after Haise laughed?", "What did LMP say after LMP laughed?"),
    ("Where is the telescope?", "Where is the Webb Space Telescope?"),
    ("Where is The Telescope?", "Where is the Webb Space Telescope?"),
    ("Is the telescopes' mirror polished?", "Is the telescopes' mirror polished?"),
    ("What did Jack say?", "What did Jack say?"),
    ("What did Jack Swigert say during the show?", "What did CMP say during the television show?"),
    ("Where is “Jim Lovell and the telescope” said?",
     "Where is “Jim Lovell and the telescope” said?"),
    ('Did Lovell say "Fred, look at the show" to Fred?',
     'Did CDR say "Fred, look at the show" to LMP?'),
])
def test_what_is_meant_takes_the_place_of_what_is_said(question: str, meant: str) -> None:
    assert understood(question, NAMES, CREW).question == meant


def test_a_meaning_is_not_understood_again() -> None:
    turned = Memories(aliases={"left": "right", "right": "left"})
    assert understood("left or right?", NAMES, turned).question == "right or left?"


def test_what_was_replaced_is_told() -> None:
    assert understood("Did Lovell see the telescope?", NAMES, CREW).replaced == {
        "Lovell": "CDR", "the telescope": "the Webb Space Telescope"}


def test_without_memories_nothing_changes() -> None:
    told = understood("What did Lovell say?", NAMES, NOTHING)
    assert (told.question, told.vocabulary, told.replaced) == ("What did Lovell say?", NAMES, {})


def test_names_that_memories_know_are_speakers_for_the_rules() -> None:
    told = understood("What did Jack Swigert say about the dome?", NAMES, CREW)
    assert told.vocabulary.speakers == ("CDR", "LMP", "CMP", "CC")
    query = read_question(told.question, told.vocabulary).query
    assert query.scope.speakers == ("CMP",)
    assert "dome" in query.target


def test_a_name_with_signs_is_taken_as_it_stands() -> None:
    odd = Memories(aliases={"the (big) one?": "the main mirror", "a.b": "the ferry"})
    assert understood("Is the (big) one? wide", NAMES, odd).question == "Is the main mirror wide"
    assert understood("Is aXb wide?", NAMES, odd).question == "Is aXb wide?"


def test_a_speaker_is_told_by_name() -> None:
    assert named("CDR", CREW) == "Jim Lovell (CDR)"
    assert named("cdr", CREW) == "Jim Lovell (cdr)"
    assert named("S-1", CREW) == "S-1"


TURKISH = Memories(
    speakers={"A": "Işıl Yılmaz", "B": "Günther Strauß", "C": "İpek Kaya"},
    aliases={"die straße": "the Main Street", "IRI": "the rice institute"},
)


@every(("question", "meant"), [
    ("What did Işıl say?", "What did A say?"),
    ("What did ışıl YILMAZ say?", "What did A say?"),
    ("What did Strauß say?", "What did B say?"),
    ("What did STRAUẞ say?", "What did B say?"),
    ("What did İpek say to ipek kaya?", "What did C say to C?"),
    ("Where is Die Straße?", "Where is the Main Street?"),
    ("Who leads the ırı?", "Who leads the the rice institute?"),
])
def test_names_of_other_alphabets_are_known_in_any_case(question: str, meant: str) -> None:
    assert understood(question, NAMES, TURKISH).question == meant
