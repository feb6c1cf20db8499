"""The temporal query as a value: its limits, its JSON and its words."""

import pytest
from pydantic import ValidationError

from tests.every import every
from trikal.indexes.temporal import Absolute, Anchored, Relation, TemporalQuery
from trikal.moments import Track

_GOAL = Anchored(relation=Relation.AFTER, anchor=TemporalQuery(target="the goal"))


def test_a_query_survives_json_with_everything_in_it() -> None:
    inner = Anchored(relation=Relation.BEFORE,
                     anchor=TemporalQuery(target="a", tracks=(Track.SCREEN,), constraints=(_GOAL,)))
    query = TemporalQuery(target="b", constraints=(Absolute(start_ms=1, from_end=True), inner))
    assert TemporalQuery.model_validate_json(query.model_dump_json()) == query


def test_an_unknown_relation_is_refused() -> None:
    with pytest.raises(ValidationError, match="before"):
        Anchored.model_validate({"relation": "sideways", "anchor": {"target": "x"}})


@pytest.mark.parametrize("window", [
    {"start_ms": 61_000, "end_ms": 60_000},
    {"start_ms": 60_000, "end_ms": 61_000, "from_end": True},
])
def test_a_window_that_ends_before_it_starts_is_refused_with_both_times(
    window: dict[str, int | bool]
) -> None:
    with pytest.raises(ValidationError, match=r"1:0\d.*1:0\d"):
        Absolute.model_validate(window)


def test_constraints_are_told_apart() -> None:
    query = TemporalQuery(constraints=(Absolute(end_ms=5), _GOAL, Absolute(start_ms=1)))
    assert query.anchored == _GOAL
    assert query.absolutes == (Absolute(end_ms=5), Absolute(start_ms=1))
    assert TemporalQuery().anchored is None


@every(("query", "words"), [
    (TemporalQuery(target="rain"), "find “rain”"),
    (TemporalQuery(), "find whatever is there"),
    (TemporalQuery(target="rain", tracks=(Track.SPEECH, Track.SCREEN)),
     "find “rain” on speech or screen"),
    (TemporalQuery(constraints=(_GOAL,)), "find whatever is there after (“the goal”)"),
    (TemporalQuery(constraints=(Absolute(start_ms=65_000),)),
     "find whatever is there from 1:05 to the end"),
    (TemporalQuery(constraints=(Absolute(end_ms=65_000),)),
     "find whatever is there from the beginning to 1:05"),
    (TemporalQuery(constraints=(Absolute(start_ms=5_000, end_ms=5_000),)),
     "find whatever is there at 0:05"),
    (TemporalQuery(constraints=(Absolute(start_ms=90_000, from_end=True),)),
     "find whatever is there in the last 1:30"),
    (TemporalQuery(constraints=(Absolute(start_ms=90_000, end_ms=30_000, from_end=True),)),
     "find whatever is there in the last 1:30 before the last 0:30"),
])
def test_a_query_says_in_words_what_it_means(query: TemporalQuery, words: str) -> None:
    assert query.words() == words
