"""What was found, put in order by the rare words of the question."""

import pytest

from tests.every import every
from tests.graph.makers import item
from trikal.graph.weighing.reranking import both, reranked
from trikal.indexes.temporal import Anchored, Ask, Relation, TemporalQuery
from trikal.tools.rarity import RareWords

WORDS = RareWords(rarity={"fred": 1.0, "eat": 1.0, "gravy": 6.0})
LUNCH = item(0, "Fred is getting something to eat.", score=3.0)
GRAVY = item(5_000, "Beef and gravy for me.", score=2.0)
OTHER = item(9_000, "The ferry leaves.", score=2.5)


def test_what_has_the_rare_word_comes_first() -> None:
    made = reranked([LUNCH, OTHER, GRAVY], WORDS)
    assert [each["text"] for each in made] == [
        each["text"] for each in (GRAVY, LUNCH, OTHER)]
    assert made[0]["score"] == 1.0
    assert [each["score"] for each in made] == sorted(
        (each["score"] for each in made), reverse=True)


def test_without_words_the_search_s_order_stays_and_its_scores_in_proportion() -> None:
    made = reranked([LUNCH, OTHER, GRAVY], RareWords(rarity={}))
    assert [each["start_ms"] for each in made] == [0, 9_000, 5_000]
    assert [each["score"] for each in made] == pytest.approx([1.0, 2.5 / 3, 2 / 3])


def test_what_only_asks_comes_behind_what_tells_as_well() -> None:
    asks = item(1_000, "Fred, did you eat?", score=3.0)
    words = RareWords(rarity={"fred": 1.0, "eat": 1.0})
    tells = item(6_000, "Fred eats.", score=2.8)
    assert reranked([asks, tells], words, "What did Fred eat?")[0] == {**tells, "share": 1.0,
                                                                     "score": 1.0}
    assert reranked([asks, tells], words, "What was Fred asked about eating?")[0]["text"] == (
        asks["text"])


@pytest.mark.parametrize("evidence", [[], [item(score=0.0)]])
def test_nothing_and_what_has_no_score_stay(evidence: list[object]) -> None:
    made = reranked(evidence, WORDS)  # type: ignore[arg-type]
    assert len(made) == len(evidence)


@every(("query", "plain"), [
    (TemporalQuery(target="gravy"), True), (TemporalQuery(), False),
    (TemporalQuery(target="gravy", verbatim=True), False),
    (TemporalQuery(target="gravy", ordinal=1), False),
    (TemporalQuery(target="gravy", ask=Ask.EVERY), False),
    (TemporalQuery(target="gravy", constraints=(Anchored(
        relation=Relation.AFTER, anchor=TemporalQuery(target="noon")),)), False),
])
def test_only_plain_searches_are_put_in_order(query: TemporalQuery, plain: bool) -> None:
    assert query.is_plain is plain


def test_of_two_searches_each_moment_is_kept_once_with_its_better_score() -> None:
    made = both([LUNCH, OTHER], [{**GRAVY, "score": 0.5}, {**LUNCH, "score": 0.1, "dense": 0.99}])
    assert [(each["start_ms"], each["score"]) for each in made] == [
        (0, 1.0), (5_000, 1.0), (9_000, pytest.approx(2.5 / 3))]
    assert made[0]["dense"] == 0.99
    assert both([], []) == []
