"""Answers in the language of the question where it can be written and checked; else told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.every import every
from tests.fakes import FakeChat, FakeEmbedder
from tests.graph.conftest import FILM
from trikal.graph.build import build_graph
from trikal.graph.context import Context
from trikal.graph.evidence import EvidenceItem
from trikal.graph.memory import Memories
from trikal.graph.tongues import (
    draft_language,
    is_english,
    question_language,
    spoken_language,
)
from trikal.tools.relevance import Relevance

ASKED = "What closed the lighthouse for three weeks?"
MIXED = "storm, lighthouse: तूफ़ान ने लाइटहाउस को कितने समय तक बंद रखा?"
IN_HINDI = Memories(language="hi")
ENGLISH = "A storm closed the lighthouse for three weeks."
HINDI = "तूफ़ान ने लाइटहाउस को तीन हफ़्ते बंद रखा।"


class AllNear(FakeEmbedder):
    """An embedder to which a text and its translation are one."""

    def _vector(self, text: str) -> Any:
        if text not in (ENGLISH, HINDI):
            return super()._vector(text)
        vector = np.zeros(self.dimensions, dtype=np.float32)
        vector[0] = 1.0
        return vector


@every(("question", "told", "language"), [
    ("What was said?", "", "en"), ("क्या कहा गया?", "", "hi"), ("काय म्हटले?", "mr", "mr"),
    ("என்ன?", "", "ta"), ("Qu'est-ce que c'est ?", "fr", "fr"), ("Kya hua?", "hi", "hi"),
    ("12:30?", "", "en"), ("ਕੀ?", "", "pa"), ("वादळानंतर काय म्हटले?", "", "mr"),
    ("तूफान के बाद क्या कहा गया?", "", "hi"), ("बजेटबद्दल काय सांगितले?", "", "mr"),
    ("बजट", "", "hi"), ("काय म्हटले?", "hi", "hi"), ("toofan ke baad kya hua?", "", "en"),
    ("पहले क्या आया, ferry या storm?", "", "hi"),
    ("Where is the word नमस्ते said?", "", "en"), ("ଝଡ଼ ପରେ କଣ?", "", "or"),
])
def test_letters_and_what_is_told_make_out_the_language_of_a_question(
    question: str, told: str, language: str
) -> None:
    assert question_language(question, told) == language


def item(text: str, language: str | None = None) -> EvidenceItem:
    return EvidenceItem(n=1, media_id=FILM.id, name="a", path="a", track="speech", start_ms=0,
                        end_ms=1, text=text, speaker=None, score=0, dense=None, why="",
                        language=language)


@pytest.mark.parametrize(("wanted", "text", "language", "able", "drafted"), [
    ("hi", HINDI, "hi", True, "hi"), ("hi", HINDI, None, True, "hi"),
    ("hi", ENGLISH, "en", True, "en"), ("hi", HINDI, "hi", False, "en"),
    ("fr", "Un orage.", "fr", True, "fr"), ("fr", ENGLISH, None, True, "en"),
    ("mr", HINDI, "hi", True, "en"), ("en", HINDI, "hi", True, "en"),
])
def test_a_draft_is_in_the_wanted_language_only_beside_evidence_of_it(
    context: Callable[..., Context], wanted: str, text: str, language: str | None, able: bool,
    drafted: str,
) -> None:
    resources = context().resources
    assert resources is not None
    held = replace(resources, writes=lambda _: able)
    assert draft_language(wanted, [item(text, language)], held) == drafted
    assert draft_language(wanted, [], held) == "en"


@every(("answer", "language", "evidence", "spoken"), [
    (f"“{HINDI}” [1]", "en", [item(HINDI, "mr")], "mr"), (f"“{HINDI}” [1]", "en", [], "hi"),
    (f"“{ENGLISH}” [1]", "hi", [item(ENGLISH)], "en"), (f"{ENGLISH} [1]", "en", [], "en"),
    (f"0:21 पर: “{ENGLISH}” [1]", "hi", [item(ENGLISH, "en")], "hi"), ("3 [1]", "hi", [], "hi"),
])
def test_a_bare_quotation_is_said_in_its_own_language(
    answer: str, language: str, evidence: list[EvidenceItem], spoken: str
) -> None:
    assert spoken_language(answer, language, evidence) == spoken


@pytest.mark.parametrize(("texts", "language", "english"), [
    ([HINDI, ENGLISH], "hi", False), ([HINDI], None, False), ([ENGLISH, HINDI], "en", True),
    ([ENGLISH], None, True), (["Un orage."], "fr", False), ([], None, True),
])
def test_only_what_is_quoted_in_english_is_told_to_be_english(
    texts: list[str], language: str | None, english: bool
) -> None:
    assert is_english([item(each, language) for each in texts]) is english


class Archive:
    """An archive that is asked with a chat model that follows a script."""

    def __init__(self, context: Context, folder: Path) -> None:
        self._context, self._folder = context, folder
        self.events: list[dict[str, Any]] = []

    def __call__(
        self, question: str, *script: Any, able: bool = True, memories: Memories | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        self.chat = FakeChat(replies=list(script) or ["Nothing."])
        assert self._context.resources is not None
        held = replace(
            self._context.resources, chat=lambda: self.chat, writes=lambda _: able,
            memories=lambda: memories or Memories(),
            relevance=Relevance(AllNear(), self._folder / "near.npy"))
        reply: dict[str, Any] = {}
        for mode, part in build_graph().stream(
                {"question": question, **more}, context=Context(resources=held),
                stream_mode=["custom", "values"]):
            if mode == "custom":
                self.events.append(part)
            else:
                reply = part
        return reply


@pytest.fixture
def ask(context: Callable[..., Context], tmp_path: Path) -> Archive:
    return Archive(context(), tmp_path)


def test_an_answer_is_put_into_hindi_after_its_english_was_verified(ask: Archive) -> None:
    reply = ask(ASKED, f"{ENGLISH} [1] Cows fly. [1]", HINDI, memories=IN_HINDI)
    assert reply["answer"] == f"{HINDI} [1]"
    assert reply["language"] == "hi"
    assert [each["start_ms"] for each in reply["citations"]] == [10_000]
    assert any("checked" in each for each in reply["notices"])
    assert not any(each["event"] == "sentence" for each in ask.events)
    assert "Write in" not in str(ask.chat.prompts[0][0].content)


def test_a_model_that_does_not_write_hindi_is_not_asked_to_and_that_is_told_in_hindi(
    ask: Archive
) -> None:
    reply = ask(ASKED, f"{ENGLISH} [1]", able=False, memories=IN_HINDI)
    assert (reply["answer"], reply["language"]) == (f"{ENGLISH} [1]", "en")
    assert len(ask.chat.prompts) == 1
    assert any("उत्तर अंग्रेज़ी में है" in each for each in reply["notices"])


@pytest.mark.parametrize("written", [ENGLISH, "தமிழ் இல்லை", "तूफ़ान ने 99 हफ़्ते बंद रखा।"])
def test_what_comes_back_in_another_script_or_with_other_figures_is_not_shown(
    ask: Archive, written: str
) -> None:
    reply = ask(ASKED, f"{ENGLISH} [1]", written, memories=IN_HINDI)
    assert (reply["answer"], reply["language"]) == (f"{ENGLISH} [1]", "en")
    assert any("अंग्रेज़ी" in each for each in reply["notices"])


def test_a_quotation_stays_as_it_is_and_code_s_own_words_are_put_around_it(ask: Archive) -> None:
    reply = ask("What was said at 0:06?", asked_in="en", memories=Memories(language="hi"))
    assert reply["answer"] == "“The ferry to the island leaves every hour.” [1]"
    assert reply["language"] == "en"
    assert reply["notices"] == []


def test_what_the_archive_does_not_tell_is_told_in_the_language_of_the_question(
    ask: Archive
) -> None:
    reply = ask("म्यूनिख में फ़ुटबॉल मैच किसने जीता?")
    assert reply["found"] is False
    assert reply["answer"].startswith("संग्रह यह नहीं बताता: संग्रह में कुछ भी")
    assert reply["language"] == "hi"
    assert reply["notices"] == []


def test_a_marathi_question_that_is_typed_is_answered_in_marathi_not_in_hindi(
    ask: Archive
) -> None:
    reply = ask("म्युनिकमधील फुटबॉल सामना कोणी जिंकला होता?")
    assert reply["answer"].startswith("संग्रह हे सांगत नाही: ")
    assert reply["language"] == "mr"


def test_the_model_is_told_to_write_english_where_the_question_is_not(ask: Archive) -> None:
    ask(MIXED, f"{ENGLISH} [1]")
    assert str(ask.chat.prompts[0][0].content).endswith("Write in English.")


def test_a_model_that_cannot_write_a_question_s_language_is_not_trusted_to_read_it(
    ask: Archive
) -> None:
    reply = ask(MIXED, "The harbour bridge was painted green in April. [2]", able=False)
    assert ask.chat.prompts == []
    assert (reply["answer"], reply["language"]) == (f"“{ENGLISH}” [1]", "en")
    assert any("उत्तर अंग्रेज़ी में है" in each for each in reply["notices"])


def test_who_wants_english_is_not_told_that_it_is_english(ask: Archive) -> None:
    reply = ask(f"{MIXED} अंग्रेज़ी में जवाब दो", able=False)
    assert ask.chat.prompts == []
    assert reply["answer"] == f"“{ENGLISH}” [1]"
    assert reply["notices"] == []


def test_the_preferred_language_wins_over_the_question_s(ask: Archive) -> None:
    reply = ask("Who won the football match in Munich?", memories=Memories(language="ta"))
    assert reply["answer"].startswith("காப்பகம் இதைச் சொல்லவில்லை")
    assert reply["language"] == "ta"


def test_an_english_question_is_answered_as_ever(ask: Archive) -> None:
    reply = ask(ASKED, f"{ENGLISH} [1]")
    assert (reply["answer"], reply["language"]) == (f"{ENGLISH} [1]", "en")
    assert "Write in" not in str(ask.chat.prompts[0][0].content)


def test_what_is_typed_in_latin_letters_is_searched_for_in_its_own(ask: Archive) -> None:
    reply = ask("nuksan ke baad sarkar ke baare mein kya kaha gaya?")
    (found, *_) = [each for each in reply["acts"] if each["do"] == "find"]
    assert "सरकार" in found["words"]
    assert "नुकसान" in found["words"]
    assert "“nuksan”" in reply["plan"]["words"]  # what was asked is shown as it was typed
