"""Temporal queries as values: their bounds, their words, their parts and what takes their place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.every import every
from tests.indexes.makers import moment
from trikal.indexes.temporal import (
    MAX_DEPTH,
    PAIRED,
    Absolute,
    Ambiguous,
    Anchored,
    Ask,
    Clock,
    Part,
    Relation,
    Scope,
    TemporalQuery,
    ordinal_word,
)
from trikal.moments import Track

EVENT, OTHER = TemporalQuery(target="a"), TemporalQuery(target="b")


def hung(relation: Relation, anchor: TemporalQuery = EVENT, **more: Any) -> Anchored:
    other = OTHER if relation in PAIRED else None
    return Anchored(relation=relation, anchor=anchor, other=other, **more)


def nested(depth: int) -> TemporalQuery:
    query = TemporalQuery(target="0")
    for n in range(1, depth + 1):
        query = TemporalQuery(target=str(n), constraints=(
            Anchored(relation=Relation.AFTER, anchor=query),))
    return query


@every(("ordinal", "word"), [
    (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
    (21, "21st"), (22, "22nd"), (101, "101st"), (111, "111th"), (1_013, "1013th"), (-1, "last"),
    (-2, "last but 1"), (-3, "last but 2"),
])
def test_ordinals_have_words(ordinal: int, word: str) -> None:
    assert ordinal_word(ordinal) == word


@every(("constraint", "words"), [
    (Absolute(start_ms=5_000, end_ms=65_000), "from 0:05 to 1:05"),
    (Absolute(), "from the beginning to the end"),
    (Absolute(start_ms=-5_000), "from -0:05 to the end"),
    (Absolute(end_ms=90_000_000), "from the beginning to 25:00:00"),
    (Absolute(start_ms=0, end_ms=0), "at 0:00"),
    (Absolute(end_ms=30_000, from_end=True), "before the last 0:30"),
    (Absolute(start_ms=34_200_000, end_ms=34_200_000, clock=Clock.WALL),
     "at 09:30 on the wall clock"),
    (Absolute(start_ms=82_800_000, end_ms=90_000_000, clock=Clock.WALL),
     "from 23:00 to 01:00 on the wall clock"),
    (Absolute(start_ms=34_205_000, clock=Clock.WALL), "from 09:30:05 to the end on the wall clock"),
    (Part(start=0.4, end=0.6), "from 40% to 60% of the medium"),
    (Part(), "from 0% to 100% of the medium"),
    (Ambiguous(text="1:05", readings=(Absolute(end_ms=65_000), Absolute(end_ms=3_900_000))),
     "from the beginning to 1:05 or from the beginning to 1:05:00"),
    (hung(Relation.AFTER), "after (“a”)"), (hung(Relation.NEAR), "around (“a”)"),
    (hung(Relation.BETWEEN), "between (“a”) and (“b”)"),
    (hung(Relation.UNTIL_NEXT), "from (“a”) until the next (“b”)"),
    (hung(Relation.AFTER, at_most_ms=60_000), "within 1:00 after (“a”)"),
    (hung(Relation.BEFORE, at_least_ms=60_000), "more than 1:00 before (“a”)"),
    (hung(Relation.AFTER, at_least_ms=45_000, at_most_ms=75_000), "0:45 to 1:15 after (“a”)"),
])
def test_constraints_have_words(constraint: Any, words: str) -> None:
    assert constraint.words() == words
    assert TemporalQuery(constraints=(constraint,)).words().endswith(words)


@every(("fields", "words"), [
    ({"ask": Ask.EVERY}, "find every “a”"), ({"ask": Ask.COUNT}, "count every “a”"),
    ({"ask": Ask.DURATION}, "measure how long “a”"),
    ({"ask": Ask.SPANS}, "find the part about “a”"),
    ({"ordinal": 3}, "find the 3rd “a”"), ({"ordinal": -1}, "find the last “a”"),
    ({"tracks": (Track.SCREEN,)}, "find “a” on screen"),
    ({"scope": Scope(media=("x.mp4", "y.mp4"), speakers=("Ana",))},
     "find “a” in x.mp4 or y.mp4 by Ana"),
    ({"scope": Scope(series=("news",), dates=("2026-01-02",))},
     "find “a” in the series news on 2026-01-02"),
])
def test_queries_have_words(fields: dict[str, Any], words: str) -> None:
    assert TemporalQuery(target="a", **fields).words() == words


@every("given_", [
    {"target": "x" * 2_001}, {"ordinal": 0}, {"ordinal": 10_001}, {"ordinal": -10_001},
    {"tracks": ["speech"] * 9}, {"ask": "poem"}, {"unknown": 1},
    {"constraints": [{"kind": "absolute"}] * 9}, {"constraints": [{"kind": "nowhere"}]},
    {"constraints": [{"kind": "absolute", "start_ms": 2**52}]},
    {"constraints": [{"kind": "absolute", "start_ms": -(2**52)}]},
    {"constraints": [{"kind": "part", "start": -0.1}]},
    {"constraints": [{"kind": "part", "end": 1.1}]},
    {"constraints": [{"kind": "part", "start": 0.6, "end": 0.4}]},
    {"constraints": [{"kind": "ambiguous", "text": "x", "readings": [{}]}]},
    {"constraints": [{"kind": "anchored", "relation": "between", "anchor": {"target": "a"}}]},
    {"constraints": [{"kind": "anchored", "relation": "after", "anchor": {"target": "a"},
                      "other": {"target": "b"}}]},
    {"constraints": [{"kind": "anchored", "relation": "after", "anchor": {"target": "a"},
                      "at_least_ms": 5, "at_most_ms": 4}]},
    {"constraints": [{"kind": "anchored", "relation": "after", "anchor": {"target": "a"},
                      "at_least_ms": -1}]},
    {"scope": {"dates": ["yesterday"]}}, {"scope": {"dates": ["2026-1-2"]}},
    {"scope": {"media": ["x"] * 9}}, {"scope": {"path": "/etc"}},
])
def test_what_a_model_may_not_ask_is_refused(given_: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TemporalQuery.model_validate(given_)


def test_events_hang_on_each_other_up_to_a_depth() -> None:
    assert [nested(depth).depth for depth in range(MAX_DEPTH + 1)] == [0, 1, 2, 3]
    with pytest.raises(ValidationError, match="hang on each other"):
        nested(MAX_DEPTH + 1)


def test_parts_are_told_outermost_first_and_every_one() -> None:
    query = TemporalQuery(target="x", constraints=(
        hung(Relation.BETWEEN), Absolute(end_ms=5), hung(Relation.AFTER, nested(1))))
    assert [each.target for each in query.parts()] == ["x", "a", "b", "1", "0"]


@every("relation", list(Relation))
def test_a_part_is_replaced_in_either_event_and_nowhere_else(relation: Relation) -> None:
    query = TemporalQuery(target="x", constraints=(hung(relation), Absolute(end_ms=5)))
    for part in (EVENT, OTHER) if relation in PAIRED else (EVENT,):
        new = TemporalQuery(target="new")
        made = query.replacing(part, new)
        assert [each.target for each in made.parts()] == [
            "new" if each == part else each.target for each in query.parts()]
        assert made.constraints[1] == query.constraints[1]
        assert made.replacing(new, part) == query


def test_a_part_that_is_not_there_changes_nothing() -> None:
    query = nested(3)
    assert query.replacing(TemporalQuery(target="none"), EVENT) == query
    assert query.replacing(query, EVENT) == EVENT


@given(st.integers(0, 3), st.integers(0, 3))
def test_any_part_of_a_chain_can_be_replaced(depth: int, place: int) -> None:
    query = nested(depth)
    parts = list(query.parts())
    part = parts[min(place, depth)]
    assert query.replacing(part, EVENT).depth == depth - part.depth
    assert list(query.replacing(part, part).parts()) == parts


def test_a_query_at_a_moment_asks_the_same_there_and_then_only() -> None:
    asked = TemporalQuery(target="rain", ordinal=2, scope=Scope(speakers=("Ana",)),
                          constraints=(hung(Relation.AFTER),))
    there = asked.at(moment(5_000, 9_000, track=Track.SCREEN))
    assert there.absolutes == (Absolute(start_ms=5_000, end_ms=9_000),)
    assert (there.anchored, there.tracks, there.ordinal) == (None, (Track.SCREEN,), 2)
    assert there.scope == Scope(speakers=("Ana",), media=("medium-a",))


@given(st.integers(-(2**51), 2**51), st.integers(0, 2**40))
def test_a_window_survives_json_and_says_both_ends(start: int, length: int) -> None:
    window = Absolute(start_ms=start, end_ms=start + length)
    assert Absolute.model_validate_json(window.model_dump_json()) == window
    assert window.words().startswith("from " if length else "at ")
