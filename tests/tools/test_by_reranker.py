"""What a search found in the order of a reranker, and where its order stays."""

from typing import Any

import numpy as np
import pytest

from tests.fakes import FakeReranker
from tests.tools.conftest import WordEmbedder, moment
from trikal.errors import BackendFailed
from trikal.indexes.moment_search import Evidence
from trikal.indexes.protocol import MomentIndex
from trikal.indexes.temporal import Absolute, Ask, TemporalQuery
from trikal.serving.notices import hearing
from trikal.tools.by_reranker import (
    CANDIDATES,
    Order,
    RerankerSource,
    nothing_reranks,
    order_of,
    ranked,
    search_ranked,
)
from trikal.tools.find import Finder
from trikal.tools.toolbox import Toolbox

QUESTION = "When does the ferry leave?"
SCORES = {"low": 0.1, "middle": 0.5, "high": 0.9}


def source(reranker: Any, asked: list[str | None] | None = None) -> RerankerSource:
    def given(language: str | None = None) -> Any:
        if asked is not None:
            asked.append(language)
        return reranker

    return given


def evidence(*texts: str) -> list[Evidence]:
    return [Evidence(moment=moment(n * 5_000, text), score=1.0 - n / 10)
            for n, text in enumerate(texts)]


def test_the_best_comes_first_and_equals_stay_as_they_were() -> None:
    found = [("low", "en"), ("other", "en"), ("high", "en"), ("another", None), ("middle", "en")]
    order = order_of(QUESTION, found, source(FakeReranker(SCORES)))
    assert order is not None
    assert order.places == (2, 4, 0, 1, 3)
    assert order.scores == {n: pytest.approx(SCORES.get(text, 0.0))
                            for n, (text, _) in enumerate(found)}
    assert order.by == "fake-reranker/1"
    assert order.ms >= 0
    assert order.words().startswith("5 moments put in order by fake-reranker/1 in ")


@pytest.mark.parametrize("found", [[], [("only", "en")]])
def test_one_moment_or_none_is_not_worth_asking(found: list[tuple[str, str | None]]) -> None:
    asked: list[str | None] = []
    assert order_of(QUESTION, found, source(FakeReranker(), asked)) is None
    assert asked == []


def test_without_a_reranker_nothing_is_ordered() -> None:
    assert order_of(QUESTION, [("a", "en"), ("b", "en")], nothing_reranks) is None


@pytest.mark.parametrize(("question", "language"), [
    (QUESTION, "en"), ("नाव कब चलती है?", "hi"), ("படகு எப்போது புறப்படும்?", "ta"),
])
def test_the_reranker_is_asked_for_in_the_language_of_the_question(
    question: str, language: str
) -> None:
    asked: list[str | None] = []
    order_of(question, [("a", "en"), ("b", "en")], source(FakeReranker(), asked))
    assert asked == [language]


def test_what_a_reranker_cannot_read_keeps_its_place() -> None:
    english = FakeReranker(SCORES, languages=frozenset({"en"}))
    found = [("low", "en-GB"), ("नाव", "hi"), ("middle", "en"), ("", "en"), ("high", None)]
    order = order_of(QUESTION, found, source(english))
    assert order is not None
    assert order.places == (4, 1, 2, 3, 0)
    assert set(order.scores) == {0, 2, 4}
    assert english.calls == [(QUESTION, ["low", "middle", "high"])]
    assert order_of("नाव कब चलती है?", found, source(english)) is None
    assert order_of(QUESTION, [("low", "en"), ("नाव", "hi")], source(english)) is None


def test_a_reranker_that_fails_is_told_of_and_the_order_stays() -> None:
    broken = FakeReranker(BackendFailed("The reranker is down."))
    with hearing() as notices:
        assert order_of(QUESTION, [("a", "en"), ("b", "en")], source(broken)) is None
    assert notices == ["The reranker is down. Until then what is found stays in the order of the "
                       "search."]


def test_scores_go_with_the_places_and_the_reranker_s_stand_beside_them() -> None:
    found = evidence("low", "middle", "high")
    told = ranked(QUESTION, found, source(FakeReranker(SCORES)), limit=2)
    assert [each.moment.text for each in told.evidence] == ["high", "middle"]
    assert [each.score for each in told.evidence] == [1.0, 0.9]
    assert [each.rerank for each in told.evidence] == pytest.approx([0.9, 0.5])
    assert told.nearest == tuple(found[:2])
    assert isinstance(told.order, Order)


def test_without_a_reranker_evidence_is_what_the_search_gave() -> None:
    found = evidence("low", "middle", "high")
    told = ranked(QUESTION, found, nothing_reranks, limit=2)
    assert told.evidence == told.nearest == tuple(found[:2])
    assert told.order is None


@pytest.fixture
def finder(index: MomentIndex, embedder: WordEmbedder) -> Finder:
    moments = [moment(n * 5_000, f"The ferry leaves from pier {n}.") for n in range(CANDIDATES)]
    index.upsert(moments, embedder.embed_passages([each.text for each in moments]))
    return Finder(index, embedder, {})


def test_more_is_looked_for_than_is_wanted_so_that_something_else_can_come_first(
    finder: Finder,
) -> None:
    (plain,) = search_ranked(finder, [QUESTION], nothing_reranks, limit=3)
    last = finder.search([QUESTION], limit=CANDIDATES)[0][-1].moment
    reranker = FakeReranker({last.text: 1.0})
    (told,) = search_ranked(finder, [QUESTION], source(reranker), limit=3)
    assert told.evidence[0].moment == last
    assert len(told.evidence) == 3
    assert told.nearest == plain.evidence == plain.nearest
    assert len(reranker.calls[0][1]) == CANDIDATES


def test_the_tools_that_find_moments_go_by_it_where_meaning_is_asked_for(
    finder: Finder, toolbox: Toolbox
) -> None:
    wanted = "The ferry leaves from pier 17."
    reranker = FakeReranker({wanted: 1.0})
    tools = Toolbox(**{**vars(toolbox), "finder": lambda: finder, "reranker": source(reranker)})
    assert tools.search(QUESTION, limit=3).moments[0].text == wanted
    assert tools.find(TemporalQuery(target=QUESTION), limit=3).moments[0].text == wanted
    asked = len(reranker.calls)
    assert asked == 2
    for timed in (
        TemporalQuery(target=QUESTION, constraints=(Absolute(start_ms=0, end_ms=60_000),)),
        TemporalQuery(target="ferry", ordinal=2), TemporalQuery(target="ferry", ask=Ask.EVERY),
        TemporalQuery(target="pier 3", verbatim=True),
    ):
        without = Toolbox(**{**vars(toolbox), "finder": lambda: finder})
        assert tools.find(timed, limit=3) == without.find(timed, limit=3)
    assert len(reranker.calls) == asked


def test_scores_need_not_be_python_s_own() -> None:
    class Odd(FakeReranker):
        def score(self, question: str, passages: Any) -> Any:
            return np.array([0.5, 0.75], dtype=np.float32)

    order = order_of(QUESTION, [("a", "en"), ("b", "en")], source(Odd()))
    assert order is not None
    assert all(type(each) is float for each in order.scores.values())
