"""Media are called by parts of their file names, where that can mean nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from trikal.indexes.rules import Vocabulary, called_first, media_called, read_question
from trikal.indexes.rules.media_names import MOST_CALLED

NAMES = Vocabulary(media=(
    "nasa_13013.mp4", "tears-of-steel-battle-clip-medium.webm", "jfk.flac", "first-light.mp4",
    "board-meeting-2024-01.mp3", "board-meeting-2024-02.mp3", "bridge_opening.mp4",
    "BudgetTalk.mp4"))
TEARS = "tears-of-steel-battle-clip-medium.webm"
BOARD = ("board-meeting-2024-01.mp3", "board-meeting-2024-02.mp3")


@every(("question", "media", "target"), [
    ("What is said about space in the NASA video?", ("nasa_13013.mp4",),
     "What is said about space"),
    ("In the nasa clip, who is thanked?", ("nasa_13013.mp4",), "who is thanked"),
    ("What does the NASA clip say about telescopes?", ("nasa_13013.mp4",),
     "What does say about telescopes"),
    ("Who shouts in Tears of Steel?", (TEARS,), "Who shouts"),
    ("Who shouts in the battle clip?", (TEARS,), "Who shouts"),
    ("What was decided in the board meeting recording?", BOARD, "What was decided"),
    ("Who cut the ribbon in the bridge opening film?", ("bridge_opening.mp4",),
     "Who cut the ribbon"),
    ("What is expensive in the Budget Talk?", ("BudgetTalk.mp4",), "What is expensive"),
    ("What is expensive in Budget Talk?", ("BudgetTalk.mp4",), "What is expensive"),
])
def test_a_part_of_a_name_calls_media(question: str, media: tuple[str, ...], target: str) -> None:
    query = read_question(question, NAMES).query
    assert (query.scope.media, query.target) == (media, target)


@every("question", [
    "What is the date of the bridge opening?",
    "What is the name of the film?",
    "What did they say of steel?",
    "Who is in the first video?",
    "What did he say on the way to the bridge?",
    "Who came to the opening of the board?",
    "What was said in the second meeting recording?",
])
def test_a_thing_and_a_common_word_call_none(question: str) -> None:
    assert read_question(question, NAMES).query.scope.media == ()


def test_an_event_behind_the_name_is_still_read() -> None:
    query = read_question("What happens in Tears of Steel after the explosion?", NAMES).query
    assert query.scope.media == (TEARS,)
    assert query.anchored is not None
    assert query.anchored.anchor.target == "the explosion"


def test_a_word_of_many_names_calls_none() -> None:
    media = [f"lesson-{number}.mp4" for number in range(MOST_CALLED + 1)]
    assert media_called("lesson", media, alone=False) == ()
    assert media_called("lesson", media[1:], alone=False) == tuple(media[1:])
    assert media_called("lesson 3", media, alone=True) == ("lesson-3.mp4",)


@every(("text", "rest", "media"), [
    ("the NASA clip from 0:04 to 0:08", " from 0:04 to 0:08", ("nasa_13013.mp4",)),
    ("Tears of Steel", "", (TEARS,)),
])
def test_what_stands_first_may_call_a_medium(text: str, rest: str, media: tuple[str, ...]) -> None:
    call = called_first(text, NAMES.media)
    assert call is not None
    assert (text[call.end:], call.media) == (rest, media)


@every("text", ["the bridge opening", "what he said in Tears of Steel", "the board meeting tape"])
def test_what_stands_first_calls_one_medium_or_none(text: str) -> None:
    assert called_first(text, NAMES.media) is None


@given(st.text(max_size=30), st.lists(st.text(max_size=20), max_size=5))
def test_whatever_a_file_is_called_what_calls_it_is_one_of_them(
    words: str, media: list[str]
) -> None:
    assert set(media_called(words, media, alone=False)) <= set(media)
