"""Plans: one schema, no circles, and steps that wait for what they need."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.every import every
from trikal.graph.acts import act, given_to, joined_acts, ready
from trikal.graph.planning.output_steps import Clip, Export, Say, Show, Stills
from trikal.graph.planning.plans import (
    Answer,
    Compose,
    Find,
    Listen,
    Look,
    Read,
    StepPlan,
    Take,
    Use,
    step_data,
    step_of,
)
from trikal.indexes.temporal import Anchored, Relation, TemporalQuery
from trikal.tools.composition import Kind
from trikal.tools.export import Format

QUERY = TemporalQuery(target="the storm", constraints=(
    Anchored(relation=Relation.AFTER, anchor=TemporalQuery(target="the bell")),))
FIND, ANSWER = Find(id="s1", query=QUERY), Answer(id="text", after=("s1",))


@every("step", [
    FIND, ANSWER, Find(id="s2", query=QUERY, uses=(Use(step="s1", take=Take.SPEAKER),)),
    Look(id="o1", medium="film.mp4", start_ms=5, ask="what colour?"), Read(id="o2", after=("s1",)),
    Listen(id="o3", medium="m", start_ms=1, end_ms=9, language="hi"),
    Compose(id="text", kind=Kind.QUIZ, about="the storm", after=("s1",)),
    Clip(id="reel", after=("s1",), file="storm.mp4", most=3), Say(id="voice", language="hi"),
    Show(id="avatar", after=("text",)),
    Clip(id="reel", medium="film.mp4", start_ms=5, end_ms=900),
    Export(id="export", format=Format.SRT, medium="film.mp4"),
    Stills(id="stills", count=3, medium="film.mp4", end_ms=9),
])
def test_a_step_survives_being_plain_data(step: Any) -> None:
    assert step_of(step_data(step)) == step


@every("data", [
    {"id": "x", "do": "delete"}, {"id": "x", "do": "find"}, {"id": "X Y", "do": "answer"},
    {"id": "x", "do": "answer", "path": "/etc/passwd"}, {"id": "x", "do": "read"},
    {"id": "x", "do": "say", "language": "../../en"}, {"id": "x", "do": "clip", "most": 0},
    {"id": "x", "do": "read", "medium": "m", "start_ms": 9, "end_ms": 3},
])
def test_what_is_no_step_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        step_of(data)


@pytest.mark.parametrize(("steps", "says"), [
    ((ANSWER,), "does not stand"), ((FIND, FIND, ANSWER), "two steps"),
    ((FIND,), "exactly one"), ((FIND, ANSWER, ANSWER.model_copy(update={"id": "b"})), "exactly"),
    ((Find(id="s1", query=QUERY, uses=(Use(step="s1", take=Take.TEXT),)), ANSWER), "does not"),
])
def test_a_plan_that_cannot_be_followed_is_refused(steps: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        StepPlan(steps=steps)


def test_a_plan_survives_being_plain_data() -> None:
    plan = StepPlan(steps=(FIND, ANSWER, Clip(id="reel", after=("s1",))))
    assert tuple(map(step_of, plan.data())) == plan.steps


def test_the_schema_tells_steps_apart_by_what_they_do() -> None:
    schema = StepPlan.model_json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]["steps"]["items"]["discriminator"]["mapping"]) == {
        "find", "look", "read", "listen", "compose", "answer", "clip", "export", "stills", "say",
        "show"}


def test_what_waits_for_nothing_is_ready_at_once_and_the_rest_in_turn() -> None:
    steps = StepPlan(steps=(
        FIND, Find(id="s2", query=QUERY), Find(id="s3", query=QUERY, uses=(
            Use(step="s1", take=Take.MEDIUM),)), Answer(id="text", after=("s2", "s3")))).data()
    done: list[Any] = []
    waves = []
    while wave := ready(steps, done):
        waves.append([each["id"] for each in wave])
        done += [act(each["id"], each["do"], "") for each in wave]
    assert waves == [["s1", "s2"], ["s3"], ["text"]]


@given(st.lists(st.lists(st.integers(0, 8), max_size=3), min_size=1, max_size=9))
def test_every_plan_in_order_ends_whatever_waits_for_what(waits: list[list[int]]) -> None:
    steps = [{"id": f"s{n}", "do": "find", "after": [f"s{m}" for m in earlier if m < n]}
             for n, earlier in enumerate(waits)]
    done: list[Any] = []
    for _ in steps:
        done += [act(str(each["id"]), "find", "") for each in ready(steps, done)]
    assert {each["step"] for each in done} == {each["id"] for each in steps}


def test_a_search_starts_only_from_what_was_really_found() -> None:
    hung = {"id": "s2", "do": "find", "uses": [{"step": "s1", "take": "speaker"}]}
    item: Any = {"text": "x"}
    found = act("s1", "find", "", evidence=[item])
    assert given_to(hung, [found]) == {"s1": [item]}
    assert given_to(hung, [{**found, "lacking": "nothing is like it"}]) == {}


def test_records_are_kept_once_a_step_and_forgotten_where_undone() -> None:
    old, new = act("s1", "find", "old"), act("s1", "find", "new")
    assert joined_acts([old], [new]) == [new]
    assert joined_acts([old], [act("s1", "", "", status="undone")]) == []
    assert joined_acts(None, [old]) == [old]
