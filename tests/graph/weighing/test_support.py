"""Whether the evidence answers the question: meaning and shared words, weighed together."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.every import every
from tests.fakes import FakeEmbedder
from trikal.graph.evidence import EvidenceItem
from trikal.graph.weighing.support import (
    CROSS_SCRIPT_THRESHOLD,
    NOTHING_NEAR,
    SHARE_WEIGHT,
    THRESHOLD,
    Support,
    answering,
    lacking,
    support,
    threshold,
)
from trikal.indexes.found import Found
from trikal.indexes.temporal import Ask, TemporalQuery
from trikal.tools.relevance import Relevance
from trikal.tools.verification import carried_share

QUESTION = "Which colour was the harbour bridge painted?"
EMBEDDER = FakeEmbedder()
RELEVANCE = Relevance(EMBEDDER)
RELEVANCE_OF_NONE = -RELEVANCE.margin(QUESTION, 0.0)


def item(text: str, dense: float | None) -> EvidenceItem:
    return EvidenceItem(n=1, media_id="m", name="film.mp4", path="/film.mp4", track="speech",
                        start_ms=1_000, end_ms=1_900, text=text, speaker=None, score=1.0,
                        dense=dense, why="search")


def found(text: str, dense: float | None = None, question: str = QUESTION) -> EvidenceItem:
    """Evidence with the cosine that the search would have given it."""
    one, other = EMBEDDER.embed_passages([question, text])
    return item(text, float(one @ other) if dense is None else dense)


def without_cosine(text: str) -> EvidenceItem:
    return item(text, None)


def test_evidence_that_says_it_is_enough() -> None:
    weighed = support(QUESTION, [found("The harbour bridge was painted green.")], RELEVANCE)
    assert weighed.enough
    assert weighed.threshold == THRESHOLD


def test_evidence_about_something_else_is_not() -> None:
    assert not support(QUESTION, [found("Interest rates fell for ten weeks.")], RELEVANCE).enough


@pytest.mark.parametrize("evidence", [[], [without_cosine("The harbour bridge was green.")]])
def test_nothing_measured_supports_nothing(evidence: list[Any]) -> None:
    weighed = support(QUESTION, evidence, RELEVANCE)
    assert weighed.score == 0
    assert not weighed.enough


def test_the_best_of_the_evidence_counts_wherever_it_stands() -> None:
    near, far = found("The harbour bridge was painted green."), found("Cats like warm milk.")
    scores = {support(QUESTION, order, RELEVANCE).score for order in ([near, far], [far, near])}
    assert len(scores) == 1
    assert support(QUESTION, [near, far], RELEVANCE).enough


def test_evidence_that_was_found_by_its_words_alone_adds_its_words() -> None:
    far = found("Cats like warm milk.")
    alone = support(QUESTION, [far], RELEVANCE)
    both = support(QUESTION, [far, without_cosine("the harbour bridge, painted")], RELEVANCE)
    assert both.score > alone.score


@given(st.floats(-1, 1), st.sampled_from([
    "The harbour bridge was painted green.", "A bridge.", "Cats like warm milk."]))
def test_the_score_is_the_margin_and_the_share_of_words(cosine: float, text: str) -> None:
    weighed = support(QUESTION, [found(text, cosine)], RELEVANCE)
    expected = RELEVANCE.margin(QUESTION, cosine) + SHARE_WEIGHT * carried_share(QUESTION, [text])
    assert weighed.score == pytest.approx(expected)
    assert weighed.enough == (weighed.score >= weighed.threshold)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_best_of_more_moments_must_be_nearer(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert THRESHOLD <= threshold(few) <= threshold(many) < 2 * THRESHOLD


def test_evidence_just_enough_in_a_small_archive_is_not_in_a_large_one() -> None:
    near = found("The harbour master slept.", RELEVANCE_OF_NONE + 0.08)
    small, large = (support(QUESTION, [near], RELEVANCE, among=n) for n in (20, 11_200))
    assert small.enough
    assert not large.enough
    assert small.score == large.score


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_nearer_meaning_never_weighs_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    weigh: Callable[[float], Support] = lambda cosine: support(  # noqa: E731
        QUESTION, [found("A bridge.", cosine)], RELEVANCE)
    assert weigh(low).score <= weigh(high).score


@pytest.mark.parametrize(("question", "text"), [
    ("When was the budget passed?", "बजट मार्च में पारित हुआ।"),
    ("बजट कब पारित हुआ?", "The budget was passed in March."),
    ("When was the budget passed?", "预算在三月通过。"),
])
def test_across_scripts_meaning_decides_alone_by_a_threshold_of_its_own(
    question: str, text: str
) -> None:
    weighed = support(question, [found(text, 0.5, question)], RELEVANCE)
    assert weighed.threshold == CROSS_SCRIPT_THRESHOLD
    assert weighed.score == pytest.approx(RELEVANCE.margin(question, 0.5))


def test_a_few_foreign_words_do_not_make_another_script() -> None:
    mixed = found("The harbour bridge (सेतु) was painted green.")
    assert support(QUESTION, [mixed], RELEVANCE).threshold == THRESHOLD


def test_figures_alone_are_of_no_script() -> None:
    assert support("42?", [found("1932 – 2026", 0.5, "42?")], RELEVANCE).threshold == THRESHOLD


@pytest.mark.parametrize(("score", "enough"), [(0.1, True), (0.09, True), (0.0899, False)])
def test_the_threshold_itself_is_enough(score: float, enough: bool) -> None:
    assert Support(score=score, threshold=0.09).enough is enough


WIDE, HEAVY = item("The bell is two metres wide.", 0.9), item("It weighs 3 tonnes.", 0.8)
HINDI = item("घंटा तीन टन का है।", 0.8)
FRENCH: Any = {**item("La cloche pèse trois tonnes.", 0.8), "language": "fr"}


@every(("evidence", "able"), [
    ([WIDE, HEAVY], [HEAVY]), ([WIDE], []), ([WIDE, HINDI], []), ([HINDI], [HINDI]),
    ([FRENCH], [FRENCH]), ([WIDE, HEAVY, HINDI], [HEAVY, HINDI]), ([], []),
])
def test_only_what_has_the_kind_of_thing_that_is_asked_for_may_answer(
    evidence: list[Any], able: list[Any]
) -> None:
    assert answering(TemporalQuery(target="How heavy is the bell?"), evidence) == able


@pytest.mark.parametrize("query", [
    TemporalQuery(target="How heavy is the bell?", verbatim=True), TemporalQuery(target="the bell"),
    TemporalQuery(target="How heavy is the bell?", ask=Ask.EVERY), TemporalQuery(),
    TemporalQuery(target="How heavy is the bell?", ordinal=1),
])
def test_what_asks_for_no_kind_of_thing_may_be_answered_by_anything(query: TemporalQuery) -> None:
    assert answering(query, [WIDE, HEAVY]) == [WIDE, HEAVY]


@pytest.mark.parametrize(("below", "ahead", "why"), [
    (0.01, 0.4, ""), (0.01, 0.7, NOTHING_NEAR), (0.03, 0.4, NOTHING_NEAR), (-0.01, 0.9, ""),
])
def test_just_below_the_threshold_only_what_leaves_all_others_behind_is_believed(
    below: float, ahead: float, why: str
) -> None:
    first = item("Cats like warm milk.", RELEVANCE_OF_NONE + THRESHOLD - below)
    other: Any = {**item("Dogs sleep.", RELEVANCE_OF_NONE), "score": ahead}
    query, nothing = TemporalQuery(target=QUESTION), Found(evidence=())
    assert lacking(query, nothing, [first, other], RELEVANCE)[0] == why


def test_what_says_the_very_words_of_a_topic_is_believed() -> None:
    far = [item("The last bus goes back to the city.", RELEVANCE_OF_NONE)]
    nothing = Found(evidence=())
    assert lacking(TemporalQuery(target="the city"), nothing, far, RELEVANCE)[0] == ""
    assert lacking(TemporalQuery(target="the bridge"), nothing, far, RELEVANCE)[0] == NOTHING_NEAR


@pytest.mark.parametrize("query", [
    TemporalQuery(target="penguins", ask=Ask.COUNT), TemporalQuery(target="penguins", ordinal=1),
    TemporalQuery(target="penguins", ordinal=-1),
])
def test_what_only_stands_in_for_words_that_nobody_says_is_neither_counted_nor_put_in_order(
    query: TemporalQuery
) -> None:
    counted = Found(evidence=(), value=1)
    far = [item("Welcome to the observatory.", -1.0)]
    said = [item("A penguin swims.", -1.0)]
    near = [item("A bird in a black coat swims.", 1.0)]
    assert lacking(query, counted, far, RELEVANCE) == (
        "nothing in the archive is like “penguins”", None)
    assert lacking(query, counted, said, RELEVANCE) == ("", None)
    assert lacking(query, counted, near, RELEVANCE) == ("", None)
