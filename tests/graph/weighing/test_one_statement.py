"""What one statement tells of two things is not looked for beside one of them."""

from dataclasses import replace

import pytest

from tests.every import every
from tests.fakes import FakeReranker
from tests.graph.makers import item
from tests.graph.test_agent import MakeContext, ask
from trikal.graph.weighing.one_statement import as_one, tells_both
from trikal.indexes.rules import read_question
from trikal.indexes.temporal import Absolute, Anchored, Relation, Scope, TemporalQuery
from trikal.moments import Track
from trikal.tools.rarity import RareWords

EVENT = TemporalQuery(target="in good shape")
SHAPE = RareWords(rarity={"good": 2.0, "shape": 6.0})


def hung(event: TemporalQuery = EVENT, relation: Relation = Relation.BEFORE,
         at_most_ms: int | None = None, **more: object) -> TemporalQuery:
    anchored = Anchored(relation=relation, anchor=event, at_most_ms=at_most_ms)
    return TemporalQuery(**{"target": "he still had to drink", "constraints": (anchored,), **more})


def test_one_statement_is_searched_for_with_the_words_of_both() -> None:
    scope = Scope(media=("talk.mp3",))
    assert as_one(hung(scope=scope)) == TemporalQuery(
        target="he still had to drink in good shape", scope=scope)
    assert as_one(hung(tracks=(Track.SPEECH,))) is not None


@every("query", [
    TemporalQuery(target="he drank"), hung(target=""), hung(relation=Relation.RIGHT_BEFORE),
    hung(at_most_ms=9_000), hung(tracks=(Track.SCREEN,)), hung(ordinal=1),
    hung(TemporalQuery(target="good shape", verbatim=True)),
    hung(TemporalQuery(target="good shape", ordinal=2)),
    hung(TemporalQuery(constraints=(Absolute(start_ms=0, end_ms=9),))), hung(hung()),
    hung(TemporalQuery(target="the captain asked for water")),
])
def test_where_the_order_must_hold_no_statement_is_searched_for(query: TemporalQuery) -> None:
    assert as_one(query) is None


@pytest.mark.parametrize(("text", "both"), [
    ("Once I drink this, I'll be in good shape.", True),
    ("You're looking in good shape.", False), ("Here's a good drink.", False),
    ("Once I drink this, my shape is fine.", True),
])
def test_a_statement_needs_words_of_both(text: str, both: bool) -> None:
    assert tells_both(item(text=text), "he still had to drink", SHAPE) is both


def test_words_of_the_event_are_none_of_what_is_asked() -> None:
    text = item(text="We are in good shape.")
    assert not tells_both(text, "what is said of the shape", SHAPE)
    assert not tells_both(text, "shape", SHAPE)
    assert not tells_both(item(text="We are in good shape, 2 of us."), "2 Baker", SHAPE)


def test_in_a_large_archive_one_statement_answers_what_sounds_like_order(
    context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "Who closed the lighthouse for three weeks before the storm?"
    assert read_question(question).query.anchored is not None
    for place in ("nodes.retrieve", "weighing.best_alone"):
        monkeypatch.setattr(f"trikal.graph.{place}.MANY", 1)
    reply = ask(context("{}", "{}"), question)
    assert [each["start_ms"] for each in reply["citations"]] == [10_000]


def test_no_reranker_says_whether_one_statement_tells_both(
    context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "Who closed the lighthouse for three weeks before the storm?"
    for place in ("nodes.retrieve", "weighing.best_alone"):
        monkeypatch.setattr(f"trikal.graph.{place}.MANY", 1)
    contrary = FakeReranker({"The keeper of the lighthouse is called Anita Rao.": 1.0})
    given = context("{}", "{}")
    assert given.resources is not None
    reply = ask(replace(given, resources=replace(
        given.resources, reranker=lambda language=None: contrary)), question)
    assert [each["start_ms"] for each in reply["citations"]] == [10_000]
    assert contrary.calls == []
