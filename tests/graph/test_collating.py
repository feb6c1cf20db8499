"""What steps found, put together: numbered once, shared fairly, and lacking only where all lack."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph.makers import found, item, plan, state
from trikal.graph.acts import act
from trikal.graph.collating import NO_LENGTH, collated, nearest, text_step, waiting
from trikal.graph.weighing.support import NOTHING_NEAR

FIND1, FIND2 = {"id": "s1", "do": "find"}, {"id": "s2", "do": "find"}
TEXT = {"id": "text", "do": "answer", "after": ["s1", "s2"]}


def of(*acts: Any, steps: Any = (FIND1, FIND2, TEXT), **more: Any) -> dict[str, Any]:
    return collated(state(steps, acts, **more))


def test_evidence_is_numbered_from_one_and_knows_its_step() -> None:
    update = of(found("s1", item(0), item(5_000)), found("s2", item(9_000)))
    assert [(each["n"], each["start_ms"], each["step"]) for each in update["evidence"]] == [
        (1, 0, "s1"), (2, 5_000, "s1"), (3, 9_000, "s2")]


def test_a_moment_that_two_searches_found_is_cited_once() -> None:
    update = of(found("s1", item(0)), found("s2", item(0), item(5_000)))
    assert [(each["n"], each["step"]) for each in update["evidence"]] == [(1, "s1"), (2, "s2")]


@pytest.mark.parametrize(("one", "two", "counts"), [(9, 0, {"s1": 8}), (9, 9, {"s1": 3, "s2": 3}),
                                                    (1, 9, {"s1": 1, "s2": 3})])
def test_searches_share_the_places(one: int, two: int, counts: dict[str, int]) -> None:
    update = of(found("s1", *(item(1_000 * n) for n in range(one))),
                found("s2", *(item(100_000 + 1_000 * n) for n in range(two))))
    steps = [each["step"] for each in update["evidence"]]
    assert {name: steps.count(name) for name in dict.fromkeys(steps)} == counts


@pytest.mark.parametrize(("reasons", "lacks"), [
    (("", ""), ""), ((NOTHING_NEAR, ""), ""), (("", "nothing"), ""),
    ((NOTHING_NEAR, NOTHING_NEAR), NOTHING_NEAR), (("one", "two"), "one; two"),
])
def test_support_is_lacking_only_where_every_search_lacks(
    reasons: tuple[str, str], lacks: str
) -> None:
    update = of(*(found(name, item(n * 9_000), lacking=reason)
                  for n, (name, reason) in enumerate(zip(("s1", "s2"), reasons, strict=True))))
    assert update["support"] == lacks


def test_beside_what_answers_only_that_is_cited() -> None:
    update = of(found("s1", item(0), lacking=NOTHING_NEAR), found("s2", item(9_000)))
    assert [each["start_ms"] for each in update["evidence"]] == [9_000]


def test_a_lone_search_that_lacks_is_still_shown_to_the_judge() -> None:
    update = of(found("s1", item(0), lacking=NOTHING_NEAR))
    assert len(update["evidence"]) == 1
    assert update["support"] == NOTHING_NEAR


@pytest.mark.parametrize(("lacking", "evidence", "support"), [
    ("", [item(0)], ""), ("nothing is seen", [], NOTHING_NEAR),
    (NOTHING_NEAR, [item(0)], NOTHING_NEAR),
])
def test_what_a_second_look_tells_is_enough(
    lacking: str, evidence: list[Any], support: str
) -> None:
    look = {"id": "again", "do": "look"}
    steps = (FIND1, look, {"id": "text", "do": "answer", "after": ["again", "s1"]})
    update = of(found("s1", lacking=NOTHING_NEAR),
                act("again", "look", "", evidence=evidence, lacking=lacking), steps=steps)
    assert update["support"] == support


def test_where_every_look_failed_the_reasons_are_told() -> None:
    look = {"id": "o1", "do": "read"}
    steps = (look, {"id": "text", "do": "answer", "after": ["o1"]})
    failed = act("o1", "read", "", status="failed", why="The film is gone.")
    assert of(failed, steps=steps)["support"] == "The film is gone."


def test_what_was_resolved_takes_the_place_of_what_was_asked() -> None:
    resolved = {"target": "the ferry", "scope": {"media": ["f"]}}
    made = found("s1", item(0))
    made["found"]["query"] = resolved
    assert of(made)["plan"]["query"] == resolved
    same = found("s1", item(0))
    same["found"]["query"] = plan(FIND1)["query"]
    assert "plan" not in of(same, steps=(FIND1, TEXT))


def test_doubts_and_steps_of_all_searches_are_kept() -> None:
    one, two = found("s1", item(0)), found("s2", item(9_000))
    one["found"].update(doubts=["a"], steps=["x"], value=3)
    two["found"].update(doubts=["b"], steps=["y"])
    update = of(one, two)
    assert (update["doubts"], update["steps"], update["value"]) == (["a", "b"], ["x", "y"], 3)


def test_the_nearest_are_offered_best_first_and_each_once() -> None:
    acts = [found("s1", item(0, dense=0.2), item(5_000, dense=0.9), item(6_000, " ")),
            found("s2", item(0, dense=0.2), item(7_000, dense=None), item(8_000, dense=0.5))]
    assert [each["start_ms"] for each in nearest(state((), acts))] == [5_000, 8_000, 0]
    assert nearest(state()) == []


def test_a_plan_without_a_text_answers() -> None:
    assert text_step(plan())["do"] == "answer"  # type: ignore[arg-type]
    assert text_step(plan(FIND1, {"id": "t", "do": "compose"}))["id"] == "t"  # type: ignore[arg-type]


@given(st.sets(st.sampled_from(["s1", "s2", "text"])))
def test_what_has_not_ended_waits(ended: set[str]) -> None:
    acts = [act(name, "find", "") for name in ended]
    left = [each["id"] for each in waiting(plan(FIND1, FIND2, TEXT), acts)]  # type: ignore[arg-type]
    assert left == [name for name in ("s1", "s2", "text") if name not in ended]


@pytest.mark.parametrize(("text", "track", "value", "lacking"), [
    ("The warehouse was flooded.", "speech", None, NO_LENGTH),  # how long that is said is no answer
    ("It was closed for nine days.", "speech", None, ""),
    ("Closed warehouse", "screen", 5_000, ""),
])
def test_a_length_that_nobody_tells_is_not_that_of_a_sentence(
    text: str, track: str, value: int | None, lacking: str
) -> None:
    asked = {"query": {"ask": "how long"}, "value": 5_000, "steps": [], "parts": [], "doubts": []}
    question = "How long was the warehouse closed?"
    one = found("s1", item(text=text, track=track), found=asked)
    made = state((FIND1, TEXT), [one], question=question)
    made["plan"]["query"] = asked["query"]
    update = collated(made)
    assert (update["value"], update["support"]) == (value, lacking)


def test_how_long_something_is_talked_about_is_measured() -> None:
    asked = {"query": {"ask": "how long"}, "value": 5_000, "steps": [], "parts": [], "doubts": []}
    made = state((FIND1, TEXT), [found("s1", item(), found=asked)],
                 question="How long is the warehouse talked about?")
    made["plan"]["query"] = asked["query"]
    assert collated(made)["value"] == 5_000
