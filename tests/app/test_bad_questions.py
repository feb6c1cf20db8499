"""Questions that cannot be followed: each is told why, and given no wrong moment as right."""

import pytest

from tests.app.conftest import Trikal
from tests.sampling import sampled


@pytest.mark.parametrize(("question", "reason"), sampled([
    ("What is said after 0:10 and before 0:05?", "the times contradict each other"),
    ("Who spoke of the ferry after 0:10 and before 0:05?", "the times contradict each other"),
    ("What is said at 99:00:00?", "the longest medium ends at"),
    ("What is said after 5:00?", "the longest medium ends at"),
    ("What was said right after the elephant sang an opera?", "like “the elephant sang an opera”"),
    ("What came after the dragon burned the castle before the ferry left?", "like “the dragon"),
    ("What was said after the storm after the ferry after the bridge after the green after April?",
     "more than 3 events"),
    ("What was said " + " and ".join(f'after "number {n}"' for n in range(9)) + "?",
     "9 conditions on time"),
    ("The 7th time “ferry” is said", "there is no 7th “ferry” there, only 1"),
    ("What was said in the part after the ferry before the bridge was painted green?", ""),
], 4))
@pytest.mark.parametrize("command", ["search", "ask"])
def test_what_cannot_be_followed_is_told_with_its_reason(
    filled: Trikal, command: str, question: str, reason: str
) -> None:
    outcome = filled(command, question)
    assert outcome.code == 0
    assert reason in outcome.out
    told = filled(command, question, "--json").json
    assert reason == "" or (told if command == "search" else told["citations"]) == []


@pytest.mark.parametrize("question", ["?!?!", "۞ ۩ ۞", "…", "—"])
@pytest.mark.parametrize("command", ["search", "ask"])
def test_a_question_without_a_word_is_refused(filled: Trikal, command: str, question: str) -> None:
    outcome = filled(command, question)
    assert outcome.code == 2
    assert "has no word in it" in outcome.err


def test_a_question_in_no_language_is_not_answered(filled: Trikal) -> None:
    assert filled("ask", "asdf qwer zxcv uiop", "--json").json["found"] is False
    shown = filled("search", "asdf qwer zxcv uiop")
    assert "Nothing in the archive is much like it" in shown.out
    assert "much like it" not in filled("search", "the ferry to the island").out


@pytest.mark.thorough
def test_an_anchor_that_is_there_a_hundred_times_is_asked_about(
    begun: Trikal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("echo") / "echo.srt"
    cues = (("Roger." if n % 2 else f"Report number {n} follows.") for n in range(200))
    path.write_text("\n\n".join(
        f"{n + 1}\n00:{n // 30:02d}:{n % 30 * 2:02d},000 --> 00:{n // 30:02d}:{n % 30 * 2 + 1:02d}"
        f",500\n{text}" for n, text in enumerate(cues)))
    assert begun("ingest", path).code == 0
    shown = begun("search", 'What was said right after "Roger"?')
    assert "“Roger” is there 100 times. Which one is meant?" in shown.out
    assert "Report number 2 follows." in shown.out


def test_where_nothing_follows_the_last_event_its_time_is_told(filled: Trikal) -> None:
    question = 'What was said after "A storm closed the lighthouse for three weeks"?'
    outcome = filled("search", question)
    assert "Nothing found: there is nothing at that place" in outcome.out
    assert "“A storm closed the lighthouse for three weeks” was taken to be" in outcome.out
    assert "--track" not in outcome.out
    narrowed = filled("search", "--to", "1:00:00", question)
    assert "Widen the time window" in narrowed.out
