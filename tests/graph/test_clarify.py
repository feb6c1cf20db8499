"""Asking back: a doubt stops the run, and a choice narrows the search."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from tests.fakes import DIMENSIONS, FakeEmbedder
from tests.graph.conftest import FILM
from tests.indexes_lent import lent_index
from trikal.graph.build import build_graph
from trikal.graph.context import Context
from trikal.graph.sessions import thread
from trikal.indexes.temporal import Absolute, Anchored, Relation, TemporalQuery
from trikal.moments import Moment, Track
from trikal.tools.find import Finder, media_facts

MakeContext = Callable[..., Context]
SAID = (
    (0, "The bell rings."), (5_000, "The bridge is painted green."),
    (10_000, "The bell rings."), (15_000, "The ferry leaves the island."),
)
QUESTION = 'What was said right after "the bell rings"?'


@pytest.fixture(scope="module")
def bells() -> Iterator[Finder]:
    embedder = FakeEmbedder()
    moments = [Moment(media_id=FILM.id, track=Track.SPEECH, start_ms=start, end_ms=start + 4_000,
                      text=text, source="test") for start, text in SAID]
    with lent_index(DIMENSIONS) as index:
        index.upsert(moments, embedder.embed_passages([each.text for each in moments]))
        yield Finder(index, embedder, media_facts([FILM]))


class Run:
    """A session that can be asked back."""

    def __init__(self, context: Context, finder: Finder, *, asks_back: bool = True) -> None:
        assert context.resources is not None
        resources = replace(context.resources, finder=finder)
        self.agent = build_graph(InMemorySaver())
        self._context = Context(resources=resources, asks_back=asks_back)

    def __call__(self, given: Any) -> dict[str, Any]:
        return self.agent.invoke(given, thread("bells"), context=self._context)


@pytest.fixture
def run(context: MakeContext, bells: Finder) -> Run:
    return Run(context(), bells)


def asked(reply: dict[str, Any]) -> dict[str, Any]:
    return dict(reply["__interrupt__"][0].value)


def test_equally_good_events_are_asked_about(run: Run) -> None:
    payload = asked(run({"question": QUESTION}))
    assert "2 times" in payload["question"]
    assert len(payload["choices"]) == 2
    assert payload["default"] == payload["choices"][0]
    assert payload["problem"] == ""


@pytest.mark.parametrize(("reply", "start_ms"), [
    ("1", 5_000), ("2", 15_000), (2, 15_000), ("", 5_000),
])
def test_the_choice_is_followed(run: Run, reply: object, start_ms: int) -> None:
    run({"question": QUESTION})
    answer = run(Command(resume=reply))
    assert [each["start_ms"] for each in answer["citations"]] == [start_ms]
    assert "__interrupt__" not in answer


def test_a_choice_may_be_written_out(run: Run) -> None:
    second = asked(run({"question": QUESTION}))["choices"][1]
    assert run(Command(resume=f"  {second.upper()} "))["citations"][0]["start_ms"] == 15_000


def test_what_is_no_choice_is_asked_again(run: Run) -> None:
    run({"question": QUESTION})
    payload = asked(run(Command(resume="the third")))
    assert payload["problem"] == "'the third' is none of the choices."
    assert run(Command(resume="2"))["citations"][0]["start_ms"] == 15_000


def test_where_nobody_can_be_asked_the_doubt_is_shown(context: MakeContext, bells: Finder) -> None:
    reply = Run(context(), bells, asks_back=False)({"question": QUESTION})
    assert "__interrupt__" not in reply
    assert reply["citations"]
    assert "2 times" in reply["doubts"][0]["words"]


def test_the_next_question_of_the_session_is_asked_about_again(run: Run) -> None:
    run({"question": QUESTION})
    run(Command(resume="1"))
    assert asked(run({"question": QUESTION}))["choices"]


def test_a_part_of_a_query_is_replaced_wherever_it_stands() -> None:
    bell = TemporalQuery(target="bell")
    storm = TemporalQuery(target="storm", constraints=(
        Anchored(relation=Relation.AFTER, anchor=bell),))
    query = TemporalQuery(target="ferry", constraints=(
        Anchored(relation=Relation.BETWEEN, anchor=bell, other=storm),))
    gong = TemporalQuery(target="gong")
    assert [part.target for part in query.replacing(bell, gong).parts()] == [
        "ferry", "gong", "storm", "gong"]
    assert query.replacing(TemporalQuery(target="whale"), gong) == query
    assert query.replacing(query, gong) == gong


def test_a_query_at_a_moment_finds_only_that(tmp_path: Path) -> None:
    moment = Moment(media_id=FILM.id, track=Track.SPEECH, start_ms=5, end_ms=9, text="x",
                    source="test")
    query = TemporalQuery(target="bell", verbatim=True).at(moment)
    assert query.constraints == (Absolute(start_ms=5, end_ms=9),)
    assert (query.scope.media, query.tracks) == ((FILM.id,), (Track.SPEECH,))
