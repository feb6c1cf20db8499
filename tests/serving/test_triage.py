from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from tests.every import every
from tests.fakes import FakeEmbedder
from trikal.errors import ModelUnavailable
from trikal.serving.catalog import Backend, Catalog
from trikal.serving.models import Models
from trikal.serving.roles import Role
from trikal.serving.tasks import Choice, Served, Size, Task
from trikal.serving.triage import triage
from trikal.settings import Settings

SMALL = (
    "Who approved the budget?", "When does the last bus leave?", "How wide is the main mirror?",
    "How much does the ginger tea cost?", "To which month was the opening moved?",
    "What is the observatory called?", "Did the ferry leave?", "WHERE is the dome?",
    "How many people polished it?",
)
LARGE = (
    "Why was the opening moved?", "Who polished the mirror, and how long did it take?",
    "What happened after the storm?", "Explain the repairs.", "Compare the two budgets.",
    "What is the difference between the lamps?", "How come the dome was closed?",
    "Summarise the debate.", "Which materials did they use?",
    "When did it open? Who was there?", "What caused the delay?",
)


@every("question", SMALL)
def test_a_question_for_one_fact_is_for_the_small_model(question: str) -> None:
    assert triage(question).size is Size.SMALL


@every("question", LARGE)
def test_a_question_for_more_is_for_the_large_model(question: str) -> None:
    assert triage(question).size is Size.LARGE


@every("question", [*SMALL, *LARGE])
def test_a_verdict_says_why_in_one_line(question: str) -> None:
    assert triage(question).why.startswith("it ")


def test_where_no_rule_speaks_the_embedding_model_decides() -> None:
    embedder = FakeEmbedder()
    verdict = triage("What damaged the dome?", embedder)
    assert verdict.why.startswith("it is put like")
    assert embedder.calls


def test_rules_ask_no_model() -> None:
    embedder = FakeEmbedder()
    triage("Why was it moved?", embedder)
    assert embedder.calls == []


def test_without_a_model_what_no_rule_knows_is_for_the_large_one() -> None:
    verdict = triage("क्या हुआ था उसके बाद")
    assert (verdict.size, verdict.why) == (Size.LARGE, "no rule knows what it asks for")


@pytest.mark.parametrize("given", [{"triage": False}, {"models": {"chat": "x"}}, {}])
def test_where_there_is_no_choice_nothing_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    monkeypatch.setattr(Models, "chat", lambda self, size=None: "the chat model")
    server = Served(model="m", url="http://h", why="a test")
    monkeypatch.setattr("trikal.serving.situation.served", lambda _: {Role.CHAT: (server,)})
    with Models(Settings(cache_dir=tmp_path, **given)) as models:
        assert models.answering("Why?") == ("the chat model", None)


class _Local:
    """A chat backend of this machine."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.begun = 0

    def begin(self) -> None:
        self.begun += 1

    def read(self, head: Sequence[BaseMessage]) -> None:
        raise AssertionError("nothing is to be read here")


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> dict[str, _Local]:
    """The backends of the tests below by name, none of them built from weights."""
    backends = {name: _Local(name) for name in ("small", "large")}
    monkeypatch.setattr(Models, "_built", lambda self, choice: backends[choice.model])
    return backends


@pytest.mark.parametrize(("given", "larger", "url", "writers"), [
    ({}, "large", None, [("small", True), ("large", False)]),
    ({}, "small", None, [("small", True)]),  # one model is all there is
    ({"triage": False}, "large", None, [("small", True)]),
    ({}, "large", "http://h", []),  # a server's, which is not ours to warm
])
def test_who_may_write_an_answer_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local: dict[str, _Local],
    given: dict[str, Any], larger: str, url: str | None, writers: list[tuple[str, bool]],
) -> None:
    monkeypatch.setattr(Models, "rank", _ranked(larger, url))
    monkeypatch.setattr(Models, "chat", lambda self, size=None: loaded.append(size))
    loaded: list[Size | None] = []
    with Models(Settings(cache_dir=tmp_path, **given)) as models:
        assert list(models.writers(load=False)) == []
        assert not loaded
        found = list(models.writers())
        assert [(each.backend, each.plans) for each in found] == [
            (local[name], plans) for name, plans in writers]
        assert len(loaded) == len(writers)
        assert list(models.writers(load=False)) == found


@pytest.mark.parametrize(("question", "begun"), [
    ("When does the last bus leave?", {"small": 1, "large": 0}),
    ("Why was the opening moved?", {"small": 0, "large": 1}),
])
def test_the_model_that_a_question_is_for_begins_to_load_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local: dict[str, _Local], question: str,
    begun: dict[str, int],
) -> None:
    monkeypatch.setattr(Models, "rank", _ranked("large", None))
    monkeypatch.setattr(Models, "embedder", lambda self: None)
    with Models(Settings(cache_dir=tmp_path)) as models:
        models.expect(question)
    assert {name: each.begun for name, each in local.items()} == begun


def test_a_question_that_was_expected_is_not_weighed_again_to_be_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local: dict[str, _Local]
) -> None:
    embedder = FakeEmbedder()
    monkeypatch.setattr(Models, "rank", _ranked("large", None))
    monkeypatch.setattr(Models, "embedder", lambda self: embedder)
    monkeypatch.setattr(Models, "chat", lambda self, size=None: size)
    with Models(Settings(cache_dir=tmp_path)) as models:
        models.expect("What damaged the dome?")
        weighed = list(embedder.calls)
        size, verdict = models.answering("What damaged the dome?")
        assert weighed == embedder.calls != []
        assert verdict == triage("What damaged the dome?", embedder)
        assert size is verdict.size
        _, another = models.answering("Why was it moved?")
        assert another == triage("Why was it moved?", embedder)
    assert sum(each.begun for each in local.values()) == 1


def test_a_model_that_is_missing_is_no_error_before_it_is_needed(tmp_path: Path) -> None:
    with Models(Settings(cache_dir=tmp_path), Catalog(model=())) as models:
        models.expect("Why was the opening moved?")
        with pytest.raises(ModelUnavailable):
            models.chat()


def _ranked(larger: str, url: str | None) -> Callable[[Models, Task], tuple[Choice, ...]]:
    def ranked(self: Models, task: Task) -> tuple[Choice, ...]:
        name = larger if task.size is Size.LARGE else "small"
        return (Choice(role=task.role, model=name, backend=Backend.LLAMACPP, why="", url=url),)

    return ranked


@pytest.mark.models
def test_the_multilingual_model_reads_questions_that_no_rule_can(models: Models) -> None:
    embedder = models.embedder()
    assert triage("आखिरी बस कब जाती है?", embedder).size is Size.SMALL
    assert triage("दोनों योजनाओं में क्या अंतर है?", embedder).size is Size.LARGE
