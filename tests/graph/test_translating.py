"""An answer in another language is said only if it passes what code can check."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.every import every
from tests.fakes import FakeChat, FakeEmbedder
from trikal.graph.budget import Limits, Spent, added, metered
from trikal.graph.translating import is_foreign, translated
from trikal.graph.weighing.model_check import ANSWERS, tells
from trikal.tools.relevance import Relevance

ANSWER = "The ferry leaves every 20 minutes."
HINDI = "नाव हर 20 मिनट में जाती है।"


class Near(FakeEmbedder):
    """An embedder to which all that was translated lies at one distance from everything."""

    def __init__(self, cosine: float) -> None:
        super().__init__()
        self.cosine = cosine

    def _vector(self, text: str) -> Any:
        if text not in (ANSWER, HINDI):
            return super()._vector(text)
        vector = np.zeros(self.dimensions, dtype=np.float32)
        vector[0], vector[1] = (1.0, 0.0) if text == ANSWER else (
            self.cosine, (1 - self.cosine**2) ** 0.5)
        return vector


def tried(draft: str, cosine: float = 0.9) -> tuple[str, str]:
    return translated(ANSWER, "hi", FakeChat(replies=[draft]), Relevance(Near(cosine)))


def test_what_passes_every_check_is_said() -> None:
    assert tried(HINDI) == (HINDI, "")


@every(("draft", "cosine", "why"), [
    (ANSWER, 0.9, "not written in it"), ("", 0.9, "not written in it"),
    ("நாவு 20 நிமிடம்", 0.9, "not written in it"),
    (HINDI.replace("20", "30"), 0.9, "other figures"), (HINDI * 9, 0.9, "figures"),
    ("20 न", 0.9, "shorter or longer"), (HINDI, 0.0, "does not mean the same"),
])
def test_what_fails_a_check_is_left_as_it_was_and_told(
    draft: str, cosine: float, why: str
) -> None:
    text, fault = tried(draft, cosine)
    assert text == ANSWER
    assert why in fault
    assert fault.startswith("Hindi")


@every(("text", "language", "foreign"), [
    (ANSWER, "en", False), (ANSWER, "hi", True), (HINDI, "hi", False), (HINDI, "ta", True),
    (ANSWER, "de", True), (HINDI, "en", True), ("Паром уходит.", "ru", False),
])
def test_a_text_is_foreign_to_a_language(text: str, language: str, foreign: bool) -> None:
    assert is_foreign(text, language) == foreign


class Judge(FakeChat):
    """Says yes to what its words are in, as a model that can tell does; or always one thing."""

    def _next(self, messages: Any, bound: Any) -> str:
        self.prompts.append(messages)
        said = self.replies[0]
        content = str(messages[-1].content)
        return said if said != "can tell" else f'{{"answer": "{_yes("ferry" in content)}"}}'


def _yes(told: bool) -> str:
    return "yes" if told else "no"


@every(("model", "believed"), [
    ("can tell", True), ('{"answer": "yes"}', False), ('{"answer": "no"}', False),
    ("yes", False), ("[]", False), ("", False),
])
def test_only_a_model_that_tells_evidence_from_anything_else_is_believed(
    model: str, believed: bool
) -> None:
    assert tells(ANSWERS, "When?", "The ferry leaves.", Judge(replies=[model])) == believed


def test_tokens_are_counted_in_the_block_that_they_were_spent_in() -> None:
    chat = FakeChat(replies=["word " * 40])
    with metered() as outer:
        chat.invoke("word " * 40)
    with metered() as other:
        pass
    assert outer.tokens == pytest.approx(100, abs=10)
    assert other.tokens == 0


def test_a_model_that_counts_is_believed() -> None:
    message = SimpleNamespace(usage_metadata={"total_tokens": 7})
    generation = SimpleNamespace(message=message, text="")
    with metered() as meter:
        meter.on_llm_end(SimpleNamespace(generations=[[generation]]),  # type: ignore[arg-type]
                         run_id=None)  # type: ignore[arg-type]
    assert meter.tokens == 7


def test_costs_add_up_and_limits_are_told() -> None:
    spent = added(Spent(steps=1, tokens=5, seconds=0.5), Spent(steps=2, tokens=5, seconds=0.5))
    assert spent == Spent(steps=3, tokens=10, seconds=1.0)
    assert Limits(steps=3, tokens=99, seconds=1.0).over(spent) == ["steps", "seconds"]
    assert Limits().over(None) == []
    assert Limits(seconds=3).seconds_left(spent) == 2.0
    assert Limits(seconds=0.5).item(spent)["over"] == ["seconds"]


def test_a_cohort_is_not_needed_twice(tmp_path: Path) -> None:
    relevance = Relevance(Near(0.5), tmp_path / "cohort.npy")
    assert relevance.cosines(ANSWER, [HINDI, ANSWER]) == pytest.approx([0.5, 1.0])
