"""Speech in another language, found and answered by its translation."""

from collections.abc import Iterator

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from tests.fakes import FakeChat
from tests.graph.films import Film, archived
from trikal.graph.build import build_graph
from trikal.graph.sessions import thread
from trikal.moments import Track

SAID = (
    (Track.SPEECH, 0, 4_000, "बंदरगाह का पुल अप्रैल में हरा रंगा गया"),
    (Track.TRANSLATION, 0, 4_000, "The harbour bridge was painted green in April."),
    (Track.SPEECH, 5_000, 9_000, "द्वीप की नाव हर घंटे जाती है"),
    (Track.TRANSLATION, 5_000, 9_000, "The ferry to the island leaves every hour."),
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    with archived(tmp_path_factory.mktemp("film"), SAID) as made:
        yield made


@pytest.mark.parametrize(("draft", "answer"), [
    ("The harbour bridge was painted green in April. [1]",
     "The harbour bridge was painted green in April. [1]"),
    ("They said “The harbour bridge was painted green in April”. [1]",
     "In translation: The harbour bridge was painted green in April. "
     "(said: “बंदरगाह का पुल अप्रैल में हरा रंगा गया”) [1]"),
])
def test_an_english_question_is_answered_by_a_translation_that_is_never_quoted(
    film: Film, draft: str, answer: str
) -> None:
    reply = build_graph(InMemorySaver()).invoke(
        {"question": "What colour was the harbour bridge painted in April?"}, thread("t"),
        context=film.context(FakeChat(replies=[draft])))
    assert reply["answer"] == answer
    cited = reply["citations"][0]
    assert (cited["track"], cited["start_ms"]) == ("translation", 0)
    assert cited["original"] == "बंदरगाह का पुल अप्रैल में हरा रंगा गया"


def test_what_follows_a_translated_event_is_what_was_said_next(film: Film) -> None:
    reply = build_graph(InMemorySaver()).invoke(
        {"question": "What was said right after the harbour bridge was painted green in April?"},
        thread("t"), context=film.context(FakeChat(replies=["Nothing."])))
    assert [(each["track"], each["start_ms"]) for each in reply["citations"]] == [
        ("speech", 5_000)]
